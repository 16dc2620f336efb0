"""The judge's end of the link to a student's process: ask for values, call functions, read attributes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, NoReturn

from grader.executor.link import Link, LinkClosedError, LinkMisusedError, Received
from grader.judge import rebuilding, surroundings, wire
from grader.judge.changes import Changes, become, is_small
from grader.judge.from_student import FromStudent
from grader.judge.generators import are_same, global_states
from grader.judge.handles import RemoteClass, RemoteIterator, handle_of
from grader.judge.looks import LONGEST_NAME
from grader.judge.plain import MOST_ELEMENTS, CannotTravelError, Writer, extent
from grader.judge.stopped import StoppedCheckError, StudentGoneError
from grader.judge.to_student import Arguments, ToStudent

MOST_MESSAGES = 2_000_000
MOST_NESTED = 100
# By one function, once the check that called it has ended.
MOST_CALLS_AFTER_END = 1000
MOST_HANDED = 1000
# An argument, and in words what changes it when its copy is changed, by each name of the function.
Watched = tuple[Any, frozenset[str]]
# A name that means nothing any more.
GONE = object()


@dataclass(frozen=True)
class Fetched:
    """The values of names, by name, as they travelled.

    buffers: the large arrays among them. keeps: the number of the answer, where some may change later.
    """

    named: Mapping[str, Any] = field(default_factory=dict)
    buffers: Sequence[bytearray] = ()
    keeps: int = 0

    def copy(self) -> Fetched:
        """The same values, to be read once more: what is made of them may be changed."""
        return Fetched(self.named, [bytearray(buffer) for buffer in self.buffers])


class Bridge:
    """Everything that a check may ask of a student's process."""

    def __init__(self, link: Link) -> None:
        """Start with nothing asked for."""
        self._link = link
        # Of the whole notebook, and those before this check.
        self._messages = 0
        self._messages_before = 0
        self._reads = 0
        self._nested = 0
        self._mine: list[Any] = []
        self._mine_by_id: dict[int, int] = {}
        # How many calls were made, and the arguments of this check's, by the number of the call.
        self._calls = 0
        self._handed: dict[int, Sequence[Watched]] = {}
        self.changes = Changes(self._is_record, lambda: self._messages - self._reads)
        # What read the answers of this check that hold what may still change, by their numbers.
        self._readers: dict[int, FromStudent] = {}
        # Objects made here for handles over there, and the other way round.
        self.known: dict[int, Any] = {}
        self.theirs: dict[int, tuple[Any, int]] = {}
        self.classes: dict[int, type] = {}
        # What functions over there are called here, by their handles; and what those are that come now.
        self._names: dict[int, set[str]] = {}
        self._naming: frozenset[str] = frozenset()
        self._seeds: tuple[Any, ...] = global_states()
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
        self._readers.clear()
        self._names.clear()
        self._messages_before = self._messages
        self.stopped, self._lessons_classes, self.methods = None, frozenset(classes), frozenset(methods)

    def fetch(self, names: list[str]) -> Fetched:
        """The values of the student's names; those that there are not are missing."""
        answer, reader = self._ask(wire.Fetch(names))
        named = {name: written for name, written in answer.named.items() if name in names}
        return Fetched(named, reader.received, answer.keeps)

    def values(self, fetched: Fetched) -> dict[str, Any]:
        """Read values. Raises StoppedCheckError."""
        self._usable = None
        reader = FromStudent(self, fetched.buffers)
        if fetched.keeps:
            self._readers[fetched.keeps] = reader
        found = {}
        for name, written in fetched.named.items():
            try:
                with self._named({name}):
                    found[name] = reader.value(written)
            except CannotTravelError as error:
                self.give_up(f"{name} cannot be handed over. {error}")
            if isinstance(found[name], RemoteClass):
                self._names.setdefault(found[name]._handle, set()).add(name)
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
            handle = handle_of(value)
            if handle is not None:
                usable.add(handle)
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

    def name(self, handle: int) -> None:
        """Note what an object over there is called that comes now."""
        self._names.setdefault(handle, set()).update(self._naming)

    @contextmanager
    def _named(self, names: Iterable[str]) -> Iterator[None]:
        """Within what objects come that are called so."""
        before, self._naming = self._naming, frozenset(names)
        try:
            yield
        finally:
            self._naming = before

    def share(self, namespace: dict[str, Any], names: frozenset[str]) -> None:
        """Let the student's functions see what the check makes of these names of theirs."""
        self.shared, self._bound = namespace, {name: namespace.get(name, GONE) for name in names}

    def call(self, handle: int, arguments: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        """Call a handle with copies of the arguments."""
        self.bring_up_to_date()
        writer = Arguments(self)
        # What earlier calls have done to their arguments, this one finds there.
        with self.changes.shown([*arguments, *named.values()]):
            call = wire.Call(
                self.use(handle),
                [writer.argument(argument, place) for place, argument in enumerate(arguments)],
                {name: writer.argument(argument, name) for name, argument in named.items()},
                self._changed_seeds(writer),
            )
        names = frozenset(self._names.get(handle, ()))

        def with_change(argument: Any, place: int | str) -> Watched:
            return argument, frozenset(f"{name} changes argument {place}" for name in names)

        places: list[tuple[int | str, Any]] = [*enumerate(arguments), *named.items()]
        whole = [with_change(argument, place) for place, argument in places]
        watched = {wire.number_of(place): each for place, each in enumerate(whole)}
        watched |= {number: with_change(*given) for number, given in writer.given.items()}
        self._calls += 1
        if len(self._handed) < MOST_HANDED and all(map(is_small, arguments)):
            self._handed[self._calls] = whole
        answer, reader = self._ask(call, writer.buffers, watched)
        with self._named(f"{name}()" for name in names):
            result = self._read(reader, answer.value)
        if isinstance(result, RemoteIterator):
            vars(result)["_arguments"] = watched
        return result

    def read(self, handle: int, name: str) -> Any:
        """An attribute of a handle. Raises AttributeError."""
        answer, reader = self._ask(wire.Read(self.use(handle), name[:LONGEST_NAME]))
        self._reads += 1
        with self._named({f".{name}"}):
            return self._read(reader, answer.value)

    def write(self, handle: int, name: str, value: Any) -> None:
        """Set an attribute of a handle."""
        writer = ToStudent(self)
        self._ask(wire.Write(self.use(handle), name, writer.value(value)), writer.buffers)

    def next(self, handle: int, watched: Mapping[int, Watched]) -> Any:
        """The next item of a handle. watched: what it was made with, by number. Raises StopIteration."""
        answer, reader = self._ask(wire.Next(self.use(handle)), None, watched)
        with self._named(f"{name}[]" for name in self._names.get(handle, ())):
            return self._read(reader, answer.value)

    def operate(self, handle: int, operator: str, arguments: tuple[Any, ...]) -> Any:
        """Use an operator of a handle's class."""
        writer = ToStudent(self)
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

    def mine(self, number: int) -> Any:
        """The object here of that number. Raises CannotTravelError where there is none."""
        if not 0 <= number < len(self._mine):
            raise CannotTravelError("An object of the check's was never handed over.")
        return self._mine[number]

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
            writer = ToStudent(self)
            functions = {name: writer.value(function) for name, function in surround[1].items()}
            self._ask(wire.Surround(surround[0], functions), writer.buffers)
        for name, before in self._bound.items():
            now = self.shared.get(name, GONE)
            if now is not before:
                self._bound[name] = now
                if now is GONE:
                    self._ask(wire.Unbind(name))
                    continue
                writer = ToStudent(self)
                # An open file, for example, is of no use over there: then the name stays what it was.
                with suppress(CannotTravelError):
                    self._ask(wire.Bind(name, writer.value(now)), writer.buffers)

    def _changed_seeds(self, writer: Writer) -> wire.Seeds | None:
        """The states of the random generators, if the check has set or used them since the last call."""
        states = global_states()
        if are_same(states, self._seeds) and self.keras_seed is None:
            return None
        self._seeds = states
        keras, self.keras_seed = self.keras_seed, None
        return wire.Seeds(writer.value(states[0]), writer.value(states[1]), keras)

    def _ask(
        self,
        ask: wire.Ask,
        buffers: list[Any] | None = None,
        watched: Mapping[int, Watched] | None = None,
    ) -> tuple[wire.Answer, FromStudent]:
        """Ask, and do what a student's function asks meanwhile.

        watched: by number, objects here whose copies may become others over there. Raises what was raised
        there, and StoppedCheckError.
        """
        watched = watched or {}
        try:
            wire.send(self._link, ask, buffers or [])
            while True:
                message, received = self._received()
                told = wire.from_student(message)
                reader = FromStudent(self, received)
                if isinstance(told, wire.Call):
                    self._called_back(told, reader)
                    continue
                self._count_message()
                reader.own = {number: argument for number, (argument, _) in watched.items()}
                self._note_changes(told.changed, watched, reader)
                if told.printed and surroundings.is_redirected():
                    sys.stdout.write(told.printed)
                if isinstance(told, wire.Answer):
                    self._note_later(told.later)
                    self._bring_stale_up_to_date(told.stale)
                    self._keep(told.keeps, reader)
                    return told, reader
                raise self._exception(told, reader, may_end=isinstance(ask, wire.Next))
        except LinkClosedError:
            gone = StudentGoneError("The process that ran this notebook's cells ended.")
            raise self._stop(gone) from None
        except LinkMisusedError as error:
            self.give_up(f"The process that ran this notebook's cells sent {error}.")

    def _note_changes(
        self, told: Sequence[tuple[int, Any]], watched: Mapping[int, Watched], reader: FromStudent
    ) -> None:
        if len(dict(told)) < len(told) or not dict(told).keys() <= watched.keys():
            self.give_up("Something is said to have changed that was not handed over.")
        for number, written in told:
            self._note(watched[number], self._read(reader, written))
        if reader.names_given:
            # What they hold may have become more since it was read.
            for number, _ in told:
                self._limit(self.changes.current(watched[number][0]))

    def _note_later(self, told: Sequence[tuple[int, int, Any]]) -> None:
        for number, place, written in told:
            handed = self._handed.get(number, ())
            if 0 <= place < len(handed):
                self._note(handed[place], self._read(FromStudent(self, []), written), later=True)

    def _keep(self, answer: int, reader: FromStudent) -> None:
        """Keep what reads an answer that holds what may still change. What is large would fill the memory."""
        if answer and not reader.received and len(self._readers) < MOST_HANDED:
            self._readers[answer] = reader

    def _bring_stale_up_to_date(self, told: Sequence[tuple[int, int, Any]]) -> None:
        """Let values that were given earlier become what the student's code has made of them since.

        They are copies. In one process the check would hold the very objects.
        """
        for answer, number, written in told:
            reader = self._readers.get(answer)
            made = None if reader is None else reader.given().get(number)
            if made is not None:
                become(made, self._read(FromStudent(self, []), written))
                self._limit(made)

    def _limit(self, value: Any) -> None:
        try:
            elements, _ = extent(value)
        except CannotTravelError as error:
            self.give_up(str(error))
        if elements > MOST_ELEMENTS:
            self.give_up("It holds one object too often.")

    def _note(self, watched: Watched, now: Any, *, later: bool = False) -> None:
        try:
            self.changes.note(watched[0], now, watched[1], later=later)
        except CannotTravelError as error:
            self.give_up(str(error))

    def _received(self) -> Received:
        """The next message. Raises StudentGoneError for one that is too large: what follows is its rest."""
        try:
            return self._link.receive()
        except LinkMisusedError as error:
            gone = StudentGoneError(f"The process that ran this notebook's cells sent {error}.")
            raise self._stop(gone) from None

    def _count_message(self) -> None:
        self._messages += 1
        if self._messages - self._messages_before > MOST_MESSAGES:
            self.give_up("It calls, or is called, more often than one check allows.")

    def _called_back(self, call: wire.Call, reader: FromStudent) -> None:
        """Call one of the judge's own functions for a student's function."""
        writer = ToStudent(self)
        answer: wire.Answer | wire.Refusal
        self._nested += 1
        try:
            self._count_message()
            if self._nested > MOST_NESTED:
                self.give_up("It calls itself, by way of the check, deeper than allowed.")
            if not 0 <= call.handle < len(self._mine):
                self.give_up("It calls a function that it was not given.")
            function = self._mine[call.handle]
            self._bring_stale_up_to_date(call.stale)
            self._keep(call.keeps, reader)
            arguments = [self._read(reader, argument) for argument in call.arguments]
            named = {name: self._read(reader, argument) for name, argument in call.named.items()}
            answer = wire.Answer(writer.value(function(*arguments, **named)))
        except Exception as error:
            kinds = [each.__name__ for each in type(error).__mro__ if each.__module__ == "builtins"]
            answer, writer = wire.Refusal(type(error).__name__, kinds, str(error)), ToStudent(self)
        except (StudentGoneError, KeyboardInterrupt):
            raise
        except BaseException as error:
            # It ends the check, as SystemExit does and what pytest.fail raises.
            self._let_function_end(error)
            raise
        finally:
            self._nested -= 1
        wire.send(self._link, answer, writer.buffers)

    def _let_function_end(self, error: BaseException) -> None:
        """End a student's function that waits for an answer, so that later checks can ask again.

        Raises StudentGoneError for one that goes on calling.
        """
        refusal = wire.Refusal(type(error).__name__, [], str(error))
        for _ in range(MOST_CALLS_AFTER_END):
            wire.send(self._link, refusal, [])
            message, _ = self._received()
            if not isinstance(wire.from_student(message), wire.Call):
                return
        # What it was stopped for first no longer matters: there is nothing left to ask.
        self.stopped = StudentGoneError(f"It went on calling functions of the check. {error}")
        raise self.stopped

    def _read(self, reader: FromStudent, written: Any) -> Any:
        try:
            return reader.value(written)
        except CannotTravelError as error:
            self.give_up(str(error))

    def _exception(self, refusal: wire.Refusal, reader: FromStudent, *, may_end: bool) -> BaseException:
        """What was raised over there. may_end: whether it may be the end of an iterator."""
        if refusal.name == "CannotTravelError":
            self.give_up(refusal.text)
        try:
            return reader.exception(refusal, may_end=may_end)
        except CannotTravelError as error:
            self.give_up(str(error))
