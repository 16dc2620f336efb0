"""Collect what a cell prints and draws, as notebooks keep it, and count its size while it arrives."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from nbformat import NotebookNode, from_dict

from grader.executor.known_pictures import with_pictures
from grader.executor.messages import Clear, Display, Failure, Output, Result, Stream, TooMuchOutputError

ANSI = re.compile(r"\x1b\[[0-9;]*m")
MIME = re.compile(r"[a-zA-Z0-9.+_-]{1,60}/[a-zA-Z0-9.+_-]{1,100}")
MOST_DISPLAY_IDS = 10_000
MOST_NESTED = 100
# What a message takes beside its text, and what an output does that is kept.
BYTES_OF_MESSAGE, BYTES_OF_OUTPUT = 100, 1000


@dataclass
class Shared:
    """What all outputs that are shown under one name share.

    times: how many these are. spent: what they have cost so far; a notebook holds the data that many times.
    """

    data: NotebookNode
    metadata: NotebookNode
    times: int = 0
    spent: int = 0


class Budget:
    """The bytes that a notebook's outputs may still take."""

    def __init__(self, size: float) -> None:  # noqa: D107
        self._size = size
        self.spent = 0

    def spend(self, size: int) -> None:
        """Take off what has just arrived. Raises TooMuchOutputError."""
        self.spent += size
        if self.spent > self._size:
            raise TooMuchOutputError

    def drop(self, output: Output) -> None:
        """Count an output that nobody keeps. Raises TooMuchOutputError."""
        self.spend(_size(output))


class Outputs:
    """The outputs of one cell."""

    def __init__(
        self,
        budget: Budget,
        by_display_id: dict[str, Shared],
        count: int,
        pictures: Mapping[str, bytes] | None = None,
    ) -> None:
        """Start empty.

        by_display_id: what outputs of all cells show that may be updated later. count: the cell's. pictures:
        those that outputs may refer to, by fingerprint.
        """
        self._budget = budget
        self._pictures = pictures or {}
        self._by_display_id = by_display_id
        self._count = count
        self._outputs: list[NotebookNode] = []
        # Pieces of text still to be joined: a loop may print a million of them.
        self._pieces: list[str] = []
        self._clear_next = False
        # How many of its outputs are shown under each name.
        self._names: Counter[str] = Counter()
        # Whether it has shown something that other cells may change, or changed what others show.
        self.has_named_displays = False

    def add(self, output: Output) -> None:
        """Take an output. Raises TooMuchOutputError."""
        if isinstance(output, Display | Result):
            output = msgspec.structs.replace(output, data=with_pictures(output.data, self._pictures))
        self._budget.spend(_size(output))
        self.has_named_displays |= isinstance(output, Display) and bool(output.display_id)
        if isinstance(output, Clear):
            self._clear_next = output.wait
            if not output.wait:
                self._clear()
            return
        if isinstance(output, Display) and output.update:
            self._update(output)
            return
        if self._clear_next:
            self._clear()
        self._append(output)

    def _append(self, output: Output) -> None:
        last = self._outputs[-1] if self._outputs else None
        if isinstance(output, Stream):
            if last is not None and last.output_type == "stream" and last.name == output.name:
                self._pieces.append(output.text)
                return
            made: dict[str, Any] = {"output_type": "stream", "name": output.name, "text": output.text}
        elif isinstance(output, Failure):
            made = {
                "output_type": "error", "ename": output.ename, "evalue": output.evalue,
                "traceback": output.traceback,
            }  # fmt: skip
        else:
            assert isinstance(output, Display | Result)
            made = {
                "output_type": "display_data",
                "data": _bundle(output.data),
                "metadata": _metadata(output.metadata),
            }
            if isinstance(output, Result):
                made = {**made, "output_type": "execute_result", "execution_count": self._count}
        self._budget.spend(BYTES_OF_OUTPUT)
        self._join()
        self._outputs.append(from_dict(made))
        if isinstance(output, Display) and output.display_id:
            self._share(output, self._outputs[-1])

    def _share(self, output: Display, shown: NotebookNode) -> None:
        """Have an output change together with all others that are shown under the same name."""
        name = output.display_id or ""
        if name not in self._by_display_id:
            if len(self._by_display_id) >= MOST_DISPLAY_IDS:
                return
            self._by_display_id[name] = Shared(shown.data, shown.metadata)
        shared = self._by_display_id[name]
        shared.times += 1
        self._names[name] += 1
        if shared.data is not shown.data:
            self._update(output)
            shown["data"], shown["metadata"] = shared.data, shared.metadata

    def _update(self, output: Display) -> None:
        """Show something else wherever this name is shown. Raises TooMuchOutputError."""
        shared = self._by_display_id.get(output.display_id or "")
        if shared is None:
            return
        size = _size(output)
        # That of the message has been spent.
        shared.spent += size
        missing = max(size * shared.times - shared.spent, 0)
        shared.spent += missing
        self._budget.spend(missing)
        for shown, now in (
            (shared.data, _bundle(output.data)),
            (shared.metadata, _metadata(output.metadata)),
        ):
            shown.clear()
            shown.update(from_dict(now))

    def _clear(self) -> None:
        self._outputs.clear()
        self._pieces.clear()
        self._clear_next = False
        for name, times in self._names.items():
            self._by_display_id[name].times -= times
        self._names.clear()

    def _join(self) -> None:
        if self._pieces:
            self._outputs[-1].text += "".join(self._pieces)
            self._pieces.clear()

    def collected(self) -> list[NotebookNode]:
        """All outputs so far."""
        self._join()
        return self._outputs


def _bundle(data: dict[str, Any]) -> dict[str, Any]:
    """What a notebook may hold of a MIME bundle: text, and any JSON for the types that are JSON."""
    kept = {}
    for mime, content in data.items():
        is_json = mime == "application/json" or mime.endswith("+json")
        if MIME.fullmatch(mime) and (isinstance(content, str) or (is_json and not _is_too_deep(content))):
            kept[mime] = content
    return kept


def _metadata(metadata: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in metadata.items() if len(key) <= 200 and not _is_too_deep(value)}


def _is_too_deep(content: Any) -> bool:
    """Whether something is nested deeper than libraries that read notebooks can follow."""
    level = [content]
    for _ in range(MOST_NESTED):
        level = [inner for each in level for inner in _inner(each)]
        if not level:
            return False
    return True


def _inner(content: Any) -> list[Any]:
    if isinstance(content, dict):
        return list(content.values())
    return content if isinstance(content, list) else []


def _size(output: Output) -> int:
    size = BYTES_OF_MESSAGE
    if isinstance(output, Stream):
        return size + len(output.text)
    if isinstance(output, Failure):
        return size + sum(map(len, (output.ename, output.evalue, *output.traceback)))
    if isinstance(output, Clear):
        return size
    if isinstance(output, Display):
        # Names are kept, too.
        size += len(output.display_id or "")
    return size + _size_of(output.data) + _size_of(output.metadata)


def _size_of(content: Any) -> int:
    """About as many bytes as this takes in a notebook, where each value has a line, indented by its depth."""
    size, left = 0, [(content, 0)]
    while left:
        each, depth = left.pop()
        size += _size_alone(each) + depth
        if isinstance(each, dict):
            size += sum(map(len, each))
        left += [(inner, depth + 1) for inner in _inner(each)]
    return size


def _size_alone(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    # A whole number may have thousands of digits.
    return 8 + value.bit_length() // 3 if isinstance(value, int) else 8


def plain(text: str) -> str:
    """Text without the colours of a terminal."""
    return ANSI.sub("", text)
