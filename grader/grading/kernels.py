"""Jupyter kernels behind the wall: sockets in one folder lead to their client, all else leads nowhere.

They have no supervisor. What they and all that they start own is watched from here.
"""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.manager import AsyncKernelManager
from traitlets import Instance, Int

from grader.executor.family import MOST_PROCESSES, SECONDS_BETWEEN_LOOKS, family_of, is_over, owned
from grader.grading.graded import Outcome
from grader.grading.stopped import TOO_MANY_PROCESSES, needed_too_much, printed_too_much
from grader.limits import MEBIBYTE, Limits
from grader.wall.environment import environment
from grader.wall.outer import walled_kernel
from grader.wall.system_calls import compiled

MOST_MESSAGES_WAITING = 50


class WalledKernelManager(AsyncKernelManager):
    """Starts a kernel behind the wall.

    sockets: an empty folder for its sockets, with a short path. given: the folder with the files that it
    finds where it works. most_bytes_of_message: of one message that it sends.
    """

    sockets: Any = Instance(Path)
    given: Any = Instance(Path)
    most_bytes_of_message: Any = Int()

    def __init__(self, **options: Any) -> None:  # noqa: D107
        super().__init__(**options)
        self.refused: int | None = None
        self.transport = "ipc"
        self.ip = str(self.sockets / "s")
        self.connection_file = str(self.sockets / "connection.json")

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        """The kernel's own command, behind the wall."""
        command = super().format_kernel_cmd(extra_arguments)
        assert self.kernel_spec is not None
        readable = [path for path in (Path(self.kernel_spec.resource_dir),) if path.is_dir()]
        return walled_kernel(command, self.sockets, self.given, readable, self.refused)

    async def _async_start_kernel(self, **options: Any) -> Any:
        program = compiled()
        self.refused = os.memfd_create("refused") if program else None
        kept = () if self.refused is None else (self.refused,)
        try:
            for descriptor in kept:
                os.write(descriptor, program)
                os.lseek(descriptor, 0, os.SEEK_SET)
            return await super()._async_start_kernel(**{**options, "env": environment(), "pass_fds": kept})
        finally:
            for descriptor in kept:
                os.close(descriptor)

    start_kernel = _async_start_kernel

    def client(self, **options: Any) -> Any:
        """What receives its messages, and leaves those too large or too many in the kernel's own memory."""
        client = super().client(**options)
        client.context.setsockopt(zmq.MAXMSGSIZE, self.most_bytes_of_message)
        client.context.setsockopt(zmq.RCVHWM, MOST_MESSAGES_WAITING)
        return client


async def end_where_it_takes_too_much(
    pid: int, limits: Limits, has_printed: asyncio.Event
) -> tuple[Outcome, str]:
    """Wait until a kernel and all that it has started take more than they may, end them, and say why.

    has_printed: set when it has printed too much.
    """
    at_start = sum(map(owned, _all_of(pid)))
    while True:
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
        members = _all_of(pid)
        if is_over(members, at_start, limits.memory_mb * MEBIBYTE):
            why = Outcome.OUT_OF_MEMORY, needed_too_much(limits)
        elif len(members) > MOST_PROCESSES:
            why = Outcome.KERNEL_DIED, TOO_MANY_PROCESSES
        elif has_printed.is_set():
            why = Outcome.TOO_MUCH_OUTPUT, printed_too_much(limits)
        else:
            continue
        # The first ends all others, where they are in a namespace of its own.
        for member in (pid, *members):
            with suppress(ProcessLookupError):
                os.kill(member, signal.SIGKILL)
        return why


def _all_of(pid: int) -> set[int]:
    return {pid, *family_of(pid)}
