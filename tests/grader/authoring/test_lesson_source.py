"""Building, and carrying edits between a lesson's text and its notebook."""

from __future__ import annotations

import codecs
from pathlib import Path

import nbformat
import pytest

from grader.authoring.lesson_source import LessonSource, State
from tests import conftest
from tests.conftest import LESSONS, ROOT
from tests.course_here import run_course
from tests.grader.conftest import SMALL_LESSON, lesson_of


def edit_text(course: Path, old: str, new: str) -> None:
    path = lesson_of(course).text_path
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def edit_notebook(course: Path, old: str, new: str) -> None:
    notebook = lesson_of(course).built()
    for cell in notebook.cells:
        cell.source = cell.source.replace(old, new)
        # As JupyterLab leaves it: an own id and settings of the view.
        cell.metadata["collapsed"] = False
    nbformat.write(notebook, lesson_of(course).notebook_path)


def test_build_runs_the_text_and_keeps_outputs_and_ids(small_course: Path) -> None:
    assert lesson_of(small_course).state() is State.NOT_BUILT
    assert run_course("build", cwd=small_course).returncode == 0
    cells = lesson_of(small_course).built().cells
    assert cells[1].outputs[0].data["text/plain"] == "5"
    assert [cell.id for cell in cells[2:]] == ["double", "check_double", "check_part"]


def test_building_twice_changes_nothing_and_building_by_force_gives_the_same_bytes(
    small_course: Path,
) -> None:
    run_course("build", cwd=small_course)
    path = lesson_of(small_course).notebook_path
    before, written = path.read_bytes(), path.stat().st_mtime_ns
    assert "up to date" in run_course("build", cwd=small_course).stdout
    assert path.stat().st_mtime_ns == written
    # In another process, in which sets have another order.
    assert "built" in conftest.run_course("build", "--force", cwd=small_course).stdout
    assert path.read_bytes() == before


def test_a_changed_text_is_built_again(small_course: Path) -> None:
    run_course("build", cwd=small_course)
    edit_text(small_course, "2 + 3", "2 + 4")
    assert lesson_of(small_course).state() is State.TEXT_CHANGED
    run_course("build", cwd=small_course)
    assert lesson_of(small_course).built().cells[1].outputs[0].data["text/plain"] == "6"


def test_an_edit_in_the_notebook_goes_back_to_the_text_and_nothing_else_does(small_course: Path) -> None:
    run_course("build", cwd=small_course)
    edit_notebook(small_course, "return 2 * x", "return x + x")
    assert lesson_of(small_course).state() is State.NOTEBOOK_CHANGED
    assert run_course("sync", "01_small", cwd=small_course).returncode == 0
    assert lesson_of(small_course).text_path.read_text(encoding="utf-8") == SMALL_LESSON.replace(
        "return 2 * x", "return x + x"
    )
    assert run_course("build", cwd=small_course).returncode == 0
    assert lesson_of(small_course).state() is State.FRESH


def test_build_refuses_to_lose_an_edit_in_the_notebook(small_course: Path) -> None:
    run_course("build", cwd=small_course)
    edit_notebook(small_course, "2 + 3", "2 + 5")
    before = lesson_of(small_course).notebook_path.read_bytes()
    result = run_course("build", cwd=small_course)
    assert result.returncode == 1
    assert "course sync 01_small" in result.stderr
    assert lesson_of(small_course).notebook_path.read_bytes() == before


def test_neither_build_nor_sync_chooses_when_both_were_edited(small_course: Path) -> None:
    run_course("build", cwd=small_course)
    edit_notebook(small_course, "2 + 3", "2 + 5")
    edit_text(small_course, "2 + 3", "2 + 6")
    for command in (["build"], ["sync", "01_small"]):
        result = run_course(*command, cwd=small_course)
        assert result.returncode == 1
        assert "both the .py and the notebook were changed" in result.stderr


