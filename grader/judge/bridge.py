"""The judge's end of the link to a student's process: ask for values, call functions, read attributes."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np

from grader.executor.link import Link, LinkClosedError, LinkMisusedError, Received
from grader.judge import rebuilding, surroundings, wire
from grader.judge.changes import Changes, is_table
from grader.judge.describing import random_generator
from grader.judge.handles import Remote, RemoteClass, RemoteFunction, RemoteIterator, instance_methods
from grader.judge.looks import (
    LONGEST_NAME,
    built_in_error,
    code_of,
    members_of,
    name_of,
    named_tuple,
    signature_of,
)
from grader.judge.plain import CannotTravelError, Reader, Writer
from grader.judge.student_side import generator
from grader.judge.views import view_of
from helpers.kit.calling import changes_are_followed, changes_followed
from helpers.kit.exercise import NotDoneYet

MOST_MESSAGES = 2_000_000
MOST_NESTED = 100
MOST_HANDED = 1000
MOST_CLASSES = 50
# A name that means nothing any more.
GONE = object()
LONGEST_TEXT = 10_000
# Where classes come from that were made for those of a student's notebook.
STUDENT = "__main__"


class StoppedCheckError(BaseException):
    """What ends a check whatever it catches; the message is for students."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class StudentGoneError(StoppedCheckError):
    """The student's process ended while a check asked it for something."""


@dataclass(frozen=True)
class Fetched:
    """The values of names, by name, as they travelled. buffers: the large arrays among them."""

    named: Mapping[str, Any] = field(default_factory=dict)
    buffers: Sequence[bytearray] = ()

    def copy(self) -> Fetched:
        """The same values, to be read once more: what is made of them may be changed."""
        return Fetched(self.named, [bytearray(buffer) for buffer in self.buffers])


