"""A course of one small lesson, with a class that all hands in the same answer."""

from __future__ import annotations

from pathlib import Path

from grader.classroom.course import Course
from grader.grading.spec import read_spec
from suites.small_lessons import answer, as_bytes, check, handed_in, notebook

LESSON = "01_small"


def make(folder: Path, students: int, double: str) -> Course:
    """Make it in a folder. double: the answer."""
    lesson = notebook(
        answer("double", "def double(x):\n    return 2 * x"), check("check_double", "assert double(2) == 4")
    )
    source = folder / "source" / LESSON
    source.mkdir(parents=True)
    (source / f"{LESSON}.ipynb").write_bytes(as_bytes(lesson))
    content = as_bytes(handed_in(read_spec(as_bytes(lesson)), double=double))
    for number in range(students):
        path = folder / "submitted" / f"student{number:05}" / LESSON / f"{LESSON}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    return Course.at(folder)
