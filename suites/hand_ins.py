"""What suites of submissions share: cells that are added, cells that are edited, and honest classmates."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from grader.authoring.sample_class import SampleSubmission, answers_of, submission
from suites.places import SOURCE


@dataclass(frozen=True)
class Added:
    """A cell of the student's own. after: the named cell of the lesson that it follows; "" at the very top."""

    source: str
    after: str = ""


@dataclass(frozen=True)
class Edit:
    """What is done to a named cell of the notebook file.

    change: what its JSON is updated with, tables within tables too. copied: whether the cell stays as it was
    and a changed copy follows it. last: whether it comes last. deleted: whether it goes.
    """

    cell: str
    change: Mapping[str, Any] | None = None
    copied: bool = False
    last: bool = False
    deleted: bool = False


def student_of(name: str) -> str:
    """Who hands in what has this name, as a folder may be called."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")


def classmates(lesson: str, chosen: Mapping[str, Mapping[str, str]]) -> list[SampleSubmission]:
    """Honest students who hand in right answers of the bank.

    chosen: for each student the names of answers by exercise, where it is not the first one.
    """
    bank = answers_of(SOURCE, lesson)
    return [
        submission(
            student,
            lesson,
            {
                exercise: next(each for each in answers if each.name == names.get(exercise, answers[0].name))
                for exercise, answers in bank.items()
            },
        )
        for student, names in chosen.items()
    ]


def add_cells(notebook: NotebookNode, cells: Iterable[Added]) -> None:
    """Add a student's own cells to a notebook."""
    named = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in notebook.cells}
    added: dict[int | None, list[NotebookNode]] = {}
    for number, cell in enumerate(cells):
        made = nbformat.v4.new_code_cell(cell.source.strip("\n"), id=f"added-{number}")
        added.setdefault(id(named[cell.after]) if cell.after else None, []).append(made)
    lesson = ((cell, *added.get(id(cell), ())) for cell in notebook.cells)
    notebook.cells = [*added.get(None, ()), *itertools.chain.from_iterable(lesson)]


def edit_cells(notebook: NotebookNode, edits: Iterable[Edit]) -> None:
    """Edit named cells of a notebook."""
    named = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in notebook.cells}
    for edit in edits:
        _edit(notebook.cells, named[edit.cell], edit)


def _edit(cells: list[NotebookNode], cell: NotebookNode, edit: Edit) -> None:
    place = next(place for place, each in enumerate(cells) if each is cell)
    if edit.copied:
        cell = deepcopy(cell)
        cells.insert(place + 1, cell)
    update(cell, edit.change or {})
    if edit.last or edit.deleted:
        del cells[place]
    if edit.last:
        cells.append(cell)


def update(json: dict[str, Any], change: Mapping[str, Any]) -> None:
    """Update a table, and the tables within it."""
    for key, value in change.items():
        if isinstance(value, Mapping) and isinstance(json.get(key), dict):
            update(json[key], value)
        else:
            json[key] = nbformat.from_dict(value)


def hand_in_beside(notebook: Path, files: Mapping[str, str]) -> None:
    """Hand in files, by relative path, beside a notebook."""
    for name, text in files.items():
        path = notebook.parent / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
