"""Look at a saved notebook: is it the right one, is it whole, and does it work from a fresh start?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from helpers.desk.fresh_run import CELL_SECONDS, FreshRun, fresh_run
from helpers.desk.lesson_tables import LessonTable, lesson_tables, lesson_with
from helpers.desk.report import ANSWERED, DID_NOT_RUN, NOT_ANSWERED, Exercise, Finding, Report
from helpers.desk.results import (
    NOT_ATTEMPTED,
    PART,
    RIGHT,
    STOPPED,
    Result,
    checked_exercise,
    result_of_outputs,
)
from helpers.desk.saved_notebook import CannotLookError, SavedCell, SavedNotebook, read_notebook

CHECK = "check_"
DONE = (RIGHT, PART)
LEFT_OVER = re.compile(r"^\s*raise NotDoneYet\b", re.MULTILINE)
STUB_TEXT = "*Write your answer here, in place of this line.*"
MOST_ERRORS = 3
FRESH_COPY = "a fresh copy of the lesson"
START_AGAIN = "Choose Restart Kernel and Run All Cells, fix what fails, and save."


def look_at(
    path: Path,
    *,
    run: bool = True,
    cell_seconds: float = CELL_SECONDS,
    known: Mapping[str, Result] | None = None,
    on_cell: Callable[[int, int], object] = lambda *_: None,
) -> Report:
    """Look at a notebook. Raises CannotLookError where it is not one, or of no lesson.

    run: run it in a fresh kernel; else the checks are taken from known, or as they were saved.
    """
    saved = read_notebook(path)
    lesson = lesson_of(saved)
    ran = fresh_run(saved, cell_seconds, on_cell) if run else None
    before = saved_results(saved)
    results = ran.results if ran is not None else {**before, **(known or {})}
    exercises = [
        *(_exercise(name, points, saved, results) for name, points in lesson.points.items()),
        *(_question(name, points, saved) for name, points in lesson.questions.items()),
    ]
    findings = [
        *_of_the_file(saved, lesson),
        *(finding for name in lesson.points for finding in _of_cells(saved, name, results.get(name))),
        *(_no_question(name) for name in lesson.questions if question_in(saved, name) is None),
        *_of_the_order(saved, fresh=ran is not None),
        *(_of_the_run(lesson, ran, before) if ran is not None else ()),
    ]
    return Report(path.name, lesson.name, exercises, findings, ran=ran is not None)


def lesson_of(saved: SavedNotebook) -> LessonTable:
    """The lesson that a notebook is of. Raises CannotLookError where it is of none."""
    if not saved.cells:
        raise CannotLookError(f"{saved.path} has no cells. Start from {FRESH_COPY}.")
    there = [cell.name.removeprefix(CHECK) for cell in saved.cells] + [
        checked_exercise(cell.source) for cell in saved.cells
    ]
    lesson = lesson_with([name for name in there if name], saved.path.stem)
    if lesson is None:
        lessons = lesson_tables()
        named = f", such as {lessons[0].name}.ipynb" if lessons else ""
        raise CannotLookError(
            f"{saved.path} has no exercise of this course in it. Name the notebook of a lesson{named}."
        )
    return lesson


def saved_results(saved: SavedNotebook) -> dict[str, Result]:
    """What the checks of a notebook said when it was saved, by exercise."""
    found = {}
    for cell in saved.cells:
        exercise = checked_exercise(cell.source) if cell.kind == "code" else ""
        result = result_of_outputs(exercise, cell.outputs) if exercise else None
        if result is not None:
            found[exercise] = result
    return found


def answer_of(saved: SavedNotebook, exercise: str) -> SavedCell | None:
    """The cell of an exercise's answer, if it is there."""
    cells = (cell for cell in saved.cells if cell.name == exercise and cell.kind == "code")
    return next(cells, None)


def _exercise(name: str, points: float, saved: SavedNotebook, results: Mapping[str, Result]) -> Exercise:
    answer, result = answer_of(saved, name), results.get(name)
    untouched = answer is not None and answer.is_as_released is True
    if result is None:
        return Exercise(name, NOT_ATTEMPTED if untouched else DID_NOT_RUN, points)
    outcome = NOT_ATTEMPTED if untouched and result.outcome == STOPPED else result.outcome
    marks = points if outcome == RIGHT else result.marks if outcome == PART else 0
    return Exercise(name, outcome, points, marks or 0, slip=result.slip, message=result.message)


def question_in(saved: SavedNotebook, name: str) -> SavedCell | None:
    """The cell of a question that an instructor marks, if it is there."""
    return next((cell for cell in saved.cells if cell.name == name), None)


def _question(name: str, points: float, saved: SavedNotebook) -> Exercise:
    cell = question_in(saved, name)
    answered = cell is not None and is_answered(cell)
    return Exercise(name, ANSWERED if answered else NOT_ANSWERED, points, by_hand=True)


def _no_question(name: str) -> Finding:
    text = f"The cell of the question {name} is missing. Copy it from {FRESH_COPY} and answer it there."
    return Finding("missing question", text)


def is_answered(cell: SavedCell) -> bool:
    """Whether somebody has written something into the cell of a question."""
    return cell.is_as_released is not True and bool(cell.source.replace(STUB_TEXT, "").strip())


