"""Release lessons: nbgrader makes the student's version, without solutions, hidden tests and outputs."""

from __future__ import annotations

import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from grader.course import Course
from grader.errors import CourseError
from grader.lesson_source import LessonSource, State
from grader.quiet import kernels_quiet

# What nbgrader logs of an error, with the lines that belong to it.
LOGGED_ERROR = re.compile(r"^\[ERROR\] (.*(?:\n(?!\[).*)*)", re.MULTILINE)
KERNEL_DID_NOT_START = "Kernel died before replying"
# What it logs of each, whatever happened.
SAYS_NOTHING = ("There was an error processing", "Please see the")


def release(course: Course, lesson: str) -> None:
    """Write the student's version of a lesson and enter the lesson into the gradebook. Raises CourseError."""
    course.notebooks(lesson)
    source = LessonSource(course.source / lesson)
    if source.text_path.exists() and source.state() is not State.FRESH:
        raise CourseError(
            f"{source.notebook_path}: {source.state().value}. Build it first: course build {lesson}"
        )
    # Autotests are filled in by a kernel, which talks to the terminal.
    with kernels_quiet():
        result = _generate(course, lesson)
    succeeded(result, f"Releasing {lesson}")
    _try_solution(course, lesson)


def _try_solution(course: Course, name: str) -> None:
    """Run the solution of a lesson that does not train, as grading will. Raises CourseError if it fails."""
    from grader.classroom.autotests import with_autotests
    from grader.classroom.lesson import Lesson, limits_of
    from grader.classroom.own_run import WORTH_A_RUN, own_run
    from grader.wall.errors import WallError

    lesson = Lesson(course, name, limits_of(course, name, {}))
    if not lesson.trains:
        # Whoever only releases needs no wall: grading then says what is missing.
        with suppress(WallError):
            own_run(with_autotests(lesson), WORTH_A_RUN)


def enter_into_gradebook(course: Course, lesson: str) -> None:
    """Let the gradebook know a lesson's cells as they are now; nbgrader does so only as it releases."""
    from nbgrader.utils import temp_attrs

    course.notebooks(lesson)
    with tempfile.TemporaryDirectory() as folder:
        directories = {"release_directory": f"{folder}/release"}
        if _copy_updated(course.source / lesson, Path(folder, "source", lesson)):
            directories["source_directory"] = f"{folder}/source"
        with temp_attrs(course.api.coursedir, **directories):
            result = _generate(course, lesson)
    succeeded(result, f"Entering {lesson} into the gradebook")


def _generate(course: Course, lesson: str) -> dict[str, Any]:
    """Let nbgrader release a lesson, and once more if its kernel for autotests lost its ports to another."""
    made: dict[str, Any] = course.api.generate_assignment(lesson, force=True, create=True)
    if not made["success"] and KERNEL_DID_NOT_START in (made.get("log") or ""):
        made = course.api.generate_assignment(lesson, force=True, create=True)
    return made


def _copy_updated(lesson: Path, copy: Path) -> bool:
    """Copy a lesson with nbgrader's metadata up to date, if it is not; nbgrader refuses older metadata."""
    import nbformat

    from grader.grading.spec import update_schema

    updated = {}
    for path in lesson.glob("*.ipynb"):
        with suppress(Exception):  # nbgrader says what is wrong with it
            notebook = nbformat.read(path, as_version=4)
            if update_schema(notebook):
                updated[path.name] = notebook
    if updated:
        shutil.copytree(lesson, copy)
    for name, notebook in updated.items():
        nbformat.write(notebook, copy / name)
    return bool(updated)


def succeeded(result: dict[str, Any], what: str) -> None:
    """Raise what nbgrader reported of a failed call: KeyboardInterrupt as itself, all else as CourseError."""
    if result["success"]:
        return
    error = result.get("error", "").strip()
    if error.endswith("KeyboardInterrupt"):
        raise KeyboardInterrupt
    raise CourseError(f"{what} failed: {_reason(result.get('log') or error)}")


def _reason(log: str) -> str:
    """What went wrong, in a line, of all that nbgrader logged; everything where no line says it."""
    for found in LOGGED_ERROR.finditer(log):
        lines = [line.strip() for line in found[1].strip().splitlines()]
        if not lines or lines[0].startswith(SAYS_NOTHING):
            continue
        if lines[0].startswith("Traceback"):
            return lines[-1]
        if lines[0].startswith("Runtime error from the kernel"):
            return ": ".join(lines[1:3])
        return " ".join(lines)
    return log
