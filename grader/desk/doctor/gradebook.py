"""The gradebook: whether it can be reached and written, and what is in it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from grader.classroom.course import Course
from grader.classroom.database import file_of, is_lost, newest_schema, told_of_lost
from grader.classroom.records import any_record
from grader.desk.doctor.finding import Finding, State
from grader.desk.keeping.databases import (
    check_file,
    engine_at,
    is_there,
    rows_in,
    schema_of,
    shown,
    told,
)
from grader.errors import CourseError

SECONDS_TO_WAIT = 0.5


def gradebook(course: Course) -> Finding:
    """Whether grading can enter marks."""
    url = course.gradebook_url
    where = _where(course, url)
    try:
        if is_lost(url) and any_record(course):
            found, _, advice = told_of_lost(url).partition(". ")
            return Finding("gradebook", State.WARNING, found, advice)
        if not is_there(url):
            return Finding("gradebook", State.OK, f"{where}: not there yet; the first release makes it")
        file = file_of(url)
        if file is not None:
            with told(url):
                if _is_locked(file):
                    return Finding(
                        "gradebook", State.WARNING, f"{where} is locked by another program",
                        "Wait, or close Formgrader and what else uses it",
                    )  # fmt: skip
        with engine_at(url) as engine, engine.connect() as connection:
            schema = schema_of(connection)
            if schema != newest_schema():
                return Finding(
                    "gradebook", State.FAILS, f"{where} has the schema of another nbgrader ({schema})",
                    "Make a copy of it, then run: nbgrader db upgrade",
                )  # fmt: skip
            marks = rows_in(connection, "grade")
            students = rows_in(connection, "student")
    except CourseError as error:
        found, _, advice = str(error).rpartition(". ")
        return Finding("gradebook", State.FAILS, found, advice)
    return Finding("gradebook", State.OK, f"{where}: {marks} marks of {students} students, schema {schema}")


def _where(course: Course, url: str) -> str:
    file = file_of(url)
    if file is None:
        return shown(url)
    return str(file.relative_to(course.root)) if file.is_relative_to(course.root) else str(file)


def _is_locked(file: Path) -> bool:
    """Whether somebody else is writing. Raises sqlite3.DatabaseError for a damaged file."""
    connection = sqlite3.connect(file, timeout=SECONDS_TO_WAIT, isolation_level=None)
    with closing(connection):
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
            check_file(connection)
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            return True
    return False
