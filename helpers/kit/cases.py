"""Cases: arguments for an answer, the result that they should give, and what known slips give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from helpers.kit.values import show


@dataclass(frozen=True)
class Stopped:
    """In place of a result: the exception that ended a call. kind: its type's name. text: what it says."""

    kind: str
    text: str

    @classmethod
    def by(cls, error: BaseException) -> Stopped:
        """Note what stopped a call."""
        return cls(type(error).__name__, str(error))


@dataclass(frozen=True)
class Case:
    """Arguments for a student's function, by the names in its task, and the result they should give.

    slipped: what answers with the exercise's slips give, in the order of the slips; empty where the exercise
    works that out.
    """

    arguments: Mapping[str, Any]
    expected: Any
    slipped: tuple[Any, ...] = ()

    def call(self) -> str:
        """The arguments as a message shows them."""
        return ", ".join(f"{name}={_shown(value)}" for name, value in self.arguments.items())


def _shown(value: Any) -> str:
    if not isinstance(value, Mapping):
        return show(value)
    return f"{{{', '.join(f'{key!r}: {show(each)}' for key, each in value.items())}}}"


@dataclass(frozen=True)
class Earlier:
    """An earlier answer of the lesson, some of whose results another function takes.

    name: of its exercise. arguments: which arguments of a case it takes. results: the names of its results.
    """

    name: str
    arguments: Sequence[str]
    results: Sequence[str]

    def known(self, answer: Callable[..., Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of a case, and what the earlier answer gives for them, by their names."""
        results = answer(*(arguments[name] for name in self.arguments))
        return {**arguments, **dict(zip(self.results, results, strict=True))}
