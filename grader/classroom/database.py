"""What all that opens a gradebook needs, without nbgrader, which takes a second to import."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from grader.errors import CourseError

# Formgrader may be saving a mark just now.
SECONDS_TO_WAIT_FOR_A_LOCK = 60


def parsed(url: str) -> URL:
    """The parts of a gradebook's URL. Raises CourseError."""
    try:
        return make_url(url)
    except ArgumentError:
        raise CourseError(
            f"{url!r} is not the URL of a database. The one of a course is c.CourseDirectory.db_url in its "
            "nbgrader_config.py: write sqlite:/// and a path, for example."
        ) from None


def file_of(url: str) -> Path | None:
    """The file of a SQLite gradebook; None for another database. Raises CourseError."""
    parts = parsed(url)
    if parts.get_backend_name() != "sqlite":
        return None
    if not parts.database or parts.database == ":memory:":
        raise CourseError(f"{url} names no file for the gradebook. Write sqlite:/// and its path.")
    return Path(parts.database)


def is_lost(url: str) -> bool:
    """Whether the file is not there, or nothing is in it. Of other databases only a connection could tell."""
    file = file_of(url)
    return file is not None and not (file.is_file() and file.stat().st_size)


def told_of_lost(url: str) -> str:
    """What to say where the file is not there, or empty, and marks have been in it."""
    return (
        f"The gradebook {file_of(url)} is missing or empty. Restore a backup (course restore FILE "
        "--replace); or make it again, without names, due dates and the marks given by hand: course grade"
    )


def patient(url: URL) -> str:
    """The URL of a gradebook, with time for other writers of a SQLite file to finish."""
    if url.get_backend_name() == "sqlite":
        url = url.update_query_dict({"timeout": str(SECONDS_TO_WAIT_FOR_A_LOCK)})
    return url.render_as_string(hide_password=False)


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection to a gradebook, to read from. Raises CourseError where it cannot be read."""
    parts = parsed(url)
    try:
        engine = create_engine(patient(parts))
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        raise CourseError(f"The gradebook {parts!r} cannot be read: {first_line(error)}") from None


def first_line(error: Exception) -> str:
    """What a database says went wrong, without the statement that it was asked."""
    # SQLAlchemy puts advice to programmers before it.
    said = getattr(error, "orig", None) or error
    return str(said).strip().partition("\n")[0]


@cache
def newest_schema() -> str:
    """The schema that this nbgrader makes and reads."""
    import nbgrader
    from alembic.script import ScriptDirectory

    return str(ScriptDirectory(str(Path(nbgrader.__file__).parent / "alembic")).get_current_head())


def tell_nbgrader_the_schema() -> None:
    """Let nbgrader know it for gradebooks that it makes: it would start `alembic`, which takes seconds."""
    from nbgrader import api

    api.get_alembic_version = newest_schema
