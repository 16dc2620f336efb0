"""Start warm parents, and find the one that has imported what a notebook needs."""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict

from grader.executor.link import Link, LinkClosedError
from grader.executor.settings import SETTINGS
from grader.executor.worker import Task

MOST_IN_A_PACKET = 1024 * 1024


class NotWarmError(Exception):
    """Processes cannot be forked here; the message says why."""


class WarmParent:
    """A running warm parent. modules: what it imported."""

    def __init__(self, modules: frozenset[str]) -> None:
        """Start it and wait until it has imported all. Raises NotWarmError where it may not fork."""
        if not sys.platform.startswith("linux"):
            raise NotWarmError(f"forking processes is not safe on {sys.platform}")
        self.modules = modules
        self._lock = threading.Lock()
        self._pictures: set[str] = set()
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._bulk, their_bulk = Link.pair()
        descriptors = theirs.fileno(), their_bulk.fileno()
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                __name__.replace("warm", "parent"),
                *map(str, descriptors),
                *sorted(modules),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=descriptors,
            env={**os.environ, **SETTINGS},
            # Ctrl-C is for the grader, which ends its processes in order.
            start_new_session=True,
        )
        theirs.close()
        their_bulk.close()
        ready = self._requests.recv(MOST_IN_A_PACKET)
        if not ready:
            self.close()
            raise NotWarmError("the process to fork others from did not start")
        threads = json.loads(ready)["threads"]
        if threads > 1:
            self.close()
            raise NotWarmError(f"importing {', '.join(sorted(modules))} starts {threads - 1} threads")

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def fork(self, task: Task, descriptors: tuple[int, int, int]) -> None:
        """Have it fork a process that gets these descriptors. Raises NotWarmError when it is gone."""
        self._ask(json.dumps(asdict(task)).encode(), list(descriptors))

    def show(self, pictures: Mapping[str, bytes]) -> None:
        """Give it pictures that its forks need not draw. Raises NotWarmError when it is gone."""
        new = {what: png for what, png in pictures.items() if what not in self._pictures}
        if new:
            self._ask(b'{"pictures": true}', [])
            with suppress(LinkClosedError):
                self._bulk.send(json.dumps(list(new)).encode(), list(new.values()))
            self._pictures |= new.keys()

    def _ask(self, packet: bytes, descriptors: list[int]) -> None:
        try:
            with self._lock:
                socket.send_fds(self._requests, [packet], descriptors)
        except OSError as error:
            raise NotWarmError(f"the process to fork others from is gone: {error}") from None

    def close(self) -> None:
        """End it. Its forks end when their own links are closed."""
        self._requests.close()
        self._bulk.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class WarmParents:
    """The warm parents of this process for one role, started when first needed and ended with it."""

    def __init__(self) -> None:  # noqa: D107
        self._parents: list[WarmParent] = []
        self._refused: dict[frozenset[str], NotWarmError] = {}
        self._lock = threading.Lock()

    def parent_for(self, modules: Iterable[str]) -> WarmParent:
        """A parent that has imported at least these modules. Raises NotWarmError."""
        wanted = frozenset(modules)
        with self._lock:
            for parent in self._parents:
                if wanted <= parent.modules and parent.is_alive:
                    return parent
            if wanted in self._refused:
                raise self._refused[wanted]
            try:
                self._parents.append(WarmParent(wanted))
            except NotWarmError as refusal:
                self._refused[wanted] = refusal
                raise
            return self._parents[-1]

    def start_early(self, modules: Iterable[str]) -> None:
        """Begin to start a parent while this process does other things."""

        def start() -> None:
            with suppress(NotWarmError):  # told again to whoever asks for a process
                self.parent_for(modules)

        threading.Thread(target=start, daemon=True).start()

    def close(self) -> None:
        """End all parents."""
        with self._lock:
            for parent in self._parents:
                parent.close()
            self._parents.clear()


# Apart: what forks the judges never meets a byte of a student's.
STUDENTS, JUDGES = WarmParents(), WarmParents()


def start_early(modules: Iterable[str]) -> None:
    """Begin to start the parents of both roles."""
    STUDENTS.start_early(modules)
    JUDGES.start_early(modules)


def close_all() -> None:
    """End the parents of both roles."""
    STUDENTS.close()
    JUDGES.close()


atexit.register(close_all)