def test_a_failing_cell_is_named_and_nothing_is_written_whatever_its_tags(small_course: Path) -> None:
    edit_text(small_course, "return 2 * x", "raise ValueError('broken lesson')")
    edit_text(
        small_course,
        '"task": false}\nassert double(2)',
        '"task": false} tags=["raises-exception"]\nassert double(2)',
    )
    result = run_course("build", cwd=small_course)
    assert result.returncode == 1
    assert result.stderr == (
        "01_small: the cell that starts with 'assert double(2) == 4' failed: ValueError at: "
        "assert double(2) == 4: broken lesson. Nothing was written.\n"
    )
    assert not lesson_of(small_course).notebook_path.exists()


ANSWER = '"grade_id": "double"'


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (ANSWER, '"grade_id": "check_double"', "two cells have the grade_id 'check_double'. Give each one"),
        ('"points": 2', '"points": "two"', "check_double: its points are 'two'. Write a number, 0 or more."),
        ('"points": 2', '"points": -2', "check_double: its points are -2. Write a number, 0 or more."),
        ('"points": 2', '"points": two', "the cell that starts with 'assert double(2) == 4': its metadata"),
        (
            "    ### END SOLUTION\n",
            "",
            "double: ### BEGIN SOLUTION and ### END SOLUTION do not come in pairs.",
        ),
        ("    ### BEGIN SOLUTION\n", "", "double: ### BEGIN SOLUTION and ### END SOLUTION do not come in"),
        ('"points": 2', '"points": NaN', "check_double: its points are nan. Write a number, 0 or more."),
        (
            "assert double(2) == 4",
            "### BEGIN HIDDEN TESTS\nassert double(2) == 4",
            "check_double: ### BEGIN HIDDEN TESTS and ### END HIDDEN TESTS do not come in pairs.",
        ),
        (
            "    ### BEGIN SOLUTION",
            "    ## begin solution",
            "double: ### BEGIN SOLUTION and ### END SOLUTION do not come in pairs.",
        ),
        ("[digits]", "[cifar]", "its header names the data set 'cifar'. There are: fashion_mnist, mnist,"),
        ("display_name: Python 3", "display_name: a: b", "01_small.py, line 7: its header cannot be read: "),
        (
            "A small lesson",
            "Ein kleiner Versuch f\udcfcr",
            "01_small.py, line 14: it is not written in UTF-8.",
        ),
    ],
)
def test_what_is_wrong_with_the_text_is_said_before_anything_runs(
    small_course: Path, old: str, new: str, problem: str
) -> None:
    path = lesson_of(small_course).text_path
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new, 1), encoding="utf-8", errors="surrogateescape")
    result = run_course("build", cwd=small_course)
    assert result.returncode == 1
    assert problem in result.stderr
    assert result.stderr.count("\n") == 1
    assert not lesson_of(small_course).notebook_path.exists()


def test_the_mark_that_windows_writes_before_a_text_is_none_of_the_lesson(small_course: Path) -> None:
    path = lesson_of(small_course).text_path
    path.write_bytes(codecs.BOM_UTF8 + path.read_bytes())
    assert run_course("build", cwd=small_course).returncode == 0
    assert lesson_of(small_course).built().cells[0].source == "# A small lesson"


def test_an_unknown_lesson_lists_the_known_ones(small_course: Path) -> None:
    result = run_course("build", "07_nothing", cwd=small_course)
    assert result.returncode == 1
    assert "07_nothing" in result.stderr
    assert "01_small" in result.stderr


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_lesson_of_the_course_is_built(lesson: str) -> None:
    source = LessonSource(ROOT / "source" / lesson)
    assert source.state() is State.FRESH, f"run: make notebooks ({source.state().value})"
    for cell in source.built().cells:
        if cell.cell_type == "code":
            assert cell.execution_count, f"never run: {cell.source[:60]}"


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_lesson_survives_the_way_through_the_notebook(lesson: str, tmp_path: Path) -> None:
    folder = tmp_path / lesson
    folder.mkdir()
    original = LessonSource(ROOT / "source" / lesson)
    copy = LessonSource(folder)
    copy.text_path.write_bytes(original.text_path.read_bytes())
    copy.notebook_path.write_bytes(original.notebook_path.read_bytes())
    copy.write_text_from_notebook()
    assert copy.text_path.read_text(encoding="utf-8") == original.text_path.read_text(encoding="utf-8")
