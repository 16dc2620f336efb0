"""What the gradebook says of one notebook of one submission: marks, comments, what being late costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nbgrader.api import Gradebook, MissingEntry

from grader.classroom.course import Course
from grader.errors import CourseError


@dataclass(frozen=True)
class Mark:
    """The marks of one cell. points: None while a person has to say. by_hand: whether a person said."""

    points: float | None
    possible: float
    by_hand: bool


@dataclass(frozen=True)
class MarksGiven:
    """All marks of a notebook. marks, comments: by cell. late: what is taken off for being late."""

    marks: Mapping[str, Mark]
    comments: Mapping[str, str]
    score: float
    possible: float
    late: float


def marks_given(gradebook: Gradebook, course: Course, lesson: str, notebook: str, student: str) -> MarksGiven:
    """Read them. Raises CourseError where the gradebook does not know the submission."""
    try:
        found = gradebook.find_submission_notebook(notebook, lesson, student)
    except MissingEntry:
        raise CourseError(
            f"The gradebook of {course.root} knows nothing of {student}, {lesson}/{notebook}. "
            f"Grade it first: course grade {lesson} --student {student}"
        ) from None
    marks = {}
    for grade in found.grades:
        waits = grade.manual_score is None and grade.auto_score is None
        by_hand = grade.manual_score is not None
        marks[grade.name] = Mark(None if waits else grade.score, grade.max_score, by_hand)
    late = found.late_submission_penalty or 0.0
    comments = {comment.name: comment.comment for comment in found.comments if comment.comment}
    return MarksGiven(marks, comments, found.score - late, found.max_score, late)
