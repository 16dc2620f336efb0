"""Build the instructor's notebooks: pair each lesson's text, run it, keep the outputs."""

from __future__ import annotations

import asyncio
import atexit
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from grader.atomic import write_text, writing
from grader.authoring import tables
from grader.authoring.lesson_source import LessonSource, State
from grader.errors import CourseError
from grader.grading.marking import failing_line
from grader.quiet import kernels_quiet

# Ten epochs of training on a slow machine, with room.
CELL_SECONDS = 1200
# The tag of cells whose outputs nbval does not compare.
NOT_COMPARED = "nbval-ignore-output"


class _Client(NotebookClient):
    """A client that a Ctrl-C stops in order; nbclient's own then fails with whatever it was waiting for."""

    is_stopped = False

    async def async_start_new_kernel(self, **kwargs: Any) -> None:
        running = asyncio.current_task()
        assert running is not None

        def stop() -> None:
            self.is_stopped = True
            running.cancel()

        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop)
        await super().async_start_new_kernel(**kwargs)

    def end_kernel(self) -> None:
        """End the kernel of a client that was stopped, at whatever moment that was."""
        atexit.unregister(self._cleanup_kernel)
        if self.km is not None:
            self._cleanup_kernel()


def build(folder: Path, *, on_cell: Callable[[int, int], None], force: bool = False) -> bool:
    """Build one lesson's notebook if its text changed, or always with force.

    on_cell: called with the number of cells done and of all cells.
    Returns whether it ran. Raises CourseError when edits of the notebook would be lost, or a cell fails.
    """
    source = LessonSource(folder)
    state = source.state()
    if state in (State.NOTEBOOK_CHANGED, State.BOTH_CHANGED):
        raise CourseError(
            f"{source.notebook_path}: {state.value}. Carry the notebook's edits into the .py with "
            f"'course sync {folder.name}', or throw them away by deleting the notebook; then build again."
        )
    if state is State.FRESH and not force:
        return False
    notebook = source.paired()
    before = source.built() if source.notebook_path.exists() else None
    with tables.made(folder, notebook, before):
        run(notebook, folder, on_cell=on_cell)
        with writing(source.notebook_path):
            write_text(source.notebook_path, nbformat.writes(notebook) + "\n")
    return True


def run(
    notebook: nbformat.NotebookNode, folder: Path, *, on_cell: Callable[[int, int], None] = lambda *_: None
) -> nbformat.NotebookNode:
    """Run all cells of an instructor's notebook in a folder. Raises CourseError with the cell that failed.

    Raises KeyboardInterrupt after a Ctrl-C.
    """
    total = len(notebook.cells)
    failed: list[nbformat.NotebookNode] = []
    client = _Client(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        # Times of day would make every build differ.
        record_timing=False,
        # An instructor's cell never fails, whatever its tags allow in the student's version.
        force_raise_errors=True,
        on_cell_complete=lambda cell, cell_index: on_cell(cell_index + 1, total),  # noqa: ARG005
        on_cell_error=lambda cell, cell_index, execute_reply: failed.append(cell),  # noqa: ARG005
    )
    # nbclient would capture what widgets show, for which it sends messages while it waits for others; now and
    # then one that it waits for is then never seen, and it waits for ever. Without, pages show the picture as
    # well.
    client.comm_open_handlers = {}
    try:
        with kernels_quiet():
            client.execute()
    except CellExecutionError as error:
        raise CourseError(f"{folder.name}: {_told(error, failed[-1])} Nothing was written.") from None
    finally:
        if client.is_stopped:
            client.end_kernel()
            raise KeyboardInterrupt from None
    # The version of Python that happened to build it says nothing about the lesson, and the state of widgets
    # would go to students along with the pictures in it.
    for made_by_running in ("language_info", "widgets"):
        notebook.metadata.pop(made_by_running, None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if NOT_COMPARED in cell.metadata.get("tags", []):
            # Libraries' remarks about this machine: process numbers, its processor, drivers that it lacks.
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    return notebook


def _told(error: CellExecutionError, cell: nbformat.NotebookNode) -> str:
    """Which cell failed, where in it, and why, in a line."""
    line = failing_line(cell)
    where = f" at: {line}" if line else ""
    why = " ".join(error.evalue.split())
    first = cell.source.strip().partition("\n")[0]
    return f"the cell that starts with {first!r} failed: {error.ename}{where}{f': {why}' if why else ''}."
