"""Grade a submission again after some checks of its lesson were changed, and run no more than these need.

A check that asks the student's process for the same as before is judged from what that said then. Where that
was too much to keep, the cells down to the check run once more. Either way it leaves the student's process as
it was left then, so what came of all other cells and checks still holds. A check that asks for something else
needs a whole run.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from nbformat import NotebookNode

from grader.grading.cell_runs import Execution
from grader.grading.execution import execute
from grader.grading.grade import graded_of, unprotected
from grader.grading.graded import WHOLE, Again, CellMarks, Conversations, Extent, Graded, Visible
from grader.grading.one_pass import Pass
from grader.grading.rebuild import Rebuilt, rebuild
from grader.grading.replay import AsksOtherwiseError, Replay, known_of
from grader.grading.setting import Setting
from grader.grading.spec import Spec
from grader.grading.submitted_notebook import read_submission
from grader.judge.plans import Plan


@dataclass(frozen=True)
class Earlier:
    """How a submission was graded before. changed: the names of the checks that were changed since."""

    graded: Graded
    changed: frozenset[str]


def grade_again(setting: Setting, notebook: bytes, spec: Spec, earlier: Earlier) -> Graded | None:
    """Grade a submission of which nothing has changed but some checks of its lesson.

    Returns None where it has to run as a whole. Raises StartError.
    """
    started = time.monotonic()
    rebuilt = rebuild(spec, read_submission(notebook))
    kept = _kept(rebuilt, rebuilt.plans(spec.plans), earlier)
    if kept is None:
        return None
    changed = {place: said for place, said in kept.items() if _name(rebuilt, place) in earlier.changed}
    if not changed:
        return _as_before(earlier, rebuilt, setting, started)
    for checks, extent in _choices(kept, changed):
        with suppress(AsksOtherwiseError):
            return _judged_again(setting, notebook, spec, earlier, checks, extent, started)
    return None


def _judged_again(
    setting: Setting,
    notebook: bytes,
    spec: Spec,
    earlier: Earlier,
    checks: Mapping[int, Conversations],
    extent: Extent,
    started: float,
) -> Graded:
    """Judge checks again. checks: by their places, with what they asked. Raises AsksOtherwiseError."""
    rebuilt = rebuild(spec, read_submission(notebook))
    make_pass = partial(Replay, checks) if extent is Extent.CHECKS else Pass
    execution = execute(rebuilt, rebuilt.plans(spec.plans), setting, make_pass, max(checks))
    if extent is not Extent.CHECKS:
        _compare(execution, checks)
    now = graded_of(rebuilt, execution, spec, setting, started)
    if execution.problems or (now.visible is None) != (earlier.graded.visible is None):
        raise AsksOtherwiseError
    joined = _joined(now, earlier.graded, rebuilt, execution)
    return replace(joined, again=Again(earlier.changed, extent))


def _choices(
    kept: Mapping[int, Conversations], changed: Mapping[int, Conversations]
) -> Iterator[tuple[Mapping[int, Conversations], Extent]]:
    """The checks to judge again, and what has to run for that, cheapest first."""
    if not _is_known(changed):
        yield changed, Extent.DOWN_TO_CHECKS
        return
    yield changed, Extent.CHECKS
    # How the judge numbers what it hands over depends on what it has handed over before.
    known = {place: said for place, said in kept.items() if _is_known({place: said})}
    if len(known) > len(changed):
        yield known, Extent.CHECKS


def _is_known(checks: Mapping[int, Conversations]) -> bool:
    """Whether all is known that was said to these checks."""
    said = (each for stages in checks.values() for each in stages.values())
    return all(each is not None and each.answers is not None for each in said)


def _name(rebuilt: Rebuilt, place: int) -> str:
    cell = rebuilt.spec_cells[place]
    return (cell and cell.name) or ""


def _as_before(earlier: Earlier, rebuilt: Rebuilt, setting: Setting, started: float) -> Graded:
    """What a notebook has earned none of whose checks has changed."""
    before = earlier.graded
    return replace(
        before,
        findings=(*unprotected(setting.limits), *rebuilt.findings),
        seconds=time.monotonic() - started,
        cell_seconds=0.0,
        remembered_seconds=before.cell_seconds + before.remembered_seconds,
        again=Again(earlier.changed, Extent.CHECKS) if earlier.changed else None,
    )


def _kept(rebuilt: Rebuilt, plans: Mapping[int, Plan], earlier: Earlier) -> dict[int, Conversations] | None:
    """By its place what each check asked before; None where that of a changed one is not known."""
    conversations = earlier.graded.conversations
    if (
        conversations is None
        or not _is_same(rebuilt, earlier)
        or any(each.refusal for each in plans.values())
    ):
        return None
    needed = {place for plan in plans.values() for place in plan.before}
    kept = {
        place: conversations[_name(rebuilt, place)]
        for place in range(len(rebuilt.spec_cells))
        if _name(rebuilt, place) in conversations and place not in needed
    }
    return kept if earlier.changed <= {_name(rebuilt, place) for place in kept} else None


def _is_same(rebuilt: Rebuilt, earlier: Earlier) -> bool:
    """Whether the notebook that was run is the one that would run now, but for changed checks."""
    before = earlier.graded.notebook.cells
    return len(before) == len(rebuilt.notebook.cells) and all(
        now.id == then.id
        and now.cell_type == then.cell_type
        and (now.source == then.source or (cell is not None and cell.name in earlier.changed))
        for now, then, cell in zip(rebuilt.notebook.cells, before, rebuilt.spec_cells, strict=True)
    )


def _compare(execution: Execution, kept: Mapping[int, Conversations]) -> None:
    """Raise AsksOtherwiseError where a check has asked for something else than it did before."""
    for place, before in kept.items():
        now = execution.conversations.get(place, {})
        if now.keys() - {WHOLE} != before.keys() - {WHOLE}:
            raise AsksOtherwiseError
        for stage, said in now.items():
            if said is None or said.questions != known_of(before, stage).questions:
                raise AsksOtherwiseError


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
        visible=visible,
        conversations={**(before.conversations or {}), **(now.conversations or {})},
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
