"""Have nbgrader release a lesson, which is also how its gradebook gets to know the lesson's cells."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

from grader.atomic import NOTHING_CAN_BE_WRITTEN, writing
from grader.classroom.course import Course, silence_nbgrader
from grader.errors import CourseError
from grader.quiet import kernels_quiet

# What nbgrader logs of an error, with the lines that belong to it.
LOGGED_ERROR = re.compile(r"^\[ERROR\] (.*(?:\n(?!\[).*)*)", re.MULTILINE)
# In a traceback there, which is indented: where an error was raised, and the first line of what it says.
RAISED = re.compile(r"^ {6}File .*(?:\n {6}.*)*\n {4}(\S.*)", re.MULTILINE)
CELLS_ARE_FIXED = "Cannot add or remove cells"
DATABASE_ERROR = "sqlalchemy.exc."
SYSTEM_ERROR = re.compile(r"\w+: \[Errno (\d+)\] ")
KERNEL_DID_NOT_START = "Kernel died before replying"
# What it logs of each, whatever happened.
SAYS_NOTHING = ("There was an error processing", "Please see the")


def replace_released(course: Course, lesson: str) -> None:
    """Write a lesson's released files in place of earlier ones, which stay where that fails or is stopped.

    Raises CourseError.
    """
    from nbgrader.utils import temp_attrs

    with writing(course.release):
        course.release.mkdir(parents=True, exist_ok=True)
        # nbgrader first removes what was released before; what it makes elsewhere can be moved there whole.
        with tempfile.TemporaryDirectory(dir=course.release, prefix=f".{lesson}-") as folder:
            with temp_attrs(course.api.coursedir, release_directory=folder):
                _release_by_nbgrader(course, lesson, f"Releasing {lesson}")
            _swap(Path(folder, lesson), course.release / lesson, Path(folder, "before"))


def _swap(made: Path, place: Path, before: Path) -> None:
    """Put a folder in its place, and what was there before elsewhere; stopped in between, put that back."""
    try:
        if place.exists():
            place.rename(before)
        made.rename(place)
    except BaseException:
        if before.exists() and not place.exists():
            before.rename(place)
        raise


def _release_by_nbgrader(course: Course, lesson: str, what: str) -> None:
    """Have nbgrader release a lesson, and once more if its kernel for autotests lost its ports to another.

    what: what is done, for the message of a failure. Raises CourseError, OSError where nothing can be
    written, and KeyboardInterrupt as itself.
    """
    made: dict[str, Any] = course.api.generate_assignment(lesson, force=True, create=True)
    if not made["success"] and KERNEL_DID_NOT_START in (made.get("log") or ""):
        made = course.api.generate_assignment(lesson, force=True, create=True)
    if made["success"]:
        return
    error = made.get("error", "").strip()
    if error.endswith("KeyboardInterrupt"):
        raise KeyboardInterrupt
    reason = _reason(made.get("log") or error)
    of_system = SYSTEM_ERROR.match(reason)
    # Others may come of an autotest's cell.
    if of_system and (number := int(of_system[1])) in NOTHING_CAN_BE_WRITTEN:
        raise OSError(number, os.strerror(number))
    if reason.startswith(DATABASE_ERROR):
        from sqlalchemy import make_url

        # Without its password.
        gradebook = make_url(course.gradebook_url).render_as_string()
        reason = f"the gradebook {gradebook} cannot be used: {reason.partition(': ')[2]}"
    if CELLS_ARE_FIXED in reason:
        raise CourseError(
            f"{what} failed: exercises were added or removed, and nbgrader's gradebook cannot do that once "
            "somebody was graded. Undo it: an exercise that no longer counts can have 0 points. Or give the "
            "lesson a new name, and collect it anew."
        )
    raise CourseError(f"{what} failed: {reason}")


def release_made_now(course: Course, lesson: str) -> dict[str, bytes]:
    """The files that releasing a lesson would write now, by path below the lesson's folder of released files.

    Neither the course nor its gradebook is touched. Raises CourseError.
    """
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.preprocessors import SaveCells

    course.notebooks(lesson)
    silence_nbgrader()
    with tempfile.TemporaryDirectory() as folder:
        config = deepcopy(course.config)
        config.CourseDirectory.assignment_id = lesson
        config.CourseDirectory.release_directory = folder
        config.GenerateAssignment.no_database = True
        coursedir = CourseDirectory(config=config)
        converter = GenerateAssignment(coursedir=coursedir, config=config)
        converter.preprocessors = [each for each in converter.preprocessors if each is not SaveCells]
        try:
            with kernels_quiet():
                converter.start()
        except Exception:
            raise CourseError(
                f"{lesson} cannot be released. To see why, run: course release {lesson}"
            ) from None
        made = Path(folder, lesson)
        return {
            path.relative_to(made).as_posix(): path.read_bytes()
            for path in sorted(made.rglob("*"))
            if path.is_file()
        }


def enter_into_gradebook(course: Course, lesson: str) -> None:
    """Let the gradebook know a lesson's cells as they are now; nbgrader does so only as it releases."""
    from nbgrader.utils import temp_attrs

    course.notebooks(lesson)
    with writing(Path(tempfile.gettempdir())), tempfile.TemporaryDirectory() as folder:
        directories = {"release_directory": f"{folder}/release"}
        if _copy_updated(course.source / lesson, Path(folder, "source", lesson)):
            directories["source_directory"] = f"{folder}/source"
        with temp_attrs(course.api.coursedir, **directories):
            _release_by_nbgrader(course, lesson, f"Entering {lesson} into the gradebook")


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


def _reason(log: str) -> str:
    """What went wrong, in a line, of all that nbgrader logged; everything where no line says it."""
    for found in LOGGED_ERROR.finditer(log):
        lines = [line.strip() for line in found[1].strip().splitlines()]
        if not lines or lines[0].startswith(SAYS_NOTHING):
            continue
        if lines[0].startswith("Traceback"):
            raised = RAISED.findall(found[1])
            return raised[-1] if raised else lines[-1]
        if lines[0].startswith("Runtime error from the kernel"):
            return ": ".join(lines[1:3])
        return " ".join(lines)
    return log
