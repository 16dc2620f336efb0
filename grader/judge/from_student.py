"""Read what a student's process hands over to the judge. It may be anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from grader.judge import rebuilding, wire
from grader.judge.generators import generator
from grader.judge.handles import (
    Remote,
    RemoteClass,
    RemoteFunction,
    RemoteIterable,
    RemoteIterator,
    instance_methods,
)
from grader.judge.looks import (
    LONGEST_NAME,
    built_in_error,
    code_of,
    members_of,
    name_of,
    named_tuple,
    signature_of,
)
from grader.judge.plain import MOST_DEPTH, MOST_ELEMENTS, CannotTravelError, Reader, extent
from grader.judge.views import view_of
from helpers.kit.exercise import NotDoneYet

if TYPE_CHECKING:
    from grader.judge.bridge import Bridge

MOST_CLASSES = 50
LONGEST_TEXT = 10_000
# Where classes come from that were made for those of a student's notebook.
STUDENT = "__main__"


class FromStudent(Reader):
    """Reads what a student's process hands over, which may be anything."""

    def __init__(self, bridge: Bridge, received: Sequence[bytearray]) -> None:
        """Start with nothing read."""
        super().__init__(list(received))
        self._bridge, self.received = bridge, received
        # What the call that is answered was given, by number.
        self.own: Mapping[int, Any] = {}
        # Whether any of that was named.
        self.names_given = False

    def other(self, written: Any, depth: int) -> Any:
        """Read a value that is not plain. Raises CannotTravelError."""
        kind = type(written)
        if kind in _HELD_HERE:
            return _HELD_HERE[kind](self, written, depth)
        if hasattr(written, "handle"):
            self._bridge.received(written.handle)
        if kind in _DESCRIBED:
            return self._bridge.made(written.handle, _DESCRIBED[kind](written, self, depth))
        if kind in _OF_STUDENT:
            return _OF_STUDENT[kind](self, written, depth)
        return super().other(written, depth)

    def _own(self, written: wire.Own, depth: int) -> Any:
        bridge = self._bridge
        return self._counted(bridge.changes.give_back(bridge.mine(written.handle)), depth)

    def _given(self, written: wire.Given, depth: int) -> Any:
        if written.of not in self.own:
            raise CannotTravelError("An object is named that was not handed over.")
        self.names_given = True
        return self._counted(self._bridge.changes.give_back(self.own[written.of]), depth)

    def _view(self, written: wire.View, depth: int) -> Any:
        numbers = self.value(written.numbers, depth + 1)
        whole = self._bridge.changes.current(self.own.get(written.of))
        return view_of(whole, numbers, written.offset, written.strides)

    def _class(self, written: wire.Class, _depth: int) -> Any:
        return self.class_of(written)

    def _cast(self, written: wire.Cast, depth: int) -> Any:
        value = self.value(written.value, depth + 1)
        if written.fields:
            value = named_tuple(name_of(written.name), written.fields, value)
        # Given back, it is the object itself, with its class.
        if not isinstance(value, bool | int | float | str | type(None)):
            self._bridge.theirs[id(value)] = value, written.handle
        return value

    def _known(self, written: wire.Handle, _depth: int) -> Any:
        bridge = self._bridge
        bridge.name(written.handle)
        if written.handle not in bridge.known:
            bridge.made(written.handle, self._handle(written))
        return bridge.known[written.handle]

    def _model(self, written: wire.Model, _depth: int) -> Any:
        bridge, handle = self._bridge, written.handle
        before = bridge.known.get(handle)
        if written.is_built:
            return bridge.made(handle, rebuilding.model(written, self, before))
        build = partial(bridge.build, handle)
        return bridge.made(handle, rebuilding.unbuilt_model(written, build, before))

    def _randomness(self, written: wire.Randomness, depth: int) -> Any:
        state, seed = (self.value(each, depth + 1) for each in (written.state, written.seed))
        return self._bridge.made(written.handle, generator(written.kind, state, seed))

    def _counted(self, value: Any, depth: int) -> Any:
        """The same value: what it holds counts each time it is named. Raises CannotTravelError."""
        elements, levels = extent(value)
        self._elements += elements
        self._deepest = max(self._deepest, depth + levels)
        if self._elements > MOST_ELEMENTS or self._deepest > MOST_DEPTH:
            raise CannotTravelError("It holds one object too often, or too deep.")
        return value

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

    def exception(self, refusal: wire.Refusal, *, may_end: bool) -> BaseException:
        """What was raised over there. may_end: whether it may be the end of an iterator.

        Raised by anything else, that would end a loop of the check's as if all had been looked at. Raises
        CannotTravelError.
        """
        if refusal.name in ("NotDoneYet", "NotAttempted") and "NotImplementedError" in refusal.kinds:
            return NotDoneYet(refusal.text)
        kind = built_in_error(refusal.kinds)
        if refusal.of is not None:
            made = self.class_of(refusal.of)
            if issubclass(made, BaseException):
                kind = made
        if issubclass(kind, StopIteration | StopAsyncIteration) and not may_end:
            kind = RuntimeError
        raised = _raised(name_of(refusal.name), kind, refusal.text)
        raised.args = tuple(self.value(each) for each in refusal.arguments)
        for name, each in refusal.fields.items():
            if name.isidentifier() and name[0] != "_" and not hasattr(raised, name):
                setattr(raised, name, self.value(each))
        if refusal.line:
            raised.add_note(f"in the student's cell, {refusal.line}")
        return raised

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


def _raised(name: str, kind: type[BaseException], text: str) -> BaseException:
    """An exception of this kind, without the arguments that some are made of."""
    members = {"__str__": lambda _: text, "__module__": STUDENT}
    try:
        made: type[BaseException] = type(name, (kind,), members)
        raised: BaseException = BaseException.__new__(made)
    except TypeError:  # groups of exceptions are not made of nothing
        raised = type(name, (Exception,), members)()
    return raised


KINDS: dict[str, type] = {
    "function": RemoteFunction,
    "iterator": RemoteIterator,
    "iterable": RemoteIterable,
    "object": Remote,
}


# What the judge holds already is named or shown; no handle of the student's comes with it.
_HELD_HERE: dict[type, Callable[[FromStudent, Any, int], Any]] = {
    wire.Own: FromStudent._own,
    wire.Given: FromStudent._given,
    wire.View: FromStudent._view,
}
# What is made anew from its description alone.
_DESCRIBED: dict[type, Callable[[Any, FromStudent, int], Any]] = {
    wire.History: rebuilding.history,
    wire.Drawing: rebuilding.drawing,
    wire.Figure: rebuilding.figure,
    wire.Table: rebuilding.table,
}
_OF_STUDENT: dict[type, Callable[[FromStudent, Any, int], Any]] = {
    wire.Class: FromStudent._class,
    wire.Cast: FromStudent._cast,
    wire.Handle: FromStudent._known,
    wire.Model: FromStudent._model,
    wire.Randomness: FromStudent._randomness,
}
