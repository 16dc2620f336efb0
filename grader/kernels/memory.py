"""Watch how much memory a kernel and its family have taken for themselves."""

from __future__ import annotations

import asyncio
import contextlib
import time

import psutil

from grader.kernels.processes import descendants

SECONDS_BETWEEN = 0.1
# Finding a family means looking at all processes of the machine.
SECONDS_BETWEEN_FAMILIES = 1.0


def own_memory(process: psutil.Process) -> int:
    """Bytes of a process that are not files or memory shared on purpose."""
    with contextlib.suppress(psutil.Error):
        used = process.memory_info()
        return int(used.rss - getattr(used, "shared", 0))
    return 0


async def exceeds(pid: int, most: float) -> None:
    """Return once a process and its family own more bytes than `most`, beyond what it had at the start.

    What a fork still shares with its warm parent is there at the start, and so does not count.
    """
    family = descendants(pid)
    at_start = sum(map(own_memory, family))
    looked = time.monotonic()
    while sum(map(own_memory, family)) - at_start <= most:
        await asyncio.sleep(SECONDS_BETWEEN)
        if time.monotonic() - looked > SECONDS_BETWEEN_FAMILIES:
            family, looked = descendants(pid), time.monotonic()
