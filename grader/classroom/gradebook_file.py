"""Where a gradebook in SQLite lies: the one part of its URL that says whether it is lost."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from grader.errors import CourseError


def file_of(url: str) -> Path | None:
    """The file of a SQLite gradebook; None for another database. Raises CourseError."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise CourseError(
            f"The gradebook {url} is no address of a database. "
            "Check c.CourseDirectory.db_url in nbgrader_config.py."
        ) from None
    if parsed.get_backend_name() != "sqlite":
        return None
    if not parsed.database or parsed.database == ":memory:":
        raise CourseError(f"{url} names no file for the gradebook. Write sqlite:/// and its path.")
    return Path(parsed.database)


def is_lost(url: str) -> bool:
    """Whether the file is not there. Of other databases only a connection could tell."""
    file = file_of(url)
    return file is not None and not file.is_file()
