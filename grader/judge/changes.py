"""What a student's functions make of the objects that a check hands over: they get copies of them.

What the lesson's own solution changes, the check's objects become, as in one process: its run has shown that
`sort` changes its argument 0, for example. Whatever else an answer changes is kept apart, and assertions have
to hold of both. Where no solution has run, a call changes its arguments if its result is thrown away.
"""

from __future__ import annotations

import builtins
import operator
import sys
from collections import ChainMap, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from inspect import getattr_static
from types import FunctionType, ModuleType, NoneType
from typing import Any

import numpy as np

from grader.judge import wire
from grader.judge.describing import is_table
from grader.judge.looking import can_be_made_twice
from grader.judge.plain import CHANGEABLE, CONTAINERS, CannotTravelError
from helpers.kit.calling import changes_are_followed

# How many objects of one check are kept with what became of their copies, and how many bytes of arrays; the
# oldest are forgotten first.
MOST_KEPT = 1000
MOST_BYTES = 32 * 1024**2
BYTES_OF_ITEM = 8


class Changes:
    """What has become of the copies of a check's own objects.

    is_record: whether an object of the check's was handed over attribute by attribute. asked: how often
    something but an attribute has been asked of the student's process.
    """

    def __init__(self, is_record: Callable[[Any], bool], asked: Callable[[], int]) -> None:
        """Start with none."""
        self._is_record, self._asked = is_record, asked
        # By id: an object, what its copy has become, and what it holds itself.
        self._apart: dict[int, tuple[Any, Any, Any]] = {}
        # Those of which the check has got what their copies have become, as a result.
        self._given_back: set[int] = set()
        self._expected: frozenset[str] | None = None
        self._finds_out = False
        self.found_out: set[str] = set()
        self._is_thrown_away = False

    def begin(self, expected: Iterable[str] | None, *, finds_out: bool) -> None:
        """Begin a check.

        expected: the changes that the run of the lesson's solution has shown, None where there was none.
        finds_out: whether this is that run.
        """
        self._apart.clear()
        self._given_back.clear()
        self._expected = None if expected is None else frozenset(expected)
        self._finds_out, self.found_out = finds_out, set()

    @contextmanager
    def thrown_away(self) -> Iterator[None]:
        """Within what a call is made for what it does, for nobody uses its result."""
        before, self._is_thrown_away = self._is_thrown_away, True
        try:
            yield
        finally:
            self._is_thrown_away = before

    def note(self, argument: Any, now: Any, changes: frozenset[str], *, later: bool = False) -> None:
        """Let an object become what has become of its copy, or keep that apart.

        changes: which change of which function that is, such as "sort changes argument 0", by all names that
        the function has. later: whether another call has done it. Raises CannotTravelError for what it cannot
        have become.
        """
        if not self._can_become(argument):
            return
        now = self._fresh(argument, now)
        if self._finds_out:
            self.found_out.update(changes)
        follow = (changes_are_followed() and not later) or self._is_expected(changes)
        before = self._apart.pop(id(argument), (None, None, None))[1]
        if follow and become(argument, now):
            return
        # What was given back before is the same object still.
        stays = before is not None and become(before, now)
        self._apart[id(argument)] = argument, before if stays else now, self._held(argument)
        self._forget_oldest()

    def _fresh(self, argument: Any, now: Any) -> Any:
        """What has become of an argument's copy, as an object that is nobody's. Raises CannotTravelError.

        What the student's process sends may be one of the check's own objects.
        """
        if self._is_record(argument):
            made = object.__new__(type(argument))
            vars(made).update(vars(argument))
            if type(now) is dict and become(made, now):
                return made
        elif isinstance(argument, np.ndarray) and isinstance(now, np.ndarray):
            return np.array(now)
        elif is_table(argument) and type(now) is type(argument):
            return now.copy()
        else:
            kind: Any
            for kind in CONTAINERS:
                if isinstance(argument, kind) and isinstance(now, kind):
                    return now.copy() if type(now) in CHANGEABLE else kind(now)
        raise CannotTravelError("An argument cannot have become that.")

    def _is_expected(self, changes: frozenset[str]) -> bool:
        if self._expected is None and not self._finds_out:
            return self._is_thrown_away
        return bool(changes) and (self._finds_out or changes <= (self._expected or set()))

    def looks_at(self, names: Sequence[str], calls: Sequence[str]) -> Iterator[AbstractContextManager[None]]:
        """Within what to make an assertion: once, or once more of what became of the copies.

        names: those that it reads. calls: what it calls.
        """
        self._follow_check()
        asked = self._asked()
        yield nullcontext()
        # What asks the student's process for more than attributes cannot be made twice.
        if self._apart and self._asked() == asked:
            # Of the check, which goes through what this gives.
            frame = sys._getframe(1)
            known = ChainMap(frame.f_locals, frame.f_globals, vars(builtins))
            if can_be_made_twice(names, calls, known):
                yield self.shown([known[name] for name in names if name in known])

    def current(self, argument: Any) -> Any:
        """What has become of the copy of an object that was handed over, itself where it is the same."""
        entry = self._apart.get(id(argument))
        return argument if entry is None else entry[1]

    def give_back(self, argument: Any) -> Any:
        """The same, given back by the function that has changed it: in one process it is that argument."""
        if id(argument) in self._apart:
            self._given_back.add(id(argument))
        return self.current(argument)

    def _follow_check(self) -> None:
        """Where the check has changed an argument that was given back, change what was given back as well."""
        for key in self._given_back & self._apart.keys():
            argument, now, before = self._apart[key]
            held = self._held(argument)
            if _are_alike(held, before):
                continue
            if isinstance(argument, np.ndarray) and now.shape == argument.shape:
                # A number that is not one differs from itself.
                now[held != before] = held[held != before]
            else:
                become(now, held)
            self._apart[key] = argument, now, held

    def original(self, value: Any) -> Any:
        """The object of the check's of which this is what became of its copy; itself for all others."""
        found = (argument for argument, now, _ in self._apart.values() if now is value)
        return next(found, value)

    @contextmanager
    def shown(self, values: Iterable[Any]) -> Iterator[None]:
        """Let all objects that values hold be, for a moment, what their copies have become.

        What the check itself has changed since is what the check has made of it.
        """
        with ExitStack() as restored:
            for key in _held_by(values, self._apart):
                argument, now, before = self._apart[key]
                held = self._held(argument)
                if _are_alike(held, before):
                    restored.callback(become, argument, held)
                    become(argument, now)
                else:
                    del self._apart[key]
            yield

    def _forget_oldest(self) -> None:
        size = sum(_size(argument) for argument, _, _ in self._apart.values())
        for key, (argument, _, _) in list(self._apart.items())[:-1]:
            if len(self._apart) <= MOST_KEPT and size <= MOST_BYTES:
                break
            size -= _size(argument)
            del self._apart[key]

    def _can_become(self, argument: Any) -> bool:
        plain = isinstance(argument, (np.ndarray, *CONTAINERS))
        return plain or is_table(argument) or self._is_record(argument)

    def _held(self, argument: Any) -> Any:
        return dict(vars(argument)) if self._is_record(argument) else argument.copy()


