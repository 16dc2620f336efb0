"""Remove all that a course keeps of one student."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from nbgrader.api import Comment, Grade, Student, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import ColumnElement, Connection, delete, func, select

from grader.classroom.course import Course
from grader.classroom.database import SECONDS_TO_WAIT_FOR_A_LOCK, file_of
from grader.classroom.grading_lock import grading_lock
from grader.desk.collecting.placing import mend
from grader.desk.keeping.databases import engine_at, is_there, told
from grader.desk.keeping.places import PLACES, about_many
from grader.errors import CourseError
from grader.sentences import counted


@dataclass(frozen=True)
class Held:
    """What a course holds of a student.

    files: folders and files to remove. rows: how many rows of the gradebook, by what they are.
    """

    student: str
    files: Sequence[Path]
    rows: Mapping[str, int]

    @property
    def lines(self) -> list[str]:
        """What there is, a line for each place."""
        lines = [str(path) for path in self.files]
        if self.rows:
            counts = (counted(count, name) for name, count in self.rows.items())
            lines.append(f"in the gradebook: {', '.join(counts)}")
        return lines


def held_of(course: Course, student: str) -> Held:
    """Find all that is kept of a student. Raises CourseError where there is nothing."""
    if student in ("", ".", "..") or any(each in student for each in "/\\\0"):
        raise CourseError(
            f"{student!r} is not a student's name. Give one name, exactly as it is under {course.submitted}."
        )
    own = [path for place in PLACES for path in place.of_student(place.path(course), student)]
    rows = _rows(course, student)
    if not own and not rows:
        known = [each.name for each in course.submitted.glob("*") if each.is_dir()]
        close = " or ".join(map(repr, get_close_matches(student, known)))
        raise CourseError(
            f"{course.root} holds nothing about a student named {student!r}. Names have to be exact: capital "
            f"letters and spaces count.{f' Did you mean {close}?' if close else ''}"
        )
    return Held(student, [*own, *about_many(course)], rows)


def forget(course: Course, student: str) -> Held:
    """Remove all that is kept of a student: rows of the gradebook first, then files.

    Stopped at any moment, the same call goes on. Returns what was removed. Raises CourseError.
    """
    with grading_lock(course):
        # What a collecting that was killed has moved away may be somebody else's.
        mend(course)
        held = held_of(course, student)
        if is_there(course.gradebook_url):
            _remove_rows(course.gradebook_url, student)
        for path in held.files:
            try:
                _remove(path)
            except OSError as error:
                raise CourseError(
                    f"{path} cannot be removed: {error.strerror}. Fix that, then run the command again."
                ) from None
    return held


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


_NAMES = {
    SubmittedAssignment: "submission",
    SubmittedNotebook: "notebook",
    Grade: "mark",
    Comment: "comment",
    Student: "student",
}


def _whose(student: str) -> dict[type, ColumnElement[bool]]:
    """For each table what its rows of a student have in common; in the order in which they can be removed."""
    submissions = select(SubmittedAssignment.id).where(SubmittedAssignment.student_id == student)
    notebooks = select(SubmittedNotebook.id).where(SubmittedNotebook.assignment_id.in_(submissions))
    return {
        Comment: Comment.notebook_id.in_(notebooks),
        Grade: Grade.notebook_id.in_(notebooks),
        SubmittedNotebook: SubmittedNotebook.assignment_id.in_(submissions),
        SubmittedAssignment: SubmittedAssignment.student_id == student,
        Student: Student.id == student,
    }


def _rows(course: Course, student: str) -> dict[str, int]:
    if not is_there(course.gradebook_url):
        return {}
    with engine_at(course.gradebook_url) as engine, engine.connect() as connection:
        return _counted(connection, student)


def _counted(connection: Connection, student: str) -> dict[str, int]:
    counts = {}
    # nbgrader has a row for each answer, whether anybody has written a comment or not.
    written = func.coalesce(Comment.manual_comment, "") != ""
    for table, theirs in _whose(student).items():
        those = (theirs, written) if table is Comment else (theirs,)
        counts[_NAMES[table]] = connection.execute(select(func.count()).where(*those)).scalar_one()
    return {name: counts[name] for name in _NAMES.values() if counts[name]}


def _remove_rows(url: str, student: str) -> None:
    """Remove them in one transaction, and what SQLite would leave of them in unused parts of its file."""
    with engine_at(url) as engine, engine.begin() as connection:
        for table, theirs in _whose(student).items():
            connection.execute(delete(table).where(theirs))
    file = file_of(url)
    if file is not None:
        with (
            told(url),
            closing(
                sqlite3.connect(file, timeout=SECONDS_TO_WAIT_FOR_A_LOCK, isolation_level=None)
            ) as connection,
        ):
            connection.execute("VACUUM")
