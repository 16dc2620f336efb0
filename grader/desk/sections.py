"""Where in a lesson each exercise is: what a student calls it, and the section to go back to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nbformat import NotebookNode

_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*\s*$")
_FENCE = re.compile(r"\s*(```|~~~)")


@dataclass(frozen=True)
class ExercisePlace:
    """One graded cell in its lesson.

    title: the nearest heading above it, such as "Exercise: mse"; where there is none, its nbgrader id.
    section: the heading of the section that this is in, which explains what the exercise needs; "" where
    there is none.
    """

    title: str
    section: str


def exercise_places(notebook: NotebookNode) -> dict[str, ExercisePlace]:
    """The place of each graded cell of a lesson's notebook, by nbgrader id, in the lesson's order."""
    places: dict[str, ExercisePlace] = {}
    # The headings above a cell, outermost first, with their levels.
    above: list[tuple[int, str]] = []
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        # What a student writes may hold headings too.
        if cell.cell_type == "markdown" and not marks.get("solution"):
            for level, text in _headings(cell.source):
                above = [(outer, heading) for outer, heading in above if outer < level] + [(level, text)]
        # A task is marked by hand; nbgrader does not call it graded.
        if marks.get("grade") or marks.get("task"):
            titles = [text for level, text in above if level > 1]
            title = titles[-1] if titles else marks["grade_id"]
            places[marks["grade_id"]] = ExercisePlace(title, titles[-2] if len(titles) > 1 else "")
    return places


def _headings(markdown: str) -> list[tuple[int, str]]:
    headings, fenced = [], False
    for line in markdown.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and (heading := _HEADING.match(line)):
            headings.append((len(heading[1]), heading[2].replace("`", "")))
    return headings