class Bridge:
    """Everything that a check may ask of a student's process."""

    def __init__(self, link: Link) -> None:
        """Start with nothing asked for."""
        self._link = link
        self._messages = 0
        self._nested = 0
        self._mine: list[Any] = []
        self._mine_by_id: dict[int, int] = {}
        # How many calls were made, and the arguments of this check's, by the number of the call.
        self._calls = 0
        self._handed: dict[int, Sequence[Any]] = {}
        self.changes = Changes(self._is_record)
        # Objects made here for handles over there, and the other way round.
        self.known: dict[int, Any] = {}
        self.theirs: dict[int, tuple[Any, int]] = {}
        self.classes: dict[int, type] = {}
        self._seeds: tuple[Any, ...] = _random_states()
        self.keras_seed: int | None = None
        # In a check's second run, the handles that it may use.
        self._usable: set[int] | None = None
        self._lessons_classes: frozenset[str] = frozenset()
        self.methods: frozenset[str] = frozenset()
        self.shared: Mapping[str, Any] = {}
        self._bound: dict[str, Any] = {}
        # What has ended the check, whatever that made of it.
        self.stopped: StoppedCheckError | None = None
        # What the student's process knows of what the check has put in place of other things.
        self._surround: tuple[bool, dict[str, Any]] = (False, {})

    def begin(self, classes: Iterable[str], methods: Iterable[str]) -> None:
        """Begin a check. classes: the names of the lesson's classes that it takes; methods: of them all."""
        self._handed.clear()
        self.stopped, self._lessons_classes, self.methods = None, frozenset(classes), frozenset(methods)

    def fetch(self, names: list[str]) -> Fetched:
        """The values of the student's names; those that there are not are missing."""
        answer, reader = self._ask(wire.Fetch(names))
        named = {name: written for name, written in answer.named.items() if name in names}
        return Fetched(named, reader.received)

    def values(self, fetched: Fetched) -> dict[str, Any]:
        """Read values. Raises StoppedCheckError."""
        self._usable = None
        reader = _FromStudent(self, fetched.buffers)
        found = {}
        for name, written in fetched.named.items():
            try:
                found[name] = reader.value(written)
            except CannotTravelError as error:
                self.give_up(f"{name} cannot be handed over. {error}")
        for name, value in sorted(found.items(), key=lambda each: each[0] not in self._lessons_classes):
            if isinstance(value, RemoteClass):
                # Where a function is asked for, its instances are what that function gives, and no numbers.
                type.__setattr__(value, "_is_class", name in self._lessons_classes)
        return found

    def values_again(self, fetched: Fetched, may_call: Iterable[str]) -> dict[str, Any]:
        """Read values that were fetched before other cells ran.

        may_call: the names of what may still be used over there, with all that it gives from now on. Using
        anything else ends the check, for it may have been changed since. Raises StoppedCheckError.
        """
        # A model that is known may have learned since.
        self.known.clear()
        values = self.values(fetched)
        usable = set()
        for name in may_call:
            value = values.get(name)
            if isinstance(value, RemoteClass):
                usable.add(type.__getattribute__(value, "_handle"))
            elif isinstance(value, Remote):
                usable.add(vars(value)["_handle"])
        self._usable = usable
        return values

    def use(self, handle: int) -> int:
        """A handle that is used over there. Raises StoppedCheckError where it may have been changed."""
        if self._usable is not None and handle not in self._usable:
            self.give_up("The check uses something that later cells may have changed.")
        return handle

    def received(self, handle: int) -> None:
        """Note a handle that the student's process has given."""
        if self._usable is not None:
            self._usable.add(handle)

    def share(self, namespace: dict[str, Any], names: frozenset[str]) -> None:
        """Let the student's functions see what the check makes of these names of theirs."""
        self.shared, self._bound = namespace, {name: namespace.get(name, GONE) for name in names}

    def call(self, handle: int, arguments: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        """Call a handle with copies of the arguments."""
        self.bring_up_to_date()
        writer = _Arguments(self)
        call = wire.Call(
            self.use(handle),
            [writer.value(argument) for argument in arguments],
            {name: writer.value(argument) for name, argument in named.items()},
            self._changed_seeds(writer),
        )
        watched = [*arguments, *named.values()]
        self._calls += 1
        if self.changes.looks and len(self._handed) < MOST_HANDED:
            self._handed[self._calls] = watched
        answer, reader = self._ask(call, writer.buffers, watched, writer.given)
        result = self._read(reader, answer.value)
        if isinstance(result, RemoteIterator):
            vars(result)["_arguments"] = watched if changes_are_followed() else []
        return result

    def read(self, handle: int, name: str) -> Any:
        """An attribute of a handle. Raises AttributeError."""
        answer, reader = self._ask(wire.Read(self.use(handle), name[:LONGEST_NAME]))
        return self._read(reader, answer.value)

    def write(self, handle: int, name: str, value: Any) -> None:
        """Set an attribute of a handle."""
        writer = _ToStudent(self)
        self._ask(wire.Write(self.use(handle), name, writer.value(value)), writer.buffers)

    def next(self, handle: int, arguments: Sequence[Any]) -> Any:
        """The next item of a handle. arguments: those that it was made with. Raises StopIteration."""
        with changes_followed():
            answer, reader = self._ask(wire.Next(self.use(handle)), None, arguments)
        return self._read(reader, answer.value)

    def operate(self, handle: int, operator: str, arguments: tuple[Any, ...]) -> Any:
        """Use an operator of a handle's class."""
        writer = _ToStudent(self)
        ask = wire.Operate(self.use(handle), operator, [writer.value(argument) for argument in arguments])
        answer, reader = self._ask(ask, writer.buffers)
        return self._read(reader, answer.value)

    def draw(self) -> tuple[float, float]:
        """A number of each of the global random generators over there, Python's and NumPy's."""
        answer, _ = self._ask(wire.Draw())
        python, numpy = answer.named.get("python"), answer.named.get("numpy")
        if not isinstance(python, float) or not isinstance(numpy, float):
            self.give_up("A random number was expected, and something else came.")
        return python, numpy

    def build(self, handle: int, shape: Sequence[int | None]) -> Any:
        """A model over there, built for inputs of this shape. Raises CannotTravelError."""
        answer, reader = self._ask(wire.Build(self.use(handle), list(shape)))
        if not isinstance(answer.value, wire.Model) or not answer.value.is_built:
            raise CannotTravelError("A model was expected, and something else came.")
        return rebuilding.model(answer.value, reader)

    def give_up(self, why: str) -> NoReturn:
        """End the check."""
        raise self._stop(StoppedCheckError(why))

    def _stop(self, why: StoppedCheckError) -> StoppedCheckError:
        self.stopped = self.stopped or why
        return why

    def _is_record(self, value: Any) -> bool:
        return id(value) in self._mine_by_id and not callable(value)

    def number(self, value: Any) -> int:
        """The handle of one of the judge's own functions, which a student's function may call."""
        if id(value) not in self._mine_by_id:
            self._mine_by_id[id(value)] = len(self._mine)
            self._mine.append(value)
        return self._mine_by_id[id(value)]

    def made(self, handle: int, value: Any) -> Any:
        """Note what was made here for a handle, so that the same object stays the same."""
        self.known[handle] = value
        self.theirs[id(value)] = value, handle
        return value

    def bring_up_to_date(self) -> None:
        """Tell the student's process what shared names mean now, and what is in place of builtins."""
        surround = surroundings.is_redirected(), surroundings.replaced()
        if surround != self._surround:
            self._surround = surround
            writer = _ToStudent(self)
            functions = {name: writer.value(function) for name, function in surround[1].items()}
            self._ask(wire.Surround(surround[0], functions), writer.buffers)
        for name, before in self._bound.items():
            now = self.shared.get(name, GONE)
            if now is not before:
                self._bound[name] = now
                if now is GONE:
                    self._ask(wire.Unbind(name))
                    continue
                writer = _ToStudent(self)
                # An open file, for example, is of no use over there: then the name stays what it was.
                with suppress(CannotTravelError):
                    self._ask(wire.Bind(name, writer.value(now)), writer.buffers)

    def _changed_seeds(self, writer: Writer) -> wire.Seeds | None:
        """The states of the random generators, if the check has set or used them since the last call."""
        states = _random_states()
        if _equal(states, self._seeds) and self.keras_seed is None:
            return None
        self._seeds = states
        keras, self.keras_seed = self.keras_seed, None
        return wire.Seeds(writer.value(states[0]), writer.value(states[1]), keras)

    def _ask(
        self,
        ask: wire.Ask,
        buffers: list[Any] | None = None,
        arguments: Sequence[Any] = (),
        given: Mapping[int, Any] | None = None,
    ) -> tuple[wire.Answer, _FromStudent]:
        """Ask, and do what a student's function asks meanwhile.

        arguments: objects here whose copies may become others over there. given: these and all that they
        hold, by number. Raises what was raised there, and StoppedCheckError.
        """
        follow = changes_are_followed()
        try:
            wire.send(self._link, ask, buffers or [])
            while True:
                message, received = self._received()
                self._messages += 1
                if self._messages > MOST_MESSAGES:
                    self.give_up("It calls, or is called, more often than one check allows.")
                told = wire.from_student(message)
                reader = _FromStudent(self, received)
                if not isinstance(told, wire.Call):
                    for place, written in told.changed:
                        if 0 <= place < len(arguments):
                            now = self._read(reader, written)
                            self.changes.note(arguments[place], now, follow=follow)
                if not isinstance(told, wire.Call) and told.printed and surroundings.is_redirected():
                    sys.stdout.write(told.printed)
                if isinstance(told, wire.Answer):
                    reader.own = given or {}
                    self._note_later(told)
                    return told, reader
                if isinstance(told, wire.Refusal):
                    raise self._exception(told, reader, may_end=isinstance(ask, wire.Next))
                self._called_back(told, reader)
        except LinkClosedError:
            gone = StudentGoneError("The process that ran this notebook's cells ended.")
            raise self._stop(gone) from None
        except LinkMisusedError as error:
            self.give_up(f"The process that ran this notebook's cells sent {error}.")

    def _note_later(self, told: wire.Answer) -> None:
        for number, place, written in told.later:
            handed = self._handed.get(number, ())
            if 0 <= place < len(handed):
                now = self._read(_FromStudent(self, []), written)
                self.changes.note(handed[place], now, follow=False)

    def _received(self) -> Received:
        """The next message. Raises StudentGoneError for one that is too large: what follows is its rest."""
        try:
            return self._link.receive()
        except LinkMisusedError as error:
            gone = StudentGoneError(f"The process that ran this notebook's cells sent {error}.")
            raise self._stop(gone) from None

    def _called_back(self, call: wire.Call, reader: _FromStudent) -> None:
        """Call one of the judge's own functions for a student's function."""
        writer = _ToStudent(self)
        answer: wire.Answer | wire.Refusal
        self._nested += 1
        if self._nested > MOST_NESTED:
            self.give_up("It calls itself, by way of the check, deeper than allowed.")
        try:
            if not 0 <= call.handle < len(self._mine):
                self.give_up("It calls a function that it was not given.")
            function = self._mine[call.handle]
            arguments = [self._read(reader, argument) for argument in call.arguments]
            named = {name: self._read(reader, argument) for name, argument in call.named.items()}
            answer = wire.Answer(writer.value(function(*arguments, **named)))
        except Exception as error:
            kinds = [each.__name__ for each in type(error).__mro__ if each.__module__ == "builtins"]
            answer, writer = wire.Refusal(type(error).__name__, kinds, str(error)), _ToStudent(self)
        finally:
            self._nested -= 1
        wire.send(self._link, answer, writer.buffers)

    def _read(self, reader: _FromStudent, written: Any) -> Any:
        try:
            return reader.value(written)
        except CannotTravelError as error:
            self.give_up(str(error))

    def _exception(self, refusal: wire.Refusal, reader: _FromStudent, *, may_end: bool) -> BaseException:
        """What was raised over there. may_end: whether it may be the end of an iterator.

        Raised by anything else, that would end a loop of the check's as if all had been looked at.
        """
        if refusal.name == "CannotTravelError":
            self.give_up(refusal.text)
        if refusal.name in ("NotDoneYet", "NotAttempted") and "NotImplementedError" in refusal.kinds:
            return NotDoneYet(refusal.text)
        kind = built_in_error(refusal.kinds)
        if refusal.of is not None:
            made = self._read(_FromStudent(self, []), refusal.of)
            if issubclass(made, BaseException):
                kind = made
        if issubclass(kind, StopIteration | StopAsyncIteration) and not may_end:
            kind = RuntimeError
        raised = _raised(name_of(refusal.name), kind, refusal.text)
        raised.args = tuple(self._read(reader, each) for each in refusal.arguments)
        for name, each in refusal.fields.items():
            if name.isidentifier() and name[0] != "_" and not hasattr(raised, name):
                setattr(raised, name, self._read(reader, each))
        if refusal.line:
            raised.add_note(f"in the student's cell, {refusal.line}")
        return raised


def _raised(name: str, kind: type[BaseException], text: str) -> BaseException:
    """An exception of this kind, without the arguments that some are made of."""
    members = {"__str__": lambda _: text, "__module__": STUDENT}
    try:
        made: type[BaseException] = type(name, (kind,), members)
        raised: BaseException = BaseException.__new__(made)
    except TypeError:  # groups of exceptions are not made of nothing
        raised = type(name, (Exception,), members)()
    return raised


def _random_states() -> tuple[Any, ...]:
    return random.getstate(), np.random.get_state(legacy=False)


def _equal(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    return (
        one[0] == other[0]
        and one[1]["state"]["pos"] == other[1]["state"]["pos"]
        and np.array_equal(one[1]["state"]["key"], other[1]["state"]["key"])
        and (one[1]["has_gauss"], one[1]["gauss"]) == (other[1]["has_gauss"], other[1]["gauss"])
    )


class _ToStudent(Writer):
    """Writes what the judge hands over."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge

    def value(self, value: Any, depth: int = 0) -> Any:
        known = self._bridge.theirs.get(id(value))
        if known is not None:
            return wire.Own(self._bridge.use(known[1]))
        return super().value(value, depth)

    def other(self, value: Any, depth: int) -> Any:
        bridge = self._bridge
        if isinstance(value, Remote):
            return wire.Own(bridge.use(vars(value)["_handle"]))
        if isinstance(value, RemoteClass):
            return wire.Own(bridge.use(type.__getattribute__(value, "_handle")))
        if isinstance(value, np.random.Generator | np.random.RandomState):
            return random_generator(value, 0, self, depth)
        if callable(value):
            name = str(getattr(value, "__name__", type(value).__name__))
            return wire.Handle(bridge.number(value), "function", name, type(value).__name__, name)
        if "tensorflow" in sys.modules and hasattr(type(value), "__array__"):
            return self.value(np.asarray(value), depth)
        pandas = sys.modules.get("pandas")
        if pandas is not None and isinstance(value, (pandas.DataFrame, pandas.Series, pandas.Index)):
            from grader.judge.describing import table

            written = table(value, 0, self, depth)
            if is_table(value):
                self.noted(value, written)
            return written
        # Of other classes no object can be made over there.
        if getattr(type(value), "__new__", None) is object.__new__ and hasattr(value, "__dict__"):
            fields = {name: self.value(each, depth + 1) for name, each in vars(value).items()}
            return wire.Record(bridge.number(value), type(value).__module__, type(value).__qualname__, fields)
        return super().other(value, depth)


class _Arguments(_ToStudent):
    """Writes what a function is called with. given: by number, all of it that can be changed."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge)
        self.given: dict[int, Any] = {}

    def noted(self, value: Any, written: Any) -> None:
        super().noted(value, written)
        self.given[self.number(written)] = value


class _FromStudent(Reader):
    """Reads what a student's process hands over, which may be anything."""

    def __init__(self, bridge: Bridge, received: Sequence[bytearray]) -> None:
        super().__init__(list(received))
        self._bridge, self.received = bridge, received
        # What the call that is answered was given, by number.
        self.own: Mapping[int, Any] = {}

    def other(self, written: Any, depth: int) -> Any:
        bridge = self._bridge
        if isinstance(written, wire.Own):
            if not 0 <= written.handle < len(bridge._mine):
                raise CannotTravelError("An object of the check's was never handed over.")
            return bridge._mine[written.handle]
        if isinstance(written, wire.Given):
            if written.of not in self.own:
                raise CannotTravelError("An object is named that was not handed over.")
            return self.own[written.of]
        if isinstance(written, wire.View):
            numbers = self.value(written.numbers, depth + 1)
            return view_of(self.own.get(written.of), numbers, written.offset, written.strides)
        if hasattr(written, "handle"):
            bridge.received(written.handle)
        if isinstance(written, wire.Class):
            return self.class_of(written)
        if isinstance(written, wire.Cast):
            value = self.value(written.value, depth + 1)
            if written.fields:
                value = named_tuple(name_of(written.name), written.fields, value)
            # Given back, it is the object itself, with its class.
            if not isinstance(value, bool | int | float | str | type(None)):
                bridge.theirs[id(value)] = value, written.handle
            return value
        if isinstance(written, wire.Handle):
            if written.handle not in bridge.known:
                bridge.made(written.handle, self._handle(written))
            return bridge.known[written.handle]
        before = bridge.known.get(getattr(written, "handle", -1))
        if isinstance(written, wire.Model):
            if written.is_built:
                return bridge.made(written.handle, rebuilding.model(written, self, before))
            return bridge.made(
                written.handle,
                rebuilding.unbuilt_model(written, lambda shape: bridge.build(written.handle, shape), before),
            )
        if isinstance(written, wire.History):
            return bridge.made(written.handle, rebuilding.history(written, self, depth))
        if isinstance(written, wire.Drawing):
            return bridge.made(written.handle, rebuilding.drawing(written, self, depth))
        if isinstance(written, wire.Figure):
            return bridge.made(written.handle, rebuilding.figure(written, self, depth))
        if isinstance(written, wire.Randomness):
            return bridge.made(written.handle, generator(written.kind, self.value(written.state, depth + 1)))
        if isinstance(written, wire.Table):
            return bridge.made(written.handle, rebuilding.table(written, self, depth))
        return super().other(written, depth)

    def _handle(self, written: wire.Handle) -> Any:
        if written.of is not None:
            kind = self.class_of(written.of)
        else:
            kind = type(
                name_of(written.class_name),
                (KINDS[written.kind],),
                {"__module__": STUDENT, **members_of(written.class_name)},
            )
        if issubclass(kind, BaseException):
            try:
                # Some cannot be made of a text alone.
                return kind.__new__(kind, written.shown[:LONGEST_NAME])
            except TypeError as error:
                raise CannotTravelError(f"An exception cannot be handed over: {error}") from None
        made: Remote = object.__new__(kind)
        Remote.__init__(made, self._bridge, written.handle, written.shown[:LONGEST_NAME])
        if written.kind == "function":
            vars(made)["__name__"] = name_of(written.name or written.class_name)
            vars(made)["__doc__"] = written.doc[:LONGEST_TEXT] or None
            if written.parameters is not None:
                vars(made)["__signature__"] = signature_of(written.parameters)
            if written.code is not None:
                vars(made)["__code__"] = code_of(written.code, name_of(written.name))
        return made

    def class_of(self, written: wire.Class, depth: int = 0) -> Any:
        """The class here that represents a student's class. Raises CannotTravelError."""
        if depth > MOST_CLASSES:
            raise CannotTravelError(f"A class has more than {MOST_CLASSES} classes above it.")
        self._bridge.received(written.handle)
        known = self._bridge.classes.get(written.handle)
        if known is not None:
            return known
        above = tuple(dict.fromkeys(self.class_of(each, depth + 1) for each in written.bases))
        if any(issubclass(each, BaseException) != bool(written.error) for each in above):
            raise CannotTravelError("A class cannot be an exception and something else.")
        try:
            if written.error:
                made = type(
                    name_of(written.name),
                    above or (built_in_error([written.error]),),
                    {"__module__": STUDENT},
                )
            else:
                methods = {**instance_methods(written.operators), "__module__": STUDENT}
                made = RemoteClass(name_of(written.name), above or (KINDS[written.kind],), methods)
                type.__setattr__(made, "_bridge", self._bridge)
                type.__setattr__(made, "_handle", written.handle)
        except TypeError as error:
            raise CannotTravelError(f"A class cannot be handed over: {error}") from None
        self._bridge.classes[written.handle] = made
        self._bridge.theirs[id(made)] = made, written.handle
        return made


KINDS: dict[str, type] = {"function": RemoteFunction, "iterator": RemoteIterator, "object": Remote}
