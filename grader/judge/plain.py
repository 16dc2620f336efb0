"""Write plain values for the wire and read them: numbers, text, containers, arrays. Their classes are lost.

Both sides write and read. What is not plain is left to `other` of their own writers and readers.
"""

from __future__ import annotations

import math
import re
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from grader.errors import GraderError
from grader.judge import exact, wire

MOST_ELEMENTS = 5_000_000
MOST_DEPTH = 60
MOST_DIGITS = 20_000
MOST_BYTES = 1024**3
# Arrays larger than this travel behind the message, without being copied into it.
INLINE = 16 * 1024
DTYPE = re.compile(r"[<>|=]?(?:[biufc][0-9]{1,2}|[SU][0-9]{1,6}|[mM]8(?:\[[0-9]{0,4}[a-zA-Z]{1,2}\])?)")
LARGEST_CODE_POINT = 0x10FFFF
TYPES = {
    each.__name__: each
    for each in (
        int, float, bool, str, bytes, complex, list, tuple, dict, set, frozenset, range, slice, type,
        object, type(None), Fraction, Decimal, np.ndarray, np.generic,
        *(scalar for scalar in np.sctypeDict.values() if scalar.__name__ not in ("void", "object_")),
    )
}  # fmt: skip
NAMES = {each: name for name, each in TYPES.items()}


DICTIONARIES: dict[str, type[dict[Any, Any]]] = {"Counter": Counter, "OrderedDict": OrderedDict}
# The built-in types that a defaultdict which travels may call for a missing key.
DEFAULT_FACTORIES = {
    each.__name__: each for each in (list, dict, set, tuple, str, int, float, complex, bool, bytes)
}


# Python's own containers that can be changed in place, and all that can be changed.
CONTAINERS = (list, dict, set, deque, bytearray)
CHANGEABLE = frozenset((np.ndarray, *CONTAINERS, defaultdict, *DICTIONARIES.values()))


class CannotTravelError(GraderError):
    """A value that is too large, too deep or too odd to be handed over; the message says so in a sentence."""


