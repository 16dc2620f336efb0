"""What an author writes of an exercise in `source/<lesson>/exercises.py`: inputs, slips and hints.

Nothing right is in it. The solution in the lesson's text says what is right, and `course build` works out
the results of both. Each kind of exercise has a class here, by whose `kind` the registries find the rest:
`helpers/kit/tables.py` what reads its entry, and `grader/authoring/kinds/` what works it out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from helpers.kit.cases import Earlier

__all__ = ["Batches", "Earlier", "Exercise", "Function", "Numbers", "Slip"]


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


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """What all kinds have in common. The name of an exercise is that of the variable.

    hints: the first nudges, the second nearly tells.
    kind: by this name it is found in the registries.
    """

    hints: tuple[str, str]
    slips: Sequence[Slip] = ()
    kind: ClassVar[str]


@dataclass(frozen=True, kw_only=True)
class Function(Exercise):
    """An exercise in which the student writes a function of numbers, or of dicts of arrays.

    cases, hidden: arguments by the names in the task, for the visible check and for the hidden one.
    results: the names of the results, where the function returns several. free: those of them that are up to
    the student, such as a cache.
    earlier: the earlier answer, handed to `check` as well, whose results the function takes. arguments: then,
    those of the function; a case has those that do not come from the earlier answer.
    """

    cases: Sequence[Mapping[str, Any]]
    hidden: Sequence[Mapping[str, Any]]
    results: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    earlier: Earlier | None = None
    arguments: tuple[str, ...] = ()
    kind = "function"


@dataclass(frozen=True, kw_only=True)
class Batches(Function):
    """An exercise in which the student writes a generator of shuffled batches, for one epoch.

    The arguments of a case are x, y, batch_size and seed. The function is called with an rng made from the
    seed; what counts is all that can be said about its batches whatever their order.
    """

    arguments: tuple[str, ...] = ("x", "y", "batch_size", "rng")
    kind = "batches"


@dataclass(frozen=True, kw_only=True)
class Numbers(Exercise):
    """An exercise in which the student works out numbers, one after the other, each a name of its own.

    names: of the numbers, as `check` takes them. The `wrong` of a slip is statements that change some of the
    numbers, or some of what they are made from; the solution works out the numbers that these leave alone.
    """

    names: tuple[str, ...]
    kind = "numbers"
