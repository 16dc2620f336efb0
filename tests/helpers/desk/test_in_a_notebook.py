"""`ready_to_hand_in()` and `show_progress()` in the kernel of a notebook that a student has open."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from helpers.desk import progress_map, ready
from helpers.desk.kept_progress import FILE, kept
from tests.conftest import ROOT
from tests.helpers.desk.notebooks import LESSON, WRONG_MAE, cell_of, solved, write
from tests.helpers.kernels import run_in_kernel


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """The course as a student unpacked it, with one lesson begun."""
    folder = tmp_path / "Kurs Übung é"
    shutil.copytree(ROOT / "helpers", folder / "helpers", ignore=shutil.ignore_patterns("__pycache__"))
    write(solved(mae=WRONG_MAE), folder / "notebooks" / LESSON / f"{LESSON}.ipynb")
    return folder


def opened(course: Path, path: Path, *sources: str, ids: tuple[str, ...] = ()) -> NotebookNode:
    """Run cells as JupyterLab does with a notebook that it has open."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    for cell, name in zip(cells, ids, strict=False):
        cell.id = name
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(
        notebook, kernel_name="python3", allow_errors=True, resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute(env={**os.environ, "PYTHONPATH": str(course), "JPY_SESSION_NAME": str(path)})
    return notebook


def printed(cell: NotebookNode, name: str = "stdout") -> str:
    return "".join(each.text for each in cell.outputs if each.output_type == "stream" and each.name == name)


def test_the_last_cell_and_the_picture_in_an_open_notebook(course: Path) -> None:
    path = course / "notebooks" / LESSON / f"{LESSON}.ipynb"
    before = path.read_bytes()
    # Typed in the notebook, and not saved: the identifiers of cells come with what JupyterLab sends.
    typed = "watched().sources['mae'] = 'def mae(a, b): return 0'"
    notebook = opened(
        course,
        path,
        "from helpers import ready_to_hand_in, show_progress\nfrom helpers.desk.watching import watched\n"
        "from helpers.lessons.loss_function import exercises",
        "exercises.mae.check(lambda a, b: abs(a - b).sum())",
        "exercises.mse.check(lambda a, b: ((a - b) ** 2).mean())",
        f"{typed}\nready_to_hand_in(whole=False)",
        "ready_to_hand_in()",
        "show_progress()",
    )
    said = printed(notebook.cells[3])
    assert said.startswith("Save the notebook first")
    number = 1 + [cell["id"] for cell in solved()["cells"]].index(cell_of(solved(), "mae")["id"])
    assert f"The file does not have what you last ran in cell {number}." in said
    assert "✓ mse            right" in said
    assert "✗ mae            not yet: sum instead of mean" in said
    assert "Nothing was trained again for this" in said
    # The whole run looks at the file, in which all but mae is right.
    assert "visible checks: 14 of 18 points." in printed(notebook.cells[4])
    picture = next(each for each in notebook.cells[5].outputs if each.output_type == "display_data")
    assert "02_loss_function: 2 of 5." in picture.metadata["image/png"]["alt"]
    assert "- mae in 02_loss_function" in printed(notebook.cells[5])
    assert {name: each.outcome for name, each in kept(course / FILE)[LESSON].items()} == {
        "mae": "not yet",
        "mse": "right",
    }
    assert path.read_bytes() == before


def test_a_notebook_in_another_folder_is_told_where_it_belongs(course: Path, tmp_path: Path) -> None:
    path = write(solved(), tmp_path / "Downloads" / f"{LESSON}.ipynb")
    notebook = opened(course, path, "import helpers")
    said = printed(notebook.cells[0], "stderr")
    assert f"This notebook is in {path.parent}, outside the course's folder." in said
    assert str(course / "notebooks") in said
    assert not (course / FILE).exists()


def test_a_notebook_is_found_after_its_cells_went_to_another_folder(course: Path) -> None:
    path = course / "notebooks" / LESSON / f"{LESSON}.ipynb"
    notebook = opened(
        course,
        path,
        "from helpers import ready_to_hand_in, show_progress\n"
        "from helpers.lessons.loss_function import exercises\nimport os\nos.chdir('/')",
        "exercises.mse.check(lambda a, b: ((a - b) ** 2).mean())",
        "show_progress()\nready_to_hand_in(whole=False)",
    )
    assert kept(course / FILE)[LESSON]["mse"].outcome == "right"
    assert f"{LESSON}.ipynb, visible checks: 5 of 18 points." in printed(notebook.cells[2])


def test_a_notebook_that_was_renamed_while_its_kernel_ran_is_not_taken_for_another(course: Path) -> None:
    path = write(solved(), course / "notebooks" / LESSON / "mine.ipynb")
    notebook = opened(
        course,
        path,
        "from helpers import ready_to_hand_in, show_progress\n"
        "import os\nos.rename('mine.ipynb', 'other.ipynb')",
        "ready_to_hand_in()\nshow_progress()",
    )
    said = printed(notebook.cells[1]).splitlines()
    assert len(said) == 2
    assert all("started for mine.ipynb, which is no longer there" in line for line in said)


def test_where_no_notebook_is_open_both_say_one_line() -> None:
    notebook = run_in_kernel(
        "from helpers import ready_to_hand_in, show_progress\nready_to_hand_in()\nshow_progress()"
    )
    assert printed(notebook.cells[0]) == f"{ready.NOT_HERE}\n{progress_map.NOT_HERE}\n"
    assert not (ROOT / FILE).exists()
