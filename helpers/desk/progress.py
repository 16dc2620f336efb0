"""How far the course has been done: each exercise of each lesson, from saved notebooks and kept results."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers.desk.kept_progress import FILE, kept
from helpers.desk.lesson_tables import LessonTable, lesson_tables
from helpers.desk.look import answer_of, is_answered, saved_results
from helpers.desk.report import ANSWERED, DID_NOT_RUN, NOT_ANSWERED
from helpers.desk.results import NOT_ATTEMPTED, NOT_YET, STOPPED, Result
from helpers.desk.saved_notebook import CannotLookError, SavedNotebook, read_notebook

_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*\s*$")
_FENCE = re.compile(r"\s*(```|~~~)")


@dataclass(frozen=True)
class ExerciseProgress:
    """One exercise: what is known of it, and the section of its lesson that explains what it needs."""

    name: str
    outcome: str
    section: str
    slip: str = ""


@dataclass(frozen=True)
class LessonProgress:
    """One lesson: its exercises in order. problem: why its notebook cannot be read, else ""."""

    lesson: str
    exercises: Sequence[ExerciseProgress]
    problem: str = ""


def progress_of(course: Path) -> list[LessonProgress]:
    """How far the lessons in a course's folder have been done. Reads files only."""
    results = kept(course / FILE)
    return [_progress(course, lesson, results.get(lesson.name, {})) for lesson in lesson_tables()]


def _progress(course: Path, lesson: LessonTable, results: Mapping[str, Result]) -> LessonProgress:
    try:
        saved = read_notebook(course / "notebooks" / lesson.name / f"{lesson.name}.ipynb")
    except CannotLookError as error:
        known = [
            ExerciseProgress(name, _outcome(None, name, results.get(name)), "", _slip(results.get(name)))
            for name in lesson.points
        ]
        return LessonProgress(lesson.name, known, str(error))
    sections, said = _sections(saved), {**saved_results(saved), **results}
    found = []
    for cell in saved.cells:
        section = sections.get(cell.name, "")
        if cell.is_question:
            outcome = ANSWERED if is_answered(cell) else NOT_ANSWERED
            found.append(ExerciseProgress(cell.name, outcome, section))
        elif cell.name in lesson.points and cell.name not in [each.name for each in found]:
            result = said.get(cell.name)
            outcome = _outcome(saved, cell.name, result)
            found.append(ExerciseProgress(cell.name, outcome, section, _slip(result)))
    there = {each.name for each in found}
    found += [ExerciseProgress(name, NOT_ATTEMPTED, "") for name in lesson.points if name not in there]
    found += [ExerciseProgress(name, NOT_ANSWERED, "") for name in lesson.questions if name not in there]
    return LessonProgress(lesson.name, found)


def _outcome(saved: SavedNotebook | None, exercise: str, result: Result | None) -> str:
    if result is not None:
        return NOT_YET if result.outcome == STOPPED else result.outcome
    answer = answer_of(saved, exercise) if saved else None
    return DID_NOT_RUN if answer is not None and answer.is_as_released is False else NOT_ATTEMPTED


def _slip(result: Result | None) -> str:
    return result.slip if result is not None else ""


def _sections(saved: SavedNotebook) -> dict[str, str]:
    """The section that each answer is in, by the name of its cell: the nearest heading of level two."""
    found, section = {}, ""
    for cell in saved.cells:
        if cell.kind == "markdown" and not cell.is_answer:
            fenced = False
            for line in cell.source.splitlines():
                fenced ^= bool(_FENCE.match(line))
                heading = None if fenced else _HEADING.match(line)
                if heading and len(heading[1]) == 2:
                    section = heading[2].replace("`", "")
        elif cell.name not in found:
            found[cell.name] = section
    return found
