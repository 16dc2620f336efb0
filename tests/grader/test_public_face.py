"""What a script sees of the grader: public names, errors with one base, a class graded without a printed line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import grader
from grader import CourseError, GraderError, Limits, WallError, grade, grade_class, read_spec
from grader.classroom.progress import Finished, Noticed, Started
from suites.small_lessons import answer, as_bytes, check, handed_in, notebook
from tests.grader.conftest import hand_in


def test_every_public_name_is_there() -> None:
    assert [name for name in grader.__all__ if getattr(grader, name, None) is None] == []
    assert set(grader.__all__) <= set(dir(grader))
    with pytest.raises(AttributeError):
        grader.not_there  # noqa: B018 - reading it is the test


def test_importing_the_grader_imports_nothing_slow() -> None:
    program = "import sys, grader; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(modules.stdout.split())
    assert loaded.isdisjoint({"nbformat", "nbgrader", "numpy", "rich", "typer", "grader.grading"})


def test_all_errors_have_one_base() -> None:
    assert issubclass(CourseError, GraderError)
    assert issubclass(WallError, GraderError)
    assert issubclass(grader.UnreadableError, GraderError)
    with pytest.raises(GraderError):
        Limits(cell_seconds=0)


def test_one_notebook_is_graded_by_what_is_public() -> None:
    lesson = as_bytes(notebook(answer("one", "one = 1"), check("check_one", "assert one == 1", points=2)))
    spec = read_spec(lesson)
    graded = grade(as_bytes(handed_in(spec, one="one = 1")), spec, Limits(cell_seconds=60))
    assert [cell.points for cell in graded.cells] == [2]


def test_a_class_is_graded_without_a_printed_line(
    released_course: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    hand_in(released_course, "ada", "def double(x):\n    return 2 * x")
    hand_in(released_course, "ben", "def double(x):\n    return x")
    happened: list[object] = []
    graded = grade_class(released_course, ["01_small"], on_progress=happened.append)
    assert {record.student: record.score for record in graded.records} == {"ada": 6, "ben": 2}
    assert [each.total for each in happened if isinstance(each, Started)] == [2]
    finished = {each.record.student for each in happened if isinstance(each, Finished)}
    assert finished == {"ada", "ben"}
    assert [each for each in happened if isinstance(each, Noticed)]
    again = grade_class(released_course, ["01_small"])
    assert again.unchanged == 2
    assert again.records == graded.records
    assert capfd.readouterr() == ("", "")
