"""The marks of a class as nbgrader's gradebook has them: those given by hand and penalties included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from grader.classroom.course import Course
from grader.classroom.database import is_lost, told_of_lost
from grader.classroom.given_points import after_penalty, given_points, late_by
from grader.classroom.records import any_record
from grader.desk.collecting.roster import Person
from grader.desk.keeping.databases import gradebook_of, is_there
from grader.errors import CourseError


@dataclass
class ExerciseMarks:
    """One graded cell. points: None while a person has to say. by_hand: whether a person said."""

    name: str
    notebook: str
    points: float | None
    possible: float
    by_hand: bool
    extra: float
    comment: str = ""


@dataclass
class LessonMarks:
    """One submission. late_penalty: points taken off for being late. is_overdue: whether it came too late."""

    student: str
    lesson: str
    handed_in_at: datetime | None
    exercises: list[ExerciseMarks] = field(default_factory=list)
    late_penalty: float = 0.0
    is_overdue: bool = False

    @property
    def points(self) -> float:
        """What it earned, without what being late costs."""
        earned = sum((each.points or 0.0) + each.extra for each in self.exercises)
        return after_penalty(earned, self.late_penalty)

    @property
    def possible(self) -> float:
        """Points to be had."""
        return sum(each.possible for each in self.exercises)

    @property
    def waits(self) -> bool:
        """Whether a person has to mark some of it."""
        return any(each.points is None for each in self.exercises)


@dataclass(frozen=True)
class ClassMarks:
    """Everybody in the gradebook, and their marks by student and lesson. possible: by lesson."""

    people: Sequence[Person]
    marks: Mapping[tuple[str, str], LessonMarks]
    possible: Mapping[str, float]


def class_marks(course: Course, lessons: Sequence[str]) -> ClassMarks:
    """Read them. Raises CourseError where nothing is graded."""
    people: list[Person] = []
    marks: dict[tuple[str, str], LessonMarks] = {}
    url = course.gradebook_url
    # Opening one that is not there would make it.
    if is_there(url):
        with gradebook_of(course) as gradebook:
            session = gradebook.db()
            people = [
                Person(
                    each.id,
                    each.first_name or "",
                    each.last_name or "",
                    each.email or "",
                    each.lms_user_id or "",
                )
                for each in session.scalars(select(Student).order_by(Student.id))
            ]
            for lesson in lessons:
                marks.update(_of_lesson(session, lesson))
    elif is_lost(url) and any_record(course):
        raise CourseError(told_of_lost(url))
    if not marks:
        raise CourseError(course.told_of_ungraded(lessons))
    # A cell may have been added after some students were graded.
    possible: dict[str, float] = {}
    for (_, lesson), each in marks.items():
        possible[lesson] = max(possible.get(lesson, 0.0), each.possible)
    return ClassMarks(people, marks, possible)


def _of_lesson(session: Session, lesson: str) -> dict[tuple[str, str], LessonMarks]:
    """Four questions for a whole lesson: nbgrader's own way asks some for each cell of each student."""
    found: dict[tuple[str, str], LessonMarks] = {}
    comments = _comments(session, lesson)
    places: dict[str, tuple[LessonMarks, str]] = {}
    submitted = _select_of(
        lesson,
        SubmittedAssignment.student_id,
        SubmittedAssignment.timestamp,
        Assignment.duedate,
        SubmittedAssignment.extension,
        SubmittedNotebook.id,
        SubmittedNotebook.late_submission_penalty,
        Notebook.name,
    ).join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
    for student, timestamp, due, extension, notebook_id, penalty, notebook in session.execute(submitted):
        marks = found.setdefault((student, lesson), LessonMarks(student, lesson, timestamp))
        marks.late_penalty += penalty or 0.0
        marks.is_overdue = bool(late_by(timestamp, due, extension))
        places[notebook_id] = (marks, notebook)
    cells = {cell.id: cell for cell in session.scalars(select(BaseCell))}
    grades = _select_of(lesson, Grade).join(Grade, Grade.notebook_id == SubmittedNotebook.id)
    for grade in session.scalars(grades):
        marks, notebook = places[grade.notebook_id]
        cell = cells[grade.cell_id]
        comment = comments.get((grade.notebook_id, cell.name), "")
        marks.exercises.append(_exercise(grade, cell, notebook, comment))
    for marks in found.values():
        marks.exercises.sort(key=lambda each: (each.notebook, each.name))
    return found


def _select_of(lesson: str, *columns: Any) -> Select[Any]:
    """A question for what belongs to the submitted notebooks of a lesson."""
    return (
        select(*columns)
        .select_from(SubmittedNotebook)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .where(Assignment.name == lesson)
    )


def _comments(session: Session, lesson: str) -> dict[tuple[str, str], str]:
    """By submitted notebook and cell: a person's comment, or else nbgrader's."""
    columns = Comment.notebook_id, BaseCell.name, Comment.manual_comment, Comment.auto_comment
    asked = (
        _select_of(lesson, *columns)
        .join(Comment, Comment.notebook_id == SubmittedNotebook.id)
        .join(BaseCell, BaseCell.id == Comment.cell_id)
    )
    return {
        (notebook, cell): (manual if manual is not None else auto) or ""
        for notebook, cell, manual, auto in session.execute(asked)
    }


def _exercise(grade: Any, cell: Any, notebook: str, comment: str) -> ExerciseMarks:
    by_hand = grade.manual_score is not None
    waits = grade.needs_manual_grade
    points = given_points(grade.manual_score, grade.auto_score, None, waits=waits)
    extra = 0.0 if points is None else grade.extra_credit or 0.0
    return ExerciseMarks(cell.name, notebook, points, cell.max_score, by_hand, extra, comment)
