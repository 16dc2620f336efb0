"""The grader's side of a process that runs cells: ask for a cell, take what it says, stop it in time."""

from __future__ import annotations

import json
import logging
import os
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass

from grader.errors import GraderError
from grader.executor.folders import write_files
from grader.executor.link import Link, LinkClosedError, LinkMisusedError, LinkSlowError
from grader.executor.messages import Drawn, Ended, Output, Request, Said, encoded, said
from grader.executor.settings import NO_ACCELERATOR, SETTINGS
from grader.executor.supervisor import INTERRUPT, OUT_OF_MEMORY, TOO_MANY_PROCESSES
from grader.executor.task import Task
from grader.executor.trainings import Data, Train
from grader.executor.warm import PARENTS, PROGRAM, NotWarmError, Outer, WarmParent, spawned
from grader.limits import MEBIBYTE, Limits
from grader.wall.environment import environment as behind_wall
from grader.wall.errors import WallError

SECONDS_TO_START = 30.0
# A process that obeys an interrupt says where it was; one that does not is killed anyway.
SECONDS_TO_OBEY = 2.0
# The variables of a network and its optimizer, in bytes.
MOST_STATE = 512 * MEBIBYTE
log = logging.getLogger(__name__)


class StartError(GraderError):
    """No process could be started; the message says why."""


class NotAnsweringError(StartError):
    """A process did not start in time."""


class StoppedError(GraderError):
    """A process ended, or had to be ended, before its cell did."""


class DiedError(StoppedError):
    """The process is gone."""


class OutOfMemoryError(StoppedError):
    """The process owned more memory than it may."""


class TooManyProcessesError(StoppedError):
    """The process had started more others than it may."""


class TimeUpError(StoppedError):
    """The time was up."""


class MisusedError(StoppedError):
    """The process said what no process of this project says."""


@dataclass
class Process:
    """A process for cells.

    parent: what forked it, or own: what was started for it alone. pid: its number, as its supervisor sees it.
    folder: a descriptor of the folder where it works. Both are 0 until it has begun. core: the one that it
    has to itself, if any. remembered_bytes: what is kept of trainings that it asked for.
    """

    link: Link
    control: socket.socket
    parent: WarmParent | None = None
    own: subprocess.Popen[bytes] | None = None
    pid: int = 0
    folder: int = 0
    core: int | None = None
    remembered_bytes: int = 0

    def wait_until_begun(self, files: Mapping[str, bytes]) -> None:
        """Wait until it takes cells, and write files into its folder, by relative path.

        Raises StartError, WallError where it cannot be shut in, and NotAnsweringError where its parent seems
        to hang; then that is ended, and the next attempt uses another.
        """
        self.control.settimeout(SECONDS_TO_START)
        line = b""
        try:
            while not line.endswith(b"\n"):
                received, descriptors, _, _ = socket.recv_fds(self.control, 1024, 1)
                self.folder = next(iter(descriptors), self.folder)
                if not received:
                    raise StartError("The process for a notebook's cells ended before it had begun.")
                line += received
        except TimeoutError:
            if self.parent is not None:
                self.parent.end()
            raise NotAnsweringError(
                f"The process for a notebook's cells did not start for {SECONDS_TO_START:g} s."
            ) from None
        told = json.loads(line)
        if "refused" in told:
            raise WallError(f"A process could not shut itself in: {told['refused']}.")
        self.pid, self.core = int(told["pid"]), told["core"]
        try:
            write_files(self.folder, files)
        except OSError as error:
            raise StartError(f"The files beside the notebook cannot be written: {error.strerror}.") from None

    def end(self) -> None:
        """Begin to end it, with everything that it started."""
        self.link.close()
        with suppress(OSError):
            self.control.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """End it; returns when that is done."""
        self.end()
        with suppress(OSError):
            self.control.settimeout(SECONDS_TO_START)
            while self.control.recv(4096):
                pass
        self.control.close()
        if self.own is not None:
            with suppress(subprocess.TimeoutExpired):
                self.own.wait(SECONDS_TO_START)
        if self.folder:
            os.close(self.folder)
            self.folder = 0

    def interrupt(self) -> None:
        """Have KeyboardInterrupt raised in its cell."""
        with suppress(OSError):
            self.control.sendall(INTERRUPT + b"\n")


def start(
    role: str,
    peer: Link,
    modules: Iterable[str],
    limits: Limits,
    pictures: Collection[str] = (),
    *,
    draws_for_others: bool = False,
    shared_core: int | None = None,
) -> Process:
    """Begin to start a process for a student's cells or for the judge's, or one that trains for a student's.

    peer: its end of the link between the two; it is closed here. modules: what it should have imported.
    pictures: fingerprints of those that it need not draw. draws_for_others: whether its own are asked for.
    shared_core: the core of a process that waits for this one. Raises WallError.
    """
    outer = Outer(limits.wall, limits.accelerators)
    inherited = behind_wall() if limits.wall else os.environ
    environment = {**inherited, **SETTINGS, **({} if limits.accelerators else NO_ACCELERATOR)}
    task = Task(role, environment, limits.memory_mb * MEBIBYTE, limits.wall, draws_for_others, shared_core)
    control, their_control = socket.socketpair()
    link, their_link = Link.pair()
    theirs = their_control.fileno(), their_link.fileno(), peer.fileno()
    try:
        started = _fork_or_spawn(task, theirs, frozenset(modules), pictures, outer)
    except BaseException:
        link.close()
        control.close()
        raise
    finally:
        for end in (their_control, their_link, peer):
            end.close()
    if isinstance(started, WarmParent):
        return Process(link, control, parent=started)
    return Process(link, control, own=started)


