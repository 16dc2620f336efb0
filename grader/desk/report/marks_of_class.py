"""What the gradebook says of a whole class, one query for each lesson and thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Gradebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import func, select

from grader.classroom.course import Course
from grader.classroom.database import is_lost, told_of_lost
from grader.classroom.given_points import given_points, late_by
from grader.desk.keeping.databases import gradebook_of
from grader.errors import CourseError


@dataclass
class GivenMarks:
    """The marks of one submission.

    points: by cell, None while a person has to say. penalty: points taken off for being late. late_by: how
    long after the due date it was handed in.
    """

    points: dict[str, float | None] = field(default_factory=dict)
    penalty: float = 0.0
    late_by: timedelta = timedelta()


@contextmanager
def opened(course: Course) -> Iterator[Gradebook]:
    """The course's gradebook. Raises CourseError where there is none or it cannot be read."""
    url = course.gradebook_url
    if is_lost(url):
        raise CourseError(told_of_lost(url))
    with gradebook_of(course) as gradebook:
        yield gradebook


def names_of_students(gradebook: Gradebook) -> dict[str, str]:
    """The names of everybody in the gradebook by id, "" where none is known."""
    rows = gradebook.db.execute(select(Student.id, Student.first_name, Student.last_name))
    return {student: " ".join(filter(None, parts)).strip() for student, *parts in rows}


def marks_of_lesson(gradebook: Gradebook, lesson: str) -> Mapping[str, GivenMarks]:
    """The marks of everybody who handed a lesson in, by student."""
    found: dict[str, GivenMarks] = {}
    submissions = gradebook.db.execute(
        select(
            SubmittedAssignment.student_id,
            SubmittedAssignment.timestamp,
            Assignment.duedate,
            SubmittedAssignment.extension,
            func.sum(SubmittedNotebook.late_submission_penalty),
        )
        .select_from(SubmittedAssignment)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .where(Assignment.name == lesson)
        .group_by(
            SubmittedAssignment.student_id,
            SubmittedAssignment.timestamp,
            Assignment.duedate,
            SubmittedAssignment.extension,
        )
    )
    for student, timestamp, due, extension, penalty in submissions:
        found[student] = GivenMarks(penalty=penalty or 0.0, late_by=late_by(timestamp, due, extension))
    grades = gradebook.db.execute(
        select(
            SubmittedAssignment.student_id,
            BaseCell.name,
            Grade.manual_score,
            Grade.auto_score,
            Grade.extra_credit,
            Grade.needs_manual_grade,
        )
        .select_from(Grade)
        .join(BaseCell, Grade.cell_id == BaseCell.id)
        .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .where(Assignment.name == lesson)
    )
    for student, cell, by_hand, by_machine, extra, waits in grades:
        found[student].points[cell] = given_points(by_hand, by_machine, extra, waits=waits)
    return found
