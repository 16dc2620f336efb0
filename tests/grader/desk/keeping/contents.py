"""What a course holds, to be compared before and after."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from nbgrader.api import Base
from sqlalchemy import create_engine, select

FOLDERS = ("submitted", "autograded", "feedback", "reports")


def files(course: Path) -> dict[str, str]:
    """The hashes of what lies in the folders with students' data and in a backup, by path."""
    return {
        str(path.relative_to(course)): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in FOLDERS
        for path in sorted((course / folder).rglob("*"))
        if path.is_file() and path.name not in (".lock", ".own_run") and path.suffix != ".msgpack"
    }


def rows(url: str) -> dict[str, list[Any]]:
    """All rows of a gradebook, by table."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            table.name: sorted(map(tuple, connection.execute(select(table)).all()), key=repr)
            for table in Base.metadata.sorted_tables
        }
    engine.dispose()
    return found


def sqlite(course: Path) -> str:
    """The URL of a course's own gradebook."""
    return f"sqlite:///{course / 'gradebook.db'}"
