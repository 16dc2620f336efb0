"""What a student's functions make of the objects that a check hands over: they get copies of them.

Where only that can be meant, the check's own objects become what their copies have become. Otherwise they
stay as they are, what became of the copies is kept, and assertions have to hold of both. Which is which, the
run of the lesson's own solution shows: `update(w, g) changes argument 0`, or the text of an assertion that
holds only of what became of the copies.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

import numpy as np

from helpers.kit.calling import changes_followed

# How many objects of one check are kept with what became of their copies, and how many bytes of arrays; the
# oldest are forgotten first.
MOST_KEPT = 200
MOST_BYTES = 32 * 1024**2


class Changes:
    """What has become of the copies of a check's own objects.

    is_record: whether an object of the check's was handed over attribute by attribute. asked: how often
    something has been asked of the student's process.
    """

    def __init__(self, is_record: Callable[[Any], bool], asked: Callable[[], int]) -> None:
        """Start with none."""
        self._is_record, self._asked = is_record, asked
        # By id: an object, what its copy has become, and what it holds itself.
        self._apart: dict[int, tuple[Any, Any, Any]] = {}
        # Whether any cell has an assertion that is made twice: before that, nothing is kept.
        self.are_looked_at = False
        self._shown: frozenset[str] | None = None
        self._finds_out = False
        self.found_out: set[str] = set()
        # The call that is made for what it does to its arguments.
        self._call = ""

    def begin(self, shown: Iterable[str] | None, *, finds_out: bool) -> None:
        """Begin a check.

        shown: what the run of the lesson's solution has shown of it, None where there was none. finds_out:
        whether this is that run.
        """
        self._apart.clear()
        self._shown = None if shown is None else frozenset(shown)
        self._finds_out, self.found_out = finds_out, set()

    @contextmanager
    def followed(self, call: str) -> Iterator[None]:
        """Within what a call is made for what it does to its arguments."""
        around, self._call = self._call, call
        try:
            with changes_followed():
                yield
        finally:
            self._call = around

    def looks_at(self, assertion: str) -> Iterator[AbstractContextManager[object]]:
        """Within what to make an assertion: of the check's objects, then of what became of their copies."""
        if assertion in (self._shown or ()):
            yield self.shown()
            return
        asked = self._asked()
        first = _Look(catches=self._finds_out)
        yield first
        # What asks the student's process for something cannot be made twice.
        if self._apart and self._asked() == asked:
            yield self.shown()
            if first.raised is not None:
                self.found_out.add(assertion)
        elif first.raised is not None:
            raise first.raised

    def note(self, argument: Any, now: Any, place: int, *, follow: bool) -> None:
        """Let an argument become what has become of its copy, or keep that apart."""
        change = f"{self._call} changes argument {place}"
        if follow and self._call and self._finds_out:
            self.found_out.add(change)
        if follow and (not self._call or self._finds_out or self._shown is None or change in self._shown):
            self._apart.pop(id(argument), None)
            self._become(argument, now)
        elif self.are_looked_at and self._can_become(argument):
            self._apart.pop(id(argument), None)
            self._apart[id(argument)] = argument, now, self._held(argument)
            self._forget_oldest()

    def are_same(self, one: Any, other: Any) -> bool:
        """Whether two are one object: an object of the check's, and what its copy has become, are."""
        return one is other or any(
            (one is argument and other is now) or (other is argument and one is now)
            for argument, now, _ in self._apart.values()
        )

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Let all objects be, for a moment, what their copies have become.

        What the check itself has changed since is what the check has made of it.
        """
        self._apart = {
            key: (argument, now, before)
            for key, (argument, now, before) in self._apart.items()
            if _are_alike(self._held(argument), before)
        }
        with ExitStack() as restored:
            for argument, now, _ in self._apart.values():
                restored.callback(self._become, argument, self._held(argument))
                self._become(argument, now)
            yield

    def _forget_oldest(self) -> None:
        size = sum(_size(argument) for argument, _, _ in self._apart.values())
        for key, (argument, _, _) in list(self._apart.items())[:-1]:
            if len(self._apart) <= MOST_KEPT and size <= MOST_BYTES:
                break
            size -= _size(argument)
            del self._apart[key]

    def _can_become(self, argument: Any) -> bool:
        plain = isinstance(argument, np.ndarray | list | dict | set)
        return plain or is_table(argument) or self._is_record(argument)

    def _held(self, argument: Any) -> Any:
        return dict(vars(argument)) if self._is_record(argument) else argument.copy()

    def _become(self, argument: Any, now: Any) -> None:
        if isinstance(argument, np.ndarray):
            if isinstance(now, np.ndarray) and now.shape == argument.shape and argument.flags.writeable:
                argument[...] = now.astype(argument.dtype, copy=False)
        elif isinstance(argument, list) and isinstance(now, list):
            argument[:] = now
        elif isinstance(argument, dict | set) and isinstance(
            now, dict if isinstance(argument, dict) else set
        ):
            argument.clear()
            argument.update(now)
        elif is_table(argument) and type(now) is type(argument):
            # As pandas' own methods do with `inplace=True`.
            argument._update_inplace(now)
        elif self._is_record(argument) and isinstance(now, dict):
            for name in vars(argument):
                if name in now:
                    object.__setattr__(argument, name, now[name])


class _Look(AbstractContextManager["_Look"]):
    """Within what something may be raised that is to be caught."""

    def __init__(self, *, catches: bool) -> None:
        self._catches = catches
        self.raised: Exception | None = None

    def __exit__(self, _: object, raised: BaseException | None, __: object) -> bool:
        if self._catches and isinstance(raised, Exception):
            self.raised = raised
        return self.raised is not None


def is_table(value: Any) -> bool:
    """Whether something is a data frame or a series of pandas, which can be changed in place."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and type(value) in (pandas.DataFrame, pandas.Series)


def _size(value: Any) -> int:
    return value.nbytes if isinstance(value, np.ndarray) else 0


def _are_alike(one: Any, other: Any) -> bool:
    """Whether something still holds the very same objects, or numbers."""
    if isinstance(one, np.ndarray):
        return bool(one.tobytes() == other.tobytes())
    if isinstance(one, dict):
        return _are_alike([*one, *one.values()], [*other, *other.values()])
    if isinstance(one, list):
        return len(one) == len(other) and all(map(operator.is_, one, other))
    return bool(one == other) if isinstance(one, set) else bool(one.equals(other))
