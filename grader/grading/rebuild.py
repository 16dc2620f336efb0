"""Build the notebook that runs: the lesson's own cells, with the answers and added cells of a submission."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace

import nbformat
from nbformat import NotebookNode

from grader.grading.spec import Spec, SpecCell
from grader.grading.submitted_notebook import SubmittedCell
from grader.judge.names import Plan

# What nbformat accepts as a cell's id.
CELL_ID = re.compile(r"[a-zA-Z0-9-_]{1,64}")


@dataclass(frozen=True)
class Rebuilt:
    """The notebook to run. spec_cells: for each of its cells the lesson's cell, None for an added one.

    unanswered: the names of answers that still hold their stub, or are missing. findings: what was put back.
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


def rebuild(spec: Spec, submission: list[SubmittedCell]) -> Rebuilt:
    """Take from a submission the sources of answers and of added cells, and from the lesson all else.

    Added cells follow the cell of the lesson after which they stood. A cell of the lesson that is nobody's
    answer and was edited runs as released; what the student made of it follows as an added cell.
    """
    matches = _match(spec, submission)
    positions = {id(cell): position for position, cell in enumerate(spec.cells)}
    tests = {cell.name for cell in spec.cells if cell.name is not None and not cell.is_answer}
    answers: dict[str, str] = {}
    added: dict[int, list[SubmittedCell]] = {}
    order: list[int] = []
    edited: list[str] = []
    after = -1
    for cell, match in zip(submission, matches, strict=True):
        if match is None:
            # A second copy of a test would only run twice; an earlier copy of an answer may hold something.
            if cell.source.strip() and cell.name not in tests:
                added.setdefault(after, []).append(cell)
            continue
        after = positions[id(match)]
        order.append(after)
        if match.is_answer and match.name is not None:
            answers[match.name] = cell.source
        elif _differs(cell, match):
            if match.name is not None:
                edited.append(match.name)
            elif cell.kind == match.kind == "code" and cell.source.strip():
                added.setdefault(after, []).append(cell)
    cells: list[NotebookNode] = []
    spec_cells: list[SpecCell | None] = []
    taken = {cell.id for cell in spec.cells}
    for position in range(-1, len(spec.cells)):
        if position >= 0:
            match = spec.cells[position]
            cell = deepcopy(spec.template.cells[position])
            if match.name in answers:
                cell.source = answers[match.name]
            # Tags steer how tools run a cell: here every cell runs.
            cell.metadata.pop("tags", None)
            cells.append(cell)
            spec_cells.append(match)
        for extra in added.get(position, []):
            cells.append(_added_cell(extra, taken))
            spec_cells.append(None)
    notebook = deepcopy({key: value for key, value in spec.template.items() if key != "cells"})
    return Rebuilt(
        nbformat.from_dict({**notebook, "cells": cells}),
        tuple(spec_cells),
        frozenset(
            cell.name
            for cell in spec.cells
            if cell.is_answer
            and cell.name is not None
            and answers.get(cell.name, cell.source).strip() == cell.source.strip()
        ),
        tuple(_findings(spec, submission, order, edited)),
    )


def _match(spec: Spec, submission: list[SubmittedCell]) -> list[SpecCell | None]:
    """For each cell handed in, the cell of the lesson that it is; each of the lesson's cells at most once."""
    named = {cell.name: cell for cell in spec.cells if cell.name is not None}
    plain = {cell.id: cell for cell in spec.cells if cell.name is None}
    by_id = {cell.id: cell for cell in spec.cells}
    matches: list[SpecCell | None] = [None] * len(submission)
    free = set(map(id, spec.cells))

    def take(index: int, cell: SpecCell | None) -> None:
        if cell is not None and id(cell) in free:
            matches[index] = cell
            free.discard(id(cell))

    # A copy of an answer keeps its name: nbgrader, too, lets the last one count.
    for index in reversed(range(len(submission))):
        take(index, named.get(submission[index].name or ""))
    for index, cell in enumerate(submission):
        if matches[index] is None and cell.name is None:
            take(index, plain.get(cell.id or ""))
    # Older programs drop cells' ids, others their metadata: then the id, or the text, tells them.
    for index, cell in enumerate(submission):
        if matches[index] is None and cell.name not in named:
            take(index, by_id.get(cell.id or ""))
    by_text: dict[tuple[str, str], list[SpecCell]] = {}
    for each in spec.cells:
        if id(each) in free and not each.is_answer:
            by_text.setdefault((each.kind, each.source.strip()), []).append(each)
    for index, cell in enumerate(submission):
        same = by_text.get((cell.kind, cell.source.strip()))
        if matches[index] is None and cell.name not in named and same:
            take(index, same.pop(0))
    return matches


def _differs(cell: SubmittedCell, match: SpecCell) -> bool:
    return cell.kind != match.kind or cell.source.strip() not in (
        match.released.strip(),
        match.source.strip(),
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


def _findings(spec: Spec, submission: list[SubmittedCell], order: list[int], edited: list[str]) -> list[str]:
    findings = []
    counts = Counter(cell.name for cell in submission if cell.name is not None)
    present = {spec.cells[position].name for position in order}
    for cell in spec.cells:
        if cell.name is None:
            continue
        if cell.name not in present:
            findings.append(f"{cell.name} was deleted; it was put back.")
        elif counts[cell.name] > 1:
            kept = "the last one counts" if cell.is_answer else "the original was run"
            findings.append(f"{cell.name} was there {counts[cell.name]} times; {kept}.")
        if cell.name in edited:
            findings.append(f"{cell.name} was edited; the original was run.")
    if order != sorted(order):
        findings.append("Cells of the lesson were in another order; they were run in the lesson's.")
    return findings
