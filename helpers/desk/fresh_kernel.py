"""A kernel of its own for one saved notebook, that runs cells one by one and drops what they show.

Without nbclient and nbformat, which take longer to import than most lessons take to run.
"""

from __future__ import annotations

import os
import queue
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from helpers.desk.saved_notebook import CannotLookError

# For a kernel to start, on a slow laptop whose disk is busy.
START_SECONDS = 120.0
# How soon a kernel that has died is noticed.
LOOK_SECONDS = 0.5
CANNOT_READ = {
    "status": "error",
    "ename": "RecursionError",
    "evalue": "the cell is too long, or nested too deep, to be read",
}


class DeadKernelError(Exception):
    """The kernel has ended while a cell ran."""


class FreshKernel:
    """A kernel that runs, and the channel to it. Nothing listens to outputs, however many there are."""

    def __init__(self, manager: Any, client: Any) -> None:
        """Take a manager whose kernel has been started, and a client whose shell channel is open."""
        self._manager, self._client = manager, client

    def run(self, source: str, seconds: float) -> Mapping[str, Any]:
        """Run a cell; returns the kernel's reply. Raises TimeoutError or DeadKernelError."""
        cell = self._client.execute(source, allow_stdin=False, stop_on_error=False)
        # A kernel says nothing of a cell that it cannot read, such as one that is nested too deep. It then
        # answers what comes next.
        return self.reply_to(cell, seconds, self._client.kernel_info()) or CANNOT_READ

    def reply_to(self, message: str, seconds: float, later: str = "") -> Mapping[str, Any]:
        """Wait for the reply to a message that was sent. Raises TimeoutError or DeadKernelError.

        later: a message that was sent after it. If that is answered first, there is no reply.
        """
        end = time.monotonic() + seconds
        while True:
            left = max(0.0, end - time.monotonic())
            try:
                reply = self._client.get_shell_msg(timeout=min(LOOK_SECONDS, left))
            except queue.Empty:
                if not self._manager.is_alive():
                    raise DeadKernelError from None
                if not left:
                    raise TimeoutError from None
                continue
            if reply["parent_header"].get("msg_id") == message:
                content: Mapping[str, Any] = reply["content"]
                return content
            if later and reply["parent_header"].get("msg_id") == later:
                return {}


@contextmanager
def started_kernel(notebook: Path, environment: Mapping[str, str]) -> Iterator[FreshKernel]:
    """Start a kernel in the folder of a notebook, and end it and its children afterwards.

    environment: variables to set, beside those of this process. Raises CannotLookError where no kernel
    starts.
    """
    from jupyter_client.kernelspec import NoSuchKernel
    from jupyter_client.manager import KernelManager

    manager = KernelManager(kernel_name="python3")
    inherited = {name: value for name, value in os.environ.items() if name != "JPY_SESSION_NAME"}
    try:
        manager.start_kernel(
            cwd=str(notebook.resolve().parent),
            env={**inherited, **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            extra_arguments=["--HistoryManager.hist_file=:memory:"],
        )
    except (NoSuchKernel, RuntimeError, OSError) as error:
        raise _no_kernel(notebook, str(error)) from None
    client = manager.blocking_client()
    kernel = FreshKernel(manager, client)
    try:
        client.start_channels(iopub=False, stdin=False, hb=False)
        try:
            kernel.reply_to(client.kernel_info(), START_SECONDS)
        except DeadKernelError:
            raise _no_kernel(notebook, "it ended at once") from None
        except TimeoutError:
            raise _no_kernel(notebook, f"it did not answer within {START_SECONDS:.0f} seconds") from None
        yield kernel
    finally:
        client.stop_channels()
        manager.shutdown_kernel()


def _no_kernel(notebook: Path, why: str) -> CannotLookError:
    return CannotLookError(
        f"No kernel could be started for {notebook.name} ({why}). Install the course again, as its "
        "START.html says."
    )
