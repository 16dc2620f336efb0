"""What the gradebook says of one notebook of one submission: marks, comments, what being late costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from nbgrader.api import Gradebook, MissingEntry, SubmittedNotebook

from grader.classroom.given_points import after_penalty, given_points


@dataclass(frozen=True)
class Mark:
    """The marks of one cell. points: None while a person has to say. by_hand: whether a person said."""

    points: float | None
    possible: float
    by_hand: bool


@dataclass(frozen=True)
class MarksGiven:
    """All marks of a notebook.

    marks, comments (a person's): by cell. late_penalty: points taken off for being late.
    handed_in_at: UTC, None where nothing says so.
    """

    marks: Mapping[str, Mark]
    comments: Mapping[str, str]
    score: float
    possible: float
    late_penalty: float
    handed_in_at: datetime | None

    @property
    def waits(self) -> float:
        """The points that a person has still to give or not."""
        return sum(mark.possible for mark in self.marks.values() if mark.points is None)

    @property
    def possible_so_far(self) -> float:
        """The points of what is marked."""
        return self.possible - self.waits


def marks_given(gradebook: Gradebook, lesson: str, student: str) -> dict[str, MarksGiven]:
    """Read them for each notebook of a submission, by name; empty where the gradebook does not know it."""
    try:
        found = gradebook.find_submission(lesson, student)
    except MissingEntry:
        return {}
    return {notebook.name: _of_notebook(notebook) for notebook in found.notebooks}


def _of_notebook(found: SubmittedNotebook) -> MarksGiven:
    marks = {}
    for grade in found.grades:
        by_hand, waits = grade.manual_score, grade.needs_manual_grade
        points = given_points(by_hand, grade.auto_score, grade.extra_credit, waits=waits)
        marks[grade.name] = Mark(points, grade.max_score, by_hand is not None)
    penalty = found.late_submission_penalty or 0.0
    score = sum(mark.points or 0.0 for mark in marks.values())
    # Not those that grading makes, such as "No response.".
    comments = {each.name: each.manual_comment for each in found.comments if each.manual_comment}
    left = after_penalty(score, penalty)
    return MarksGiven(marks, comments, left, found.max_score, penalty, found.assignment.timestamp)
