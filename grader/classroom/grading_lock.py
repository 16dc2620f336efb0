"""One command at a time changes what students handed in and their marks."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from grader.atomic import writing
from grader.classroom.course import Course
from grader.errors import CourseError

LOCK = ".lock"


def interrupted_restore(course: Course) -> Path:
    """The file that is there while a restore puts folders in place, and after one that was killed there."""
    return course.root / ".restore" / "swapping"


@contextmanager
def grading_lock(course: Course, *, restoring: bool = False) -> Iterator[None]:
    """Hold the course's lock, which ends with this process however it ends.

    restoring: whether this is a restore, which mends what a killed one left. Raises CourseError.
    """
    with _opened(course) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CourseError(
                f"{course.root} is being graded by another `course grade`, or another command is at work in "
                "it. Wait until it has ended."
            ) from None
        if not restoring and interrupted_restore(course).exists():
            raise CourseError(
                f"A restore in {course.root} was stopped half-way. Run the same `course restore` again, with "
                "--replace."
            )
        yield


def _opened(course: Course) -> IO[str]:
    """The file whose lock is held. Raises CourseError where it cannot be made."""
    if course.reports.is_file():
        raise CourseError(
            f"{course.reports} is a file, and the folder for reports has that name. Move the file away, then "
            "run the command again."
        )
    with writing(course.reports / LOCK):
        course.reports.mkdir(exist_ok=True)
        return (course.reports / LOCK).open("w")
