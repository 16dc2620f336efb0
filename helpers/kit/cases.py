"""Cases: arguments for an answer, the result that they should give, and what known slips give."""

from __future__ import annotations

from collections.abc import Mapping
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
        return ", ".join(f"{name}={show(value)}" for name, value in self.arguments.items())
