"""Collect what a cell prints and draws, as notebooks keep it, and count its size while it arrives."""

from __future__ import annotations

import re
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import output_from_msg

ANSI = re.compile(r"\x1b\[[0-9;]*m")
KEPT = ("stream", "display_data", "execute_result", "error")


class TooMuchOutputError(Exception):
    """All cells together have printed and drawn more than they may."""


class Budget:
    """The bytes that a notebook's outputs may still take."""

    def __init__(self, size: float) -> None:  # noqa: D107
        self._left = size

    def spend(self, size: int) -> None:
        """Take off what has just arrived. Raises TooMuchOutputError."""
        self._left -= size
        if self._left < 0:
            raise TooMuchOutputError


class Outputs:
    """The outputs of one cell."""

    def __init__(self, budget: Budget, by_display_id: dict[str, list[NotebookNode]]) -> None:
        """Start empty. by_display_id: outputs of all cells that may be updated later."""
        self._budget = budget
        self._by_display_id = by_display_id
        self._outputs: list[NotebookNode] = []
        # Pieces of text still to be joined: a loop may print a million of them.
        self._pieces: list[str] = []
        self._clear_next = False

    def add(self, message: dict[str, Any]) -> None:
        """Take a message from the kernel. Raises TooMuchOutputError."""
        kind, content = message["msg_type"], message["content"]
        self._budget.spend(_size(content))
        if kind == "clear_output":
            self._clear_next = bool(content.get("wait"))
            if not self._clear_next:
                self._clear()
        elif kind == "update_display_data":
            for output in self._by_display_id.get(content.get("transient", {}).get("display_id"), []):
                output["data"], output["metadata"] = content["data"], content["metadata"]
        elif kind in KEPT:
            if self._clear_next:
                self._clear()
            self._append(message)

    def _append(self, message: dict[str, Any]) -> None:
        content = message["content"]
        last = self._outputs[-1] if self._outputs else None
        if (
            message["msg_type"] == "stream"
            and last is not None
            and last.output_type == "stream"
            and last.name == content["name"]
        ):
            self._pieces.append(content["text"])
            return
        self._join()
        output: NotebookNode = output_from_msg(message)
        self._outputs.append(output)
        display_id = content.get("transient", {}).get("display_id")
        if display_id:
            self._by_display_id.setdefault(display_id, []).append(output)

    def _clear(self) -> None:
        self._outputs.clear()
        self._pieces.clear()
        self._clear_next = False

    def _join(self) -> None:
        if self._pieces:
            self._outputs[-1].text += "".join(self._pieces)
            self._pieces.clear()

    def collected(self) -> list[NotebookNode]:
        """All outputs so far."""
        self._join()
        return self._outputs


def _size(content: Any) -> int:
    if isinstance(content, str):
        return len(content)
    if isinstance(content, dict):
        return sum(_size(value) for value in content.values())
    if isinstance(content, list | tuple):
        return sum(map(_size, content))
    return 8


def plain(text: str) -> str:
    """Text without the colours of a terminal."""
    return ANSI.sub("", text)