class Writer:
    """Turns one message's values into what travels. buffers: large arrays, which follow the message."""

    def __init__(self) -> None:  # noqa: D107
        self.buffers: list[Any] = []
        self._elements = 0
        self._bytes = 0
        # By id, what can be changed, with how it was written. It is kept, so that no other gets its id.
        self._written: dict[int, tuple[Any, Any]] = {}
        self._numbers = 0

    def other(self, value: Any, depth: int) -> Any:  # noqa: ARG002
        """Write a value that is not plain. Raises CannotTravelError."""
        raise CannotTravelError(f"A value of type {type(value).__name__} cannot be handed over.")

    def handle(self, value: Any) -> int:  # noqa: ARG002
        """A number of an object, the same each time; -1 where nobody counts them."""
        return -1

    def cast(self, value: Any, written: Any) -> Any:  # noqa: ARG002
        """Mark what was written as that of an object of a class of its own."""
        return written

    def value(self, value: Any, depth: int = 0) -> Any:
        """Write a value. Raises CannotTravelError."""
        kind = type(value)
        if value is None or kind is bool or kind is float:
            return value
        self._count(1, depth)
        if kind is int:
            return self._integer(value)
        if kind is str:
            return self._text(value)
        if value is Ellipsis or value is NotImplemented:
            return wire.Constant("Ellipsis" if value is Ellipsis else "NotImplemented")
        if kind in (tuple, frozenset):
            return self._items(kind.__name__, value, depth)
        if kind in CHANGEABLE and (kind is not defaultdict or _default_factory(value) is not None):
            return self._once(value, depth)
        return self._unusual(value, depth)

    def noted(self, value: Any, written: Any) -> None:
        """Note how something that can be changed was written."""
        self._written[id(value)] = value, written

    def number(self, written: Any) -> int:
        """The number of something that was written."""
        if not written.number:
            self._numbers += 1
            written.number = self._numbers
        number: int = written.number
        return number

    def again(self, value: Any) -> Any:
        """Say that something is what the other side has; None where it has not."""
        known = self._written.get(id(value))
        return None if known is None else wire.Same(self.number(known[1]))

    def _once(self, value: Any, depth: int) -> Any:
        """Write what can be changed: one object stays one, however often it comes."""
        known = self.again(value)
        if known is not None:
            return known
        kind = type(value)
        if kind is np.ndarray:
            written = self._array(value, depth)
        elif kind in (list, set, deque):
            written = self._items(kind.__name__, value, depth)
            if kind is deque:
                written.maxlen = value.maxlen
        elif kind is bytearray:
            self._weigh(len(value))
            written = wire.Data(bytes(value), "bytearray")
        else:
            written = self._pairs(value, depth)
        self.noted(value, written)
        return written

    def _unusual(self, value: Any, depth: int) -> Any:
        """What is not met often, and objects of classes derived from plain ones."""
        kind = type(value)
        if kind is complex:
            return wire.Complex(value.real, value.imag)
        if kind is bytes:
            self._weigh(len(value))
            return wire.Data(value)
        if kind in (range, slice):
            parts = (value.start, value.stop, value.step)
            if all(part is None or type(part) is int for part in parts):
                return wire.Steps(kind.__name__, tuple(p if p is None else self._integer(p) for p in parts))  # type: ignore[arg-type]
        found = exact.written(value)
        if found is not None:
            return wire.Exact(found[0], self._text(found[1]))
        if isinstance(value, np.generic) and not isinstance(value, np.void | np.object_):
            return self._array(np.asarray(value), depth, scalar=True)
        if kind is type or isinstance(value, type):
            return wire.BuiltIn(NAMES[value]) if value in NAMES else self.other(value, depth)
        held = self._held(value)
        return self.other(value, depth) if held is None else self.cast(value, self.value(held(), depth))

    def _held(self, value: Any) -> Callable[[], Any] | None:
        """How to take what an object of a derived class holds, whatever that class says of it."""
        # Not `isinstance`: a proxy names the class of what it stands for as its own.
        kind = type(value)
        if issubclass(kind, np.ndarray):
            return lambda: np.ndarray.view(value, np.ndarray)
        if issubclass(kind, int):
            return lambda: int.__int__(value)
        if issubclass(kind, float):
            return lambda: float.__pos__(value)
        if issubclass(kind, str):
            return lambda: str.__str__(value)
        if issubclass(kind, tuple):
            return lambda: tuple(tuple.__iter__(value))
        if issubclass(kind, list):
            return lambda: list(list.__iter__(value))
        if issubclass(kind, dict):
            return lambda: dict(dict.items(value))
        if issubclass(kind, set):
            return lambda: set(set.__iter__(value))
        if issubclass(kind, frozenset):
            return lambda: frozenset(frozenset.__iter__(value))
        if issubclass(kind, deque):
            return lambda: deque(deque.__iter__(value))
        if issubclass(kind, bytearray):
            return lambda: bytearray(memoryview(value))
        return None

    def _integer(self, value: int) -> Any:
        if -(2**63) <= value < 2**63:
            return value
        if value.bit_length() > 4 * MOST_DIGITS:
            raise CannotTravelError("A whole number has more digits than can be handed over.")
        return wire.Big(hex(value))

    def _text(self, value: str) -> str:
        self._weigh(len(value))
        try:
            value.encode()
        except UnicodeEncodeError:
            return value.encode("utf-8", "replace").decode()
        return value

    def _items(self, kind: Any, value: Iterable[Any], depth: int) -> Any:
        return wire.Items(kind, [self.value(item, depth + 1) for item in value])

    def _pairs(self, value: dict[Any, Any], depth: int) -> Any:
        items = [(self.value(key, depth + 1), self.value(item, depth + 1)) for key, item in value.items()]
        written = wire.Pairs(items, type(value).__name__)  # type: ignore[arg-type]
        if isinstance(value, defaultdict):
            written.default_factory = _default_factory(value) or ""
        return written

    def _array(self, value: Any, depth: int, scalar: bool = False) -> Any:
        shape = list(value.shape)
        if value.dtype == object:
            self._count(value.size, depth)
            return wire.Objects(shape, [self.value(item, depth + 1) for item in value.ravel().tolist()])
        if not DTYPE.fullmatch(value.dtype.str):
            if value.dtype.name == "bfloat16":
                return self._array(value.astype(np.float32), depth, scalar)
            raise CannotTravelError(f"An array of {str(value.dtype)[:40]} cannot be handed over.")
        # Before anything is copied: an array may repeat one number without end.
        self._weigh(value.nbytes)
        if value.nbytes <= INLINE:
            return wire.Array(value.dtype.str, shape, value.tobytes(), scalar=scalar)
        self.buffers.append(np.ascontiguousarray(value).reshape(-1).view(np.uint8))
        return wire.Array(value.dtype.str, shape, b"", len(self.buffers) - 1, scalar)

    def _count(self, number: int, depth: int) -> None:
        self._elements += number
        if self._elements > MOST_ELEMENTS:
            raise CannotTravelError(f"It holds more than {MOST_ELEMENTS:,} elements: use an array.")
        if depth > MOST_DEPTH:
            raise CannotTravelError(f"It is nested more than {MOST_DEPTH} levels deep, or holds itself.")

    def _weigh(self, size: int) -> None:
        self._bytes += size
        if self._bytes > MOST_BYTES:
            raise CannotTravelError(f"It takes more than {MOST_BYTES // 1024**2:,} MiB.")


