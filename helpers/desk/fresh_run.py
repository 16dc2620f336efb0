"""Run a saved notebook in a fresh kernel, in its own folder, and note what each check says."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.desk.results import Result, result_from_data
from helpers.desk.saved_notebook import CannotLookError, SavedCell, SavedNotebook
from helpers.desk.session import FRESH_RUN

# Training on a slow laptop, with room.
CELL_SECONDS = 600.0
MOST_SECONDS = 3600.0
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
    return run


def _run(
    saved: SavedNotebook,
    code: Sequence[SavedCell],
    said: Path,
    cell_seconds: float,
    on_cell: Callable[[int, int], object],
) -> FreshRun:
    import nbformat
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    run = FreshRun()
    end = time.monotonic() + MOST_SECONDS
    current = 0

    def start(cell_index: int, **_: Any) -> None:
        nonlocal current
        current = cell_index
        on_cell(cell_index, len(code))

    def note(cell_index: int, execute_reply: Mapping[str, Any], **_: Any) -> None:
        content = execute_reply["content"]
        name = str(content.get("ename"))
        if name not in EXPECTED:
            error = f"{name}: {content.get('evalue', '')}".partition("\n")[0]
            run.raised.append(Raised(code[cell_index], error, name))

    client = NotebookClient(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell.source) for cell in code]),
        kernel_name="python3",
        timeout_func=lambda _: max(1, int(min(cell_seconds, end - time.monotonic()))),
        resources={"metadata": {"path": str(saved.path.resolve().parent)}},
        allow_errors=True,
        record_timing=False,
        on_cell_start=start,
        on_cell_error=note,
    )
    client.log = logging.getLogger("course.check")
    client.log.setLevel(logging.CRITICAL + 1)
    # What widgets show is of no interest here.
    client.comm_open_handlers = {}
    environment = {name: value for name, value in os.environ.items() if name != "JPY_SESSION_NAME"}
    environment[FRESH_RUN] = str(said)
    try:
        client.execute(env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except CellTimeoutError:
        limit = f"within {cell_seconds:.0f} seconds"
        if time.monotonic() >= end:
            limit = f"before the notebook had run for {MOST_SECONDS / 60:.0f} minutes"
        run.stopped, run.stopped_at = f"did not end {limit}", code[current]
    except DeadKernelError:
        run.stopped, run.stopped_at = "ended its kernel", code[current]
    except (NoSuchKernel, RuntimeError, OSError) as error:
        raise CannotLookError(
            f"No kernel could be started for {saved.path.name} ({error}). Install the course again, as its "
            "START.html says."
        ) from None
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
