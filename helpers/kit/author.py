"""What an author writes of an exercise in `source/<lesson>/exercises.py`: inputs, slips and hints.

Nothing right is in it. The solution in the lesson's text says what is right, and `course build` works out the
results of both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Slip:
    """A known wrong way.

    slip: its short name. wrong: a function of the exercise's arguments, or an expression in their names and
    in those that the lesson has made so far, the solution's among them. advice: what helps without giving
    the solution away.
    """

    slip: str
    wrong: Callable[..., Any] | str
    advice: str


@dataclass(frozen=True)
class Function:
    """An exercise in which the student writes a function of numbers. Its name is that of the variable.

    cases, hidden: arguments by the names in the task, for the visible check and for the hidden one.
    hints: the first nudges, the second nearly tells.
    results: the names of the results, where the function returns several.
    """

    cases: Sequence[Mapping[str, Any]]
    hidden: Sequence[Mapping[str, Any]]
    slips: Sequence[Slip]
    hints: tuple[str, str]
    results: tuple[str, ...] = ()
    kind = "function"
