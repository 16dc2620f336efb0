"""Write marks into nbgrader's own gradebook: one writer, one transaction for each submission."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from types import TracebackType
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    Notebook,
    SourceCell,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from grader.classroom.course import CONFIG_NAME, Course
from grader.classroom.database import first_line, parsed, patient, tell_nbgrader_the_schema
from grader.errors import CourseError
from grader.grading.graded import CellMarks

# What sets how late work is marked down.
OF_PENALTIES = {"AssignLatePenalties", "LateSubmissionPlugin"}


class GradebookWriter:
    """Enters marks; never touches marks and comments that were given by hand."""

    def __init__(self, course: Course) -> None:
        """Open a course's gradebook, and make it if there is none. Raises CourseError."""
        url = parsed(course.gradebook_url)
        tell_nbgrader_the_schema()
        try:
            self._gradebook = Gradebook(patient(url), course.course_id)
        except (SQLAlchemyError, ImportError) as error:
            raise CourseError(f"The gradebook {url!r} cannot be opened: {first_line(error)}") from None
        self._config = course.config
        if OF_PENALTIES & course.config.keys():
            # A mistake in it is said before anything is graded.
            _ = self._penalties

    @cached_property
    def _penalties(self) -> Any:
        """The plug-in that says what late work loses."""
        # It takes half a second to import, and most classes have nobody who is late.
        from nbgrader.preprocessors import AssignLatePenalties

        with _told_of_penalties():
            penalties = AssignLatePenalties(config=self._config)
            penalties.init_plugin()
        return penalties.plugin_inst

    def __enter__(self) -> GradebookWriter:  # noqa: D105
        return self

    def __exit__(  # noqa: D105
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._gradebook.close()

    def cells(self, lesson: str) -> dict[str, dict[str, float]]:
        """For each notebook of a lesson its graded cells and their points; empty for an unknown lesson."""
        session: Session = self._gradebook.db()
        notebooks = session.scalars(
            select(Notebook).join(Notebook.assignment).where(Assignment.name == lesson)
        ).all()
        return {
            notebook.name: {
                cell.name: cell.max_score for cell in (*notebook.grade_cells, *notebook.task_cells)
            }
            for notebook in notebooks
        }

    def sources(self, lesson: str) -> dict[str, dict[str, str]]:
        """For each notebook of a lesson its cells' sources as released, hidden tests included."""
        session: Session = self._gradebook.db()
        found: dict[str, dict[str, str]] = {}
        for notebook, name, source in session.execute(
            select(Notebook.name, SourceCell.name, SourceCell.source)
            .join(SourceCell.notebook)
            .join(Notebook.assignment)
            .where(Assignment.name == lesson)
        ):
            found.setdefault(notebook, {})[name] = source or ""
        return found

    def write(
        self,
        lesson: str,
        student: str,
        marks: Mapping[str, Sequence[CellMarks]],
        no_response: Mapping[str, frozenset[str]],
        changed: Mapping[str, frozenset[str]],
        timestamp: datetime | None,
    ) -> None:
        """Enter one submission, all of it or nothing.

        marks: for each notebook its graded cells. no_response: for each notebook the answers left as
        released. changed: for each notebook the answers that are not those graded before. timestamp: when it
        was handed in, UTC without a zone. Raises CourseError when the gradebook does not know the lesson's
        cells.
        """
        session: Session = self._gradebook.db()
        with _entering(session, f"The marks of {student}, {lesson},"):
            submission = self._submission(session, lesson, student) or self._add(session, lesson, student)
            if timestamp is not None:
                submission.timestamp = timestamp
            for notebook in submission.notebooks:
                if notebook.name in marks:
                    name = notebook.name
                    _enter(session, notebook, marks[name], no_response[name], changed[name])
            session.flush()
            self._penalise(session, submission)

    def penalise_again(self, lesson: str) -> None:
        """Work out again what submissions of a lesson lose for being late: its due date may have changed.

        Raises CourseError when this cannot be entered.
        """
        session: Session = self._gradebook.db()
        of_lesson = (
            select(SubmittedAssignment).join(SubmittedAssignment.assignment).where(Assignment.name == lesson)
        )
        with _entering(session, f"Late penalties of {lesson}"):
            for submission in session.scalars(of_lesson):
                loses = any(notebook.late_submission_penalty for notebook in submission.notebooks)
                if loses or submission.total_seconds_late > 0:
                    self._penalise(session, submission)

    def _penalise(self, session: Session, submission: Any) -> None:
        """Enter what a submission loses for being late, as the course's configuration says."""
        for notebook in submission.notebooks:
            session.refresh(notebook)
            penalty = None
            if submission.total_seconds_late > 0:
                plugin = self._penalties
                with _told_of_penalties():
                    penalty = plugin.late_submission_penalty(
                        submission.student_id, notebook.score, submission.total_seconds_late
                    )
                    penalty = penalty and _within(float(penalty), notebook.score)
            notebook.late_submission_penalty = penalty

    @staticmethod
    def _submission(session: Session, lesson: str, student: str) -> Any:
        return session.scalars(
            select(SubmittedAssignment)
            .join(SubmittedAssignment.assignment)
            .where(Assignment.name == lesson, SubmittedAssignment.student_id == student)
        ).one_or_none()

    @staticmethod
    def _add(session: Session, lesson: str, student: str) -> Any:
        assignment = session.scalars(select(Assignment).where(Assignment.name == lesson)).one_or_none()
        if assignment is None:
            raise CourseError(
                f"The gradebook does not know {lesson}: release it first (course release {lesson})."
            )
        if session.get(Student, student) is None:
            session.add(Student(id=student))
        submission = SubmittedAssignment(assignment=assignment, student_id=student)
        session.add(submission)
        for notebook in assignment.notebooks:
            session.add(SubmittedNotebook(notebook=notebook, assignment=submission))
        session.flush()
        return submission


@contextmanager
def _told_of_penalties() -> Iterator[None]:
    """Turn what a plug-in for late penalties raises, or its settings, into one line. Raises CourseError."""
    try:
        yield
    except Exception as error:  # it is the instructor's code
        why = " ".join(str(error).split())
        raise CourseError(
            f"What {CONFIG_NAME} says of late penalties fails: {type(error).__name__}: {why}. Fix that, then "
            "run the command again."
        ) from None


@contextmanager
def _entering(session: Session, what: str) -> Iterator[None]:
    """Enter all of what is done within, or nothing. Raises CourseError. what: for its message."""
    try:
        yield
        session.commit()
    except SQLAlchemyError as error:
        session.rollback()
        raise CourseError(f"{what} could not be entered: {first_line(error)}") from None
    except BaseException:
        session.rollback()
        raise


def _enter(
    session: Session,
    notebook: Any,
    marks: Sequence[CellMarks],
    no_response: frozenset[str],
    changed: frozenset[str],
) -> None:
    """Fill in a submitted notebook's grades and comments; those of cells that are new are added."""
    cells: dict[str, list[BaseCell]] = {}
    for cell in (*notebook.notebook.grade_cells, *notebook.notebook.task_cells):
        cells.setdefault(cell.name, []).append(cell)
    grades = {grade.cell_id: grade for grade in notebook.grades}
    for mark in marks:
        if mark.name not in cells:
            raise CourseError(
                f"The gradebook does not know the cell {mark.name!r} of {notebook.name}: release it again."
            )
        for cell in cells[mark.name]:
            grade = grades.get(cell.id) or Grade(cell_id=cell.id, notebook=notebook)
            session.add(grade)
            if grade.manual_score is None:
                grade.needs_manual_grade = mark.points is None
            elif _to_be_looked_at(mark, grade.auto_score, changed):
                grade.needs_manual_grade = True
            grade.auto_score = mark.points
    comments = {comment.cell_id: comment for comment in notebook.comments}
    for cell in (*notebook.notebook.solution_cells, *notebook.notebook.task_cells):
        comment = comments.get(cell.id) or Comment(cell_id=cell.id, notebook=notebook)
        session.add(comment)
        comment.auto_comment = "No response." if cell.name in no_response else None


def _to_be_looked_at(mark: CellMarks, before: float | None, changed: frozenset[str]) -> bool:
    """Whether a cell that a person has marked is another one now.

    An answer in words is when it says something else, a check when it gives other marks or an answer changed.
    """
    if mark.points is None:
        return mark.name in changed
    return mark.points != before or bool(changed)


def _within(penalty: float, score: float) -> float:
    """A penalty that takes no more than there is, and gives nothing. Raises ValueError."""
    if math.isnan(penalty):
        raise ValueError("late_submission_penalty returned nan")
    return min(max(penalty, 0.0), score)
