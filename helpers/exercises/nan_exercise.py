"""Exercises in which some slips give nan, such as infinity divided by infinity, or the mean of nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.exercises.function_exercise import FunctionExercise
from helpers.exercises.tolerances import ABSOLUTE_TOLERANCE, RELATIVE_TOLERANCE
from helpers.exercises.values import as_numbers


@dataclass(frozen=True)
class NanExercise(FunctionExercise):
    """A function of numbers: a slip that gives nan is recognised by where its nans are."""

    def _agree(self, seen: Any, expected: Any) -> bool:
        try:
            numbers, known = as_numbers(seen), as_numbers(expected)
        except (TypeError, ValueError):
            return False
        return numbers.shape == known.shape and bool(
            np.allclose(numbers, known, rtol=RELATIVE_TOLERANCE, atol=ABSOLUTE_TOLERANCE, equal_nan=True)
        )
