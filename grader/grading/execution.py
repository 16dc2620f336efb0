"""Run a rebuilt notebook, cell by cell: answers in a student's process, checks in the judge's.

Where hidden tests can wait, they come after all cells: what was printed until then may be shown to students.
If some of them then do not pass, whatever the reason, the cells down to the last of these run again from the
start, with each check whole and in its place. Only that counts then: waiting costs nobody a mark.

A process that dies or has to be stopped costs the cell it was in: a new pair of processes runs the others
from the start without it. Checks that were judged before keep what they earned.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from grader.grading.cell_runs import Execution
from grader.grading.hidden_last import HiddenTests, hidden_tests
from grader.grading.one_pass import Pass, as_students_see_it, code_cells
from grader.grading.rebuild import Rebuilt
from grader.grading.setting import Setting
from grader.judge.plans import Plan

# A check that waited has asked for something of the student's that may be another one by now.
STOPPED_IN_DOUBT = "StoppedCheckError"


def execute(
    rebuilt: Rebuilt,
    plans: Mapping[int, Plan],
    setting: Setting,
    make_pass: Callable[..., Pass] = Pass,
    until: int | None = None,
) -> Execution:
    """Run the code cells of a notebook, and put the outputs into it.

    plans: for each check, by its place in the notebook, how it is judged. make_pass: makes a pass over the
    cells of what Pass takes. until: the place of the last cell to run, None for all. Never raises for what a
    notebook does. Raises StartError.
    """
    tests = hidden_tests(rebuilt, plans)
    runs = partial(_execute, rebuilt, plans, setting, make_pass)
    waited = runs(tests, until)
    if not waited.waiting:
        return waited
    last = len(rebuilt.notebook.cells) if _matters_below(waited, tests) else max(waited.waiting)
    if until is not None:
        last = min(last, until)
    for _, cell in code_cells(rebuilt, until=last):
        cell.outputs, cell.execution_count = [], None
    in_place = runs(replace(tests, may_wait=False), last)
    return _joined(in_place, waited, last)


def _matters_below(waited: Execution, tests: HiddenTests) -> bool:
    """Whether cells below the checks that have waited in vain may run or look otherwise after them."""
    runs = [waited.runs[place] for place in waited.waiting]
    return (
        waited.has_named_displays
        or bool(waited.waiting & tests.prepare)
        or any(run.is_left_out or run.error[0] == STOPPED_IN_DOUBT for run in runs)
    )


def _joined(in_place: Execution, waited: Execution, last: int) -> Execution:
    """What came of the cells down to `last` in their second run, and of those below in the first one."""
    below = {place: run for place, run in waited.runs.items() if place > last}
    return Execution(
        in_place.runs | below,
        [*in_place.problems, *(run.problem for run in below.values() if run.problem)],
        in_place.unjudged | {place: why for place, why in waited.unjudged.items() if place > last},
        waited.drawn | in_place.drawn,
        waited.shown_by_solution | in_place.shown_by_solution,
        waited.before_hidden,
        differing=[*waited.differing, *in_place.differing],
        conversations={
            place: {**waited.conversations.get(place, {}), **in_place.conversations.get(place, {})}
            for place in waited.conversations.keys() | in_place.conversations.keys()
        },
        bytes_printed=max(waited.bytes_printed, in_place.bytes_printed),
    )


def _execute(
    rebuilt: Rebuilt,
    plans: Mapping[int, Plan],
    setting: Setting,
    make_pass: Callable[..., Pass],
    tests: HiddenTests,
    until: int | None,
) -> Execution:
    """Run the cells down to the place `until`, or all of them."""
    execution = Execution()
    deadline = time.monotonic() + setting.limits.notebook_seconds
    left_out: set[int] = set()
    while True:
        stopped_at = make_pass(rebuilt, plans, setting, execution, deadline, left_out, tests, until).run()
        if stopped_at is None or time.monotonic() >= deadline:
            break
        left_out.add(stopped_at)
        if not execution.waiting and not code_cells(rebuilt, stopped_at + 1, until):
            break
    if tests.may_wait and execution.before_hidden is None:
        execution.before_hidden = as_students_see_it(rebuilt, execution, tests)
    return execution
