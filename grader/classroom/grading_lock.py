"""One grading run at a time in a course: two would write the same marks."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from grader.classroom.course import Course
from grader.errors import CourseError


@contextmanager
def grading_lock(course: Course) -> Iterator[None]:
    """Hold the course's lock, which ends with this process however it ends. Raises CourseError."""
    course.reports.mkdir(exist_ok=True)
    with (course.reports / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CourseError(
                f"{course.root} is being graded by another `course grade`. Wait until it has ended."
            ) from None
        yield
