"""What the judge holds of objects that stay in the student's process: functions, objects, classes, iterators.

A handle is equal to nothing but itself, has no length and is not a number: an object cannot lie about what it
is. Only the instances that a check itself has made, by calling what is a class in the lesson as well, have
that class' operators.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from grader.judge.operators import OPERATORS

if TYPE_CHECKING:
    from grader.judge.bridge import Bridge

MOST_ITEMS = 1_000_000
# By these an object can pass for a number or a container. They count only where the lesson's classes have
# them as well.
OF_NUMBERS = re.compile(
    r"__[ri]?(add|sub|mul|matmul|truediv|floordiv|mod|divmod|pow)__|__(abs|neg|pos|round|int|float)__"
)
COMPARISONS = frozenset(("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"))
# What these give where two things have nothing to do with each other.
SAYS_NO = {"__eq__": False, "__ne__": True}
OF_CONTAINERS = frozenset(("__len__", "__contains__", "__getitem__", "__iter__"))
# Methods by which arrays, tables, sets and texts say whether they are as expected. All these arrive as
# copies: what has such a method and stays where it is would say so of itself.
VERDICTS = frozenset(
    (
        "equals", "all", "any", "eq", "ne", "lt", "le", "gt", "ge", "isin", "between", "compare", "sub",
        "subtract", "issubset", "issuperset", "isdisjoint", "startswith", "endswith", "is_integer",
        *(name for name in dir(str) if name.startswith("is")),
    )
)  # fmt: skip


class Remote:
    """An object of the student's."""

    is_elsewhere = True

    def __init__(self, bridge: Bridge, handle: int, shown: str) -> None:
        """Point at an object. shown: its repr when it was handed over."""
        vars(self).update(_bridge=bridge, _handle=handle, _shown=shown, _made_here=False)

    def __getattr__(self, name: str) -> Any:
        """Ask for an attribute; those that Python itself looks for are not asked for."""
        if name.startswith("__"):
            raise AttributeError(name)
        if name in VERDICTS and name not in self._bridge.methods:
            raise AttributeError(f"{type(self).__name__} is not what has the method {name}.")
        return self._bridge.read(self._handle, name)

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute over there."""
        self._bridge.write(self._handle, name, value)

    def draw_elsewhere(self) -> tuple[float, float]:
        """Draw the next numbers of Python's and of NumPy's random generators over there."""
        drawn: tuple[float, float] = self._bridge.draw()
        return drawn

    def __repr__(self) -> str:
        """As it was shown over there."""
        return str(self._shown)


class RemoteFunction(Remote):
    """Something of the student's that can be called."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call it over there with copies of the arguments."""
        return self._bridge.call(self._handle, arguments, named)


class RemoteIterable(Remote):
    """Something of a library's that gives out items each time it is asked to, such as a data set."""

    def __iter__(self) -> Any:
        """An iterator over there."""
        return self._bridge.operate(self._handle, "__iter__", ())


class RemoteIterator(Remote):
    """An iterator of the student's, as long as a check asks for items, and it is not endless."""

    def __iter__(self) -> RemoteIterator:
        """Itself."""
        return self

    def __next__(self) -> Any:
        """Ask for the next item."""
        vars(self)["_count"] = vars(self).get("_count", 0) + 1
        if vars(self)["_count"] > MOST_ITEMS:
            self._bridge.give_up(f"It yields more than {MOST_ITEMS:,} items.")
        return self._bridge.next(self._handle, vars(self).get("_arguments", {}))


class RemoteClass(type):
    """A class of the student's. Calling it makes an instance over there."""

    _bridge: Bridge
    _handle: int

    def __call__(cls, *arguments: Any, **named: Any) -> Any:
        """Make an instance."""
        made = cls._bridge.call(cls._handle, arguments, named)
        if isinstance(made, Remote) and issubclass(type(made), cls) and vars(cls).get("_is_class"):
            vars(made)["_made_here"] = True
        return made

    def __getattr__(cls, name: str) -> Any:
        """Ask for an attribute of the class."""
        if name.startswith("__"):
            raise AttributeError(name)
        return cls._bridge.read(cls._handle, name)

    def __setattr__(cls, name: str, value: Any) -> None:
        """Set an attribute of the class over there."""
        if name.startswith("__") or "_handle" not in vars(cls):
            type.__setattr__(cls, name, value)
        else:
            cls._bridge.write(cls._handle, name, value)


def handle_of(value: Any) -> int | None:
    """The handle of an object or a class of the student's, None for everything else."""
    if isinstance(value, RemoteClass):
        return value._handle
    return int(vars(value)["_handle"]) if isinstance(value, Remote) else None


def _operator(name: str) -> Callable[..., Any]:
    def operate(self: Any, *arguments: Any) -> Any:
        if not _counts(self, name):
            default = getattr(Remote, name, None)
            if name == "__bool__":
                return True
            if default is not None:
                return default(self, *arguments)
            raise TypeError(f"{type(self).__name__} is not a number and not a container")
        if name in COMPARISONS and not isinstance(arguments[0], type(self)):
            return _compared_with_another_kind(self, name, arguments[0])
        result = self._bridge.operate(self._handle, name, arguments)
        if isinstance(result, type(self)):
            vars(result)["_made_here"] = True
        return result

    operate.__name__ = name
    return operate


def _compared_with_another_kind(instance: Any, operator: str, other: Any) -> Any:
    """What comparing a student's object with something else gives: it is not that, nor more, nor less.

    Its class may say otherwise, and so might one that is equal to everything. Then nobody here can tell
    whether that is right: the check ends.
    """
    said = instance._bridge.operate(instance._handle, operator, (other,))
    says_no = operator in SAYS_NO and bool(said) is SAYS_NO[operator]
    if said is not NotImplemented and not says_no:
        kind = type(instance).__name__
        instance._bridge.give_up(
            f"{kind} compares itself with a value of type {type(other).__name__}, which is not a {kind}."
        )
    return NotImplemented


def _counts(instance: Any, operator: str) -> bool:
    """Whether an instance may say what an operator gives."""
    # An object that gives out items may do so, as a generator does.
    return operator in ("__iter__", "__next__") or (
        vars(instance)["_made_here"] and _is_lessons(operator, instance._bridge.methods)
    )


def _is_lessons(operator: str, methods: frozenset[str]) -> bool:
    """Whether it is not an operator of numbers or containers, or the lesson's classes have it, too."""
    if operator in OF_CONTAINERS:
        return bool(OF_CONTAINERS & methods)
    found = OF_NUMBERS.fullmatch(operator)
    if found is None:
        return True
    of_lesson = filter(None, map(OF_NUMBERS.fullmatch, methods))
    return any(found.group(1, 2) == each.group(1, 2) for each in of_lesson)


def instance_methods(names: Any) -> dict[str, Any]:
    """The operators of a class whose instances may have them, for those that it defines."""
    chosen = [name for name in names if name in OPERATORS]
    methods = {name: _operator(name) for name in chosen}
    if "__eq__" in methods and "__hash__" not in methods:
        methods["__hash__"] = Remote.__hash__
    if "__len__" in methods and "__bool__" not in methods:
        # Elsewhere any object counts as true: what the student's class says of it is not asked.
        methods["__bool__"] = lambda self: not _counts(self, "__len__") or len(self) > 0
    return methods
