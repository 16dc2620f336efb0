"""Move a gradebook to another database, all rows as they are."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import inspect

from grader.classroom.course import Course
from grader.classroom.database import file_of
from grader.classroom.grading_lock import grading_lock
from grader.desk.keeping.databases import (
    TABLES,
    Progress,
    absolute,
    engine_at,
    is_there,
    make_gradebook,
    refuse_other_schema,
    replace_rows,
    rows_in,
    shown,
    snapshot,
    temporary_file,
)
from grader.errors import CourseError


@dataclass(frozen=True)
class Moved:
    """What was copied. url: where to. rows: by table."""

    url: str
    rows: dict[str, int]


def move_gradebook(course: Course, url: str, progress: Progress) -> Moved:
    """Copy all of a course's gradebook into an empty database, and compare both row by row.

    url: SQLAlchemy's address of the database. progress: told how many rows are copied, of how many. The old
    gradebook stays as it is. Raises CourseError; then no row is in the new one.
    """
    url = absolute(url)
    _refuse_target(course, url)
    with grading_lock(course), temporary_file() as copy:
        # Formgrader may be in use: what is copied is what the gradebook was at one moment.
        snapshot(course.gradebook_url, copy, lambda _done, _total: None)
        file = file_of(url)
        try:
            make_gradebook(url)
            with (
                engine_at(f"sqlite:///{copy}") as old,
                engine_at(url) as new,
                old.connect() as read,
                new.begin() as written,
            ):
                refuse_other_schema(read, course.gradebook_url)
                refuse_other_schema(written, url)
                replace_rows(read, written, progress)
                return Moved(url, {table.name: rows_in(written, table.name) for table in TABLES})
        except BaseException:
            if file is not None:
                file.unlink(missing_ok=True)
            raise


def _refuse_target(course: Course, url: str) -> None:
    file, old = file_of(url), course.gradebook_url
    if not is_there(old):
        raise CourseError(f"There is no gradebook yet at {shown(old)}: nothing to move.")
    if url == old or (file is not None and file.exists()):
        raise CourseError(f"{shown(url)} exists already. Name an empty database or a new file.")
    if file is not None:
        if not file.parent.is_dir():
            raise CourseError(f"There is no folder {file.parent}. Create it first.")
        return
    with engine_at(url) as engine, engine.connect() as connection:
        tables = set(inspect(connection).get_table_names())
        ours = {table.name for table in TABLES}
        others = sorted(tables - ours - {"alembic_version"})
        if others:
            raise CourseError(
                f"The database {shown(url)} holds other tables ({', '.join(others[:3])}). "
                "Make an empty one for the gradebook."
            )
        full = [name for name in ours & tables if name != "course" and rows_in(connection, name)]
        if full:
            raise CourseError(
                f"The database {shown(url)} holds a gradebook already. Make an empty database, or set "
                "c.CourseDirectory.db_url to this one."
            )
