"""nbgrader's own: `submitted/<student>/<lesson>/`, and what its exchange holds: `student+lesson+time+…/`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from grader.classroom.course import Course
from grader.classroom.file_names import shown
from grader.classroom.timestamp import HOW_TO_WRITE_IT, TIMESTAMP, read_timestamp
from grader.desk.collecting.files import File, RefusedError
from grader.desk.collecting.hand_in import EMAIL, ID, HandIn, Owner

PLATFORM_NAME = "nbgrader"


def fits(files: Sequence[File], course: Course) -> Callable[[File], bool] | None:
    """What says whether a file is in a folder of one of these forms.

    None where some students' folders have one for the lesson, and others none: these are just folders.
    """
    lessons = course.lessons
    notebooks = [file for file in files if file.name.endswith(".ipynb") and len(file.parts) > 1]
    is_exchange = any("+" in file.parts[0] for file in notebooks)
    fitting = {file.parts[0] for file in notebooks if _whose(file.parts, lessons) is not None}
    if not is_exchange and fitting != {file.parts[0] for file in notebooks}:
        return None
    return lambda file: _whose(file.parts, lessons) is not None


def hand_ins(files: Sequence[File], course: Course) -> tuple[list[HandIn], list[str]]:
    """The hand-ins, and what was left out."""
    refused = []
    theirs: dict[tuple[str, str, str], list[File]] = {}
    lessons = course.lessons
    for file in files:
        whose = _whose(file.parts, lessons)
        if whose is None:
            refused.append(f"{shown(file.path)} was left out: it is in no folder of a student and a lesson.")
        else:
            depth = whose[2].count("/") + 1
            theirs.setdefault(whose, []).append(file.at("/".join(file.parts[depth:])))
    found = []
    for (student, lesson, label), each in theirs.items():
        try:
            found.append(_hand_in(student, lesson, label, each))
        except RefusedError as error:
            refused.append(f"{shown(label)}: {error}")
    return found, refused


def _whose(parts: Sequence[str], lessons: Sequence[str]) -> tuple[str, str, str] | None:
    """Student, lesson, and the folder of the hand-in."""
    exchanged = parts[0].split("+")
    if len(parts) > 1 and len(exchanged) > 2 and exchanged[1] in lessons:
        return exchanged[0], exchanged[1], parts[0]
    if len(parts) > 2 and parts[1] in lessons:
        return parts[0], parts[1], "/".join(parts[:2])
    return None


def _hand_in(student: str, lesson: str, label: str, files: list[File]) -> HandIn:
    owner = Owner(student, ((ID, student), (EMAIL, student)), (student,), own_id=student)
    return HandIn(
        PLATFORM_NAME,
        owner,
        tuple(files),
        {file.path: label for file in files},
        handed_in_at=_time(files),
        lesson=lesson,
        has_timestamp=True,
    )


def _time(files: Sequence[File]) -> datetime | None:
    """When it was handed in; None where nothing says so. Raises RefusedError."""
    written = next((file for file in files if file.path == TIMESTAMP), None)
    try:
        return read_timestamp(written.read()) if written else None
    except ValueError:
        raise RefusedError(
            f"its {TIMESTAMP} does not say when it was handed in. {HOW_TO_WRITE_IT}."
        ) from None
