"""Grade one notebook: a pure function of bytes."""

from __future__ import annotations

import asyncio
import tempfile
import time
from copy import deepcopy
from pathlib import Path

from grader.grading.execution import Execution, execute
from grader.grading.graded import CellMarks, Graded, Outcome
from grader.grading.imports import imported_by
from grader.grading.limits import Limits
from grader.grading.marking import marks
from grader.grading.rebuild import rebuild
from grader.grading.spec import Spec
from grader.grading.submitted_notebook import UnreadableError, read_submission


def grade(
    notebook: bytes,
    spec: Spec,
    limits: Limits | None = None,
    *,
    files: dict[str, bytes] | None = None,
    modules: frozenset[str] | None = None,
) -> Graded:
    """Grade a submission against a lesson.

    notebook: the .ipynb as handed in; it may hold anything. files: what else lies in the lesson's folder, by
    relative path. modules: what warm kernels import before; by default what the lesson imports. Never raises
    for what a submission holds or does. Raises KernelStartError where no kernel can be started.
    """
    started = time.monotonic()
    try:
        rebuilt = rebuild(spec, read_submission(notebook))
    except UnreadableError as error:
        return not_run(spec, str(error))
    tests = frozenset(
        index for index, cell in enumerate(rebuilt.spec_cells) if cell is not None and cell.is_test
    )
    with tempfile.TemporaryDirectory(prefix="grading-") as folder:
        for name, content in (files or {}).items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        execution: Execution = asyncio.run(
            execute(
                rebuilt.notebook,
                tests,
                limits or Limits(),
                _modules(spec) if modules is None else modules,
                Path(folder),
            )
        )
    return Graded(
        notebook=rebuilt.notebook,
        cells=marks(rebuilt, execution),
        findings=rebuilt.findings,
        unanswered=rebuilt.unanswered,
        problem=execution.problem,
        seconds=time.monotonic() - started,
        cell_seconds=execution.cell_seconds,
    )


def not_run(spec: Spec, problem: str) -> Graded:
    """What a notebook earns that cannot be run, or was not handed in. problem: why, in a sentence."""
    cells = tuple(
        CellMarks(cell.name or "", 0.0, cell.points, Outcome.DID_NOT_RUN, problem)
        for cell in spec.cells
        if cell.is_test or cell.is_by_hand
    )
    answers = frozenset(cell.name for cell in spec.cells if cell.is_answer and cell.name is not None)
    return Graded(notebook=deepcopy(spec.template), cells=cells, unanswered=answers, problem=problem)


def _modules(spec: Spec) -> frozenset[str]:
    return imported_by(cell.source for cell in spec.cells if cell.kind == "code")
