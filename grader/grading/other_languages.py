"""Run notebooks of other languages than Python: in their Jupyter kernels, checks included."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
import time
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode

from grader.executor.outputs import Budget
from grader.executor.process import StartError
from grader.grading.cell_runs import CellRun, Execution
from grader.grading.graded import Outcome
from grader.grading.rebuild import Rebuilt
from grader.grading.setting import Setting
from grader.grading.stopped import KERNEL_DIED, printed_too_much, took_too_long
from grader.limits import MEBIBYTE, Limits
from grader.wall.errors import WallError

if TYPE_CHECKING:
    from grader.grading.counting_client import CountingClient

WHY = "the judge knows only Python"
SENT_SOMETHING_ELSE = "The kernel sent something that is not a message of Jupyter's."


def execute_in_jupyter(rebuilt: Rebuilt, setting: Setting) -> Execution:
    """Run all code cells in one kernel until one does not end, and put the outputs into the notebook.

    Never raises for what a notebook does. Raises StartError.
    """
    execution = Execution()
    with tempfile.TemporaryDirectory(prefix="grading-", ignore_cleanup_errors=True) as folder:
        given, sockets = Path(folder, "given"), Path(folder, "sockets")
        for each in (given, sockets):
            each.mkdir()
        for name, content in setting.files.items():
            path = given / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        _run_to_end(_run(rebuilt, setting, execution, given, sockets))
    for place, cell in enumerate(rebuilt.spec_cells):
        if cell is not None and cell.is_test:
            execution.unjudged[place] = WHY
    return execution


def _run_to_end(run: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(run)
    else:
        # The caller is in a loop of its own, as code in a notebook is; another thread is in none.
        with ThreadPoolExecutor(max_workers=1) as thread:
            thread.submit(asyncio.run, run).result()


async def _run(rebuilt: Rebuilt, setting: Setting, execution: Execution, given: Path, sockets: Path) -> None:
    from grader.grading.kernels import end_where_it_takes_too_much

    replies: dict[int, Any] = {}
    client = _client(rebuilt.notebook, setting, given, sockets, replies)
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(client.async_setup_kernel(cleanup_kc=True))
        except WallError:
            raise
        except Exception as error:
            raise StartError(f"The notebook's kernel could not be started: {error}") from error
        kernel: Any = client.km
        watching = asyncio.create_task(
            end_where_it_takes_too_much(kernel.provisioner.pid, setting.limits, client.printed_too_much)
        )
        stack.callback(watching.cancel)
        await _Cells(client, setting.limits, replies, watching).run_into(execution)


def _client(
    notebook: NotebookNode, setting: Setting, given: Path, sockets: Path, replies: dict[int, Any]
) -> CountingClient:
    """What starts a kernel and has it run cells, whose replies it puts into `replies`, by place."""
    from grader.grading.counting_client import CountingClient
    from grader.grading.kernels import WalledKernelManager

    size = setting.limits.output_mb * MEBIBYTE
    manager = None
    if setting.limits.wall:
        name = notebook.metadata.kernelspec.name
        manager = WalledKernelManager(
            kernel_name=name, sockets=sockets, given=given, most_bytes_of_message=int(size)
        )
    return CountingClient(
        notebook,
        Budget(size),
        km=manager,
        timeout=None,
        allow_errors=True,
        record_timing=False,
        resources={"metadata": {"path": str(given)}},
        shutdown_kernel="immediate",
        # A tag that no submission can know.
        skip_cells_with_tag=secrets.token_hex(16),
        on_cell_executed=lambda cell, cell_index, execute_reply: replies.update({cell_index: execute_reply}),  # noqa: ARG005
    )


@dataclass
class _Cells:
    """Runs the code cells of a notebook within its limits, in a kernel that has started.

    replies: of the kernel, by place. watching: ends, with why, when the kernel had to be ended.
    """

    client: CountingClient
    limits: Limits
    replies: Mapping[int, Any]
    watching: asyncio.Task[Any]

    async def run_into(self, execution: Execution) -> None:
        """Run one cell after another until one does not end, or too much was printed."""
        deadline = time.monotonic() + self.limits.notebook_seconds
        for place, cell in enumerate(self.client.nb.cells):
            if cell.cell_type != "code" or not cell.source.strip():
                continue
            run = execution.runs[place] = CellRun(Outcome.DID_NOT_RUN)
            started = time.monotonic()
            await self._run(cell, place, run, len(execution.runs), deadline)
            run.seconds = time.monotonic() - started
            if run.is_left_out:
                execution.problems.append(run.problem)
                return

    async def _run(self, cell: NotebookNode, place: int, run: CellRun, count: int, deadline: float) -> None:
        """Run one cell, and note how it ended. count: the number it gets."""
        from nbclient.exceptions import CellTimeoutError, DeadKernelError

        started = time.monotonic()
        seconds = round(min(self.limits.cell_seconds, deadline - started))
        try:
            await self.client.run_cell(cell, place, count, seconds)
            _note_end(run, cell, self.replies.get(place, {}))
        except CellTimeoutError:
            run.ended = Outcome.TIMED_OUT
            run.problem = took_too_long(self.limits, started, deadline)
        except DeadKernelError:
            died = Outcome.KERNEL_DIED, KERNEL_DIED
            run.ended, run.problem = self.watching.result() if self.watching.done() else died
        except Exception:
            # The kernel is the student's process: its messages may be anything.
            cell.outputs, run.ended, run.problem = [], Outcome.KERNEL_DIED, SENT_SOMETHING_ELSE
        if self.client.printed_too_much.is_set():
            run.ended, run.problem = Outcome.TOO_MUCH_OUTPUT, printed_too_much(self.limits)


def _note_end(run: CellRun, cell: NotebookNode, reply: Any) -> None:
    failures = [output for output in cell.outputs if output.output_type == "error"]
    ran = reply.get("content", {}).get("status") == "ok" and not failures
    run.ended = Outcome.PASSED if ran else Outcome.FAILED
    if failures:
        run.error = str(failures[0].ename), str(failures[0].evalue)
    for output in cell.outputs:
        if output.output_type == "execute_result":
            with suppress(ValueError, TypeError):
                run.number = float(output.data.get("text/plain", ""))
