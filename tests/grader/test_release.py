"""The students' notebooks: made from the instructor's, complete, and without anything that gives marks away."""

from __future__ import annotations

import filecmp
from pathlib import Path

import nbformat
import pytest

from tests.conftest import LESSONS, ROOT, run_course
from tests.grader.conftest import lesson_of

SECRETS = ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS")


@pytest.fixture(scope="module")
def released_again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course's lessons, released once more from what is in source/."""
    import shutil

    folder = tmp_path_factory.mktemp("again")
    shutil.copytree(ROOT / "source", folder / "source")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    result = run_course("release", cwd=folder)
    assert result.returncode == 0, result.stderr
    return folder / "notebooks"


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_students_get_is_what_a_release_makes_now(lesson: str, released_again: Path) -> None:
    name = f"{lesson}.ipynb"
    assert filecmp.cmp(ROOT / "notebooks" / lesson / name, released_again / lesson / name, shallow=False), (
        "stale: run make notebooks"
    )


def test_nothing_but_notebooks_is_released() -> None:
    released = {
        path.relative_to(ROOT / "notebooks") for path in (ROOT / "notebooks").rglob("*") if path.is_file()
    }
    released = {path for path in released if ".ipynb_checkpoints" not in path.parts}
    assert released == {Path(lesson) / f"{lesson}.ipynb" for lesson in LESSONS}


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_released_notebook_has_no_solution_no_hidden_test_no_output(lesson: str) -> None:
    path = ROOT / "notebooks" / lesson / f"{lesson}.ipynb"
    text = path.read_text(encoding="utf-8")
    assert not [secret for secret in SECRETS if secret in text]
    source = nbformat.read(ROOT / "source" / lesson / path.name, as_version=4)
    for original in source.cells:
        for begin, end in (
            ("### BEGIN SOLUTION", "### END SOLUTION"),
            ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"),
        ):
            for block in original.source.split(begin)[1:]:
                for line in block.split(end)[0].strip().splitlines():
                    if len(line.strip()) > 20 and not line.strip().startswith("from "):
                        assert line.strip() not in text
    released = nbformat.read(path, as_version=4)
    assert "widgets" not in released.metadata
    for cell in released.cells:
        if cell.cell_type == "code":
            assert not cell.outputs
            assert cell.execution_count is None
    assert path.stat().st_size < 100_000


def test_releasing_twice_gives_the_same_bytes_and_carries_no_text_along(released_course: Path) -> None:
    notebook = released_course / "notebooks" / "01_small" / "01_small.ipynb"
    before = notebook.read_bytes()
    assert run_course("release", cwd=released_course).returncode == 0
    assert notebook.read_bytes() == before
    assert [path.name for path in notebook.parent.iterdir()] == ["01_small.ipynb"]


def test_the_stub_says_that_it_is_not_done(released_course: Path) -> None:
    notebook = nbformat.read(released_course / "notebooks" / "01_small" / "01_small.ipynb", as_version=4)
    stub = next(cell.source for cell in notebook.cells if cell.id == "double")
    assert "raise NotDoneYet" in stub
    assert "2 * x" not in stub


def test_a_lesson_that_changed_since_it_was_built_is_not_released(released_course: Path) -> None:
    text = lesson_of(released_course).text_path
    text.write_text(text.read_text(encoding="utf-8").replace("2 + 3", "2 + 4"), encoding="utf-8")
    result = run_course("release", "01_small", cwd=released_course)
    assert result.returncode == 1
    assert "course build 01_small" in result.stderr


def test_a_lesson_that_was_never_built_is_not_released(small_course: Path) -> None:
    result = run_course("release", cwd=small_course)
    assert result.returncode == 1
    assert "course build 01_small" in result.stderr
