"""A hand-in as a platform gives it: whose it is in the platform's own words, and its files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from grader.desk.collecting.files import File

# Kinds of what a student may be known by.
ID, EMAIL, PLATFORM, PARTICIPANT = "id", "email", "platform", "participant"


@dataclass(frozen=True)
class Owner:
    """A student as a platform calls them.

    called: in messages. known_by: kinds and texts to look for in a roster, the surest first. names: full
    names, in any order of their words. own_id: what to call the student without a roster, "" where the
    platform does not say enough.
    """

    called: str
    known_by: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()
    own_id: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    platform_id: str = ""


@dataclass(frozen=True)
class HandIn:
    """One hand-in of one student.

    files: their paths are those within the hand-in. labels: by such a path what the platform calls the file,
    or its folder, when something is given back. handed_in_at: UTC without a zone. numbers: by path, what the
    platform counts up with each file. is_late: whether the platform says so. lesson: where the platform says
    which. has_timestamp: whether a timestamp.txt in it is nbgrader's own.
    """

    platform: str
    owner: Owner
    files: tuple[File, ...]
    labels: dict[str, str]
    handed_in_at: datetime | None = None
    numbers: dict[str, int] | None = None
    is_late: bool = False
    lesson: str = ""
    has_timestamp: bool = False