def _default_factory(value: defaultdict[Any, Any]) -> str | None:
    """The built-in type that it calls for a missing key, by name; empty for none, None for anything else."""
    called = value.default_factory
    if called is None:
        return ""
    return next((name for name, known in DEFAULT_FACTORIES.items() if known is called), None)


def extent(value: Any) -> tuple[int, int]:
    """How many elements a value holds, each as often as it is there, and on how many levels.

    Raises CannotTravelError for one that is too deep, or holds itself.
    """
    known: dict[int, tuple[int, int]] = {}

    def of(value: Any, depth: int) -> tuple[int, int]:
        if not isinstance(value, list | tuple | dict | set | frozenset | deque):
            return 1, 0
        if depth > MOST_DEPTH:
            raise CannotTravelError(f"It is nested more than {MOST_DEPTH} levels deep, or holds itself.")
        if id(value) not in known:
            held = [of(each, depth + 1) for each in (value.values() if isinstance(value, dict) else value)]
            known[id(value)] = (
                1 + sum(elements for elements, _ in held),
                1 + max((levels for _, levels in held), default=0),
            )
        return known[id(value)]

    return of(value, 0)


class Reader:
    """Turns what has travelled in one message back into values of this process's own."""

    def __init__(self, buffers: list[bytearray]) -> None:
        """Start. buffers: the large arrays that followed the message; each is used once."""
        self._buffers: list[bytearray | None] = list(buffers)
        self._elements = 0
        # What has a number, with how many elements it holds, and how many levels.
        self._numbered: dict[int, tuple[Any, int, int]] = {}
        self._deepest = 0

    def other(self, written: Any, depth: int) -> Any:  # noqa: ARG002
        """Read something that is not plain. Raises CannotTravelError."""
        raise CannotTravelError(f"{type(written).__name__} is not expected here.")

    def value(self, written: Any, depth: int = 0) -> Any:
        """Read a value. Raises CannotTravelError for what cannot be one."""
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise CannotTravelError(f"It holds more than {MOST_ELEMENTS:,} elements.")
        if depth > MOST_DEPTH:
            raise CannotTravelError(f"It is nested more than {MOST_DEPTH} levels deep.")
        kind = type(written)
        if written is None or kind in (bool, int, float, str):
            return written
        before, deepest, self._deepest = self._elements, self._deepest, depth
        read = _READERS.get(kind)
        made = self.other(written, depth) if read is None else read(self, written, depth)
        if getattr(written, "number", 0):
            self._numbered[written.number] = made, self._elements - before, self._deepest - depth
        self._deepest = max(deepest, self._deepest)
        return made

    def given(self) -> dict[int, Any]:
        """What has a number, by its number."""
        return {number: made for number, (made, _, _) in self._numbered.items()}

    def _same(self, written: wire.Same, depth: int) -> Any:
        known, elements, levels = self._numbered.get(written.of, (None, 0, 0))
        if known is None:
            raise CannotTravelError("An object is named that was not handed over.")
        # To look at all of it takes as long as if it had been written each time.
        self._elements += elements
        self._deepest = max(self._deepest, depth + levels)
        if self._elements > MOST_ELEMENTS or self._deepest > MOST_DEPTH:
            raise CannotTravelError("It holds one object too often, or too deep.")
        return known

    def _constant(self, written: wire.Constant, _: int) -> Any:
        return {"Ellipsis": Ellipsis, "NotImplemented": NotImplemented}[written.name]

    def _big(self, written: wire.Big, _: int = 0) -> int:
        if len(written.digits) > MOST_DIGITS + 3:
            raise CannotTravelError("A whole number has more digits than can be handed over.")
        try:
            return int(written.digits, 16)
        except ValueError:
            raise CannotTravelError("A value that is marked as a whole number is not one.") from None

    def _complex(self, written: wire.Complex, _: int) -> complex:
        return complex(written.real, written.imaginary)

    def _exact(self, written: wire.Exact, _: int) -> Any:
        is_short = written.kind != "Fraction" or "e" not in written.text.lower()
        if len(written.text) > MOST_DIGITS or not is_short:
            raise CannotTravelError("A number has more digits than can be handed over.")
        try:
            return exact.read(written.kind, written.text)
        except (ValueError, ArithmeticError, ImportError):
            raise CannotTravelError(f"A value that is marked as a {written.kind} is not one.") from None

    def _data(self, written: wire.Data, _: int) -> bytes | bytearray:
        return written.content if written.kind == "bytes" else bytearray(written.content)

    def _items(self, written: wire.Items, depth: int) -> Any:
        items = [self.value(item, depth + 1) for item in written.items]
        kinds: dict[str, Callable[[Any], Any]] = {
            "list": list, "tuple": tuple, "set": set, "frozenset": frozenset,
            "deque": lambda items: deque(items, written.maxlen),
        }  # fmt: skip
        try:
            return kinds[written.kind](items)
        except (TypeError, ValueError, OverflowError) as error:
            raise CannotTravelError(str(error)) from None

    def _pairs(self, written: wire.Pairs, depth: int) -> dict[Any, Any]:
        try:
            items = {self.value(key, depth + 1): self.value(item, depth + 1) for key, item in written.items}
            if written.kind == "defaultdict":
                if written.default_factory and written.default_factory not in DEFAULT_FACTORIES:
                    raise CannotTravelError(
                        f"A defaultdict of {written.default_factory[:40]!r} cannot be handed over."
                    )
                return defaultdict(DEFAULT_FACTORIES.get(written.default_factory), items)
            return items if written.kind == "dict" else DICTIONARIES[written.kind](items)
        except TypeError as error:
            raise CannotTravelError(str(error)) from None

    def _steps(self, written: wire.Steps, _: int) -> range | slice:
        parts = [self._big(part) if isinstance(part, wire.Big) else part for part in written.parts]
        try:
            return range(*parts) if written.kind == "range" else slice(*parts)  # type: ignore[arg-type]
        except (TypeError, ValueError) as error:
            raise CannotTravelError(str(error)) from None

    def _array(self, written: wire.Array, _: int) -> Any:
        if not DTYPE.fullmatch(written.dtype):
            raise CannotTravelError(f"An array of {written.dtype[:20]!r} cannot be handed over.")
        content: Any = written.content
        if written.buffer >= 0:
            if written.buffer >= len(self._buffers) or self._buffers[written.buffer] is None:
                raise CannotTravelError("An array without its numbers cannot be handed over.")
            content, self._buffers[written.buffer] = self._buffers[written.buffer], None
        try:
            dtype = np.dtype(written.dtype)
            if not dtype.itemsize or min(written.shape, default=0) < 0 or len(written.shape) > 32:
                raise CannotTravelError("An array has an odd shape.")
            if math.prod(written.shape) * dtype.itemsize != len(content):
                raise CannotTravelError("An array's numbers do not fit its shape.")
            if not isinstance(content, bytearray):
                content = bytearray(content)
            array = np.frombuffer(content, dtype).reshape(written.shape)
        except (TypeError, ValueError) as error:
            raise CannotTravelError(f"An array cannot be handed over: {error}") from None
        if dtype.kind == "b":
            array = array.view(np.uint8) != 0
        if dtype.kind == "U" and array.size:
            code_points = np.frombuffer(content, np.dtype("u4").newbyteorder(dtype.byteorder))
            if (
                code_points.max() > LARGEST_CODE_POINT
                or ((code_points >= 0xD800) & (code_points < 0xE000)).any()
            ):
                raise CannotTravelError("An array holds text that is not valid.")
        return array[()] if written.scalar and not array.shape else array

    def _objects(self, written: wire.Objects, depth: int) -> Any:
        if min(written.shape, default=0) < 0 or math.prod(written.shape) != len(written.items):
            raise CannotTravelError("An array's objects do not fit its shape.")
        array = np.empty(len(written.items), dtype=object)
        for place, item in enumerate(written.items):
            array[place] = self.value(item, depth + 1)
        return array.reshape(written.shape)

    def _built_in(self, written: wire.BuiltIn, _: int) -> Any:
        if written.name not in TYPES:
            raise CannotTravelError(f"The type {written.name[:40]!r} is not known here.")
        return TYPES[written.name]


_READERS: dict[type, Callable[[Reader, Any, int], Any]] = {
    wire.Constant: Reader._constant,
    wire.Big: Reader._big,
    wire.Complex: Reader._complex,
    wire.Exact: Reader._exact,
    wire.Data: Reader._data,
    wire.Items: Reader._items,
    wire.Pairs: Reader._pairs,
    wire.Steps: Reader._steps,
    wire.Array: Reader._array,
    wire.Objects: Reader._objects,
    wire.Same: Reader._same,
    wire.BuiltIn: Reader._built_in,
}
