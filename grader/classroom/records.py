"""What is kept of each graded submission: reports/<lesson>/<student>.json, from which a run goes on."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from grader.atomic import write_text
from grader.classroom.course import Course
from grader.classroom.given_points import after_penalty
from grader.grading.graded import CellMarks, Outcome

# Fewer seconds are not worth a sentence.
FEWEST_SECONDS = 0.05


@dataclass(frozen=True)
class Record:
    """One graded submission.

    key: a hash of all that decided the marks, "" where it could not be graded. findings: what was put
    right in it. problem: why not everything ran. seconds: wall clock of grading, cell_seconds: of its
    cells. graded_at: UTC. run: data and versions. remembered_seconds: how much longer its cells would have
    run if no training had been known. handed_in: a hash of what was handed in, "" where it could not be
    graded. answers: by notebook and answer, a hash of what the marks in the gradebook were entered for.
    """

    student: str
    lesson: str
    key: str
    cells: tuple[CellMarks, ...]
    findings: tuple[str, ...]
    problem: str
    seconds: float
    cell_seconds: float
    graded_at: str
    run: dict[str, Any]
    remembered_seconds: float = 0.0
    handed_in: str = ""
    answers: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def is_graded(self) -> bool:
        """Whether it could be graded, if only to 0 of 0."""
        return bool(self.key)

    @property
    def full_seconds(self) -> float:
        """What its cells take when nothing is remembered: the same, whoever asked for a training first."""
        return self.cell_seconds + self.remembered_seconds

    @property
    def score(self) -> float:
        """Points earned so far."""
        return sum(cell.points or 0.0 for cell in self.cells)

    @property
    def max_score(self) -> float:
        """Points to be had, those marked by hand included."""
        return sum(cell.possible for cell in self.cells)

    @property
    def waits_for_hand(self) -> bool:
        """Whether a person has to mark some of it."""
        return any(cell.points is None for cell in self.cells)


@dataclass(frozen=True)
class Marked:
    """A graded submission. record: with the marks given by hand. penalty: points it loses for being late."""

    record: Record
    penalty: float = 0.0

    @property
    def score(self) -> float:
        """Points that are left, those marked by hand included."""
        return after_penalty(self.record.score, self.penalty)


def _path(course: Course, lesson: str, student: str) -> Path:
    return course.reports / lesson / f"{student}.json"


def read_record(course: Course, lesson: str, student: str) -> Record | None:
    """The record of a submission; None where there is none that can be read."""
    try:
        content = json.loads(_path(course, lesson, student).read_text(encoding="utf-8"))
        cells = read_cells(content.pop("cells"))
        for derived in ("score", "max_score"):
            content.pop(derived)
        return Record(**{**content, "cells": cells, "findings": tuple(content["findings"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def any_record(course: Course) -> bool:
    """Whether anything was graded in a course."""
    return any(next((course.reports / lesson).glob("*.json"), None) for lesson in course.lessons)


def remembered_sentence(seconds: float) -> str:
    """What to say where so many seconds of training were spared; "" where there is nothing to say."""
    if seconds < FEWEST_SECONDS:
        return ""
    said = f"{seconds:,.0f}" if seconds >= 10 else f"{seconds:.1f}"
    return f"Remembered trainings saved {said} s."


def read_cells(written: Any) -> tuple[CellMarks, ...]:
    """Graded cells from what a file holds. Raises ValueError, TypeError or KeyError."""
    return tuple(
        CellMarks(**{**cell, "outcome": Outcome(cell["outcome"]), "slips": tuple(cell["slips"])})
        for cell in written
    )


def written_cells(cells: Iterable[CellMarks]) -> list[dict[str, Any]]:
    """Graded cells as a file holds them."""
    return [{**asdict(cell), "outcome": cell.outcome.value} for cell in cells]


def write_record(course: Course, record: Record) -> None:
    """Keep the record of a submission, in place of an earlier one."""
    path = _path(course, record.lesson, record.student)
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        **asdict(record),
        "cells": written_cells(record.cells),
        "score": record.score,
        "max_score": record.max_score,
    }
    write_text(path, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
