"""What an author writes of an exercise in `source/<lesson>/exercises.py`: inputs, slips and hints.

Nothing right is in it. The solution in the lesson's text says what is right, and `course build` works out
the results of both. Each kind of exercise has a class here, by whose `kind` the registries find the rest:
`helpers/kit/tables.py` what reads its entry, and `grader/authoring/kinds/` what works it out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


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
    """An exercise in which the student writes a function of numbers.

    cases, hidden: arguments by the names in the task, for the visible check and for the hidden one.
    results: the names of the results, where the function returns several.
    """

    cases: Sequence[Mapping[str, Any]]
    hidden: Sequence[Mapping[str, Any]]
    results: tuple[str, ...] = ()
    kind = "function"


@dataclass(frozen=True, kw_only=True)
class Batches(Function):
    """An exercise in which the student writes a generator of shuffled batches, for one epoch.

    The arguments of a case are x, y, batch_size and seed. The function is called with an rng made from the
    seed; what counts is all that can be said about its batches whatever their order.
    """

    kind = "batches"
