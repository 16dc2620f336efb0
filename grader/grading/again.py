"""Grade a submission again after some checks of its lesson were changed, and run no more than these need.

A check that asks the student's process for the same as before is judged from what that said then, and leaves
that process as it was left then: what came of all other cells still holds. Where it was too much to keep, the
cells down to the check run once more. Checks share the judge's process. Where their text leaves a doubt that
each stands alone, all of them are judged, and those that were not changed have to come out as before.
Everything else needs a whole run.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial

from nbformat import NotebookNode

from grader.grading.cell_runs import Execution
from grader.grading.execution import execute
from grader.grading.grade import graded_of, unprotected
from grader.grading.graded import WHOLE, Again, CellMarks, Conversations, Earlier, Extent, Graded, Visible
from grader.grading.one_pass import Pass
from grader.grading.rebuild import Rebuilt, rebuild
from grader.grading.replay import NeedsWholeRunError, Replay, known_of
from grader.grading.setting import Setting
from grader.grading.spec import Spec
from grader.grading.submitted_notebook import read_submission
from grader.limits import MEBIBYTE


def grade_again(setting: Setting, notebook: bytes, spec: Spec, earlier: Earlier) -> Graded | None:
    """Grade a submission of which nothing has changed but some checks of its lesson.

    Returns None where it has to run as a whole. Raises StartError.
    """
    started = time.monotonic()
    rebuilt = rebuild(spec, read_submission(notebook))
    kept = earlier.graded.conversations
    plans = rebuilt.plans(spec.plans)
    if kept is None or any(plan.refusal for plan in plans.values()) or not _is_same(rebuilt, earlier):
        return None
    if not earlier.changed:
        return _as_before(earlier, rebuilt, setting, started)
    names = {place: str(cell.name) for place, cell in enumerate(rebuilt.spec_cells) if cell is not None}
    known = {place: kept[name] for place, name in names.items() if name in kept}
    changed = {place: said for place, said in known.items() if names[place] in earlier.changed}
    if len(changed) < len(earlier.changed):
        return None
    stand_alone = earlier.graded.checks_stand_alone and spec.checks_stand_alone
    for checks, extent in _choices(known, changed, stand_alone=stand_alone):
        with suppress(NeedsWholeRunError):
            return _judged_again(setting, notebook, spec, earlier, checks, extent, started)
    return None


def _choices(
    known: Mapping[int, Conversations], changed: Mapping[int, Conversations], *, stand_alone: bool
) -> Iterator[tuple[Mapping[int, Conversations], Extent]]:
    """The checks to judge again, and what has to run for that, cheapest first."""
    if _is_known(changed) and stand_alone:
        yield changed, Extent.CHECKS
    # How the judge numbers what it hands over depends on what it has handed over before, too.
    whole = {place: said for place, said in known.items() if _is_known({place: said})}
    if whole.keys() >= changed.keys() and (stand_alone or len(whole) == len(known)):
        if len(whole) > len(changed) or not stand_alone:
            yield whole, Extent.CHECKS
    elif stand_alone or max(changed) == max(known):
        yield changed, Extent.DOWN_TO_CHECKS


def _judged_again(
    setting: Setting,
    notebook: bytes,
    spec: Spec,
    earlier: Earlier,
    checks: Mapping[int, Conversations],
    extent: Extent,
    started: float,
) -> Graded:
    """Judge checks again. checks: by their places, with what they asked. Raises NeedsWholeRunError."""
    rebuilt = rebuild(spec, read_submission(notebook))
    make_pass = partial(Replay, checks) if extent is Extent.CHECKS else Pass
    execution = execute(rebuilt, rebuilt.plans(spec.plans), setting, make_pass, max(checks))
    if extent is not Extent.CHECKS:
        _compare_questions(execution, checks)
    now, before = graded_of(rebuilt, execution, spec, setting, started), earlier.graded
    limits = setting.limits
    if (
        execution.problems
        or not checks.keys() <= execution.runs.keys()
        or (now.visible is None) != (before.visible is None)
        or now.cell_seconds + before.cell_seconds + before.remembered_seconds >= limits.notebook_seconds
        or now.bytes_printed + before.bytes_printed >= limits.output_mb * MEBIBYTE
    ):
        raise NeedsWholeRunError
    _compare_unchanged(now, earlier, rebuilt, execution)
    joined = _joined(now, before, rebuilt, execution)
    return replace(joined, again=Again(earlier.changed, extent))


def _compare_unchanged(now: Graded, earlier: Earlier, rebuilt: Rebuilt, execution: Execution) -> None:
    """Raise NeedsWholeRunError where a check that was not changed comes out otherwise than before."""
    then = {cell.name: replace(cell, seconds=0.0) for cell in earlier.graded.cells}
    marked = {cell.name: replace(cell, seconds=0.0) for cell in now.cells}
    shown = zip(rebuilt.spec_cells, now.notebook.cells, earlier.graded.notebook.cells, strict=True)
    for place, (of_lesson, cell, before) in enumerate(shown):
        if of_lesson is None or not of_lesson.is_test or of_lesson.name in earlier.changed:
            continue
        name = of_lesson.name or ""
        if place in execution.runs and (marked[name] != then[name] or cell.outputs != before.outputs):
            raise NeedsWholeRunError


def _is_known(checks: Mapping[int, Conversations]) -> bool:
    """Whether all is known that was said to these checks."""
    said = (each for stages in checks.values() for each in stages.values())
    return all(each is not None and each.answers is not None for each in said)


def _as_before(earlier: Earlier, rebuilt: Rebuilt, setting: Setting, started: float) -> Graded:
    """What a notebook has earned none of whose checks has changed."""
    before = earlier.graded
    return replace(
        before,
        findings=(*unprotected(setting.limits), *rebuilt.findings),
        seconds=time.monotonic() - started,
        cell_seconds=0.0,
        remembered_seconds=before.cell_seconds + before.remembered_seconds,
    )


def _is_same(rebuilt: Rebuilt, earlier: Earlier) -> bool:
    """Whether the notebook that was run is the one that would run now, but for changed checks."""
    before = earlier.graded.notebook.cells
    return len(before) == len(rebuilt.notebook.cells) and all(
        now.cell_type == then.cell_type
        and (now.source == then.source or (cell is not None and cell.name in earlier.changed))
        for now, then, cell in zip(rebuilt.notebook.cells, before, rebuilt.spec_cells, strict=True)
    )


def _compare_questions(execution: Execution, kept: Mapping[int, Conversations]) -> None:
    """Raise NeedsWholeRunError where a check has asked for something else than it did before."""
    for place, before in kept.items():
        now = execution.conversations.get(place, {})
        if now.keys() - {WHOLE} != before.keys() - {WHOLE}:
            raise NeedsWholeRunError
        for stage, said in now.items():
            if said is None or said.questions != known_of(before, stage).questions:
                raise NeedsWholeRunError


def _joined(now: Graded, before: Graded, rebuilt: Rebuilt, execution: Execution) -> Graded:
    """What came of the cells that ran now, and of all others before."""
    ran = frozenset(
        cell.name or ""
        for place, cell in enumerate(rebuilt.spec_cells)
        if cell is not None and place in execution.runs
    )
    _fill_in(now.notebook, before.notebook, execution)
    visible = None
    if now.visible is not None and before.visible is not None and execution.before_hidden is not None:
        _fill_in(now.visible.notebook, before.visible.notebook, execution.before_hidden[1])
        cells = _marks(now.visible.cells, before.visible.cells, ran)
        visible = Visible(now.visible.notebook, cells, before.visible.problem)
    return replace(
        now,
        cells=_marks(now.cells, before.cells, ran),
        # In all, the cells take as long as they did.
        remembered_seconds=max(0.0, before.cell_seconds + before.remembered_seconds - now.cell_seconds),
        drawn={**before.drawn, **now.drawn},
        shown_by_solution={**before.shown_by_solution, **now.shown_by_solution},
        end_in_numbers=(before.end_in_numbers - ran) | now.end_in_numbers,
        visible=visible,
        conversations={**(before.conversations or {}), **(now.conversations or {})},
        bytes_printed=max(before.bytes_printed, now.bytes_printed),
    )


def _fill_in(notebook: NotebookNode, before: NotebookNode, execution: Execution) -> None:
    for place, (cell, then) in enumerate(zip(notebook.cells, before.cells, strict=True)):
        if cell.cell_type == "code" and place not in execution.runs:
            cell.outputs, cell.execution_count = then.outputs, then.execution_count


def _marks(
    now: tuple[CellMarks, ...], before: tuple[CellMarks, ...], ran: frozenset[str]
) -> tuple[CellMarks, ...]:
    """The marks of all cells in their order: those by hand are a person's, and stay as they are now."""
    then = {cell.name: cell for cell in before}
    return tuple(
        cell if cell.name in ran or cell.points is None or cell.name not in then else then[cell.name]
        for cell in now
    )
