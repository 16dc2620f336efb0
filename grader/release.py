"""Release lessons: nbgrader makes the student's version, without solutions, hidden tests and outputs."""

from __future__ import annotations

import tempfile
from typing import Any

from grader.course import Course
from grader.errors import CourseError
from grader.lesson_source import LessonSource, State


def release(course: Course, lesson: str) -> None:
    """Write the student's version of a lesson and enter the lesson into the gradebook. Raises CourseError."""
    course.notebooks(lesson)
    source = LessonSource(course.source / lesson)
    if source.text_path.exists() and source.state() is not State.FRESH:
        raise CourseError(
            f"{source.notebook_path}: {source.state().value}. Build it first: course build {lesson}"
        )
    succeeded(course.api.generate_assignment(lesson, force=True, create=True), f"Releasing {lesson}")


def enter_into_gradebook(course: Course, lesson: str) -> None:
    """Let the gradebook know a lesson's cells as they are now; nbgrader does so only as it releases."""
    from nbgrader.utils import temp_attrs

    course.notebooks(lesson)
    with (
        tempfile.TemporaryDirectory() as folder,
        temp_attrs(course.api.coursedir, release_directory=folder),
    ):
        succeeded(course.api.generate_assignment(lesson, force=True, create=True), f"Reading {lesson}")


def succeeded(result: dict[str, Any], what: str) -> None:
    """Raise what nbgrader reported of a failed call: KeyboardInterrupt as itself, all else as CourseError."""
    if result["success"]:
        return
    error = result.get("error", "").strip()
    if error.endswith("KeyboardInterrupt"):
        raise KeyboardInterrupt
    raise CourseError(f"{what} failed. nbgrader says:\n{result.get('log') or error}")
