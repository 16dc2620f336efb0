"""Exercises in which the student writes a function: it is called with data, and its results are compared."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from helpers.exercises.calling import changes_followed
from helpers.exercises.exercise import Exercise, GeneralSlip, Misconception, NotDoneYet
from helpers.exercises.general_slips import (
    CHANGES_ITS_INPUT,
    NO_FUNCTION,
    NOT_A_NUMBER,
    ONLY_THE_EXAMPLE,
    RETURNS_NOTHING,
    STOPS,
    WRONG_SHAPE,
    WRONG_TYPE,
)
from helpers.exercises.values import as_numbers, close, show


@dataclass(frozen=True)
class Case:
    """Arguments for a student's function, by the names in its task, and the result they should give."""

    arguments: Mapping[str, Any]
    expected: Any

    def call(self) -> str:
        """The arguments as a message shows them."""
        return ", ".join(f"{name}={show(value)}" for name, value in self.arguments.items())


@dataclass(frozen=True)
class FunctionExercise(Exercise):
    """An exercise whose answer is a function of numbers.

    cases: what `check` tries, where the student can see it. Hidden tests bring cases of their own.
    """

    cases: tuple[Case, ...] = field(kw_only=True)

    def examine(self, answer: Any, *cases: Case) -> None:
        """Call the answer with each case (by default the visible ones). Raises NotYet or NotAttempted."""
        if answer is ...:
            raise self.not_attempted()
        if not callable(answer):
            raise self.not_yet(f"{self.name} is {show(answer)}.", NO_FUNCTION)
        tried = [(case, self._result(answer, case)) for case in cases or self.cases]
        for case, result in tried:
            self._compare(case, result, tried)

    def _result(self, answer: Any, case: Case) -> Any:
        arguments = copy.deepcopy(dict(case.arguments))
        try:
            # A warning on stderr would cost the marks of a right answer when nbgrader itself marks it.
            with warnings.catch_warnings(action="ignore"), changes_followed():
                result = answer(*arguments.values())
        except NotDoneYet as error:
            raise self._unfinished(error, case) from None
        except (Exception, SystemExit) as error:
            raise self.not_yet(
                f"With {case.call()} it stopped with {type(error).__name__}: {error}.", STOPS
            ) from None
        for name, before in case.arguments.items():
            if not _same(arguments[name], before):
                raise self.not_yet(f"With {case.call()} it changed {name} itself.", CHANGES_ITS_INPUT)
        if result is None:
            raise self.not_yet(
                f"With {case.call()} expected {show(case.expected)}, and got None.", RETURNS_NOTHING
            )
        return result

    def _unfinished(self, error: NotDoneYet, case: Case) -> Exception:
        # An answer may call a function of an earlier exercise: that one's stub is not this one's.
        if str(error).startswith(f"{self.name} is "):
            return self.not_attempted()
        return self.not_yet(f"With {case.call()} it stopped, because {error}")

    def _compare(self, case: Case, result: Any, tried: list[tuple[Case, Any]]) -> None:
        """Raise NotYet unless the result is what the case expects; `tried`: all cases with results."""
        expected = as_numbers(case.expected)
        wanted = f"With {case.call()} expected {show(case.expected)}"
        try:
            numbers = as_numbers(result)
        except (TypeError, ValueError):
            raise self.not_yet(
                f"{wanted}, and got {show(result)} of type {type(result).__name__}, which is no number.",
                WRONG_TYPE,
            ) from None
        if close(numbers, expected):
            return
        explained = self._explained(tried)
        if numbers.shape != expected.shape and not explained:
            raise self.not_yet(
                f"{wanted} ({_shape(expected)}), and got {show(result)} ({_shape(numbers)}).", WRONG_SHAPE
            )
        if not np.isfinite(numbers).all() and not explained:
            explained = [NOT_A_NUMBER]
        raise self.not_yet(f"{wanted}, and got {show(result)}.", *explained)

    def _explained(self, tried: list[tuple[Case, Any]]) -> list[Misconception | GeneralSlip]:
        """The misconceptions that give all that was seen. Of none, whether it is the visible example."""
        with np.errstate(all="ignore"):
            known: list[Misconception | GeneralSlip] = [
                misconception
                for misconception in self.misconceptions
                if all(
                    self._agree(seen, misconception.result(*case.arguments.values())) for case, seen in tried
                )
            ]
        if known or any(case is visible for case, _ in tried for visible in self.cases):
            return known
        only = all(any(self._agree(seen, case.expected) for case in self.cases) for _, seen in tried)
        return [ONLY_THE_EXAMPLE] if only else []

    def _agree(self, seen: Any, expected: Any) -> bool:
        return close(seen, expected)


def _shape(numbers: npt.NDArray[np.float64]) -> str:
    return f"shape {numbers.shape}" if numbers.ndim else "a single number"


def _same(after: Any, before: Any) -> bool:
    try:
        return bool(np.array_equal(np.asarray(after), np.asarray(before), equal_nan=True))
    except TypeError:  # not numbers: nan has no meaning there
        return bool(np.array_equal(np.asarray(after), np.asarray(before)))
