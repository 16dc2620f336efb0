"""Build the notebook that runs: the lesson's own cells, with the answers and added cells of a submission."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace

import nbformat
from nbformat import NotebookNode

from grader.grading.answers import Answers, find_answers
from grader.grading.findings import differs, findings_of
from grader.grading.matching import Matches, is_same_text, match
from grader.grading.spec import Spec, SpecCell
from grader.grading.submitted_notebook import Submission, SubmittedCell
from grader.judge.plans import Plan

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
            places[of_check]: replace(
                plan,
                before=tuple(places[before] for before in plan.before),
                parts={places[before]: part for before, part in plan.parts.items()},
            )
            for of_check, plan in of_lesson.items()
        }


def rebuild(spec: Spec, submission: Submission) -> Rebuilt:
    """Take from a submission the sources of answers and of added cells, and from the lesson all else.

    Added cells follow the cell of the lesson after which they stood. A cell of the lesson that is nobody's
    answer and was edited runs as released; what the student made of it follows as an added cell. An answer
    that is in another cell than its own is found there.
    """
    matches = match(spec, submission.cells)
    found = find_answers(matches)
    sources = _sources(matches, found)
    cells = list(_cells(spec, sources, _added(matches, found)))
    notebook = deepcopy({key: value for key, value in spec.template.items() if key != "cells"})
    return Rebuilt(
        nbformat.from_dict({**notebook, "cells": [cell for cell, _ in cells]}),
        tuple(of_lesson for _, of_lesson in cells),
        _unanswered(spec, sources, found),
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
    added: dict[int, list[SubmittedCell]] = defaultdict(list)
    moved = found.moved
    after = -1
    for number, cell in enumerate(matches.cells):
        after = matches.places.get(number, after)
        if number not in moved and _is_own(matches, number):
            added[after].append(cell)
    for place, numbers in found.before.items():
        added[place - 1] += [matches.cells[number] for number in numbers]
    for place, numbers in found.after.items():
        added[place] = [*(matches.cells[number] for number in numbers), *added[place]]
    return added


def _is_own(matches: Matches, number: int) -> bool:
    """Whether a cell says something of the student's own, apart from the answers in their places."""
    cell, spec = matches.cells[number], matches.spec
    if not cell.source.strip():
        return False
    if number not in matches.places:
        # A second copy of a test would only run twice, and one of a stub would undo the answer. An earlier
        # copy of an answer may hold something.
        return not _copies_a_test(cell, spec) and not _is_stub(cell, spec)
    original = spec.cells[matches.places[number]]
    return original.name is None and cell.kind == original.kind == "code" and differs(cell, original)


def _copies_a_test(cell: SubmittedCell, spec: Spec) -> bool:
    return cell.name is not None and any(
        cell.name == original.name and not original.is_answer for original in spec.cells
    )


def _is_stub(cell: SubmittedCell, spec: Spec) -> bool:
    return cell.kind == "code" and any(
        is_same_text(cell.source, answer.released) for answer in spec.cells if answer.is_answer
    )


def _cells(
    spec: Spec, sources: Mapping[int, str], added: Mapping[int, Sequence[SubmittedCell]]
) -> Iterator[tuple[NotebookNode, SpecCell | None]]:
    """The cells to run, each with the lesson's cell that it is, None for an added one."""
    taken = dict.fromkeys((cell.id for cell in spec.cells), 1)
    for extra in added.get(-1, ()):
        yield _added_cell(extra, taken), None
    for place, of_lesson in enumerate(spec.cells):
        yield _lesson_cell(spec, place, sources), of_lesson
        for extra in added.get(place, ()):
            yield _added_cell(extra, taken), None


def _lesson_cell(spec: Spec, place: int, sources: Mapping[int, str]) -> NotebookNode:
    cell: NotebookNode = deepcopy(spec.template.cells[place])
    cell.source = sources.get(place, cell.source)
    # Tags steer how tools run a cell: here every cell runs.
    cell.metadata.pop("tags", None)
    return cell


def _added_cell(cell: SubmittedCell, taken: dict[str, int]) -> NotebookNode:
    """An added cell, with an id of its own. taken: by id, the last number that was put behind it."""
    name = cell.id if cell.id and CELL_ID.fullmatch(cell.id) else "added"
    unique = name
    while unique in taken:
        taken[name] += 1
        unique = f"{name[:50]}-{taken[name]}"
    taken[unique] = 1
    made: NotebookNode = nbformat.from_dict(
        {"id": unique, "cell_type": cell.kind, "metadata": {}, "source": cell.source}
    )
    if cell.kind == "code":
        made.update(outputs=[], execution_count=None)
    return made


def _unanswered(spec: Spec, sources: Mapping[int, str], found: Answers) -> frozenset[str]:
    """The names of answers that still hold their stub, or are missing."""
    return frozenset(
        cell.name
        for place, cell in enumerate(spec.cells)
        if cell.is_answer
        and cell.name is not None
        and place not in found.elsewhere
        and is_same_text(sources.get(place, cell.source), cell.source)
    )
