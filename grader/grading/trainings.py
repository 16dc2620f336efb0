"""Answer a submission that asks for a training: with what is known, or with what a trainer makes of it.

A submission never writes what is known. It says what its training depends on, and a process that no student's
code has ever been in does the training; that result is kept, under a key that is worked out here. Of the data
it can only say the digest of those that it has: other data have to come along, and their digest is worked out
here, too.
"""

from __future__ import annotations

import hashlib
import os
import random
import sys
import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from grader.executor import process as processes
from grader.executor.link import Link, LinkClosedError, LinkMisusedError, LinkSlowError
from grader.executor.process import Process
from grader.executor.task import TRAINER
from grader.executor.trainings import Array, NotTrained, SendData, Told, Train, Trained, encoder, told
from grader.grading.known_trainings import KnownTrainings
from grader.limits import MEBIBYTE, Limits
from grader.wall.environment import arithmetic

# The data of one class: images for training and for testing, as floats.
MOST_DATA = 1024 * MEBIBYTE
# A submission that trains a thousand networks puts nobody else's out.
MOST_OF_A_SUBMISSION = 64 * MEBIBYTE
# x and y, and those that the model is tried on.
NUMBERS_OF_ARRAYS = (2, 4)
# More than what a network of MOST_OF_A_SUBMISSION bytes, or a generator of Python's, is made of.
MOST_VARIABLES, MOST_NUMBERS = 1000, 1000
# Another one for each change of what trains: what was trained before is not taken for the same then.
OWN_VERSION = "2"
PACKAGES = ("keras", "tensorflow", "numpy")


@dataclass(frozen=True)
class Spared:
    """What a submission was spared.

    seconds: of training, as it was known already. differs: the key of what was known, where it was done once
    more and gave other numbers.
    """

    seconds: float = 0.0
    differs: str = ""


@dataclass(frozen=True)
class _Asking:
    """Who asks for a training, until when, and within which limits."""

    student: Process
    deadline: float
    limits: Limits
    modules: frozenset[str]


class Trainings:
    """What this process knows of trainings: which there are, and the data that they learn from."""

    def __init__(self, known: KnownTrainings) -> None:
        """Start with no data. known: the trainings that are kept."""
        self._known = known
        self._data = _Data()
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)

    def answer(
        self,
        student: Process,
        asked: Train,
        state: Sequence[bytearray],
        deadline: float,
        limits: Limits,
        modules: frozenset[str],
        verified_share: float = 0.0,
        *,
        keeps: bool = True,
    ) -> Spared:
        """Answer a student's process.

        verified_share: of what is known, the share that is done once more and compared. keeps: whether
        anything of this may be seen by others, if only by how long they wait. Raises TimeUpError after the
        deadline, and StoppedError when the process has ended.
        """
        spared = Spared()
        answer: Told
        arrays: Sequence[Any] = ()
        is_warm = any(module.partition(".")[0] in ("keras", "tensorflow") for module in modules)
        if limits.accelerators or not limits.wall or not is_warm:
            # Accelerators need not give the same twice. Without a wall a submission could write what is kept.
            # Where the lesson does not import Keras, a trainer would take longer to begin than most to train.
            _send(student, NotTrained("Nothing is remembered here."))
            return spared
        asking = _Asking(student, deadline, limits, modules)
        try:
            asked = _with_own_digests(asked, state)
            key = key_of(asked)
            found = self._known.get(key, is_used=keeps)
            if found is not None and keeps and random.random() < verified_share:
                answer, arrays, spared = self._verified(asking, key, asked, state, found)
            elif found is not None:
                answer, arrays = found
                spared = _spared(answer, limits)
            elif keeps:
                answer, arrays, spared = self._first(asking, key, asked, state)
            else:
                answer = NotTrained("It is not known.")
        except LinkMisusedError as misused:
            answer = NotTrained(str(misused))
        except OSError:
            answer = NotTrained("Its data cannot be kept.")
        _send(student, answer, arrays)
        return spared

    def _first(
        self, asking: _Asking, key: str, asked: Train, state: Sequence[bytearray]
    ) -> tuple[Told, Sequence[Any], Spared]:
        """Have a training done that is not known, once for all that ask for it meanwhile."""
        # The data come first: a process that never sends them keeps nobody else waiting.
        with self._data.files(asking.student, asked.data) as files:
            started = time.monotonic()
            # Whoever asked first may slow their training down. The other half is for one's own.
            with _held(self._locks[key], (asking.deadline - started) / 2):
                waited = time.monotonic() - started
                found = self._known.get(key)
                if found is not None:
                    # What it waited for somebody else's training it was not spared.
                    return *found, _spared(found[0], asking.limits, waited)
                answer, arrays = _trained(asking, asked, state, files)
                if isinstance(answer, Trained):
                    self._keep(key, answer, arrays, asking.student)
                return answer, arrays, Spared()

    def _verified(
        self,
        asking: _Asking,
        key: str,
        asked: Train,
        state: Sequence[bytearray],
        known: tuple[Trained, Sequence[Any]],
    ) -> tuple[Told, Sequence[Any], Spared]:
        """Have a known training done once more, and forget it where the results differ."""
        spared = _spared(known[0], asking.limits)
        with self._data.files(asking.student, asked.data) as files:
            again, arrays = _trained(asking, asked, state, files)
        if not isinstance(again, Trained):
            return *known, spared
        differs = "" if _same(known, (again, arrays)) else key
        if differs:
            self._known.drop(key)
        return again, arrays, Spared(differs=differs)

    def _keep(self, key: str, trained: Trained, arrays: Sequence[Any], student: Process) -> None:
        """Keep a result, as long as the submission has not filled more than its share."""
        size = len(encoder.encode(trained)) + sum(len(array) for array in arrays)
        if student.remembered_bytes + size <= MOST_OF_A_SUBMISSION:
            student.remembered_bytes += size
            self._known.put(key, trained, arrays)


