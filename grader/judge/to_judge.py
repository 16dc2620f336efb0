"""Write what a student's process hands over to the judge."""

from __future__ import annotations

import inspect
import sys
import types
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.judge import wire
from grader.judge.describing import array_of, described, items_of, pairs_of, table
from grader.judge.operators import OPERATORS
from grader.judge.plain import Writer
from grader.judge.views import place_within

if TYPE_CHECKING:
    from grader.judge.student_side import Student

LONGEST_SHOWN = 200
LONGEST_MESSAGE = 4000
MOST_NAMES = 100
ITERATED = {"__iter__"}
SHOWING, CALLING = frozenset(("__str__", "__repr__")), frozenset(("__call__", "__missing__"))
# To what was written: by the writer, by two variables that look at it, and by the call that counts. And to an
# array that another one shows: by that one, by one variable and the call.
OWN_REFERENCES, REFERENCES_OF_VIEW = 4, 3


class ForComparison(Writer):
    """Writes for comparison alone: what is not plain counts as itself."""

    def __init__(self, student: Student) -> None:
        """Start with nothing written."""
        super().__init__()
        self._student = student

    def other(self, value: Any, depth: int) -> Any:
        """Write a value that is not plain. Raises CannotTravelError."""
        if self._student.is_record(value):
            return self.value(vars(value), depth)
        return table(value, 0, self, depth) or wire.Own(id(value))


class ToJudge(Writer):
    """Writes what goes to the judge."""

    def __init__(self, student: Student) -> None:
        """Start with nothing written."""
        super().__init__()
        self._student = student
        self._given: Mapping[int, Any] = {}
        self._given_by_id: dict[int, int] = {}

    @property
    def given(self) -> Mapping[int, Any]:
        """What the judge has as well, by its number."""
        return self._given

    @given.setter
    def given(self, given: Mapping[int, Any]) -> None:
        self._given, self._given_by_id = given, {id(value): number for number, value in given.items()}

    def again(self, value: Any) -> Any:
        """Write what the judge has already, or None."""
        number = self._given_by_id.get(id(value))
        if number is not None:
            return wire.Given(number)
        known = super().again(value)
        if known is None and self._given and type(value) is np.ndarray:
            place = place_within(value, self._given)
            if place is not None:
                return wire.View(place[0], self._array(value, 0), place[1], list(value.strides))
        return known

    def may_change(self) -> list[tuple[Any, Any]]:
        """What was written and can be changed, with how it was written, if anything else still holds it.

        An array that shows another one's numbers changes with these.
        """
        found = []
        inner = Counter(id(each) for value, _ in self._written.values() for each in _inside(value))
        for value, written in self._written.values():
            owner = value
            while isinstance(owner, np.ndarray) and isinstance(owner.base, np.ndarray):
                owner = owner.base
            if owner is value:
                is_held = sys.getrefcount(value) > OWN_REFERENCES + inner[id(value)]
            else:
                is_held = sys.getrefcount(owner) > REFERENCES_OF_VIEW
            if is_held:
                found.append((value, written))
        return found

    def changed(self, value: Any) -> Any:
        """Write what was given and has changed: what it holds now."""
        number = self._given_by_id.pop(id(value))
        try:
            return self.value(dict(vars(value)) if self._student.is_record(value) else value)
        finally:
            self._given_by_id[id(value)] = number

    def _held(self, value: Any) -> Callable[[], Any] | None:
        # What a check has made of a student's class stays an object of that class, even of a kind of list:
        # what it does counts.
        return None if self._student.is_instance(value) else super()._held(value)

    def handle(self, value: Any) -> int:
        """A number of an object, the same each time."""
        return self._student.number(value)

    def cast(self, value: Any, written: Any) -> Any:
        """Write what an object of another class holds, with its handle."""
        handle = self._student.number(value)
        fields = getattr(type(value), "_fields", None) if isinstance(value, tuple) else None
        if isinstance(fields, tuple) and all(type(field) is str for field in fields):
            return wire.Cast(written, handle, str(type(value).__name__)[:LONGEST_SHOWN], list(fields))
        return wire.Cast(written, handle)

    def other(self, value: Any, depth: int) -> Any:
        """Write a value that is not plain. Raises CannotTravelError."""
        known = self._student.judges.get(id(value))
        if known is not None:
            return wire.Own(known[1])
        if isinstance(value, type):
            return self.class_of(value)
        given = self._given_by_id.get(id(value))
        if given is not None:
            return wire.Given(given)
        handle = self._student.number(value)
        found = described(value, handle, self, depth)
        if found is not None:
            return found
        is_instance = self._student.is_instance(value)
        items = None if is_instance else items_of(value)
        if items is not None:
            return self.cast(value, self.value(items, depth))
        pairs = pairs_of(value)
        if pairs is not None:
            return self.cast(value, self.value(pairs, depth))
        array = None if is_instance else array_of(value)
        if array is not None:
            return self.cast(value, self._array(array, depth))
        return wire.Handle(
            handle,
            "iterable" if _is_librarys_iterable(type(value)) else _kind_of(type(value)),
            str(getattr(value, "__name__", ""))[:LONGEST_SHOWN],
            str(type(value).__name__)[:LONGEST_SHOWN],
            _shown(value),
            self.class_of(type(value)) if type(value).__module__ == "__main__" else None,
            *_described_function(value),
            _code_of(value),
        )

    def class_of(self, kind: type) -> wire.Class:
        """Describe a class."""
        bases = [self.class_of(base) for base in kind.__bases__ if base.__module__ == "__main__"]
        error = ""
        if issubclass(kind, BaseException):
            error = next(each.__name__ for each in kind.__mro__ if each.__module__ == "builtins")
        return wire.Class(
            self._student.number(kind),
            str(kind.__name__)[:LONGEST_SHOWN],
            _kind_of(kind),
            bases,
            _operators_of(kind),
            error,
        )


