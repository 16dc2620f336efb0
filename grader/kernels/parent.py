"""The warm parent: a process that imports the heavy libraries once and forks a kernel for each notebook.

python -m grader.kernels.parent SOCKET MODULE …

Each connection to the socket is one kernel. The request is a line of JSON: {"connection_file", "folder",
"environment"}. The answers are lines of JSON: {"pid"}, then {"exit"} when the kernel has ended. A connection
that closes ends its kernel, and a standard input that closes ends the parent and all its kernels: nothing
outlives a grader that was killed.

The parent runs no operation of any library and has one thread: only then may it fork (TensorFlow hangs in
forks of a process that has run an operation).
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
from pathlib import Path
from typing import Any, NoReturn

from grader.kernels.child import become_kernel


def main() -> None:
    """Import, listen, fork, until standard input closes."""
    path, *modules = sys.argv[1:]
    for module in modules:
        # A lesson may name a module that this machine lacks: its kernels then say so themselves.
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    # Forks share these pages as long as the collector leaves them alone.
    gc.collect()
    gc.freeze()
    print(json.dumps({"threads": threads()}), flush=True)
    Parent(listener).serve()


def threads() -> int:
    """How many threads this process has, those of libraries included."""
    return len(list(Path("/proc/self/task").iterdir()))


class Parent:
    """Forks kernels on request and tells how they end."""

    def __init__(self, listener: socket.socket) -> None:  # noqa: D107
        self._listener = listener
        self._kernels: dict[int, socket.socket] = {}
        self._selector = selectors.DefaultSelector()

    def serve(self) -> None:
        """Answer requests until standard input closes; then end all kernels."""
        waker, wake = socket.socketpair()
        for end in (waker, wake):
            end.setblocking(False)
        signal.set_wakeup_fd(wake.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._selector.register(sys.stdin, selectors.EVENT_READ)
        self._selector.register(waker, selectors.EVENT_READ)
        self._selector.register(self._listener, selectors.EVENT_READ)
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is sys.stdin:
                    self._end_all()
                    return
                if key.fileobj is waker:
                    with contextlib.suppress(BlockingIOError):
                        waker.recv(4096)
                    self._report_ended()
                elif key.fileobj is self._listener:
                    connection, _ = self._listener.accept()
                    self._fork(connection)
                else:
                    self._end(key.data)

    def _fork(self, connection: socket.socket) -> None:
        with connection.makefile() as lines:
            request = json.loads(lines.readline() or "null")
        if request is None:
            connection.close()
            return
        pid = os.fork()
        if pid == 0:
            self._start_kernel(connection, request)
        self._kernels[pid] = connection
        self._selector.register(connection, selectors.EVENT_READ, pid)
        self._tell(connection, {"pid": pid})

    def _start_kernel(self, connection: socket.socket, request: dict[str, Any]) -> NoReturn:
        self._selector.close()
        self._listener.close()
        connection.close()
        for other in self._kernels.values():
            other.close()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        become_kernel(request["connection_file"], request["folder"], request["environment"])

    def _report_ended(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                pid, status = ended
                connection = self._kernels.pop(pid, None)
                if connection is not None:
                    self._tell(connection, {"exit": os.waitstatus_to_exitcode(status)})
                    self._selector.unregister(connection)
                    connection.close()

    def _end(self, pid: int) -> None:
        """Kill a kernel, with all of its process group, whose grader has gone."""
        if pid in self._kernels:
            self._selector.unregister(self._kernels[pid])
            self._kernels.pop(pid).close()
            # A fork that has just begun is not yet the leader of its group.
            for kill in (os.killpg, os.kill):
                with contextlib.suppress(ProcessLookupError):
                    kill(pid, signal.SIGKILL)

    def _end_all(self) -> None:
        for pid in list(self._kernels):
            self._end(pid)

    @staticmethod
    def _tell(connection: socket.socket, message: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):
            connection.sendall(json.dumps(message).encode() + b"\n")


if __name__ == "__main__":
    main()