def _of_the_file(saved: SavedNotebook, lesson: LessonTable) -> Iterator[Finding]:
    stem, right = saved.path.stem, f"{lesson.name}.ipynb"
    if stem != lesson.name:
        if any(stem == each.name for each in lesson_tables()):
            text = (
                f"This is the notebook of {lesson.name}, but it has the name of {stem}. Save it as {right}."
            )
        else:
            text = f"The file is not named after its lesson. Rename it to {right} before you hand it in."
        yield Finding("renamed", text)
    table = saved.course.get("table")
    if table is not None and table != lesson.digest:
        text = (
            "This notebook is from a different version of the course from the one that is installed. Its "
            "checks may differ. Ask your instructor which one to use."
        )
        yield Finding("outdated", text, mend=False)


def _of_cells(saved: SavedNotebook, exercise: str, result: Result | None) -> Iterator[Finding]:
    """What is wrong with the two cells of an exercise."""
    checks = [cell for cell in saved.cells if cell.name == f"{CHECK}{exercise}"] or [
        # An editor may have lost its name.
        cell
        for cell in saved.cells
        if cell.kind == "code" and checked_exercise(cell.source) == exercise
    ]
    if not checks:
        text = (
            f"The check of {exercise} is missing. Copy the cell with exercises.{exercise}.check(…) from "
            f"{FRESH_COPY}; without it you do not see whether your answer is right."
        )
        yield Finding("missing check", text)
    if len(checks) > 1:
        where = _list([f"cell {cell.number}" for cell in checks])
        yield Finding(
            "duplicated check", f"The check of {exercise} appears more than once ({where}). Keep one."
        )
    if any(cell.is_as_released is False for cell in checks):
        text = (
            f"The check of {exercise} (cell {checks[0].number}) was edited. Marking uses the original, so "
            f"what you see here may be wrong. Copy it from {FRESH_COPY}."
        )
        yield Finding("edited check", text)
    answers = [cell for cell in saved.cells if cell.name == exercise and cell.is_answer]
    if len(answers) > 1:
        where = _list([f"cell {cell.number}" for cell in answers])
        yield Finding(
            "duplicated answer", f"The answer cell of {exercise} appears more than once ({where}). Keep one."
        )
    answer = answer_of(saved, exercise)
    if answer is None:
        # What was checked is in a cell that has lost its name: marking finds it there, too.
        if result is None or result.outcome == STOPPED:
            yield _no_answer(saved, exercise)
        return
    if answer.is_as_released is False and LEFT_OVER.search(answer.source):
        text = (
            f"The line “raise NotDoneYet” is still in your answer to {exercise} (cell {answer.number}). "
            "Delete that line."
        )
        yield Finding("not done yet", text)
    if checks and all(cell.number < answer.number for cell in checks):
        text = (
            f"The check of {exercise} (cell {checks[0].number}) is above its answer (cell {answer.number}). "
            "It runs before the answer is there. Move it below the answer."
        )
        yield Finding("misplaced check", text)


def _no_answer(saved: SavedNotebook, exercise: str) -> Finding:
    """The cell of an answer is missing, or is not a code cell."""
    for cell in saved.cells:
        if cell.name == exercise:
            text = (
                f"The answer cell of {exercise} (cell {cell.number}) is not a code cell any more. Click into "
                "it, choose Code in the list above the notebook, and save."
            )
            return Finding("not code", text)
    text = (
        f"The answer cell of {exercise} is missing. Copy it from {FRESH_COPY} and write your answer into it."
    )
    return Finding("missing answer", text)


def _of_the_order(saved: SavedNotebook, *, fresh: bool) -> Iterator[Finding]:
    counts = [cell.count for cell in saved.cells if cell.kind == "code" and cell.count is not None]
    if counts != sorted(counts):
        text = "Cells ran in a different order from that of the notebook."
        text += " From a fresh start they were run in order here." if fresh else f" {START_AGAIN}"
        yield Finding("order", text, mend=False)


def _of_the_run(lesson: LessonTable, run: FreshRun, before: Mapping[str, Result]) -> Iterator[Finding]:
    if run.stopped_at is not None:
        text = f"{_cell(run.stopped_at)} {run.stopped}. The cells after it were not run. "
        if checked_exercise(run.stopped_at.source):
            text += "The check calls your answer, so look there."
        else:
            text += "Fix that cell, or delete what is in it."
        yield Finding("stopped", text)
    for name in lesson.points:
        now, then = run.results.get(name), before.get(name)
        if then and now and then.outcome in DONE and now.outcome not in DONE:
            text = (
                f"{name} was right when you saved the notebook, but is not from a fresh start. It needs "
                f"something that ran earlier and is no longer there. {START_AGAIN}"
            )
            yield Finding("hidden state", text)
    helpers_missing = [each for each in run.raised if "No module named 'helpers" in each.error]
    if helpers_missing:
        text = (
            "The kernel cannot import helpers. Open the course as its START.html says, with the environment "
            "that was installed with it."
        )
        yield Finding("no helpers", text)
        return
    raised = [each for each in run.raised if not checked_exercise(each.cell.source)]
    for each in raised[:MOST_ERRORS]:
        yield Finding("error", f"{_cell(each.cell)} stops with {each.error}")
    if len(raised) > MOST_ERRORS:
        more = len(raised) - MOST_ERRORS
        cells = "1 more cell stops" if more == 1 else f"{more} more cells stop"
        yield Finding("error", f"{cells} with an error. {START_AGAIN}")


def _cell(cell: SavedCell) -> str:
    first = next(line for line in cell.source.splitlines() if line.strip()).strip()
    return f"Cell {cell.number} ({first if len(first) <= 40 else first[:39] + '…'})"


def _list(parts: Sequence[str]) -> str:
    return ", ".join(parts[:-1]) + f" and {parts[-1]}" if len(parts) > 1 else "".join(parts)
