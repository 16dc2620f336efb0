"""A small class that is graded and gets its pages, in this process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grader import grade_class
from grader.classroom.course import Course
from grader.desk.feedback.give import give_feedback, students_to_tell
from grader.grading.spec import read_spec
from suites.small_lessons import as_bytes, handed_in, notebook

LESSON = "01_small"


def make_course(course: Path, *cells: NotebookNode) -> Path:
    """A course with one lesson of these cells."""
    path = course / "source" / LESSON / f"{LESSON}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(as_bytes(notebook(*cells)))
    return course


def hand_in(course: Path, student: str, *added: NotebookNode, **answers: str) -> None:
    """Hand in the lesson with these answers, and with cells of the student's own at its end."""
    spec = read_spec((course / "source" / LESSON / f"{LESSON}.ipynb").read_bytes())
    submission = handed_in(spec, **answers)
    submission.cells.extend(added)
    path = course / "submitted" / student / LESSON / f"{LESSON}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(submission, path)


def grade(course: Path) -> None:
    """Grade what was handed in."""
    graded = grade_class(course, [LESSON])
    assert all(record.is_graded for record in graded.records), graded.records


def page_of(course: Path, student: str) -> Path:
    """Where a student's page is."""
    return course / "feedback" / student / LESSON / f"{LESSON}.html"


def feedback(course: Path, students: Sequence[str] = ()) -> dict[str, str]:
    """Make the pages; returns those of these students, as text."""
    opened = Course.at(course)
    told = students_to_tell(opened, LESSON)
    assert give_feedback(opened, LESSON, told, lambda _done, _student: None).problems == []
    return {student: page_of(course, student).read_text(encoding="utf-8") for student in students}
