"""Start warm parents, and find the one that has imported what a notebook needs."""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from grader.errors import GraderError
from grader.executor.descriptors import allow_many_files
from grader.executor.known_pictures import seal
from grader.executor.settings import SETTINGS
from grader.executor.task import JUDGE, MOST_IN_A_PACKET, STUDENT, Task
from grader.wall.control_groups import make_groups, remove_groups
from grader.wall.environment import environment as behind_wall
from grader.wall.errors import WallError
from grader.wall.outer import walled

# As many names as fit a packet.
MOST_NAMES = 1000
# What processes do in their roles is said above this room, which therefore only names the program.
PROGRAM = "grader.judge.roles"
# Importing TensorFlow on a slow disk takes a minute.
SECONDS_TO_IMPORT = 300.0
# The kernel's `ucred`.
CREDENTIALS = struct.Struct("3i")
# In the order in which the parent gets their descriptors.
ROLES = (STUDENT, JUDGE)


class NotWarmError(GraderError):
    """Processes cannot be forked here; the message says why."""


class StartsThreadsError(NotWarmError):
    """What notebooks import starts threads, each time: no process with threads can be forked safely."""


class WarmParent:
    """A process that is forked for each notebook, in one role. pid: its process id."""

    def __init__(self, requests: socket.socket) -> None:
        """Wait until it is ready. Raises NotWarmError where it may not fork."""
        self._requests = requests
        self._lock = threading.Lock()
        self._pictures: set[str] = set()
        self._is_gone = False
        ready = b""
        requests.settimeout(SECONDS_TO_IMPORT)
        with suppress(ConnectionError, TimeoutError):
            ready, credentials, _, _ = requests.recvmsg(MOST_IN_A_PACKET, socket.CMSG_SPACE(CREDENTIALS.size))
        requests.settimeout(None)
        if not ready:
            raise NotWarmError("the process to fork others from did not start")
        # Behind a wall processes have other numbers: the kernel translates this one.
        self.pid: int = CREDENTIALS.unpack(credentials[0][2])[0]
        try:
            # A number may be given to another process later.
            self._handle = os.pidfd_open(self.pid)
        except OSError as error:
            raise NotWarmError(f"the process to fork others from cannot be told apart: {error}") from None
        self.threads: int = json.loads(ready)["threads"]

    @property
    def is_alive(self) -> bool:
        """Whether it still takes requests, as far as is known."""
        if not self._is_gone:
            with suppress(BlockingIOError):
                # It says nothing any more: what can be read is its end.
                self._is_gone = not self._requests.recv(1, socket.MSG_DONTWAIT | socket.MSG_PEEK)
        return not self._is_gone

    def end(self) -> None:
        """End it and what it forked; the next caller starts another."""
        self._is_gone = True
        with suppress(OSError):  # it has ended already
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def close(self) -> None:
        """Let go of it, once it has ended."""
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)

    def fork(self, task: Task, descriptors: tuple[int, int, int]) -> None:
        """Have it fork a process that gets these descriptors. Raises NotWarmError when it is gone."""
        self._ask(json.dumps(asdict(task)).encode(), list(descriptors))

    def name(self, pictures: Iterable[str]) -> None:
        """Name pictures that its forks need not draw, by fingerprint. Raises NotWarmError when it is gone."""
        with self._lock:
            new = [each for each in pictures if each not in self._pictures]
            self._pictures.update(new)
        for first in range(0, len(new), MOST_NAMES):
            seals = [seal(each) for each in new[first : first + MOST_NAMES]]
            self._ask(json.dumps({"pictures": seals}).encode(), [])

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


class _Starting:
    """The process that becomes both warm parents, while it imports what every notebook needs."""

    def __init__(self, outer: Outer) -> None:
        """Start it. Raises NotWarmError where forking is not safe, WallError where there is no wall."""
        self.outer = outer
        self.modules: frozenset[str] | None = None
        if not sys.platform.startswith("linux"):
            raise NotWarmError(f"forking processes is not safe on {sys.platform}")
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - it lasts as long as the process
        self.ends: list[socket.socket] = []
        theirs: list[socket.socket] = []
        for _ in ROLES:
            requests, their_requests = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            # A packet that is sent before this is set does not say who has sent it.
            requests.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            self.ends.append(requests)
            theirs.append(their_requests)
        descriptors = [end.fileno() for end in theirs]
        program = [sys.executable, "-m", PROGRAM, "parent", *map(str, descriptors)]
        self._groups: dict[str, Path] = {}
        try:
            if outer.is_walled:
                self._groups = make_groups()
            self._process = spawned(program, descriptors, outer, self._groups, self._errors)
        except BaseException:
            self._let_go()
            raise
        finally:
            for end in theirs:
                end.close()

    def import_for_all(self, modules: frozenset[str]) -> None:
        """Tell it, once, what all notebooks import."""
        self.modules = modules
        with suppress(OSError):  # it has ended, as its parents will tell
            self.ends[0].send(json.dumps({"modules": sorted(modules)}).encode())

    def close(self) -> str:
        """End it; the judges' parent, which it forked, ends by itself, as all forks do with their links.

        Returns why it did not start, where it did not, as far as it or the wall said.
        """
        self._process.kill()
        self._process.wait()
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        self._let_go()
        return lines[-1] if lines else "it gave no message"

    def _let_go(self) -> None:
        for requests in self.ends:
            requests.close()
        self._errors.close()
        remove_groups(self._groups)


