"""Watch over one process that runs cells: its memory, its end, and all that it has started.

The supervisor is the process's parent, and every orphan below it becomes its child: what a cell started ends
with it, daemons included. It makes the folder where the process works, behind a wall or in the system's
folder for temporary files. It holds a control socket whose other end is the grader's:

- once the process is ready it says {"pid", "core"}, its number and the core that it has to itself, together
  with a descriptor of the folder; or {"refused"}, where the process could not be shut in;
- it says {"exit", "problem"} when the process has ended;
- a line "interrupt" makes it send SIGINT; when the socket closes, it ends everything. So nothing outlives a
  grader that was killed.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import platform
import select
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from grader.executor.core import keep_to, take_core
from grader.executor.descriptors import close_all_but
from grader.executor.family import MOST_PROCESSES, SECONDS_BETWEEN_LOOKS, family_of, is_over, owned
from grader.executor.folders import remove
from grader.wall.control_groups import OwnGroups
from grader.wall.inner import MOST_THREADS, own_folder, shut_in
from grader.wall.places import CORES, GROUPS, LOCKS, WORK, own_cache

OUT_OF_MEMORY, TOO_MANY_PROCESSES = "memory", "processes"
INTERRUPT = b"interrupt"
PR_SET_CHILD_SUBREAPER = 36
# What was started while the family was being ended.
MOST_ROUNDS = 200


@dataclass(frozen=True)
class Confinement:
    """What a process may do.

    memory: the bytes that it and its family may own, beyond what it has at the start. is_walled: whether it
    is shut in; this process is then behind an outer wall already. hides_grader: whether what is shut in does
    not see this project's own code. core: whether it gets a core of its own, where one is free.
    shared_core: that of a process which waits for this one.
    """

    memory: float
    is_walled: bool = False
    hides_grader: bool = False
    core: bool = False
    shared_core: int | None = None


def supervise(
    control: socket.socket, confinement: Confinement, refused: bytes, run: Callable[[Path], None]
) -> NoReturn:
    """Run a function in a fork of this process until it ends, and end this process with it.

    refused: system calls that the fork is refused. run: gets the folder to work in.
    """
    exit_code = 1
    folder: Path | None = None
    try:
        with contextlib.suppress(PermissionError):  # it leads a session already
            os.setsid()
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        held = take_core(_locks(confinement)) if confinement.core else None
        if confinement.shared_core is not None:
            keep_to(confinement.shared_core)
        if confinement.is_walled:
            working, descriptor = WORK, own_folder()
        else:
            working = folder = Path(tempfile.mkdtemp(prefix="grading-"))
            descriptor = os.open(working, os.O_RDONLY)
        groups = OwnGroups(GROUPS, confinement.memory, MOST_THREADS)
        ready, is_ready = os.pipe()
        pid = os.fork()
        if pid == 0:
            control.close()
            groups.join()
            _run_and_end(confinement, refused, is_ready, partial(run, working))
        os.close(is_ready)
        told = _told(ready)
        core = min(os.sched_getaffinity(0)) if held is not None else None
        _say(control, {"refused": told} if told else {"pid": pid, "core": core}, [descriptor])
        # A process that waits at the other end of a link has to notice that this one ended.
        kept = {control.fileno(), *([held] if held is not None else [])}
        close_all_but(kept)
        _watch(control, pid, confinement.memory, groups)
        groups.remove()
        exit_code = 0
    finally:
        if folder is not None:
            remove(folder)
        os._exit(exit_code)


def _told(ready: int) -> str:
    """What a process that could not be shut in says; nothing once it is ready."""
    with os.fdopen(ready, encoding="utf-8") as reading:
        return reading.read()


def _locks(confinement: Confinement) -> Path:
    return CORES if confinement.is_walled else own_cache() / LOCKS / platform.node()


def _run_and_end(
    confinement: Confinement, refused: bytes, is_ready: int, run: Callable[[], None]
) -> NoReturn:
    exit_code = 1
    try:
        os.setsid()
        if confinement.is_walled:
            try:
                shut_in(refused, hides_grader=confinement.hides_grader)
            except OSError as error:
                os.write(is_ready, str(error).encode())
                raise
        os.close(is_ready)
        run()
        exit_code = 0
    except SystemExit as end:
        exit_code = end.code if isinstance(end.code, int) else 0
    finally:
        # Exit handlers belong to the process that was forked.
        os._exit(exit_code)


def _say(control: socket.socket, message: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
    with contextlib.suppress(OSError):  # nobody listens any more
        socket.send_fds(control, [json.dumps(message).encode() + b"\n"], list(descriptors))


def _watch(control: socket.socket, pid: int, memory: float, groups: OwnGroups) -> None:
    at_start = owned(pid)
    is_counted = groups.limit_memory_of(pid)
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
            family = set(family_of(os.getpid()))
            owns_too_much = not is_counted and is_over(family, at_start, memory)
            if owns_too_much or groups.ran_out_of_memory:
                problem = OUT_OF_MEMORY
            elif len(family) > MOST_PROCESSES:
                problem = TOO_MANY_PROCESSES
            if problem:
                break
        status = _reap(pid)
    _end_family(pid, status)
    if not problem and groups.ran_out_of_memory:
        problem = OUT_OF_MEMORY
    code = os.waitstatus_to_exitcode(status) if status is not None else -signal.SIGKILL
    _say(control, {"exit": code, "problem": problem})


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
        family = list(family_of(os.getpid()))
        if not family:
            return
        for member in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(member, signal.SIGKILL)
        time.sleep(0.005)
        _reap(pid)
