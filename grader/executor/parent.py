"""The warm parent: a process that imports the heavy libraries once and is forked for each notebook.

python -m grader.judge.roles parent REQUESTS REQUESTS

It runs behind an outer wall, unless an instructor wants none; its forks shut themselves in.

REQUESTS is the number of a socket that takes one JSON object a packet: a task together with three
descriptors (control, link, peer), names of pictures that need not be drawn, or a note that many tasks will
follow, with modules that some of them import. The first two are for students' processes, the others for
judges: once all is imported, a second parent is forked for them. The very first packet, to the students',
names the modules that all notebooks import. When its requests end, a parent ends.

A parent that waits for its first packet, or has many tasks before it, warms what only some notebooks need.

A parent runs no operation of any library and has one thread: only then may it fork (TensorFlow hangs in forks
of a process that has run an operation). It holds nothing that a submission may not see.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
from collections.abc import Collection, Iterable, Sequence
from functools import partial
from pathlib import Path

from grader.executor.supervisor import supervise
from grader.executor.task import MOST_IN_A_PACKET, Task
from grader.executor.warming import Warming, read_data
from grader.executor.worker import Serve, work
from grader.wall.inner import shown_below
from grader.wall.places import HOME, TEMPORARY
from grader.wall.system_calls import compiled

# control, link, peer
DESCRIPTORS = 3
# What each process imports before its first cell, as far as importing starts no thread.
MODULES = (
    "grader.executor.shell", "grader.executor.settings", "grader.executor.quick_training",
    "grader.executor.quick_tracebacks",
    "grader.executor.pictures",
    "numpy.random", "matplotlib_inline.config", "matplotlib.pyplot", "matplotlib_inline.backend_inline",
)  # fmt: skip


def import_all(modules: Iterable[str]) -> None:
    """Import modules, as far as they are there."""
    for module in modules:
        # A lesson may name a module that this machine lacks: its cells then say so themselves.
        with contextlib.suppress(ImportError):
            importlib.import_module(module)


def main(arguments: Sequence[str], serve: Serve, modules: Sequence[str]) -> None:
    """Import, fork into the parents of both roles, and fork for requests until they end.

    serve: what the forks do in their roles. modules: what they import for that.
    """
    students, judges = map(int, arguments)
    # All that is imported stays: looking for what could go would only take time.
    gc.disable()
    import_all((*MODULES, *modules))
    from grader.executor.shell import make_early

    make_early()
    warming = Warming()
    requests = socket.socket(fileno=os.dup(students))
    warming.go_on_until_asked(requests)
    first = requests.recv(MOST_IN_A_PACKET)
    requests.close()
    if not first:
        return
    modules = json.loads(first)["modules"]
    import_all(modules)
    read_data(modules)
    refused = compiled()
    for folder in (HOME, TEMPORARY):
        shown_below(folder)
    # Forks share these pages as long as the collector leaves them alone.
    gc.freeze()
    # Supervisors end by themselves, and nobody here waits for them.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    own, others = (judges, students) if _threads() == 1 and os.fork() == 0 else (students, judges)
    if _threads() > 1:
        # It cannot fork: a caller that asks for a fork is told.
        _tell(socket.socket(fileno=others))
        _tell(socket.socket(fileno=own))
        return
    os.close(others)
    _fork_for_requests(socket.socket(fileno=own), warming, refused, serve)
    # Forks have ended or will by themselves, and there is nothing here to tidy up.
    os._exit(0)


def _tell(requests: socket.socket) -> None:
    requests.send(json.dumps({"threads": _threads()}).encode())


def _fork_for_requests(requests: socket.socket, warming: Warming, refused: bytes, serve: Serve) -> None:
    _tell(requests)
    pictures: set[str] = set()
    has_many_tasks = False
    while True:
        if has_many_tasks:
            warming.go_on_until_asked(requests)
        packet, descriptors, _, _ = socket.recv_fds(requests, MOST_IN_A_PACKET, DESCRIPTORS)
        if not packet:
            return
        request = json.loads(packet)
        if "pictures" in request:
            pictures.update(request["pictures"])
            continue
        if "some_import" in request:
            has_many_tasks = True
            warming.expect_many(request["some_import"])
            continue
        if os.fork() == 0:
            gc.enable()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            _start(Task(**request), descriptors, pictures, refused, serve)
        for descriptor in descriptors:
            os.close(descriptor)


def _start(
    task: Task, descriptors: list[int], pictures: Collection[str], refused: bytes, serve: Serve
) -> None:
    control, link, peer = descriptors
    run = partial(work, task, link, peer, pictures, serve)
    supervise(socket.socket(fileno=control), task.confinement, refused, run)


def _threads() -> int:
    """How many threads this process has, those of libraries included."""
    return len(list(Path("/proc/self/task").iterdir()))
