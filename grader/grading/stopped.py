"""What is said of a cell that was stopped before its end."""

from __future__ import annotations

import time

from grader.executor.family import MOST_PROCESSES
from grader.limits import Limits

KERNEL_DIED = "The kernel died."
TOO_MANY_PROCESSES = f"A cell started more than {MOST_PROCESSES} processes."


def took_too_long(limits: Limits, started: float, deadline: float) -> str:
    """Which of the two limits was over. started, deadline: of the cell and the notebook, time.monotonic()."""
    now = time.monotonic()
    if now >= deadline and now - started < limits.cell_seconds:
        return f"The notebook took longer than {limits.notebook_seconds:g} s."
    return f"A cell took longer than {limits.cell_seconds:g} s."


def printed_too_much(limits: Limits) -> str:
    """The limit for the outputs of all cells was over."""
    return f"The cells printed and drew more than {limits.output_mb:g} MiB."


def needed_too_much(limits: Limits) -> str:
    """The limit for memory was over."""
    return f"The notebook needed more than {limits.memory_mb:,.0f} MiB of memory."
