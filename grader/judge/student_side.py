"""The student's end of the link to the judge: hand over values, call functions, tell how that ended.

Nothing here is trusted by the judge. Whatever a student's code makes of this module, it can only change what
it hands over.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import sys
import threading
import traceback
import types
from collections import UserList, deque
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
import numpy as np

from grader.executor import quick_training
from grader.executor.link import Link
from grader.executor.shell import Cells
from grader.executor.trainings import Data, Told, Train, encoder, told
from grader.judge import surroundings, wire
from grader.judge.describing import built, is_table, items_of
from grader.judge.from_judge import FromJudge, JudgesFunction
from grader.judge.operators import OPERATORS
from grader.judge.plain import CONTAINERS, CannotTravelError, Reader, Writer
from grader.judge.to_judge import LONGEST_MESSAGE, LONGEST_SHOWN, ForComparison, ToJudge, does_more_than_hold
from grader.judge.training.asking import ask_for_training

MOST_IN_USE = 5
# Of what was given back, the newest that the student's code may still change, and how much each may hold.
MOST_GIVEN_BACK = 20
MOST_IN_ARRAY, MOST_IN_CONTAINER = 2000, 100
# Of all that the arguments of one call hold.
MOST_WATCHED = 200
# By number, what was handed over, with what it held when somebody last looked.
Watched = dict[int, tuple[Any, Any]]


class Student:
    """All that the judge may ask of this process."""

    def __init__(self, cells: Cells, link: Link) -> None:
        """Start with nothing handed over. cells: what runs the student's cells. link: to the judge."""
        self._cells = cells
        self._link = link
        self._handles: list[Any] = []
        self._numbers: dict[int, int] = {}
        # Classes that do more than hold something, and of which a check has made an object.
        self._called_classes: set[type] = set()
        # The arguments of the call that is made, each with what it held; and those of iterators, by handle.
        self._watched: Watched = {}
        self._watched_by: dict[int, Watched] = {}
        # How many calls were made, and the arguments that are still in use: of which call, at which place.
        self._calls = 0
        self._in_use: deque[tuple[int, int, Watched]] = deque(maxlen=MOST_IN_USE)
        # By the numbers of answers, what they held that may still change, by its numbers in them.
        self._given_back: deque[tuple[int, int, Watched]] = deque(maxlen=MOST_GIVEN_BACK)
        self._answers = 0
        # What a check has put in place of builtins, and whether it looks at what is printed.
        self._replaced: dict[str, Any] = {}
        self._prints = False
        # Objects made here from what the judge handed over, by id, with the number that it knows them by.
        self.judges: dict[int, tuple[Any, int]] = {}

    def number(self, value: Any) -> int:
        """The handle of an object, the same each time."""
        if id(value) not in self._numbers:
            self._numbers[id(value)] = len(self._handles)
            self._handles.append(value)
        return self._numbers[id(value)]

    def is_instance(self, value: Any) -> bool:
        """Whether an object counts as one of its class, and not as what it holds: a check has made some."""
        return type(value) in self._called_classes

    def object(self, handle: int) -> Any:
        """The object of a handle."""
        return self._handles[handle]

    def serve(self) -> None:
        """Do what the judge asks in its next message."""
        message, buffers = self._link.receive()
        ask = wire.from_judge(message)
        before = _open_figures()
        self._cells.call(lambda: self._answer(ask, FromJudge(self, buffers)))
        for number in _open_figures() - before:
            # A cell shows what it has drawn, and this belongs to none.
            sys.modules["matplotlib.pyplot"].close(number)

    def ask_judge(self, handle: int, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Call a function of the judge's; do what it asks meanwhile."""
        writer = ToJudge(self)
        call = wire.Call(
            handle,
            [writer.value(argument) for argument in arguments],
            {name: writer.value(argument) for name, argument in named.items()},
            stale=self._changed_later(self._given_back),
        )
        call.keeps = self._keep(writer)
        wire.send(self._link, call, writer.buffers)
        while True:
            message, buffers = self._link.receive()
            told, reader = wire.from_judge(message), FromJudge(self, buffers)
            if isinstance(told, wire.Answer):
                return reader.value(told.value)
            if isinstance(told, wire.Refusal):
                raise _as_exception(told)
            self._answer(told, reader)

    def _answer(self, ask: Any, reader: FromJudge) -> None:
        writer = ToJudge(self)
        answer: wire.Answer | wire.Refusal
        # A function may call one of the check's, and that one of these again.
        around, self._watched = self._watched, {}
        printed = io.StringIO()
        try:
            with surroundings.in_place(self._replaced, prints=self._prints) as printed:
                answer = self._done(ask, reader, writer)
                answer.later = self._changed_later(self._in_use)
                answer.stale = self._changed_later(self._given_back)
                answer.keeps = self._keep(writer)
        except CannotTravelError as error:
            answer, writer = wire.Refusal("CannotTravelError", [], str(error)), ToJudge(self)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            writer = ToJudge(self)
            answer = self._refusal(error, writer)
        self._watched = around
        answer.printed = surroundings.text_of(printed)
        # What was printed otherwise belongs to no cell: it may show the data of hidden tests.
        self._cells.flush()
        wire.send(self._link, answer, writer.buffers)

    def _done(self, ask: Any, reader: FromJudge, writer: ToJudge) -> wire.Answer:
        if isinstance(ask, wire.Fetch):
            # A check begins.
            self._given_back.clear()
            return wire.Answer(named=self._values(ask.names, writer))
        if isinstance(ask, wire.Bind):
            self._cells.namespace[ask.name] = reader.value(ask.value)
            return wire.Answer()
        if isinstance(ask, wire.Unbind):
            self._cells.namespace.pop(ask.name, None)
            return wire.Answer()
        if isinstance(ask, wire.Surround):
            self._prints = ask.prints
            self._replaced = {name: reader.value(each) for name, each in ask.functions.items()}
            return wire.Answer()
        if isinstance(ask, wire.Draw):
            return wire.Answer(named={"python": random.random(), "numpy": float(np.random.random())})
        target = self.object(ask.handle)
        if isinstance(ask, wire.Call):
            return self._called(target, ask, reader, writer)
        if isinstance(ask, wire.Read):
            return wire.Answer(writer.value(getattr(target, ask.name)))
        if isinstance(ask, wire.Write):
            setattr(target, ask.name, reader.value(ask.value))
            return wire.Answer()
        if isinstance(ask, wire.Build):
            return wire.Answer(built(target, ask.shape, ask.handle, writer))
        if isinstance(ask, wire.Next):
            self._watched = self._watched_by.get(ask.handle, {})
            item = next(target)
            changed = self._changed(self._watched, writer)
            return wire.Answer(writer.value(item), changed=changed)
        if ask.operator == "__iter__":
            return wire.Answer(writer.value(iter(target)))
        if ask.operator not in OPERATORS or not hasattr(type(target), ask.operator):
            raise AttributeError(f"{type(target).__name__} has no {ask.operator}")
        arguments = [reader.value(argument) for argument in ask.arguments]
        return wire.Answer(writer.value(getattr(type(target), ask.operator)(target, *arguments)))

    def _values(self, names: list[str], writer: ToJudge) -> dict[str, Any]:
        """The values of those of these names that there are. Raises CannotTravelError with the name."""
        found = {}
        for name in names:
            if name in self._cells.namespace:
                try:
                    found[name] = writer.value(self._cells.namespace[name])
                except CannotTravelError as error:
                    raise CannotTravelError(f"{name} cannot be handed over. {error}") from None
        return found

    def _called(self, target: Any, call: wire.Call, reader: FromJudge, writer: ToJudge) -> wire.Answer:
        arguments = [reader.value(argument) for argument in call.arguments]
        named = {name: reader.value(argument) for name, argument in call.named.items()}
        whole = (*arguments, *named.values())
        watched = self._watched = self._watch(reader.given(), whole)
        if call.seeds is not None:
            _seed(call.seeds, reader)
        self._calls += 1
        uses = list(map(sys.getrefcount, whole))
        result = target(*arguments, **named)
        in_use = [now > before for now, before in zip(map(sys.getrefcount, whole), uses, strict=True)]
        if type(result) is target and does_more_than_hold(target):
            self._called_classes.add(target)
        if hasattr(type(result), "__next__"):
            # What it is made of runs while it is iterated.
            self._watched_by[self.number(result)] = watched
        changed = self._changed(watched, writer)
        if not changed:
            writer.given = reader.given()
        held = {id(value): (value, snapshot) for value, snapshot in watched.values()}
        for place, argument in enumerate(whole):
            if in_use[place] and id(argument) in held and _is_small(held[id(argument)][1]):
                self._in_use.append((self._calls, place, {0: held[id(argument)]}))
        return wire.Answer(writer.value(result), changed=changed)

    def _watch(self, given: Mapping[int, Any], whole: Sequence[Any]) -> Watched:
        """What a function is given, with what it holds now; where that is very much, arguments as a whole."""
        arguments = set(map(id, whole))
        if len(given) > MOST_WATCHED:
            given = {number: value for number, value in given.items() if id(value) in arguments}
        # Objects of this process that the judge gives back have no number.
        own = arguments - set(map(id, given.values()))
        by_place = {wire.number_of(place): value for place, value in enumerate(whole) if id(value) in own}
        return {number: (value, self._snapshot(value)) for number, value in {**given, **by_place}.items()}

    def _changed(self, watched: Watched, writer: ToJudge) -> list[tuple[int, Any]]:
        """What does not hold any more what it held, by number, with what it holds now.

        From then on the writer names what is watched by its number: the judge knows what became of it.
        """
        changed = []
        for number, (value, before) in watched.items():
            now = self._snapshot(value)
            if before is not None and not _same(now, before):
                watched[number] = value, now
                changed.append(number)
        writer.given = {number: value for number, (value, _) in watched.items()}
        return [(number, writer.changed(watched[number][0])) for number in changed]

    def _keep(self, writer: ToJudge) -> int:
        """Keep what an answer holds that the student's code may still change, if it is small.

        Returns a number for the answer, 0 where there is no such thing. What nobody here holds any more
        cannot change.
        """
        kept = [(value, written) for value, written in writer.may_change() if _can_be_kept(value)]
        if not kept:
            return 0
        self._answers += 1
        for value, written in kept[:MOST_GIVEN_BACK]:
            watched = {0: (value, self._snapshot(value))}
            self._given_back.append((self._answers, writer.number(written), watched))
        return self._answers

    def _changed_later(self, kept: Iterable[tuple[int, int, Watched]]) -> list[tuple[int, int, Any]]:
        """What was kept, if it is small, and has changed since."""
        found = []
        for number, place, watched in kept:
            writer = ToJudge(self)
            with contextlib.suppress(CannotTravelError):
                found += [
                    (number, place, now) for _, now in self._changed(watched, writer) if not writer.buffers
                ]
        return found

    def _snapshot(self, value: Any) -> Any:
        """What an argument holds now, to be compared later; None for what cannot be changed."""
        if isinstance(value, np.ndarray):
            return value.copy()
        held = items_of(value) if isinstance(value, UserList) else value
        if isinstance(held, CONTAINERS) or self.is_record(value) or is_table(value):
            writer = ForComparison(self)
            with contextlib.suppress(CannotTravelError):
                return writer.value(held), [bytes(buffer) for buffer in writer.buffers]
        return None

    def is_record(self, value: Any) -> bool:
        """Whether an object was made here from one of the judge's, attribute by attribute."""
        return id(value) in self.judges and not isinstance(value, JudgesFunction)

    def _refusal(self, error: BaseException, writer: ToJudge) -> wire.Refusal:
        kinds = [
            each.__name__
            for each in type(error).__mro__
            if each.__module__ == "builtins" and each is not object
        ]
        try:
            text = str(error)
        except Exception:
            text = ""
        of = None
        if type(error).__module__ == "__main__":
            with contextlib.suppress(Exception):
                of = writer.class_of(type(error))
        changed: list[tuple[int, Any]] = []
        with contextlib.suppress(Exception):
            changed = self._changed(self._watched, writer)
        text = text[:LONGEST_MESSAGE].encode("utf-8", "replace").decode()
        told = wire.Refusal(str(type(error).__name__)[:100], kinds, text, _line(error), of, changed)
        with contextlib.suppress(Exception):
            held = list(error.args), dict(vars(error))
            Writer().value(held)
            told.arguments = [writer.value(each) for each in held[0]]
            told.fields = {name: writer.value(each) for name, each in held[1].items()}
        return told


def _open_figures() -> set[int]:
    pyplot = sys.modules.get("matplotlib.pyplot")
    return set(pyplot.get_fignums()) if pyplot is not None else set()


def _line(error: BaseException) -> str:
    """The last line of the student's own cells that an exception came through."""
    lines = [
        f"line {frame.lineno}: {frame.line}"
        for frame in traceback.extract_tb(error.__traceback__)
        if "ipykernel_" in frame.filename
    ]
    return lines[-1][:LONGEST_SHOWN].encode("utf-8", "replace").decode() if lines else ""


def _can_be_kept(value: Any) -> bool:
    """Whether something that was given back is small enough to be looked at again and again."""
    if isinstance(value, np.ndarray):
        return value.size <= MOST_IN_ARRAY
    return isinstance(value, CONTAINERS) and len(value) <= MOST_IN_CONTAINER


def _is_small(snapshot: Any) -> bool:
    """Whether what an argument held can be compared again and again; not for what cannot be changed."""
    if isinstance(snapshot, np.ndarray):
        return snapshot.nbytes <= wire.MOST_COMPARED
    if snapshot is None or snapshot[1]:
        return False
    return len(msgspec.msgpack.encode(snapshot[0])) <= wire.MOST_COMPARED


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return (
            one.shape == other.shape
            and one.dtype == other.dtype
            and (one.tobytes() == other.tobytes() if one.dtype != object else bool(np.all(one == other)))
        )
    return bool(one == other)


def _seed(seeds: wire.Seeds, reader: Reader) -> None:
    """Give this process's random generators the states of the judge's."""
    keras = sys.modules.get("keras")
    if seeds.keras is not None and keras is not None:
        keras.utils.set_random_seed(seeds.keras)
    random.setstate(_tuples(reader.value(seeds.python)))
    np.random.set_state(reader.value(seeds.numpy))


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list | tuple) else value