def _trained(
    asking: _Asking, asked: Train, state: Sequence[bytearray], files: Sequence[int]
) -> tuple[Told, Sequence[Any]]:
    """Have a trainer do it. files: with the data. Raises TimeUpError."""
    mine, theirs = Link.pair()
    core = asking.student.core
    try:
        trainer = processes.start(TRAINER, theirs, asking.modules, asking.limits, shared_core=core)
    except BaseException:
        mine.close()
        raise
    try:
        trainer.wait_until_begun({})
        mine.deadline = asking.deadline
        mine.send(encoder.encode(asked), state)
        mine.send_descriptors(files)
        message, arrays = mine.receive(most_in_buffers=processes.MOST_STATE)
        return told(message), arrays
    except LinkSlowError:
        raise processes.TimeUpError from None
    except (LinkClosedError, LinkMisusedError, processes.StartError):
        return NotTrained("The process that was to train has ended."), ()
    finally:
        mine.close()
        trainer.close()


def _spared(trained: Trained, limits: Limits, waited: float = 0.0) -> Spared:
    """What a known training has spared. Raises TimeUpError for one that takes longer than a cell may."""
    if trained.seconds > limits.cell_seconds:
        # Nobody gets more than the time that they would have had alone.
        raise processes.TimeUpError
    return Spared(max(0.0, trained.seconds - waited))


class _Data:
    """Data that trainings learn from, by their digests, in memory that trainers share."""

    def __init__(self) -> None:
        self._files: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def files(self, student: Process, data: Sequence[Array]) -> Iterator[list[int]]:
        """Open files with these data; those that are not known are asked for. Raises LinkMisusedError."""
        held: list[int | None] = []
        try:
            for each in data:
                held.append(self._held(each))
            missing = [place for place, file in enumerate(held) if file is None]
            if missing:
                _send(student, SendData(tuple(missing)))
                sent = processes.data(student, MOST_DATA)
                if len(sent) != len(missing):
                    raise LinkMisusedError("other data than were asked for")
                for place, content in zip(missing, sent, strict=True):
                    held[place] = self._keep(data[place], content)
            yield [file for file in held if file is not None]
        finally:
            for file in held:
                if file is not None:
                    os.close(file)

    def _held(self, each: Array) -> int | None:
        with self._lock:
            found = self._files.get(each.digest)
            if found is None:
                return None
            self._files.move_to_end(each.digest)
            return os.dup(found[0])

    def _keep(self, each: Array, content: bytearray) -> int:
        if hashlib.sha256(content).hexdigest() != each.digest:
            raise LinkMisusedError("data that are not what they were said to be")
        file = os.memfd_create("data")
        try:
            view = memoryview(content)
            while view:
                view = view[os.write(file, view) :]
        except OSError:
            os.close(file)
            raise
        with self._lock:
            kept = self._files.pop(each.digest, None)
            if kept is not None:
                os.close(kept[0])
            self._files[each.digest] = file, len(content)
            while len(self._files) > 1 and sum(size for _, size in self._files.values()) > MOST_DATA:
                _, (oldest, _) = self._files.popitem(last=False)
                os.close(oldest)
            return os.dup(file)


def _same(one: tuple[Trained, Sequence[Any]], other: tuple[Trained, Sequence[Any]]) -> bool:
    """Whether two results are the same to the last bit; what they printed says how long they took."""
    (told_one, arrays_one), (told_other, arrays_other) = one, other
    nothing = {"printed": "", "seconds": 0.0}
    return (
        msgspec.structs.replace(told_one, **nothing) == msgspec.structs.replace(told_other, **nothing)
        and len(arrays_one) == len(arrays_other)
        and all(memoryview(a) == memoryview(b) for a, b in zip(arrays_one, arrays_other, strict=True))
    )


def key_of(asked: Train) -> str:
    """The digest of all that a training depends on: what was asked for, the versions, and the processor."""
    return hashlib.sha256(msgspec.json.encode((asked, _surroundings()))).hexdigest()


@cache
def _surroundings() -> tuple[str, ...]:
    processor = ""
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        processor = "\n".join(
            dict.fromkeys(line for line in lines if line.startswith(("model name", "flags", "stepping")))
        )
    packages = (version(package) for package in PACKAGES)
    settings = (f"{name}={value}" for name, value in arithmetic().items())
    return OWN_VERSION, sys.version, *packages, *settings, processor


def _with_own_digests(asked: Train, state: Sequence[bytearray]) -> Train:
    if len(asked.state) != len(state) or len(asked.data) not in NUMBERS_OF_ARRAYS:
        raise LinkMisusedError("another number of arrays")
    if len(asked.state) > MOST_VARIABLES or len(asked.generator.numbers) > MOST_NUMBERS:
        raise LinkMisusedError("more than a training needs")
    own = tuple(
        Array(each.dtype, each.shape, hashlib.sha256(content).hexdigest())
        for each, content in zip(asked.state, state, strict=True)
    )
    return msgspec.structs.replace(asked, state=own)


@contextmanager
def _held(lock: threading.Lock, seconds: float) -> Iterator[None]:
    """Hold a lock, or go on without it after so many seconds."""
    is_held = lock.acquire(timeout=max(0.0, seconds))
    try:
        yield
    finally:
        if is_held:
            lock.release()


def _send(student: Process, message: Told, arrays: Sequence[Any] = ()) -> None:
    try:
        student.link.send(encoder.encode(message), arrays)
    except LinkSlowError:
        raise processes.TimeUpError from None
    except LinkClosedError:
        raise processes.why_ended(student) from None
