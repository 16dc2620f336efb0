"""Turn how a notebook ran into marks. No mark without the judge's record that the check ran to its end."""

from __future__ import annotations

import math

from nbformat import NotebookNode

from grader.executor.outputs import plain
from grader.grading.cell_runs import CellRun, Execution
from grader.grading.graded import CellMarks, Outcome
from grader.grading.rebuild import Rebuilt
from grader.grading.spec import SpecCell

# What stubs raise until they are replaced.
NOT_DONE = ("NotImplementedError", "NotDoneYet", "NotAttempted")
# Errors whose text is written for students: the name of the class would only be noise.
WRITTEN_FOR_STUDENTS = ("NotYet", "NotDoneYet", "NotAttempted", "StoppedCheckError", "ForgedError")
LONGEST_MESSAGE = 4000


def marks(rebuilt: Rebuilt, execution: Execution) -> tuple[CellMarks, ...]:
    """The marks of all grade cells, in the lesson's order."""
    given = []
    # The answers since the last test: those that the next test is about. By their places.
    answers: list[str] = []
    places: list[int] = []
    for index, (cell, spec) in enumerate(zip(rebuilt.notebook.cells, rebuilt.spec_cells, strict=True)):
        if spec is None or spec.name is None:
            continue
        if spec.is_answer:
            answers.append(spec.name)
            places.append(index)
        if spec.is_by_hand:
            given.append(_by_hand(spec, rebuilt))
        elif spec.is_test:
            stubs = bool(answers) and all(name in rebuilt.unanswered for name in answers)
            left_out = [run for run in map(execution.runs.get, places) if run is not None and run.is_left_out]
            given.append(_of_test(spec, cell, execution.runs.get(index), execution, stubs, left_out))
            answers, places = [], []
    return tuple(given)


def _by_hand(spec: SpecCell, rebuilt: Rebuilt) -> CellMarks:
    assert spec.name is not None
    if spec.is_answer and spec.name in rebuilt.unanswered:
        return CellMarks(spec.name, 0.0, spec.points, Outcome.NOT_ATTEMPTED, "No response.")
    return CellMarks(spec.name, None, spec.points, Outcome.BY_HAND)


def _of_test(
    spec: SpecCell,
    cell: NotebookNode,
    run: CellRun | None,
    execution: Execution,
    stubs: bool,
    left_out: list[CellRun],
) -> CellMarks:
    """The marks of one test. left_out: how the answers that it is about ended, where they were left out."""
    assert spec.name is not None

    def none(outcome: Outcome, message: str) -> CellMarks:
        seen = run or CellRun(outcome)
        return CellMarks(
            spec.name or "",
            0.0,
            spec.points,
            outcome,
            message[:LONGEST_MESSAGE],
            seen.seconds,
            seen.slips,
            seen.relation,
        )

    problem = " ".join(dict.fromkeys(execution.problems))
    if run is None:
        return none(Outcome.DID_NOT_RUN, problem)
    if run.ended is Outcome.FAILED:
        if left_out:
            return none(left_out[0].ended, left_out[0].problem)
        not_done = run.error[0] in NOT_DONE or stubs
        return none(Outcome.NOT_ATTEMPTED if not_done else Outcome.FAILED, _said(run, cell))
    if run.ended is not Outcome.PASSED:
        return none(run.ended, run.problem or problem)
    points = spec.points
    if run.number is not None:
        # As nbgrader reads a cell's last value, but within what is possible.
        points = 0.0 if math.isnan(run.number) else min(max(run.number, 0.0), spec.points)
    outcome = Outcome.PASSED if points == spec.points else Outcome.PART_MARKS if points else Outcome.FAILED
    return CellMarks(spec.name, points, spec.points, outcome, _printed(cell), run.seconds)


def _said(run: CellRun, cell: NotebookNode) -> str:
    name, text = run.error
    text = plain(text)
    if name in WRITTEN_FOR_STUDENTS:
        return text
    if text:
        return f"{name}: {text}"
    line = failing_line(cell)
    return f"{name} at: {line}" if line else name


def failing_line(cell: NotebookNode) -> str:
    """The line of the cell that a traceback points at."""
    for output in cell.outputs:
        if output.output_type == "error":
            for line in plain("\n".join(output.traceback)).splitlines():
                if line.startswith("----> "):
                    return line.removeprefix("----> ").lstrip("0123456789 ")
    return ""


def _printed(cell: NotebookNode) -> str:
    texts = [
        output.text for output in cell.outputs if output.output_type == "stream" and output.name == "stdout"
    ]
    return "".join(texts).strip()[:LONGEST_MESSAGE]
