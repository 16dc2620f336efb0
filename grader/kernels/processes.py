"""End a kernel with everything that it started."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

import psutil

# Each kernel's environment names its connection file: programs that a notebook starts inherit that.
MARK = "COURSE_GRADER_KERNEL"
# Two looks find what was started between a first look and the end of whoever started it.
MOST_LOOKS = 5
SECONDS_OF_A_TICK = 0.05


def descendants(pid: int) -> list[psutil.Process]:
    """A process and all that it started, as far as they are still its family."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def hold_open(connection_file: str) -> None:
    """Have this kernel's forks be known by a file that they hold open: they show no environment of theirs."""
    os.set_inheritable(os.open(connection_file, os.O_RDONLY), True)


def kill_all(pid: int | None, connection_file: str) -> None:
    """Kill a kernel's process group, its family, and whoever left both but still carries its mark."""
    family = descendants(pid) if pid else []
    since = min((process.create_time() for process in family), default=0.0) - SECONDS_OF_A_TICK
    if pid and hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    for _ in range(MOST_LOOKS):
        for process in family:
            with contextlib.suppress(psutil.Error):
                process.kill()
        family = [each for each in psutil.process_iter() if _is_marked(each, connection_file, since)]
        if not family:
            return


def _is_marked(process: psutil.Process, connection_file: str, since: float) -> bool:
    with contextlib.suppress(psutil.Error, OSError):
        if process.pid == os.getpid() or process.create_time() < since:
            return False
        if process.environ().get(MARK) == connection_file:
            return True
        held = Path(f"/proc/{process.pid}/fd")
        return held.is_dir() and any(_leads_to(link, connection_file) for link in held.iterdir())
    return False


def _leads_to(link: Path, target: str) -> bool:
    with contextlib.suppress(OSError):
        return str(link.readlink()) == target
    return False
