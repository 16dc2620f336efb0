"""Start warm parents, and find the one that has imported what a notebook needs."""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict

from grader.executor.link import Link, LinkClosedError
from grader.executor.settings import SETTINGS
from grader.executor.worker import JUDGE, STUDENT, Task

MOST_IN_A_PACKET = 1024 * 1024
PARENT = "grader.executor.parent"
# In the order in which the parent gets their descriptors.
ROLES = (STUDENT, JUDGE)


class NotWarmError(Exception):
    """Processes cannot be forked here; the message says why."""


class WarmParent:
    """A process that is forked for each notebook, in one role. pid: its process id."""

    def __init__(self, requests: socket.socket, bulk: Link) -> None:
        """Wait until it is ready. Raises NotWarmError where it may not fork."""
        self._requests, self._bulk = requests, bulk
        self._lock = threading.Lock()
        self._pictures: set[str] = set()
        self._is_gone = False
        ready = requests.recv(MOST_IN_A_PACKET)
        if not ready:
            raise NotWarmError("the process to fork others from did not start")
        told = json.loads(ready)
        self.pid: int = told["pid"]
        self.threads: int = told["threads"]

    @property
    def is_alive(self) -> bool:
        """Whether it still takes requests, as far as is known."""
        if not self._is_gone:
            with suppress(BlockingIOError):
                # It says nothing any more: what can be read is its end.
                self._is_gone = not self._requests.recv(1, socket.MSG_DONTWAIT | socket.MSG_PEEK)
        return not self._is_gone

    def fork(self, task: Task, descriptors: tuple[int, int, int]) -> None:
        """Have it fork a process that gets these descriptors. Raises NotWarmError when it is gone."""
        self._ask(json.dumps(asdict(task)).encode(), list(descriptors))

    def show(self, pictures: Mapping[str, bytes]) -> None:
        """Give it pictures that its forks need not draw. Raises NotWarmError when it is gone."""
        with self._lock:
            new = {what: png for what, png in pictures.items() if what not in self._pictures}
            self._pictures |= new.keys()
        if new:
            self._ask(b'{"pictures": true}', [])
            with suppress(LinkClosedError):
                self._bulk.send(json.dumps(list(new)).encode(), list(new.values()))

    def prepare_for_many(self, some_import: Sequence[str]) -> None:
        """Have it warm what saves many forks time. Raises NotWarmError when it is gone.

        some_import: modules that only some of them import.
        """
        self._ask(json.dumps({"some_import": list(some_import)}).encode(), [])

    def _ask(self, packet: bytes, descriptors: list[int]) -> None:
        try:
            with self._lock:
                socket.send_fds(self._requests, [packet], descriptors)
        except OSError as error:
            self._is_gone = True
            raise NotWarmError(f"the process to fork others from is gone: {error}") from None


class _Started:
    """The process that becomes both warm parents, while it imports what every notebook needs."""

    def __init__(self) -> None:
        """Start it. Raises NotWarmError where forking is not safe."""
        if not sys.platform.startswith("linux"):
            raise NotWarmError(f"forking processes is not safe on {sys.platform}")
        self.ends: list[tuple[socket.socket, Link]] = []
        theirs: list[socket.socket | Link] = []
        for _ in ROLES:
            requests, their_requests = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            bulk, their_bulk = Link.pair()
            self.ends.append((requests, bulk))
            theirs += [their_requests, their_bulk]
        descriptors = [end.fileno() for end in theirs]
        self._process = subprocess.Popen(
            [sys.executable, "-m", PARENT, *map(str, descriptors)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=descriptors,
            env={**os.environ, **SETTINGS},
            # Ctrl-C is for the grader, which ends its processes in order.
            start_new_session=True,
        )
        for end in theirs:
            end.close()

    def close(self) -> None:
        """End it; the judges' parent, which it forked, ends by itself, as all forks do with their links."""
        for requests, bulk in self.ends:
            requests.close()
            bulk.close()
        self._process.kill()
        self._process.wait()


class WarmPair:
    """The warm parents of both roles: one forked from the other, once all is imported.

    modules: what they imported. by_role: the two. What forks the judges never meets a byte of a student's.
    """

    def __init__(self, started: _Started, modules: frozenset[str]) -> None:
        """Wait until they have imported all. Raises NotWarmError where they may not fork."""
        self.modules = modules
        self._started = started
        try:
            with suppress(OSError):  # it has ended, as its parents will tell
                started.ends[0][0].send(json.dumps({"modules": sorted(modules)}).encode())
            self.by_role = {
                role: WarmParent(requests, bulk)
                for role, (requests, bulk) in zip(ROLES, started.ends, strict=True)
            }
        except NotWarmError:
            started.close()
            raise
        threads = max(parent.threads for parent in self.by_role.values())
        if threads > 1:
            started.close()
            raise NotWarmError(f"importing {', '.join(sorted(modules))} starts {threads - 1} threads")

    @property
    def is_alive(self) -> bool:
        """Whether both still take requests."""
        return all(parent.is_alive for parent in self.by_role.values())

    def close(self) -> None:
        """End both."""
        self._started.close()


class WarmParents:
    """The warm parents of this process, started when first needed and ended with it."""

    def __init__(self) -> None:  # noqa: D107
        self._pairs: list[WarmPair] = []
        self._early: list[_Started] = []
        self._refused: dict[frozenset[str], NotWarmError] = {}
        self._lock = threading.Lock()

    def start_early(self) -> None:
        """Begin to start parents, before it is known what notebooks import."""
        with self._lock, suppress(NotWarmError):  # told to whoever asks for a process
            self._early.append(_Started())

    def parent_for(self, role: str, modules: Iterable[str]) -> WarmParent:
        """A parent for a role that has imported at least these modules. Raises NotWarmError."""
        wanted = frozenset(modules)
        with self._lock:
            for pair in self._pairs:
                if wanted <= pair.modules and pair.is_alive:
                    return pair.by_role[role]
            if wanted in self._refused:
                raise self._refused[wanted]
            try:
                started = self._early.pop() if self._early else _Started()
                self._pairs.append(WarmPair(started, wanted))
            except NotWarmError as refusal:
                self._refused[wanted] = refusal
                raise
            return self._pairs[-1].by_role[role]

    def prepare_for_many(self, modules: Iterable[str], some_import: Sequence[str]) -> None:
        """Have the parent of students' processes prepare for many of them, while it waits for requests.

        modules: what all of them import. some_import: what only some do.
        """
        with suppress(NotWarmError):  # told again to whoever asks for a process
            self.parent_for(STUDENT, modules).prepare_for_many(some_import)

    def close(self) -> None:
        """End all parents."""
        with self._lock:
            for pair in self._pairs:
                pair.close()
            for started in self._early:
                started.close()
            self._pairs.clear()
            self._early.clear()


PARENTS = WarmParents()
atexit.register(PARENTS.close)
