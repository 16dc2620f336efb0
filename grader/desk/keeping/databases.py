"""Gradebooks in SQLite files and other databases: open them, copy them row by row, compare them."""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from nbgrader.api import Base, Gradebook
from sqlalchemy import Connection, Engine, Table, create_engine, func, inspect, make_url, select, text
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from grader.classroom.course import Course
from grader.classroom.database import (
    SECONDS_TO_WAIT_FOR_A_LOCK,
    file_of,
    first_line,
    is_lost,
    newest_schema,
    parsed,
    patient,
    tell_nbgrader_the_schema,
)
from grader.errors import CourseError

# Told how many rows of how many are done.
Progress = Callable[[int, int], None]
ROWS_AT_ONCE = 1000
TABLES: list[Table] = list(Base.metadata.sorted_tables)


def shown(url: str) -> str:
    """The URL without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return url


def absolute(url: str) -> str:
    """The same URL, to be read in any folder: that of a SQLite file may be relative. Raises CourseError."""
    file = file_of(url)
    if file is None:
        return url
    return make_url(url).set(database=str(file.absolute())).render_as_string(hide_password=False)


@contextmanager
def told(url: str) -> Iterator[None]:
    """Turn what a database says into one line."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise CourseError(f"The gradebook {shown(url)}: {error}. {_advice(str(error))}") from None
    except (IntegrityError, DataError) as error:
        raise CourseError(
            f"The gradebook {shown(url)} does not take a row: {first_line(error).rstrip('.')}. Fix that row "
            "in the old gradebook, then try again."
        ) from None
    except (SQLAlchemyError, ImportError, LookupError) as error:
        said = first_line(error)
        raise CourseError(f"The gradebook {shown(url)}: {said.rstrip('.')}. {_advice(said)}") from None


def _advice(said: str) -> str:
    if "locked" in said:
        return "Close Formgrader and what else uses it, then try again."
    if "not a database" in said or "malformed" in said:
        return "It is damaged: restore a backup with `course restore FILE --replace`."
    if "full" in said:
        return "The disk is full: make room, then run the command again."
    if "readonly" in said:
        return "Make the file and its folder writable, then run the command again."
    if "No module named" in said:
        return 'Install the driver (pip install "psycopg[binary]"), and write postgresql+psycopg://.'
    if "no such column" in said:
        return "It was made by an older nbgrader: run `nbgrader db upgrade`, then try again."
    return (
        "Check that the database can be reached, and its address: c.CourseDirectory.db_url in "
        "nbgrader_config.py, or what you typed."
    )


@contextmanager
def engine_at(url: str) -> Iterator[Engine]:
    """A database that is there, until the end of the block. Raises CourseError, also for errors in it."""
    with told(url):
        engine = create_engine(patient(make_url(url)))
        try:
            yield engine
        finally:
            engine.dispose()


@contextmanager
def gradebook_of(course: Course) -> Iterator[Gradebook]:
    """The gradebook of a course, until the end of the block; it is made where there is none.

    Raises CourseError, also for errors in the block.
    """
    url = course.gradebook_url
    tell_nbgrader_the_schema()
    with told(url), Gradebook(patient(parsed(url)), course.course_id) as gradebook:
        yield gradebook


def is_there(url: str) -> bool:
    """Whether there is a gradebook, if only an empty one; a SQLite file is not made. Raises CourseError."""
    if is_lost(url):
        return False
    with engine_at(url) as engine:
        return inspect(engine).has_table("submitted_assignment")


def schema_of(connection: Connection) -> str:
    """The schema of a gradebook, as nbgrader notes it."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def rows_in(connection: Connection, table: str) -> int:
    """How many rows a table of the gradebook has."""
    return connection.execute(select(func.count()).select_from(Base.metadata.tables[table])).scalar_one()


def make_gradebook(url: str) -> None:
    """Make nbgrader's tables where they are missing, as nbgrader does. Raises CourseError."""
    with engine_at(url) as engine, engine.begin() as connection:
        is_new = not inspect(connection).get_table_names()
        Base.metadata.create_all(connection)
        if is_new:
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
            note = text("INSERT INTO alembic_version (version_num) VALUES (:schema)")
            connection.execute(note, {"schema": newest_schema()})


