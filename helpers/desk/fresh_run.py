"""Run a saved notebook in a fresh kernel, in its own folder, and note what each check says."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from helpers.desk.fresh_kernel import DeadKernelError, started_kernel
from helpers.desk.results import STOPPED, Result, checked_exercise, error_in_words, result_from_data
from helpers.desk.saved_notebook import SavedCell, SavedNotebook
from helpers.desk.session import FRESH_RUN

# Training on a slow laptop, with room.
CELL_SECONDS = 600.0
MOST_SECONDS = 3600.0
ENDED = "ended its kernel"
# What stubs raise, and what checks do: no surprise.
EXPECTED = ("NotDoneYet", "NotAttempted", "NotYet")


@dataclass(frozen=True)
class Raised:
    """A cell that stopped with an exception, which is said in a line."""

    cell: SavedCell
    error: str
    name: str


@dataclass
class FreshRun:
    """What a run found. results: by exercise. stopped: why cells from one on did not run, and that cell."""

    results: dict[str, Result] = field(default_factory=dict)
    raised: list[Raised] = field(default_factory=list)
    stopped: str = ""
    stopped_at: SavedCell | None = None


def fresh_run(
    saved: SavedNotebook,
    cell_seconds: float = CELL_SECONDS,
    on_cell: Callable[[int, int], object] = lambda *_: None,
) -> FreshRun:
    """Run all code cells of a notebook in a new kernel.

    on_cell: called with the number of cells done and of all cells. Raises CannotLookError where no kernel
    starts.
    """
    code = [cell for cell in saved.cells if cell.kind == "code" and cell.source.strip()]
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "checks.jsonl"
        run = _run(saved, code, said, cell_seconds, on_cell)
        run.results = _read(said)
    exercise = checked_exercise(run.stopped_at.source) if run.stopped_at is not None else ""
    if exercise:
        run.results[exercise] = Result(exercise, STOPPED, f"it {run.stopped}")
    return run


def _run(
    saved: SavedNotebook,
    code: Sequence[SavedCell],
    said: Path,
    cell_seconds: float,
    on_cell: Callable[[int, int], object],
) -> FreshRun:
    run = FreshRun()
    end = time.monotonic() + MOST_SECONDS
    with started_kernel(saved.path, {FRESH_RUN: str(said)}) as kernel:
        for number, cell in enumerate(code):
            on_cell(number, len(code))
            seconds = min(cell_seconds, end - time.monotonic())
            try:
                reply = kernel.run(cell.source, max(1, seconds))
            except TimeoutError:
                limit = f"within {cell_seconds:.0f} second{'' if cell_seconds == 1 else 's'}"
                if seconds < cell_seconds:
                    limit = f"before the notebook had run for {MOST_SECONDS / 60:.0f} minutes"
                run.stopped, run.stopped_at = f"did not end {limit}", cell
                break
            except DeadKernelError:
                run.stopped, run.stopped_at = ENDED, cell
                break
            # After exit() a kernel may still take some cells, or none.
            if any(each.get("source") == "ask_exit" for each in reply.get("payload", ())):
                run.stopped, run.stopped_at = ENDED, cell
                break
            name = str(reply.get("ename"))
            if reply.get("status") == "error" and name not in EXPECTED:
                error = error_in_words(name, str(reply.get("evalue", "")))
                run.raised.append(Raised(cell, error, name))
    on_cell(len(code), len(code))
    return run


def _read(said: Path) -> dict[str, Result]:
    """What the checks wrote while they ran, the last of each exercise."""
    results = {}
    lines = said.read_text(encoding="utf-8").splitlines() if said.exists() else []
    for line in lines:
        try:
            result = result_from_data(json.loads(line))
        except ValueError:
            continue
        if result is not None:
            results[result.exercise] = result
    return results
