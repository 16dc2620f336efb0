"""Exercises in which the student works out numbers, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from helpers.kit.exercise import Exercise
from helpers.kit.general_slips import NOT_A_NUMBER, WRONG_SHAPE, WRONG_TYPE
from helpers.kit.outcome import Slip
from helpers.kit.tables import common
from helpers.kit.tolerances import FOUR_DECIMALS
from helpers.kit.values import as_numbers, show

TOO_FEW_DECIMALS = Slip(
    "too few decimals", "Rounding comes last: what you work out from this number needs all of its decimals."
)
STILL_MISSING = Slip(
    "still missing", "Replace the ... with a number. What you have so far can stay as it is."
)


@dataclass(frozen=True, repr=False)
class NumbersExercise(Exercise):
    """Numbers by their names, in the order in which they build on each other.

    expected: the right numbers. slipped: for each slip, all of them as they come out with it.
    """

    expected: Mapping[str, float] = field(kw_only=True)
    slipped: Sequence[Sequence[float]] = field(default=(), kw_only=True)

    @classmethod
    def from_entry(cls, entry: Mapping[str, Any]) -> Self:
        """Read an exercise from its table. Raises KeyError, TypeError or ValueError."""
        return cls(**common(entry), expected=dict(entry["expected"]), slipped=entry["slipped"])

    def examine(self, *answers: Any) -> None:
        """Compare the numbers, handed in the order of `expected`. Raises NotYet or NotAttempted."""
        given = dict(zip(self.expected, answers, strict=True))
        if all(answer is ... for answer in given.values()):
            raise self.not_attempted()
        right: list[str] = []
        for name, answer in given.items():
            if not self._near(answer, self.expected[name]):
                raise self._first_wrong(name, given, right)
            right.append(name)

    def _first_wrong(self, name: str, given: Mapping[str, Any], right: list[str]) -> Exception:
        so_far = f"Right so far: {', '.join(right)}. " if right else ""
        if given[name] is ...:
            return self.not_yet(f"{so_far}{name} is still missing.", STILL_MISSING)
        seen = f"{so_far}{name} is {show(given[name])}"
        if self._coarse(given[name], self.expected[name]):
            return self.not_yet(f"{seen}: close, but give at least four decimals.", TOO_FEW_DECIMALS)
        general = self._general(given[name])
        slips = [general] if general else self._explained(given)
        if name != list(given)[-1]:
            return self.not_yet(
                f"{seen}, which is not right yet. Fix it first: the numbers after it may build on it.",
                *slips,
            )
        return self.not_yet(f"{seen}, which is not right yet.", *slips)

    def _general(self, seen: Any) -> Slip | None:
        """What is wrong with the number itself, if it is not one finite number."""
        try:
            numbers = as_numbers(seen)
        except (TypeError, ValueError):
            return WRONG_TYPE
        if numbers.size != 1:
            return WRONG_SHAPE
        return None if np.isfinite(numbers).all() else NOT_A_NUMBER

    def _explained(self, given: Mapping[str, Any]) -> list[Slip]:
        pairs = zip(self.slips, self.slipped, strict=True)
        return [slip for slip, slipped in pairs if self.agree(given.values(), slipped)]

    def agree(self, seen: Iterable[Any], expected: Iterable[float]) -> bool:
        """Tell whether all numbers that are there are those."""
        return all(one is ... or self._near(one, other) for one, other in zip(seen, expected, strict=True))

    def _near(self, seen: Any, expected: float) -> bool:
        try:
            numbers = as_numbers(seen)
        except (TypeError, ValueError):
            return False
        return numbers.size == 1 and abs(float(numbers.ravel()[0]) - expected) <= FOUR_DECIMALS

    def _coarse(self, seen: Any, expected: float) -> bool:
        return any(self._near(seen, round(expected, decimals)) for decimals in (2, 3))
