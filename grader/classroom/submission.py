"""Look at what a student handed in before it is graded, without changing it."""

from __future__ import annotations

from pathlib import Path

from grader.classroom.lesson import Lesson
from grader.grading.submitted_notebook import UnreadableError, read_submission


class UnreadableSubmissionError(Exception):
    """A submission that cannot be graded as it is: one line with the file, what is wrong, what to do."""


def inspect(lesson: Lesson, student: str) -> None:
    """Make sure that a notebook of the lesson is there, and that each that is there is one.

    Raises UnreadableSubmissionError.
    """
    folder = lesson.course.submitted / student / lesson.name
    expected = [folder / f"{name}.ipynb" for name in lesson.notebooks]
    handed_in = [path for path in expected if path.is_file() and not path.is_symlink()]
    if not handed_in:
        others = ", ".join(sorted(other.name for other in folder.glob("*.ipynb"))) or "no notebook at all"
        raise UnreadableSubmissionError(
            f"{expected[0]} is missing (found: {others}). Ask for {expected[0].name}."
        )
    for path in handed_in:
        whose = _closest(lesson, _names(path))
        if whose != lesson.name:
            found = f"it belongs to {whose}" if whose else "it has no exercise of this course"
            raise UnreadableSubmissionError(f"{path} is not {lesson.name}: {found}. Ask for {path.name}.")


def _names(path: Path) -> set[str]:
    """The nbgrader ids in a notebook."""
    content = path.read_bytes()
    if not content.strip():
        raise UnreadableSubmissionError(f"{path} is empty. Ask for it again.")
    try:
        return {cell.name for cell in read_submission(content) if cell.name is not None}
    except UnreadableError as error:
        raise UnreadableSubmissionError(f"{path}: {error} Ask for it again.") from None


def _closest(lesson: Lesson, names: set[str]) -> str:
    """The lesson that shares most cells with a notebook, this one if in doubt; "" if none shares any."""
    shared = {other: len(names & theirs) for other, theirs in lesson.names_by_lesson.items()}
    closest = max(shared, key=lambda other: (shared[other], other == lesson.name))
    return closest if shared[closest] else ""