def _as_exception(refusal: wire.Refusal) -> Exception:
    import builtins

    kind = next((getattr(builtins, name) for name in refusal.kinds if hasattr(builtins, name)), Exception)
    made: Exception = type(refusal.name, (kind,), {"__str__": lambda _: refusal.text})()
    return made


def serve(cells: Cells, peer: Link) -> None:
    """Run the cells that the grader asks for, and answer the judge in between, until the links close."""
    student = Student(cells, peer)
    recall = _recall(cells)
    while True:
        if cells.wait(peer):
            student.serve()
        else:
            # Where a check calls what trains, the grader waits for the judge, and for nothing else.
            quick_training.recall_with(recall)
            cells.run_next()
            quick_training.recall_with(None)


def _recall(cells: Cells) -> quick_training.Recall:
    """Give what asks the grader for trainings: one at a time, and not from what this process starts."""
    process, lock = os.getpid(), threading.Lock()

    def recall(keras: types.ModuleType, model: Any, arguments: Mapping[str, Any]) -> Any:
        if os.getpid() != process:
            return None
        with lock:
            return ask_for_training(partial(_ask, cells), keras, model, arguments)

    return recall


def _ask(cells: Cells, message: Train | Data, arrays: Sequence[Any]) -> tuple[Told, list[bytearray]]:
    """Ask the grader for a training, or send it the data for one."""
    answer, buffers = cells.ask(encoder.encode(message), [np.ascontiguousarray(each) for each in arrays])
    return told(answer), buffers
