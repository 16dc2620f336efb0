"""Look at what a student handed in before it is graded, without changing it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from grader.course import Course


class UnreadableSubmissionError(Exception):
    """A submission that cannot be graded as it is: one line with the file, what is wrong, what to do."""


def inspect(course: Course, lesson: str, student: str) -> None:
    """Make sure that every notebook of the lesson is there and is one. Raises UnreadableSubmissionError."""
    folder = course.submitted / student / lesson
    for expected in course.notebooks(lesson):
        path = folder / expected.name
        if not path.is_file():
            others = ", ".join(sorted(other.name for other in folder.glob("*.ipynb"))) or "no notebook at all"
            raise UnreadableSubmissionError(f"{path} is missing (found: {others}). Ask for {expected.name}.")
        whose = _closest(course, lesson, _grade_ids(_cells(path)))
        if whose != lesson:
            found = f"it belongs to {whose}" if whose else "it has no exercise of this course"
            raise UnreadableSubmissionError(f"{path} is not {lesson}: {found}. Ask for {expected.name}.")


def _cells(path: Path) -> list[dict[str, Any]]:
    text = path.read_bytes()
    if not text.strip():
        raise UnreadableSubmissionError(f"{path} is empty. Ask for it again.")
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableSubmissionError(
            f"{path} is no notebook: it is not JSON ({error}). Ask for it again."
        ) from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise UnreadableSubmissionError(f"{path} is no notebook: it has no list of cells. Ask for it again.")
    return cells


def _grade_ids(cells: list[dict[str, Any]]) -> set[str]:
    metadata = (cell.get("metadata") for cell in cells)
    marked = (data.get("nbgrader") for data in metadata if isinstance(data, dict))
    return {str(data.get("grade_id")) for data in marked if isinstance(data, dict)}


def _closest(course: Course, lesson: str, grade_ids: set[str]) -> str:
    """The lesson that shares most cells with a notebook, this one if in doubt; "" if none shares any."""
    shared = {other: len(grade_ids & _ids_of(course, other)) for other in course.lessons}
    closest = max(shared, key=lambda other: (shared[other], other == lesson))
    return closest if shared[closest] else ""


def _ids_of(course: Course, lesson: str) -> set[str]:
    notebooks = (course.source / lesson).glob("*.ipynb")
    return set().union(*(_grade_ids(_cells(notebook)) for notebook in notebooks))
