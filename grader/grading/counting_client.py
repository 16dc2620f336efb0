"""Take what a Jupyter kernel prints and draws, as notebooks keep it, within the limit of their outputs.

The kernel is the student's process: its messages may be anything, and any number of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete
from nbformat import NotebookNode

from grader.executor.messages import Clear, Display, Failure, Output, Result, Stream, TooMuchOutputError
from grader.executor.outputs import Budget, Outputs, Shared

KINDS: Mapping[str, type[Output]] = {
    "stream": Stream,
    "display_data": Display,
    "update_display_data": Display,
    "execute_result": Result,
    "error": Failure,
    "clear_output": Clear,
}


class CountingClient(NotebookClient):
    """Runs cells in a kernel, and keeps what they put out as the grader's own executor does.

    printed_too_much: set when all cells together have put out more than they may. Nothing is kept then.
    """

    def __init__(self, notebook: NotebookNode, budget: Budget, **options: Any) -> None:  # noqa: D107
        super().__init__(notebook, **options)
        self.printed_too_much = asyncio.Event()
        self._budget = budget
        self._by_display_id: dict[str, Shared] = {}
        self._outputs = Outputs(budget, self._by_display_id, 0)
        self._is_idle = True

    async def run_cell(self, cell: NotebookNode, place: int, count: int, seconds: int) -> None:
        """Run a cell. count: the number it gets. Raises what nbclient does."""
        # nbclient takes 0 for no limit at all.
        self.timeout = max(1, seconds)
        self._is_idle = False
        self._outputs = Outputs(self._budget, self._by_display_id, count)
        try:
            await self.async_execute_cell(cell, place)
            if not self._is_idle:
                # A message over the limit ends the connection that all others would come by.
                self.printed_too_much.set()
        finally:
            cell.execution_count = count
            cell.outputs = [] if self.printed_too_much.is_set() else self._outputs.collected()

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> None:  # noqa: ARG002
        """Take a message of the kernel's. Raises CellExecutionComplete after the last, ValidationError."""
        kind, content = msg["msg_type"], msg["content"]
        if kind == "status" and content["execution_state"] == "idle":
            self._is_idle = True
            raise CellExecutionComplete
        if kind in KINDS and not self.printed_too_much.is_set():
            try:
                self._outputs.add(_output(kind, content))
            except TooMuchOutputError:
                self.printed_too_much.set()


def _output(kind: str, content: dict[str, Any]) -> Output:
    output = msgspec.convert(content, KINDS[kind])
    if isinstance(output, Display):
        transient = content.get("transient")
        name = transient.get("display_id") if isinstance(transient, dict) else None
        shown_under = name if isinstance(name, str) else None
        return msgspec.structs.replace(output, display_id=shown_under, update=kind != "display_data")
    return output
