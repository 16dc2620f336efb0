"""Mark one answer by its check cell, in this process: quick, and only for answers that are our own."""

from __future__ import annotations

import ast
import contextlib
import copy
import io
import signal
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.syntax import parse
from helpers.kit.exercise import NotAttempted, NotYet

# More than any right answer trains.
SECONDS = 120


@dataclass(frozen=True)
class Marked:
    """What a check made of an answer.

    marks: what it earned. said: what the check printed, or why it refused, on one line. slips: those it named
    as it refused. stopped: whether the time was over. namespace: the names that the answer left.
    """

    marks: float
    said: str
    slips: tuple[str, ...]
    stopped: bool
    namespace: dict[str, Any]


def marked(check: str, points: float, namespace: dict[str, Any], answer: str = "") -> Marked:
    """Run an answer's source and then its check, both in this namespace. Raises nothing they can cause."""
    printed = io.StringIO()
    marks, said, stopped = 0.0, "", False
    slips: tuple[str, ...] = ()
    try:
        with _quiet(printed), _limited():
            exec(answer, namespace)
            printed.seek(0)
            printed.truncate()
            marks = float(marks_of(check, namespace, points))
        said = printed.getvalue()
    except (NotYet, NotAttempted) as found:
        said, slips = str(found), tuple(slip.slip for slip in found.outcome.slips)
    except (Exception, SystemExit) as error:
        said, stopped = f"It stopped with {type(error).__name__}: {error}", isinstance(error, TimeoutError)
    return Marked(marks, " ".join(said.split()), slips, stopped, namespace)


def marks_of(check: str, namespace: dict[str, Any], points: float) -> Any:
    """Run a check as nbgrader does: its last value is the marks, and no value means all of them."""
    *statements, last = parse(check).body
    value = None
    if isinstance(last, ast.Expr):
        exec(compile(ast.Module(statements, []), "check", "exec"), namespace)
        value = eval(compile(ast.Expression(last.value), "check", "eval"), namespace)
    else:
        exec(check, namespace)
    return points if value is None else value


def untouched(namespace: Mapping[str, Any]) -> dict[str, Any]:
    """A copy that an answer may change; models are copied whole, because `fit` changes them."""
    # Keras warns that an untrained model's optimizer has no state to copy.
    with warnings.catch_warnings(action="ignore"):
        return {
            name: copy.deepcopy(value) if hasattr(value, "get_weights") else value
            for name, value in namespace.items()
        }


def close_figures() -> None:
    """Close all figures, if anything has drawn."""
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@contextmanager
def _quiet(printed: io.StringIO) -> Iterator[None]:
    with (
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(action="ignore"),
        np.errstate(all="ignore"),
    ):
        yield
    close_figures()


@contextmanager
def _limited() -> Iterator[None]:
    def stop(*_: Any) -> None:
        raise TimeoutError(f"it takes longer than {SECONDS} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
