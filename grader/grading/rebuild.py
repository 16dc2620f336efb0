"""Build the notebook that runs: the lesson's own cells, with the answers and added cells of a submission."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace

import nbformat
from nbformat import NotebookNode

from grader.grading.answers import Answers, find_answers
from grader.grading.findings import differs, findings_of
from grader.grading.matching import Matches, is_same_text, match
from grader.grading.spec import Spec, SpecCell
from grader.grading.submitted_notebook import Submission, SubmittedCell
from grader.judge.names import Plan

# What nbformat accepts as a cell's id.
CELL_ID = re.compile(r"[a-zA-Z0-9-_]{1,64}")


@dataclass(frozen=True)
class Rebuilt:
    """The notebook to run. spec_cells: for each of its cells the lesson's cell, None for an added one.

    unanswered: the names of answers that still hold their stub, or are missing. findings: what was put right.
    """

    notebook: NotebookNode
    spec_cells: tuple[SpecCell | None, ...]
    unanswered: frozenset[str]
    findings: tuple[str, ...]

    def plans(self, of_lesson: Mapping[int, Plan]) -> dict[int, Plan]:
        """How checks are judged, by places in this notebook in place of those in the lesson."""
        places = [place for place, cell in enumerate(self.spec_cells) if cell is not None]
        return {
            places[of_check]: replace(plan, before=tuple(places[before] for before in plan.before))
            for of_check, plan in of_lesson.items()
        }


def rebuild(spec: Spec, submission: Submission) -> Rebuilt:
    """Take from a submission the sources of answers and of added cells, and from the lesson all else.

    Added cells follow the cell of the lesson after which they stood. A cell of the lesson that is nobody's
    answer and was edited runs as released; what the student made of it follows as an added cell. An answer
    that stands in another cell than its own is found there.
    """
    matches = match(spec, submission.cells)
    found = find_answers(matches)
    sources = _sources(matches, found)
    added = _added(matches, found)
    cells: list[NotebookNode] = []
    spec_cells: list[SpecCell | None] = []
    taken = {cell.id for cell in spec.cells}
    for position in range(-1, len(spec.cells)):
        if position >= 0:
            cell = deepcopy(spec.template.cells[position])
            cell.source = sources.get(position, cell.source)
            # Tags steer how tools run a cell: here every cell runs.
            cell.metadata.pop("tags", None)
            cells.append(cell)
            spec_cells.append(spec.cells[position])
        for extra in added.get(position, []):
            cells.append(_added_cell(extra, taken))
            spec_cells.append(None)
    notebook = deepcopy({key: value for key, value in spec.template.items() if key != "cells"})
    return Rebuilt(
        nbformat.from_dict({**notebook, "cells": cells}),
        tuple(spec_cells),
        frozenset(
            cell.name
            for place, cell in enumerate(spec.cells)
            if cell.is_answer
            and cell.name is not None
            and place not in found.elsewhere
            and is_same_text(sources.get(place, cell.source), cell.source)
        ),
        (*submission.findings, *findings_of(matches, found)),
    )


def _sources(matches: Matches, found: Answers) -> dict[int, str]:
    """By its place, what each answer says, where the student said something."""
    sources = {
        place: matches.cells[number].source
        for number, place in matches.places.items()
        if matches.spec.cells[place].is_answer
    }
    moved = {place: matches.cells[number].source for place, number in found.replaced.items()}
    return {**sources, **moved, **dict.fromkeys(found.emptied, "")}


def _added(matches: Matches, found: Answers) -> dict[int, list[SubmittedCell]]:
    """The student's own cells, by the place of the lesson's cell that they follow."""
    spec, moved = matches.spec, found.moved
    tests = {cell.name for cell in spec.cells if cell.name is not None and not cell.is_answer}
    added: dict[int, list[SubmittedCell]] = {}
    after = -1
    for number, cell in enumerate(matches.cells):
        place = matches.places.get(number)
        after = after if place is None else place
        if place is None:
            # A second copy of a test would only run twice, and one of a stub would undo the answer. An
            # earlier copy of an answer may hold something.
            is_own = cell.name not in tests and not _is_stub(cell, spec)
        else:
            original = spec.cells[place]
            is_own = (
                original.name is None and cell.kind == original.kind == "code" and differs(cell, original)
            )
        if is_own and cell.source.strip() and number not in moved:
            added.setdefault(after, []).append(cell)
    for place, numbers in found.before.items():
        added.setdefault(place - 1, []).extend(matches.cells[number] for number in numbers)
    for place, numbers in found.after.items():
        added[place] = [matches.cells[number] for number in numbers] + added.get(place, [])
    return added


def _is_stub(cell: SubmittedCell, spec: Spec) -> bool:
    return cell.kind == "code" and any(
        is_same_text(cell.source, answer.released) for answer in spec.cells if answer.is_answer
    )


def _added_cell(cell: SubmittedCell, taken: set[str]) -> NotebookNode:
    name = cell.id if cell.id and CELL_ID.fullmatch(cell.id) else "added"
    unique, number = name, 2
    while unique in taken:
        unique, number = f"{name[:50]}-{number}", number + 1
    taken.add(unique)
    made: NotebookNode = nbformat.from_dict(
        {"id": unique, "cell_type": cell.kind, "metadata": {}, "source": cell.source}
    )
    if cell.kind == "code":
        made.update(outputs=[], execution_count=None)
    return made