def _fork_or_spawn(
    task: Task,
    descriptors: tuple[int, int, int],
    modules: frozenset[str],
    pictures: Collection[str],
    outer: Outer,
) -> WarmParent | subprocess.Popen[bytes]:
    for _ in range(2):  # a parent that has ended is replaced
        try:
            parent = PARENTS.parent_for(task.role, modules, outer)
            parent.name(pictures)
            parent.fork(task, descriptors)
        except NotWarmError as refusal:
            reason = refusal
        else:
            return parent
    log.warning("Starting a process that has to import everything by itself: %s.", reason)
    program = [
        sys.executable,
        "-m",
        PROGRAM,
        "cold",
        *map(str, descriptors),
        json.dumps(asdict(task)),
        *sorted(modules),
    ]
    return spawned(program, descriptors, outer)


def run(
    process: Process,
    request: Request,
    deadline: float,
    take: Callable[[Output], None],
    meanwhile: tuple[Link, Callable[[], bool]] | None = None,
    train: Callable[[Train, list[bytearray]], None] | None = None,
) -> Ended | Drawn:
    """Run a cell in a process until it has ended, or have it do what else is asked.

    deadline: until when, by time.monotonic(). take: gets what it prints and draws. meanwhile: another link,
    and what takes a message from it and tells whether more may come. train: answers where the cell asks for a
    training. Raises StoppedError, and what these functions raise.
    """
    process.link.deadline = deadline
    if meanwhile is not None:
        meanwhile[0].deadline = deadline
    try:
        process.link.send(encoded(request))
    except LinkSlowError:
        raise TimeUpError from None
    except LinkClosedError:
        raise why_ended(process) from None
    with selectors.DefaultSelector() as selector:
        selector.register(process.link, selectors.EVENT_READ)
        selector.register(process.control, selectors.EVENT_READ)
        if meanwhile is not None:
            selector.register(meanwhile[0], selectors.EVENT_READ)
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeUpError
            for key, _ in selector.select(left):
                if key.fileobj is process.control:
                    raise why_ended(process)
                if meanwhile is not None and key.fileobj is meanwhile[0]:
                    if not meanwhile[1]():
                        selector.unregister(meanwhile[0])
                    continue
                message, buffers = _received(process, MOST_STATE if train is not None else 0)
                if isinstance(message, Ended | Drawn):
                    if meanwhile is not None:
                        _take_what_is_left(selector, *meanwhile)
                    return message
                if isinstance(message, Train) and train is not None:
                    train(message, buffers)
                else:
                    take(_output(message))


def data(process: Process, most: int) -> list[bytearray]:
    """Take the data that a process was asked for: at most so many bytes. Raises StoppedError."""
    message, buffers = _received(process, most)
    if not isinstance(message, Data):
        raise MisusedError("no data")
    return buffers


def obey(process: Process, take: Callable[[Output], None]) -> None:
    """Interrupt a process's cell, and take what it says of where it was, if it obeys."""
    process.interrupt()
    finish(process, time.monotonic() + SECONDS_TO_OBEY, take)


def finish(process: Process, deadline: float, take: Callable[[Output], None]) -> None:
    """Take what a process still says of its cell until it has ended, or the deadline is over."""
    process.link.deadline = deadline
    with suppress(StoppedError), selectors.DefaultSelector() as selector:
        selector.register(process.link, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            for _ in selector.select(left):
                message, _ = _received(process)
                if isinstance(message, Ended | Drawn):
                    return
                take(_output(message))


def _take_what_is_left(selector: selectors.BaseSelector, link: Link, take: Callable[[], bool]) -> None:
    """Take what has come over a link already: later it would be taken for what another cell printed."""
    while any(key.fileobj is link for key, _ in selector.select(0)):
        if not take():
            selector.unregister(link)


def take_output(process: Process, take: Callable[[Output], None]) -> bool:
    """Take one output of a process that is not asked for a cell; whether there may be more."""
    try:
        message, _ = _received(process)
        if not isinstance(message, Ended | Drawn):
            take(_output(message))
    except TimeUpError:
        raise
    except StoppedError:
        return False
    return True


def _output(message: Said) -> Output:
    """A message that is an output. Raises MisusedError for any other."""
    if isinstance(message, Ended | Drawn | Train | Data):
        raise MisusedError("no output")
    return message


def _received(process: Process, most_in_buffers: int = 0) -> tuple[Said, list[bytearray]]:
    try:
        message, buffers = process.link.receive(most_in_buffers=most_in_buffers)
        if buffers and not most_in_buffers:
            raise LinkMisusedError("buffers")
        return said(message), buffers
    except LinkSlowError:
        raise TimeUpError from None
    except LinkClosedError:
        raise why_ended(process) from None
    except LinkMisusedError as error:
        raise MisusedError(str(error)) from None


def why_ended(process: Process) -> StoppedError:
    """Why a process has ended, as its supervisor says."""
    process.control.settimeout(SECONDS_TO_OBEY)
    line = b""
    with suppress(OSError, ValueError, TypeError):
        while not line.endswith(b"\n"):
            received = process.control.recv(4096)
            if not received:
                break
            line += received
        problem = json.loads(line).get("problem")
        if problem == OUT_OF_MEMORY:
            return OutOfMemoryError()
        if problem == TOO_MANY_PROCESSES:
            return TooManyProcessesError()
    return DiedError()
