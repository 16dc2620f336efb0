"""Where an answer runs, and how to call it so that a check sees what it does to its arguments.

When a submission is graded, answers run in a process of their own, on copies of the arguments.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

_followed = ContextVar("followed", default=False)


@contextmanager
def changes_followed() -> Iterator[None]:
    """Let calls made in here change the caller's own arguments, even where a function gets copies of them."""
    token = _followed.set(True)
    try:
        yield
    finally:
        _followed.reset(token)


def changes_are_followed() -> bool:
    """Whether a call made now changes the caller's own arguments."""
    return _followed.get()


def is_elsewhere(answer: Any) -> bool:
    """Whether an answer is an object in another process, with only a handle to it here."""
    return bool(getattr(type(answer), "is_elsewhere", False))


def draw_where_it_runs(answer: Any) -> tuple[float, float]:
    """Draw the next numbers of Python's and of NumPy's random generators, where an answer runs."""
    if is_elsewhere(answer):
        drawn: tuple[float, float] = type(answer).draw_elsewhere(answer)
        return drawn
    return random.random(), float(np.random.random())
