"""Grade one notebook: bytes in, marks out."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import replace

from grader.grading.cell_runs import Execution
from grader.grading.execution import execute
from grader.grading.graded import MISSING, CellMarks, Conversations, Graded, Outcome, Visible
from grader.grading.marking import marks
from grader.grading.other_languages import execute_in_jupyter
from grader.grading.rebuild import Rebuilt, rebuild
from grader.grading.setting import Setting
from grader.grading.spec import Spec
from grader.grading.submitted_notebook import UnreadableError, read_submission
from grader.limits import Limits

UNPROTECTED = "It was graded without a wall: nobody knows what it read, changed or sent away."


def grade(
    notebook: bytes, spec: Spec, limits: Limits | None = None, files: Mapping[str, bytes] | None = None
) -> Graded:
    """Grade a submission against a lesson.

    notebook: the .ipynb as handed in; it may hold anything. files: what else lies in the lesson's folder, by
    relative path. `course grade` takes the lesson as `run_solution` gives it. Never raises for what a
    submission holds or does. Raises StartError where no process can be started.
    """
    beside = files or {}
    return grade_in(Setting(limits or Limits(), spec.modules, beside, beside), notebook, spec)


def grade_in(setting: Setting, notebook: bytes, spec: Spec) -> Graded:
    """Grade a submission as `grade` does, in a setting that is known."""
    started = time.monotonic()
    try:
        rebuilt = rebuild(spec, read_submission(notebook))
    except UnreadableError as error:
        return not_run(spec, str(error))
    if spec.language == "python":
        execution = execute(rebuilt, rebuilt.plans(spec.plans), setting)
    else:
        execution = execute_in_jupyter(rebuilt, setting)
    return graded_of(rebuilt, execution, spec, setting, started)


def graded_of(rebuilt: Rebuilt, execution: Execution, spec: Spec, setting: Setting, started: float) -> Graded:
    """What a notebook has earned that has run. started: when grading it began, by time.monotonic()."""
    names = {place: str(cell.name) for place, cell in enumerate(rebuilt.spec_cells) if cell is not None}
    return Graded(
        notebook=rebuilt.notebook,
        cells=marks(rebuilt, execution),
        findings=(*unprotected(setting.limits), *rebuilt.findings, *execution.findings(rebuilt)),
        unanswered=rebuilt.unanswered,
        problem=_in_words(execution.problems),
        seconds=time.monotonic() - started,
        cell_seconds=execution.cell_seconds,
        remembered_seconds=execution.remembered_seconds,
        drawn=execution.drawn,
        shown_by_solution={
            names[place]: sorted(shown) for place, shown in execution.shown_by_solution.items()
        },
        end_in_numbers=frozenset(
            names[place] for place, run in execution.runs.items() if place in names and run.number is not None
        ),
        visible=_visible(rebuilt, execution),
        conversations=_conversations(rebuilt, execution, spec),
        checks_stand_alone=spec.language == "python" and spec.checks_stand_alone,
        bytes_printed=execution.bytes_printed,
    )


def _conversations(rebuilt: Rebuilt, execution: Execution, spec: Spec) -> dict[str, Conversations] | None:
    """What each check has asked; None where not all went as usual."""
    if spec.language != "python" or execution.problems or execution.unjudged or execution.differing:
        return None
    return {
        str(cell.name): execution.conversations[place]
        for place, cell in enumerate(rebuilt.spec_cells)
        if cell is not None and place in execution.conversations
    }


def _visible(rebuilt: Rebuilt, execution: Execution) -> Visible | None:
    if execution.before_hidden is None:
        return None
    notebook, before = execution.before_hidden
    return Visible(notebook, marks(replace(rebuilt, notebook=notebook), before), _in_words(before.problems))


def _in_words(problems: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(problems))


def unprotected(limits: Limits) -> tuple[str, ...]:
    """What an instructor should know of a notebook that ran without a wall."""
    return () if limits.wall else (UNPROTECTED,)


def not_handed_in(spec: Spec, name: str) -> Graded:
    """What a notebook of a lesson earns that is not among what was handed in. name: without its ending."""
    return not_run(spec, f"{name}{MISSING}", Outcome.NOT_ATTEMPTED)


def not_run(spec: Spec, problem: str, outcome: Outcome = Outcome.DID_NOT_RUN) -> Graded:
    """What a notebook earns that cannot be run. problem: why, in a sentence."""
    cells = tuple(
        CellMarks(cell.name or "", 0.0, cell.points, outcome, problem)
        for cell in spec.cells
        if cell.is_test or cell.is_by_hand
    )
    answers = frozenset(cell.name for cell in spec.cells if cell.is_answer and cell.name is not None)
    return Graded(notebook=deepcopy(spec.template), cells=cells, unanswered=answers, problem=problem)