def does_more_than_hold(kind: type) -> bool:
    """Whether a student's class has a public method, or an operator that does more than show its objects."""
    of_students = (each for each in kind.__mro__ if each.__module__ == "__main__")
    return any(
        isinstance(member, types.FunctionType | property | classmethod | staticmethod)
        and (not name.startswith("_") or name in OPERATORS - SHOWING or name in CALLING)
        for each in of_students
        for name, member in vars(each).items()
    )


def _operators_of(kind: type) -> list[str]:
    """The operators that a class defines itself, or has of a library's."""
    if issubclass(kind, BaseException):
        return [name for name in vars(kind) if name in OPERATORS]
    above = [each for base in kind.__bases__ if base.__module__ != "__main__" for each in base.__mro__]
    names = {name for each in (kind, *above) if each is not object for name in vars(each)}
    # What gives items by their places can be iterated.
    return sorted((names | ITERATED if "__getitem__" in names else names) & OPERATORS)


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list | deque) else ()


def _kind_of(kind: type) -> wire.Kind:
    """What instances of a class are good for."""
    if hasattr(kind, "__next__"):
        return "iterator"
    return "function" if hasattr(kind, "__call__") else "object"  # noqa: B004 - of the instances


def _is_librarys_iterable(kind: type) -> bool:
    """Whether instances of a class give out items, are nothing else, and no student has written the class."""
    names = {name for each in kind.__mro__ for name in vars(each)}
    return "__iter__" in names and not names & {"__next__", "__call__"} and kind.__module__ != "__main__"


def _described_function(value: Any) -> tuple[str, list[wire.Parameter] | None]:
    """The docstring and the parameters of a function."""
    if not callable(value):
        return "", None
    try:
        doc = str(getattr(value, "__doc__", None) or "")[:LONGEST_MESSAGE]
        parameters = inspect.signature(value).parameters.values()
        return doc.encode("utf-8", "replace").decode(), [
            wire.Parameter(
                each.name, int(each.kind), each.default is not inspect.Parameter.empty, _plain(each.default)
            )
            for each in parameters
        ]
    except Exception:
        return "", None


def _plain(default: Any) -> bool | float | str | wire.Constant | None:
    """A default that can be said in a word."""
    is_word = type(default) is str and len(default) <= LONGEST_SHOWN and default.isprintable()
    if (
        default is None
        or type(default) in (bool, float)
        or is_word
        or (type(default) is int and -(2**63) <= default < 2**63)
    ):
        plain: bool | float | str | None = default
        return plain
    return wire.Constant("Ellipsis")


def _code_of(value: Any) -> wire.Code | None:
    """What is known of a function's code."""
    if not isinstance(value, types.FunctionType):
        return None
    code = value.__code__
    return wire.Code(code.co_flags, code.co_argcount, list(code.co_varnames)[:MOST_NAMES])


def _shown(value: Any) -> str:
    try:
        text = " ".join(repr(value).split())
    except Exception:
        text = f"<{type(value).__name__}>"
    return text[:LONGEST_SHOWN].encode("utf-8", "replace").decode()
