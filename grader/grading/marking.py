"""Turn how a notebook ran into marks. No mark without a positive record that the cell ran to its end."""

from __future__ import annotations

import math
import re

from nbformat import NotebookNode

from grader.grading.execution import CellRun, Execution
from grader.grading.graded import CellMarks, Outcome
from grader.grading.outputs import plain
from grader.grading.rebuild import Rebuilt
from grader.grading.spec import SpecCell

# What stubs raise until they are replaced.
NOT_DONE = ("NotImplementedError", "NotDoneYet", "NotAttempted")
# Errors whose text is written for students: the name of the class would only be noise.
WRITTEN_FOR_STUDENTS = ("NotYet", "NotDoneYet", "NotAttempted")
LONGEST_MESSAGE = 4000
NUMPY_SCALAR = re.compile(r"np\.\w+\((.*)\)")


def marks(rebuilt: Rebuilt, execution: Execution) -> tuple[CellMarks, ...]:
    """The marks of all grade cells, in the lesson's order."""
    given = []
    # The answers since the last test: those that the next test is about.
    answers: list[str] = []
    for index, (cell, spec) in enumerate(zip(rebuilt.notebook.cells, rebuilt.spec_cells, strict=True)):
        if spec is None or spec.name is None:
            continue
        if spec.is_answer:
            answers.append(spec.name)
        if spec.is_by_hand:
            given.append(_by_hand(spec, rebuilt))
        elif spec.is_test:
            stubs = bool(answers) and all(name in rebuilt.unanswered for name in answers)
            given.append(_of_test(spec, cell, execution.runs.get(index), execution, stubs))
            answers = []
    return tuple(given)


def _by_hand(spec: SpecCell, rebuilt: Rebuilt) -> CellMarks:
    assert spec.name is not None
    if spec.is_answer and spec.name in rebuilt.unanswered:
        return CellMarks(spec.name, 0.0, spec.points, Outcome.NOT_ATTEMPTED, "No response.")
    return CellMarks(spec.name, None, spec.points, Outcome.BY_HAND)


def _of_test(
    spec: SpecCell, cell: NotebookNode, run: CellRun | None, execution: Execution, stubs: bool
) -> CellMarks:
    assert spec.name is not None

    def none(outcome: Outcome, message: str) -> CellMarks:
        seconds = run.seconds if run else 0.0
        return CellMarks(spec.name or "", 0.0, spec.points, outcome, message[:LONGEST_MESSAGE], seconds)

    if run is None:
        return none(Outcome.DID_NOT_RUN, execution.problem)
    if run.ended is Outcome.FAILED:
        not_done = run.error[0] in NOT_DONE or stubs
        return none(Outcome.NOT_ATTEMPTED if not_done else Outcome.FAILED, _said(run, cell))
    if run.ended is not Outcome.PASSED:
        return none(run.ended, execution.problem)
    if not run.witnessed:
        return none(Outcome.DID_NOT_RUN, "The check did not run to its end, although nothing stopped it.")
    points = _points(cell, spec.points)
    outcome = Outcome.PASSED if points == spec.points else Outcome.PART_MARKS if points else Outcome.FAILED
    return CellMarks(spec.name, points, spec.points, outcome, _printed(cell), run.seconds)


def _points(cell: NotebookNode, possible: float) -> float:
    """What a cell that ran to its end earns: the number that is its value, or all.

    As nbgrader reads it, but clipped to 0 and what is possible, and with NumPy's numbers, which print as
    np.float64(…).
    """
    for output in cell.outputs:
        if output.output_type == "execute_result":
            text = str(output.data.get("text/plain", "")).strip()
            found = NUMPY_SCALAR.fullmatch(text)
            try:
                value = float(found[1] if found else text)
            except ValueError:
                return possible
            return 0.0 if math.isnan(value) else min(max(value, 0.0), possible)
    return possible


def _said(run: CellRun, cell: NotebookNode) -> str:
    name, text = run.error
    text = plain(text)
    if name in WRITTEN_FOR_STUDENTS:
        return text
    if text:
        return f"{name}: {text}"
    return f"{name} at: {_failing_line(cell)}" if _failing_line(cell) else name


def _failing_line(cell: NotebookNode) -> str:
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
