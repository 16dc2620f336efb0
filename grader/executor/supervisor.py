"""Watch over one process that runs cells: its memory, its end, and all that it has started.

The supervisor is the process's parent, and every orphan below it becomes its child: what a cell started ends
with it, daemons included. It holds a control socket whose other end is the grader's:

- it says {"pid"} at once, and {"exit", "problem"} when the process has ended;
- a line "interrupt" makes it send SIGINT; when the socket closes, it ends everything. So nothing outlives a
  grader that was killed.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

SECONDS_BETWEEN_LOOKS = 0.1
PAGE = os.sysconf("SC_PAGE_SIZE")
OUT_OF_MEMORY = "memory"
INTERRUPT = b"interrupt"
PR_SET_CHILD_SUBREAPER = 36
# What was started while the family was being ended.
MOST_ROUNDS = 200


def supervise(control: socket.socket, memory: float, run: Callable[[], None]) -> NoReturn:
    """Run a function in a fork of this process until it ends, and end this process with it.

    memory: the bytes that the fork and its family may own, beyond what it has at the start.
    """
    exit_code = 1
    try:
        with contextlib.suppress(PermissionError):  # it leads a session already
            os.setsid()
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        pid = os.fork()
        if pid == 0:
            control.close()
            _run_and_end(run)
        # Whoever waits at the other end of a link of the process has to notice its end.
        os.closerange(3, control.fileno())
        os.closerange(control.fileno() + 1, os.sysconf("SC_OPEN_MAX"))
        _watch(control, pid, memory)
        exit_code = 0
    finally:
        os._exit(exit_code)


def _run_and_end(run: Callable[[], None]) -> NoReturn:
    exit_code = 1
    try:
        os.setsid()
        run()
        exit_code = 0
    except SystemExit as end:
        exit_code = end.code if isinstance(end.code, int) else 0
    finally:
        # Exit handlers belong to the process that was forked.
        os._exit(exit_code)


def _watch(control: socket.socket, pid: int, memory: float) -> None:
    control.sendall(json.dumps({"pid": pid}).encode() + b"\n")
    at_start = _owned(pid)
    problem, status = "", None
    looked = time.monotonic()
    while status is None:
        ready, _, _ = select.select([control], [], [], SECONDS_BETWEEN_LOOKS)
        if ready:
            asked = control.recv(1024)
            if not asked:
                break
            if INTERRUPT in asked:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGINT)
        if time.monotonic() - looked > SECONDS_BETWEEN_LOOKS:
            looked = time.monotonic()
            if sum(map(_owned, {*_family(os.getpid())})) - at_start > memory:
                problem = OUT_OF_MEMORY
                break
        status = _reap(pid)
    _end_family(pid, status)
    code = os.waitstatus_to_exitcode(status) if status is not None else -signal.SIGKILL
    with contextlib.suppress(OSError):
        control.sendall(json.dumps({"exit": code, "problem": problem}).encode() + b"\n")


def _reap(pid: int) -> int | None:
    """Take note of children that have ended; the status of the one with this number, once it has."""
    found = None
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            if ended[0] == pid:
                found = ended[1]
    return found


def _end_family(pid: int, status: int | None) -> None:
    if status is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for _ in range(MOST_ROUNDS):
        family = list(_family(os.getpid()))
        if not family:
            return
        for member in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(member, signal.SIGKILL)
        time.sleep(0.005)
        _reap(pid)


def _family(pid: int) -> Iterator[int]:
    """The processes below this one, except those that have ended and wait to be noted."""
    with contextlib.suppress(OSError, ValueError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                if not _is_zombie(child):
                    yield child
                yield from _family(child)


def _is_zombie(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True


def _owned(pid: int) -> int:
    """Bytes of a process that are not files or memory shared on purpose."""
    with contextlib.suppress(OSError, ValueError):
        _, resident, shared, *_ = map(int, Path(f"/proc/{pid}/statm").read_text().split())
        return (resident - shared) * PAGE
    return 0
