"""Ways to get marks for wrong answers, as data, and the courses made of them.

Each `<lesson>.toml` holds `[[forgeries]]`, `[wrong]` (the answers of a forgery that has none of its own), and
`[classmates.<student>]` (who hand in right answers of the bank beside them: by exercise, where it is not the
first one).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from grader.authoring import sample_course
from grader.authoring.sample_class import Answer, SampleSubmission
from grader.classroom.course import Course
from suites.hand_ins import (
    Added,
    Edit,
    add_cells,
    classmates,
    edit_cells,
    hand_in_beside,
    student_of,
    update,
)
from suites.places import ROOT

FOLDER = Path(__file__).parent
LESSONS = sorted(path.stem for path in FOLDER.glob("*.toml"))


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
        return student_of(self.name)

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
    return classmates(lesson, _read(lesson)["classmates"])


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
        hand_in_beside(path, forgery.files or {})
    return course


def forge(notebook: NotebookNode, forgery: Forgery) -> None:
    """Do to a notebook with the answers in it what a forger does to it."""
    add_cells(notebook, forgery.cells)
    edit_cells(notebook, forgery.edits)
    update(notebook.metadata, forgery.metadata or {})


def _read(lesson: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{lesson}.toml").read_text(encoding="utf-8"))
