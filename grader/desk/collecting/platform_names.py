"""What each hand-in was called on its platform: reports/collected/<student>.json.

Beside the records of marks, so that what backs up or forgets those does the same with these.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from grader.atomic import write_bytes, writing
from grader.classroom.course import Course

FOLDER = "collected"


class PlatformName(msgspec.Struct, frozen=True):
    """One hand-in.

    label: the platform's name of its notebook or folder. number: what the platform counts up with each file.
    handed_in_at: UTC. changed: the notebook's own date. files: the paths of what was collected, without
    timestamp.txt; content: a hash of them.
    """

    platform: str
    label: str
    content: str
    files: tuple[str, ...]
    number: int | None = None
    handed_in_at: datetime | None = None
    changed: datetime | None = None
    is_late: bool = False


def is_late(course: Course, student: str, lesson: str) -> bool:
    """Whether a platform calls a hand-in late; it may not say how late."""
    name = platform_names(course, student).get(lesson)
    return name is not None and name.is_late


def _path(course: Course, student: str) -> Path:
    return course.reports / FOLDER / f"{student}.json"


def platform_names(course: Course, student: str) -> dict[str, PlatformName]:
    """What a student's hand-ins are called, by lesson; empty where nothing readable is there."""
    try:
        return msgspec.json.decode(_path(course, student).read_bytes(), type=dict[str, PlatformName])
    except (OSError, msgspec.MsgspecError):
        return {}


def keep_platform_name(course: Course, student: str, lesson: str, name: PlatformName) -> None:
    """Keep what a hand-in is called, in place of the one before."""
    path = _path(course, student)
    names = {**platform_names(course, student), lesson: name}
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, msgspec.json.format(msgspec.json.encode(names), indent=1) + b"\n")