def snapshot(url: str, path: Path, progress: Progress) -> None:
    """Write the gradebook as it is at one moment into a new SQLite file, while others may use it.

    Raises CourseError, also where it is damaged.
    """
    file = file_of(url)
    if file is None:
        with engine_at(url) as source:
            make_gradebook(f"sqlite:///{path}")
            with engine_at(f"sqlite:///{path}") as target, target.begin() as written:
                whole = source.execution_options(isolation_level="REPEATABLE READ")
                with whole.connect() as read:
                    refuse_other_schema(read, url)
                    replace_rows(read, written, progress)
        return
    with told(url), closing(_connect(file)) as source_file, closing(sqlite3.connect(path)) as copy:
        source_file.backup(copy)
        check_file(copy)
    progress(1, 1)


def _connect(file: Path) -> sqlite3.Connection:
    address = f"file:{quote(str(file.absolute()))}?mode=rw"
    return sqlite3.connect(address, uri=True, timeout=SECONDS_TO_WAIT_FOR_A_LOCK)


def check_file(connection: sqlite3.Connection) -> None:
    """Raise sqlite3.DatabaseError for a file that is damaged."""
    (answer,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if answer != "ok":
        raise sqlite3.DatabaseError(f"malformed: {answer}")


def refuse_other_schema(connection: Connection, url: str) -> None:
    """Raise CourseError for a gradebook that this nbgrader does not read as it is."""
    schema = schema_of(connection)
    if schema != newest_schema():
        raise CourseError(
            f"The gradebook {shown(url)} was made by another version of nbgrader (schema "
            f"{schema or 'unknown'}). Run `nbgrader db upgrade`, or use the version that made it."
        )


def replace_rows(source: Connection, target: Connection, progress: Progress) -> None:
    """Put the source's rows in place of the target's, within the target's transaction, and compare them.

    Raises CourseError where they differ afterwards.
    """
    total = sum(rows_in(source, table.name) for table in TABLES)
    for table in reversed(TABLES):
        target.execute(table.delete())
    done = 0
    for table in TABLES:
        if table.name == "assignment" and target.dialect.name != "sqlite":
            _add_unnamed_courses(source, target)
        for rows in source.execute(select(table)).mappings().partitions(ROWS_AT_ONCE):
            target.execute(table.insert(), [dict(row) for row in rows])
            done += len(rows)
            progress(done, total)
    for table in TABLES:
        there, copied = _content(source, table), _content(target, table)
        if there - copied or (copied - there and table.name != "course"):
            raise CourseError(
                f"The copy of the gradebook's table {table.name} differs from the original. Nothing was "
                "changed."
            )


def _add_unnamed_courses(source: Connection, target: Connection) -> None:
    """Add the courses of which lessons are, but which nbgrader left out: those without an id.

    SQLite does not mind; other databases do.
    """
    courses, lessons = Base.metadata.tables["course"], Base.metadata.tables["assignment"]
    named = set(source.scalars(select(courses.c.id)))
    for missing in set(source.scalars(select(lessons.c.course_id))) - named:
        target.execute(courses.insert(), {"id": missing})


def _content(connection: Connection, table: Table) -> Counter[bytes]:
    """Hashes of all rows, in no order: databases sort text in different ways."""
    found: Counter[bytes] = Counter()
    for row in connection.execute(select(table)):
        found[_digest(tuple(row))] += 1
    return found


def _digest(row: tuple[Any, ...]) -> bytes:
    return hashlib.sha256(repr(row).encode("utf-8", "surrogatepass")).digest()


@contextmanager
def temporary_file() -> Iterator[Path]:
    """A path for a gradebook in a folder that nobody else can read, which ends with the block."""
    with tempfile.TemporaryDirectory(prefix="gradebook-") as folder:
        yield Path(folder) / "gradebook.db"
