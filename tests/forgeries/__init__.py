"""Ways to get marks for wrong answers, as data, and the courses made of them.

Each `<lesson>.toml` holds `[[forgeries]]`, `[wrong]` (the answers of a forgery that has none of its own), and
`[classmates.<student>]` (who hand in right answers of the bank beside them: by exercise, where it is not the
first one).
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from grader import sample_course
from grader.course import Course
from grader.sample_class import Answer, SampleSubmission, answers_of, submission

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent.parent
BANK = ROOT / "tests" / "answers"
LESSONS = sorted(path.stem for path in FOLDER.glob("*.toml"))


@dataclass(frozen=True)
class Added:
    """A cell of the forger's own. after: the named cell of the lesson that it follows; "" at the very top."""

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


@dataclass(frozen=True)
class Forgery:
    """One submission that is wrong and wants marks.

    kind, tries: what sort it is of, and what it tries, in a sentence. deserves: the marks of the exercises
    that deserve some, or the lowest and the highest. answers: by exercise. metadata: what the notebook's own
    is updated with. files: what is handed in beside it. beyond: why no judge can refuse it, "" if one can.
    """

    lesson: str
    name: str
    kind: str
    tries: str
    answers: Mapping[str, str]
    deserves: Mapping[str, float | Sequence[float]]
    cells: tuple[Added, ...] = ()
    edits: tuple[Edit, ...] = ()
    metadata: Mapping[str, Any] | None = None
    files: Mapping[str, str] | None = None
    beyond: str = ""

    @property
    def student(self) -> str:
        """Who hands it in: its name, as a folder may be called."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.casefold()).strip("-")

    @property
    def sample(self) -> SampleSubmission:
        """The submission with what it deserves."""
        deserved = {
            exercise: (marks, marks) if isinstance(marks, int | float) else (marks[0], marks[1])
            for exercise, marks in self.deserves.items()
        }
        answers = {
            exercise: Answer(exercise, self.name, "wrong", 0, source)
            for exercise, source in self.answers.items()
        }
        return SampleSubmission(self.student, self.lesson, answers, deserved)


def forgeries_of(lesson: str) -> list[Forgery]:
    """The forgeries of a lesson, in the order in which they are written."""
    tables = _read(lesson)
    return [
        Forgery(
            lesson,
            **{
                **table,
                "answers": {**tables.get("wrong", {}), **table.get("answers", {})},
                "deserves": table.get("deserves", {}),
                "cells": tuple(Added(**cell) for cell in table.get("cells", ())),
                "edits": tuple(Edit(**edit) for edit in table.get("edits", ())),
            },
        )
        for table in tables["forgeries"]
    ]


def classmates_of(lesson: str) -> list[SampleSubmission]:
    """The honest students who hand in right answers beside the forgeries."""
    bank = answers_of(BANK, lesson)
    return [
        submission(
            student,
            lesson,
            {
                exercise: next(each for each in answers if each.name == chosen.get(exercise, answers[0].name))
                for exercise, answers in bank.items()
            },
        )
        for student, chosen in _read(lesson)["classmates"].items()
    ]


def course_of(folder: Path, lesson: str) -> Course:
    """A course in that folder where the forgeries of a lesson are handed in, and two honest classmates are."""
    forgeries = forgeries_of(lesson)
    samples = [*classmates_of(lesson), *(forgery.sample for forgery in forgeries)]
    course = sample_course.make(Course.at(ROOT), folder, samples)
    for forgery in forgeries:
        path = course.submitted / forgery.student / lesson / f"{lesson}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        forge(notebook, forgery)
        # Not nbformat.write, which refuses some of what a forger hands in.
        path.write_text(nbformat.v4.writes_json(notebook), encoding="utf-8")
        for name, text in (forgery.files or {}).items():
            beside = path.parent / name
            beside.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(text, encoding="utf-8")
    return course


def forge(notebook: NotebookNode, forgery: Forgery) -> None:
    """Do to a notebook with the answers in it what a forger does to it."""
    named = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in notebook.cells}
    for edit in forgery.edits:
        _edit(notebook.cells, named[edit.cell], edit)
    added: dict[int | None, list[NotebookNode]] = {}
    for number, cell in enumerate(forgery.cells):
        made = nbformat.v4.new_code_cell(cell.source.strip("\n"), id=f"added-{number}")
        added.setdefault(id(named[cell.after]) if cell.after else None, []).append(made)
    lesson = ((cell, *added.get(id(cell), ())) for cell in notebook.cells)
    notebook.cells = [*added.get(None, ()), *itertools.chain.from_iterable(lesson)]
    _update(notebook.metadata, forgery.metadata or {})


def _edit(cells: list[NotebookNode], cell: NotebookNode, edit: Edit) -> None:
    place = next(place for place, each in enumerate(cells) if each is cell)
    if edit.copied:
        cell = deepcopy(cell)
        cells.insert(place + 1, cell)
    _update(cell, edit.change or {})
    if edit.last or edit.deleted:
        del cells[place]
    if edit.last:
        cells.append(cell)


def _update(json: dict[str, Any], change: Mapping[str, Any]) -> None:
    for key, value in change.items():
        if isinstance(value, Mapping) and isinstance(json.get(key), dict):
            _update(json[key], value)
        else:
            json[key] = nbformat.from_dict(value)


def _read(lesson: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{lesson}.toml").read_text(encoding="utf-8"))
