"""What a check puts in place of standard output, `print` and `input`, for the student's code that it calls.

A check may look at what a function prints (`contextlib.redirect_stdout`), count its prints
(`unittest.mock.patch`), or answer its questions (a function in place of `input`).
"""

from __future__ import annotations

import builtins
import io
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, redirect_stdout
from typing import Any

from ipykernel.kernelbase import Kernel

from grader.executor.streams import Stream

MOST_PRINTED = 1_000_000
_PRINT: Callable[..., Any] = builtins.print
_INPUT: Callable[..., Any] = builtins.input


def is_redirected() -> bool:
    """Whether a check has put something of its own in place of standard output."""
    return not isinstance(sys.stdout, Stream)


def replaced() -> dict[str, Callable[..., Any]]:
    """What a check has put in place of `print` and `input`, by name."""
    found: dict[str, Callable[..., Any]] = {}
    if builtins.print is not _PRINT:
        found["print"] = builtins.print
    # Where nothing can be typed in, a kernel has a method of its own there, another one in each cell.
    if builtins.input is not _INPUT and getattr(builtins.input, "__func__", None) is not Kernel.raw_input:
        found["input"] = builtins.input
    return found


@contextmanager
def in_place(functions: Mapping[str, Callable[..., Any]], *, prints: bool) -> Iterator[io.StringIO]:
    """Have code use these in place of builtins, and collect what it prints if that is asked for."""
    kept = {name: getattr(builtins, name) for name in functions}
    printed = io.StringIO()
    try:
        for name, function in functions.items():
            setattr(builtins, name, function)
        with redirect_stdout(printed) if prints else nullcontext():
            yield printed
    finally:
        for name, function in kept.items():
            setattr(builtins, name, function)


def text_of(printed: io.StringIO) -> str:
    """What was printed, as far as it can be handed over."""
    return printed.getvalue()[:MOST_PRINTED].encode("utf-8", "replace").decode()
