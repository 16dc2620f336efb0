"""Exercises whose function returns several results at once, such as `w, b, losses`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from helpers.exercises.function_exercise import Case, FunctionExercise
from helpers.exercises.general_slips import NOT_A_NUMBER, WRONG_SHAPE, WRONG_TYPE
from helpers.exercises.values import as_numbers, close, show

OTHER_NUMBER_OF_RESULTS = replace(
    WRONG_SHAPE, advice="All results belong in one return, in this order, with commas between them."
)


@dataclass(frozen=True)
class ResultsExercise(FunctionExercise):
    """A function that returns several numbers or arrays in a fixed order.

    results: their names, as the task lists them. What a case expects, and what a misconception results in, is
    a tuple in this order.
    """

    results: tuple[str, ...] = field(kw_only=True)

    def _compare(self, case: Case, result: Any, tried: list[tuple[Case, Any]]) -> None:
        called = f"With {case.call()}"
        if not isinstance(result, (tuple, list)) or len(result) != len(self.results):
            raise self.not_yet(
                f"{called} expected {len(self.results)} results, and got {show(result)} of type "
                f"{type(result).__name__}. End with: return {', '.join(self.results)}.",
                OTHER_NUMBER_OF_RESULTS,
            )
        for name, seen, expected in zip(self.results, result, case.expected, strict=True):
            if close(seen, expected):
                continue
            explained = self._explained(tried)
            wanted = f"{called} expected {name} = {show(expected)}"
            try:
                shape = as_numbers(seen).shape
            except (TypeError, ValueError):
                raise self.not_yet(
                    f"{wanted}, and got {show(seen)} of type {type(seen).__name__}, which holds no numbers.",
                    WRONG_TYPE,
                ) from None
            if shape != as_numbers(expected).shape and not explained:
                raise self.not_yet(
                    f"{wanted} (shape {as_numbers(expected).shape}), and got {show(seen)} (shape {shape}).",
                    WRONG_SHAPE,
                )
            if not np.isfinite(as_numbers(seen)).all() and not explained:
                explained = [NOT_A_NUMBER]
            raise self.not_yet(f"{wanted}, and got {show(seen)}.", *explained)

    def _agree(self, seen: Any, expected: Any) -> bool:
        return (
            isinstance(seen, (tuple, list))
            and len(seen) == len(expected)
            and all(close(one, other) for one, other in zip(seen, expected, strict=True))
        )
