"""Run a rebuilt notebook in a kernel, cell by cell, within limits, and note how each cell ended."""

from __future__ import annotations

import ast
import asyncio
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from nbformat import NotebookNode

from grader.grading.graded import Outcome
from grader.grading.limits import MEBIBYTE, Limits
from grader.grading.outputs import Budget, Outputs, TooMuchOutputError
from grader.kernels import witness
from grader.kernels.memory import exceeds
from grader.kernels.start import Kernel, start_kernel

# A kernel that obeys an interrupt says where it was; one that does not is killed anyway.
SECONDS_TO_OBEY = 2.0
# The reply came, and the last outputs are on their way or were dropped.
SECONDS_FOR_LAST_OUTPUTS = 5.0


@dataclass
class CellRun:
    """How one cell ran.

    ended: PASSED when it ran to its end, FAILED when it raised, or why it was stopped. witnessed: whether the
    kernel bears witness that the code it ran to the end is the cell's. error: name and text of what it
    raised.
    """

    ended: Outcome
    seconds: float = 0.0
    witnessed: bool = False
    error: tuple[str, str] = ("", "")


@dataclass
class Execution:
    """How a notebook ran.

    runs: by the index of the cell; cells without code, and those after the end, are missing. stopped: why not
    all cells ran, PASSED if they did. problem: the same in words.
    """

    runs: dict[int, CellRun] = field(default_factory=dict)
    stopped: Outcome = Outcome.PASSED
    problem: str = ""

    @property
    def cell_seconds(self) -> float:
        """What all cells took together."""
        return sum(run.seconds for run in self.runs.values())


class _StoppedError(Exception):
    def __init__(self, outcome: Outcome, problem: str) -> None:
        super().__init__(problem)
        self.outcome, self.problem = outcome, problem


async def execute(
    notebook: NotebookNode, tests: frozenset[int], limits: Limits, modules: frozenset[str], folder: Path
) -> Execution:
    """Run all code cells of a notebook and put the outputs into it.

    tests: the indices of grade cells, for which the kernel bears witness. modules: what a warm parent should
    have imported. folder: where the kernel works. Never raises for what a notebook does.
    """
    execution = Execution()
    try:
        name = notebook.metadata.get("kernelspec", {}).get("name", "python3")
        async with start_kernel(name, modules, folder) as kernel:
            await _run_watched(kernel, notebook, tests, limits, execution)
    except _StoppedError as stopped:
        execution.stopped, execution.problem = stopped.outcome, stopped.problem
    return execution


async def _run_watched(
    kernel: Kernel, notebook: NotebookNode, tests: frozenset[int], limits: Limits, execution: Execution
) -> None:
    """Run the cells until they are done, the kernel dies, or its memory is too large."""
    cells = asyncio.ensure_future(_run_cells(kernel, notebook, tests, limits, execution))
    memory = asyncio.ensure_future(exceeds(kernel.pid, limits.memory_mb * MEBIBYTE))
    death = asyncio.ensure_future(kernel.death())
    watchers = {memory, death}
    try:
        await asyncio.wait({cells, *watchers}, return_when=asyncio.FIRST_COMPLETED)
        if memory.done():
            raise _StoppedError(
                Outcome.OUT_OF_MEMORY, f"The notebook needed more than {limits.memory_mb:,.0f} MiB of memory."
            )
        if death.done() and not cells.done():
            # The kernel's last words may still be on their way.
            await asyncio.wait({cells}, timeout=0.2)
        if not cells.done():
            raise _StoppedError(Outcome.KERNEL_DIED, "The kernel died.")
        cells.result()
    except _StoppedError as stopped:
        running = [run for run in execution.runs.values() if run.ended is Outcome.DID_NOT_RUN]
        for run in running:
            run.ended = stopped.outcome
        raise
    finally:
        for task in (cells, *watchers):
            task.cancel()
        await asyncio.gather(cells, *watchers, return_exceptions=True)