def become(argument: Any, now: Any) -> bool:
    """Let an object become another one in place; whether it can. now: of a record also its attributes."""
    if isinstance(argument, np.ndarray):
        same = isinstance(now, np.ndarray) and now.shape == argument.shape
        if not same or not argument.flags.writeable:
            return False
        argument[...] = now.astype(argument.dtype, copy=False)
    elif (isinstance(argument, list) and isinstance(now, list)) or (
        isinstance(argument, bytearray) and isinstance(now, bytearray)
    ):
        argument[:] = now
    elif isinstance(argument, deque) and isinstance(now, deque):
        items = list(now)
        argument.clear()
        argument.extend(items)
    elif (isinstance(argument, dict) and isinstance(now, dict)) or (
        isinstance(argument, set) and isinstance(now, set)
    ):
        held = now.copy()
        argument.clear()
        argument.update(held)
    elif is_table(argument) and type(now) is type(argument):
        # As pandas' own methods do with `inplace=True`.
        argument._update_inplace(now)
    elif hasattr(argument, "__dict__") and isinstance(now, dict | type(argument)):
        _set_attributes(argument, now if isinstance(now, dict) else dict(vars(now)))
    else:
        return False
    return True


def _set_attributes(record: Any, attributes: Mapping[Any, Any]) -> None:
    """Give an object these attributes and no others; none takes the place of a method of its class."""
    held = vars(record)
    allowed = {
        name: value
        for name, value in attributes.items()
        if name in held or (isinstance(name, str) and not _is_method(type(record), name))
    }
    held.clear()
    held.update(allowed)


def _is_method(kind: type, name: str) -> bool:
    """Whether a class defines something of this name that does more than hold a value."""
    found = getattr_static(kind, name, None)
    return callable(found) or hasattr(type(found), "__get__")


def is_small(argument: Any) -> bool:
    """Whether something is kept to be compared again after later calls."""
    return not isinstance(argument, (np.ndarray, *CONTAINERS)) or _size(argument) <= wire.MOST_COMPARED


def _held_by(values: Iterable[Any], keys: Collection[int]) -> list[int]:
    """Those of these ids that belong to values, or to what they hold."""
    if not keys:
        return []
    found: list[int] = []
    left, seen = list(values), set[int]()
    while left:
        value = left.pop()
        if id(value) in seen or type(value) in (int, float, str, bool, NoneType):
            continue
        seen.add(id(value))
        if id(value) in keys:
            found.append(id(value))
        if isinstance(value, dict):
            left += [*value, *value.values()]
        elif isinstance(value, list | tuple | set | frozenset | deque):
            left += value
        elif not isinstance(value, type | FunctionType | ModuleType | np.ndarray):
            left += getattr(value, "__dict__", {}).values()
    return found


def _size(value: Any) -> int:
    """How many bytes something takes, about."""
    if isinstance(value, np.ndarray) or is_table(value):
        return int(np.sum(value.nbytes))
    return BYTES_OF_ITEM * len(value if isinstance(value, CONTAINERS) else vars(value))


def _are_alike(one: Any, other: Any) -> bool:
    """Whether something still holds the very same objects, or numbers."""
    if isinstance(one, np.ndarray):
        return bool(one.tobytes() == other.tobytes())
    if isinstance(one, dict):
        return _are_alike([*one, *one.values()], [*other, *other.values()])
    if isinstance(one, list | deque):
        return len(one) == len(other) and all(map(operator.is_, one, other))
    return bool(one == other) if isinstance(one, set | bytearray) else bool(one.equals(other))
