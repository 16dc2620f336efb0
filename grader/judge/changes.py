"""What a student's functions make of the objects that a check hands over: they get copies of them.

Where only that can be meant, the check's own objects become what their copies have become. Otherwise they
stay as they are, and what became of the copies is kept for assertions that ask for nothing else.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np

# How many objects of one check are kept with what became of their copies, and how many bytes of arrays; the
# oldest are forgotten first.
MOST_KEPT = 200
MOST_BYTES = 32 * 1024**2


class Changes:
    """What has become of the copies of a check's own objects.

    is_record: whether an object of the check's was handed over attribute by attribute.
    """

    def __init__(self, is_record: Callable[[Any], bool]) -> None:
        """Start with none. Nothing is kept before a check says that it looks at its own objects."""
        self._is_record = is_record
        # By id: an object, what its copy has become, and what it holds itself.
        self._apart: dict[int, tuple[Any, Any, Any]] = {}
        self.looks = False

    def begin(self, *, looks: bool) -> None:
        """Begin a check. looks: whether it asserts something of its own objects alone."""
        self.looks = looks
        self._apart.clear()

    def note(self, argument: Any, now: Any, *, follow: bool) -> None:
        """Let an object become what has become of its copy, or keep that apart."""
        if follow:
            self._apart.pop(id(argument), None)
            self._become(argument, now)
        elif self.looks and self._can_become(argument):
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
