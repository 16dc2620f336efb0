"""What a submission may try on the machine that grades it, as data.

Each `<lesson>.toml` holds `[[attacks]]`, `[limits]` (the options of `course grade`), `[classmates.<student>]` (who
hand in right answers of the bank beside them), `[wrong]` (the answers of attackers that have none), and `answered`
(the exercises that attackers answer rightly; all of them where it is missing).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.authoring.sample_class import Answer, SampleSubmission, answers_of
from suites.hand_ins import Added, classmates, student_of
from suites.places import SOURCE

FOLDER = Path(__file__).parent
LESSONS = sorted(path.stem for path in FOLDER.glob("*.toml"))
NOTHING, NOT_GRADED = "", "not graded"
# What the record of a submission says of what was stopped in it.
SAYS = {
    "timed out": "took longer than",
    "kernel died": "The kernel died.",
    "out of memory": "of memory",
    "too much output": "printed and drew more than",
    "too many processes": "processes.",
}


@dataclass(frozen=True)
class Attack:
    """One submission that attacks the grader.

    kind, tries: what sort it is of, and what it tries, in a sentence. cells: where it does. answers: those of
    its own. wrong: whether it answers nothing rightly. deserves: the marks of exercises, or the lowest and the
    highest, where they are not 0 for an answer of its own and all for a right one. reported: what may be said
    of it, NOTHING if all of it may run to its end. outcomes: what its checks may end with.

    files, links, pipes: what it hands in beside the notebook, or in place of it. bomb: an archive of gigabytes.
    sparse: files of zeros, by their size. notebook: a text that is handed in instead, many times over.
    harmless_without_wall: whether it does no harm where nothing holds it back.
    """

    lesson: str
    name: str
    kind: str
    tries: str
    right: Mapping[str, Answer]
    answers: Mapping[str, str]
    deserves: Mapping[str, float | Sequence[float]]
    cells: tuple[Added, ...] = ()
    reported: tuple[str, ...] = (NOTHING,)
    outcomes: Mapping[str, Sequence[str]] | None = None
    files: Mapping[str, str] | None = None
    links: Mapping[str, str] | None = None
    pipes: Sequence[str] = ()
    bomb: str = ""
    sparse: Mapping[str, int] | None = None
    notebook: Mapping[str, Any] | None = None
    wrong: bool = False
    harmless_without_wall: bool = False

    @property
    def student(self) -> str:
        """Who hands it in: its name, as a folder may be called."""
        return student_of(self.name)

    @property
    def sample(self) -> SampleSubmission:
        """The submission with what it deserves."""
        answers = {
            **self.right,
            **{name: Answer(name, self.name, "wrong", 0, source) for name, source in self.answers.items()},
        }
        marks: dict[str, float | Sequence[float]] = {name: each.marks for name, each in answers.items()}
        marks = (
            {name: 0.0 for name in answers} if self.reported == (NOT_GRADED,) else {**marks, **self.deserves}
        )
        return SampleSubmission(
            self.student,
            self.lesson,
            answers,
            {
                name: (each[0], each[1]) if isinstance(each, Sequence) else (each, each)
                for name, each in marks.items()
            },
        )

    def is_reported(self, problem: str) -> bool:
        """Whether what is said of it is what may be said."""
        return any(SAYS[each] in problem if each in SAYS else not problem for each in self.reported)


def attacks_of(lesson: str) -> list[Attack]:
    """The attacks of a lesson, in the order in which they are written."""
    tables = _read(lesson)
    first = {exercise: answers[0] for exercise, answers in answers_of(SOURCE, lesson).items()}
    right = {name: answer for name, answer in first.items() if name in tables.get("answered", first)}
    return [
        Attack(
            lesson,
            **{
                **table,
                "right": {} if table.get("wrong") else right,
                "answers": {**(tables["wrong"] if table.get("wrong") else {}), **table.get("answers", {})},
                "deserves": table.get("deserves", {}),
                "cells": tuple(Added(**cell) for cell in table.get("cells", ())),
                "reported": tuple(table.get("reported", (NOTHING,))),
            },
        )
        for table in tables["attacks"]
    ]


def classmates_of(lesson: str) -> list[SampleSubmission]:
    """The honest students who hand in right answers beside the attackers."""
    return classmates(lesson, _read(lesson)["classmates"])


def limits_of(lesson: str) -> dict[str, float]:
    """The options of `course grade` by which every attack ends soon."""
    limits: dict[str, float] = _read(lesson)["limits"]
    return limits


def _read(lesson: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{lesson}.toml").read_text(encoding="utf-8"))