async def _run_cells(
    kernel: Kernel, notebook: NotebookNode, tests: frozenset[int], limits: Limits, execution: Execution
) -> None:
    budget = Budget(limits.output_mb * MEBIBYTE)
    by_display_id: dict[str, list[NotebookNode]] = {}
    deadline = time.monotonic() + limits.notebook_seconds
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        outputs = Outputs(budget, by_display_id)
        run = execution.runs[index] = CellRun(Outcome.DID_NOT_RUN)
        started = time.monotonic()
        try:
            left = deadline - started
            async with asyncio.timeout(min(limits.cell_seconds, max(left, 0))):
                await _run_cell(kernel, cell, index in tests, outputs, run)
        except TimeoutError:
            await _interrupt(kernel, outputs)
            if left < limits.cell_seconds:
                problem = f"The notebook took longer than {limits.notebook_seconds:g} s."
            else:
                problem = f"A cell took longer than {limits.cell_seconds:g} s."
            raise _StoppedError(Outcome.TIMED_OUT, problem) from None
        except TooMuchOutputError:
            raise _StoppedError(
                Outcome.TOO_MUCH_OUTPUT, f"The cells printed and drew more than {limits.output_mb:g} MiB."
            ) from None
        finally:
            run.seconds = time.monotonic() - started
            cell.outputs = outputs.collected()


async def _run_cell(
    kernel: Kernel, cell: NotebookNode, is_test: bool, outputs: Outputs, run: CellRun
) -> None:
    once = secrets.token_hex(16)
    expected = _digest(cell.source) if is_test and kernel.bears_witness else None
    request = kernel.client.session.msg(
        "execute_request",
        content={
            "code": cell.source,
            "silent": False,
            "store_history": True,
            "user_expressions": {"witness": f"{witness.NAME}.said[-1:]"} if expected else {},
            "allow_stdin": False,
            "stop_on_error": False,
        },
        metadata={"grader": {"once": once, "digest": expected}} if expected else {},
    )
    kernel.client.shell_channel.send(request)
    reply = asyncio.ensure_future(_reply_to(kernel.client, request["header"]["msg_id"]))
    idle = asyncio.ensure_future(_collect(kernel.client, request["header"]["msg_id"], outputs))
    try:
        await asyncio.wait({reply, idle}, return_when=asyncio.FIRST_COMPLETED)
        if idle.done():
            idle.result()
        content = await reply
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(idle), SECONDS_FOR_LAST_OUTPUTS)
    finally:
        for task in (reply, idle):
            task.cancel()
        await asyncio.gather(reply, idle, return_exceptions=True)
    cell.execution_count = content.get("execution_count")
    if content["status"] == "ok":
        run.ended = Outcome.PASSED
        said = content.get("user_expressions", {}).get("witness", {}).get("data", {}).get("text/plain", "")
        run.witnessed = not kernel.bears_witness or once in said
    else:
        run.ended = Outcome.FAILED
        run.error = (str(content.get("ename", "")), str(content.get("evalue", "")))


def _digest(source: str) -> str | None:
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return witness.digest(ast.parse(TransformerManager().transform_cell(source)))
    except (SyntaxError, ValueError):
        return None


async def _reply_to(client: AsyncKernelClient, request: str) -> dict[str, Any]:
    while True:
        message = await client.get_shell_msg(timeout=None)
        if message["parent_header"].get("msg_id") == request:
            content: dict[str, Any] = message["content"]
            return content


async def _collect(client: AsyncKernelClient, request: str, outputs: Outputs) -> None:
    """Take outputs until the kernel is idle again. Raises TooMuchOutputError."""
    while True:
        message = await client.get_iopub_msg(timeout=None)
        if message["parent_header"].get("msg_id") != request:
            continue
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            return
        outputs.add(message)


async def _interrupt(kernel: Kernel, outputs: Outputs) -> None:
    """Ask the kernel to stop, and take what it says of where it was."""
    await kernel.manager.interrupt_kernel()
    with suppress(TimeoutError, TooMuchOutputError):
        async with asyncio.timeout(SECONDS_TO_OBEY):
            while True:
                message = await kernel.client.get_iopub_msg(timeout=None)
                if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                    return
                outputs.add(message)