@dataclass(frozen=True)
class Outer:
    """What a parent is started in: whether behind a wall, and whether accelerators can be seen from there."""

    is_walled: bool = True
    accelerators: bool = False


def spawned(
    program: Sequence[str],
    descriptors: Sequence[int],
    outer: Outer,
    groups: Mapping[str, Path] | None = None,
    errors: IO[bytes] | int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start a program that forks, or is, a process for cells. Raises WallError where there is no wall.

    descriptors: what it inherits. groups: control groups in which it can make others. errors: where its
    standard error goes.
    """
    environment = dict(os.environ)
    if outer.is_walled:
        allow_many_files()
        program = walled(program, groups or {}, accelerators=outer.accelerators)
        environment = behind_wall()
    return subprocess.Popen(
        program,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        pass_fds=descriptors,
        env={**environment, **SETTINGS},
        # Ctrl-C is for the grader, which ends its processes in order.
        start_new_session=True,
    )


class WarmPair:
    """The warm parents of both roles: one forked from the other, once all is imported.

    modules: what they imported. outer: what they were started in. by_role: the two. What forks the judges
    never meets a byte of a student's.
    """

    def __init__(self, started: _Starting, modules: frozenset[str]) -> None:
        """Wait until they have imported all. Raises NotWarmError where they may not fork.

        modules: what they import, unless they were told already.
        """
        if started.modules is None:
            started.import_for_all(modules)
        self.modules, self.outer = started.modules or modules, started.outer
        self._started = started
        self.by_role: dict[str, WarmParent] = {}
        try:
            for role, requests in zip(ROLES, started.ends, strict=True):
                self.by_role[role] = WarmParent(requests)
        except NotWarmError:
            why = self.close()
            if started.outer.is_walled:
                raise WallError(f"The process behind the wall did not start: {why}.") from None
            raise
        threads = max(parent.threads for parent in self.by_role.values())
        if threads > 1:
            self.close()
            raise StartsThreadsError(f"importing {', '.join(sorted(modules))} starts {threads - 1} threads")

    def parent_for(self, role: str) -> WarmParent:
        """What forks a role: all that student code must never be in, the judges' parent."""
        return self.by_role[STUDENT if role == STUDENT else JUDGE]

    @property
    def is_alive(self) -> bool:
        """Whether both still take requests."""
        return all(parent.is_alive for parent in self.by_role.values())

    def close(self) -> str:
        """End both. Returns why they did not start, where they did not."""
        why = self._started.close()
        for parent in self.by_role.values():
            parent.close()
        return why


class WarmParents:
    """The warm parents of this process, started when first needed and ended with it."""

    def __init__(self) -> None:  # noqa: D107
        self._pairs: list[WarmPair] = []
        self._early: list[_Starting] = []
        self._refused: dict[tuple[Outer, frozenset[str]], str] = {}
        self._lock = threading.Lock()

    def start_early(self, outer: Outer) -> None:
        """Begin to start parents, before it is known what notebooks import."""
        with self._lock, suppress(NotWarmError, WallError):  # the caller that asks for a process is told
            self._early.append(_Starting(outer))

    def import_early(self, modules: Iterable[str], outer: Outer) -> None:
        """Tell parents that were started early what all notebooks import, and do not wait for them."""
        with self._lock:
            for started in self._early:
                if started.outer == outer and started.modules is None:
                    started.import_for_all(frozenset(modules))

    def parent_for(self, role: str, modules: Iterable[str], outer: Outer) -> WarmParent:
        """A parent for a role that has imported at least these modules. Raises NotWarmError, WallError."""
        wanted = frozenset(modules)
        with self._lock:
            for pair in self._pairs:
                if wanted <= pair.modules and pair.outer == outer and pair.is_alive:
                    return pair.parent_for(role)
            if (outer, wanted) in self._refused:
                raise StartsThreadsError(self._refused[outer, wanted])
            try:
                self._pairs.append(WarmPair(self._take_started(wanted, outer), wanted))
            except StartsThreadsError as refusal:
                self._refused[outer, wanted] = str(refusal)
                raise
            return self._pairs[-1].parent_for(role)

    def _take_started(self, modules: frozenset[str], outer: Outer) -> _Starting:
        """A parent that is started already, if there is one that imports these modules."""
        for started in self._early:
            if started.outer == outer and (started.modules is None or modules <= started.modules):
                self._early.remove(started)
                return started
        return _Starting(outer)

    def prepare_for_many(self, modules: Iterable[str], some_import: Sequence[str], outer: Outer) -> None:
        """Have the parent of students' processes prepare for many of them, while it waits for requests.

        modules: what all of them import. some_import: what only some do. Raises WallError.
        """
        with suppress(NotWarmError):  # the caller that asks for a process is told again
            self.parent_for(STUDENT, modules, outer).prepare_for_many(some_import)

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
