"""Write what the judge hands over to a student's process."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.judge import wire
from grader.judge.describing import is_table, random_generator
from grader.judge.handles import handle_of
from grader.judge.plain import Writer

if TYPE_CHECKING:
    from grader.judge.bridge import Bridge


class ToStudent(Writer):
    """Writes what the judge hands over."""

    def __init__(self, bridge: Bridge) -> None:
        """Start with nothing written."""
        super().__init__()
        self._bridge = bridge

    def value(self, value: Any, depth: int = 0) -> Any:
        """Write a value. Raises CannotTravelError."""
        known = self._bridge.theirs.get(id(value))
        if known is not None:
            return wire.Own(self._bridge.use(known[1]))
        return super().value(value, depth)

    def other(self, value: Any, depth: int) -> Any:
        """Write a value that is not plain. Raises CannotTravelError."""
        bridge = self._bridge
        handle = handle_of(value)
        if handle is not None:
            return wire.Own(bridge.use(handle))
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
            return self.again(value) or self._record(value, depth)
        return super().other(value, depth)

    def _record(self, value: Any, depth: int) -> Any:
        fields = {name: self.value(each, depth + 1) for name, each in vars(value).items()}
        number, kind = self._bridge.number(value), type(value)
        written = wire.Record(number, kind.__module__, kind.__qualname__, fields)
        self.noted(value, written)
        return written


class Arguments(ToStudent):
    """Writes what a function is called with.

    given: by number, all of it that can be changed, with the place of the argument that it is part of.
    """

    def __init__(self, bridge: Bridge) -> None:
        """Start with nothing written."""
        super().__init__(bridge)
        self.given: dict[int, tuple[Any, int | str]] = {}
        self._place: int | str = 0

    def argument(self, value: Any, place: int | str) -> Any:
        """Write an argument. place: among all, or its name. Raises CannotTravelError."""
        self._place = place
        return self.value(value)

    def noted(self, value: Any, written: Any) -> None:
        """Note what can be changed."""
        super().noted(value, written)
        self.given[self.number(written)] = value, self._place
