"""Exercises whose function returns several results at once, such as `w, b, losses`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from helpers.exercises.function_exercise import Case, FunctionExercise
from helpers.exercises.values import as_numbers, close, show


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
                f"{type(result).__name__}. End with: return {', '.join(self.results)}."
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
                    f"{wanted}, and got {show(seen)} of type {type(seen).__name__}, which holds no numbers."
                ) from None
            if shape != as_numbers(expected).shape and not explained:
                raise self.not_yet(
                    f"{wanted} (shape {as_numbers(expected).shape}), and got {show(seen)} (shape {shape})."
                )
            raise self.not_yet(f"{wanted}, and got {show(seen)}.", *explained)

    def _agree(self, seen: Any, expected: Any) -> bool:
        return (
            isinstance(seen, (tuple, list))
            and len(seen) == len(expected)
            and all(close(one, other) for one, other in zip(seen, expected, strict=True))
        )
