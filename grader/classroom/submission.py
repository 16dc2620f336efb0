"""Read what a student handed in before it is graded, without changing it."""

from __future__ import annotations

from pathlib import Path

from grader.classroom.lesson import Lesson
from grader.grading.submitted_notebook import UnreadableError, read_submission, without_outputs


class UnreadableSubmissionError(Exception):
    """A submission that cannot be graded as it is: one line with the file, what is wrong, what to do."""


def read_notebooks(lesson: Lesson, student: str) -> dict[str, bytes]:
    """The notebooks of the lesson that were handed in, by name and without outputs.

    At least one has to be there, and each that is there has to be one of this lesson. Raises
    UnreadableSubmissionError.
    """
    folder = lesson.course.submitted / student / lesson.name
    paths = {name: folder / f"{name}.ipynb" for name in lesson.notebooks}
    # A link may lead anywhere: to another student's folder, or to the gradebook.
    handed_in = {name: path for name, path in paths.items() if path.is_file() and not path.is_symlink()}
    if not handed_in:
        others = ", ".join(sorted(other.name for other in folder.glob("*.ipynb"))) or "no notebook at all"
        expected = next(iter(paths.values()))
        raise UnreadableSubmissionError(f"{expected} is missing (found: {others}). Ask for {expected.name}.")
    return {name: _read(lesson, path) for name, path in handed_in.items()}


def _read(lesson: Lesson, path: Path) -> bytes:
    content = path.read_bytes()
    if not content.strip():
        raise UnreadableSubmissionError(f"{path} is empty. Ask for it again.")
    try:
        cells = read_submission(content)
    except UnreadableError as error:
        raise UnreadableSubmissionError(f"{path}: {error} Ask for it again.") from None
    whose = _closest(lesson, {cell.name for cell in cells if cell.name is not None})
    # Where there is nothing to grade, nothing can be graded wrongly.
    if whose != lesson.name and lesson.points[path.stem]:
        found = f"it belongs to {whose}" if whose else "it has no exercise of this course"
        raise UnreadableSubmissionError(f"{path} is not {lesson.name}: {found}. Ask for {path.name}.")
    return without_outputs(cells)


def _closest(lesson: Lesson, names: set[str]) -> str:
    """The lesson that shares most cells with a notebook, this one if in doubt; "" if none shares any."""
    shared = {other: len(names & theirs) for other, theirs in lesson.course.names_by_lesson.items()}
    closest = max(shared, key=lambda other: (shared[other], other == lesson.name))
    return closest if shared[closest] else ""
