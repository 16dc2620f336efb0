"""Exercises whose functions take the params of a network, a dict of arrays, and return named arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from helpers.kit.cases import Case
from helpers.kit.exercise import NotAttempted, NotYet
from helpers.kit.function_exercise import FunctionExercise, Tried
from helpers.kit.general_slips import (
    NOT_A_NUMBER,
    ONLY_THE_EXAMPLE,
    RETURNS_NOTHING,
    WRONG_SHAPE,
    WRONG_TYPE,
)
from helpers.kit.outcome import Slip
from helpers.kit.tolerances import UNCHANGED
from helpers.kit.values import as_numbers, close, show

CHANGED_IN_PLACE = Slip(
    "params changed in place",
    "Whoever calls a function does not expect it to change the params they pass in. Leave both the dict and "
    "its arrays as they are: work on copies, or make new arrays.",
)
NO_DICT = replace(WRONG_TYPE, advice="Return a dict that holds each array under its key, as params does.")
OTHER_KEYS = replace(WRONG_SHAPE, advice="The dict needs every key of params, and no other.")
NO_PAIR = replace(WRONG_SHAPE, advice="Both results belong in one return, with a comma between them.")


@dataclass(frozen=True)
class NetworkExercise(FunctionExercise):
    """A function that takes params and returns named arrays.

    What a case expects and what a misconception results in are both dicts of arrays.
    """

    def named(self, result: Any, case: Case) -> dict[str, Any]:
        """Read what the function returned into a dict with the keys of `case.expected`. Raises NotYet."""
        raise NotImplementedError

    def _result(self, answer: Any, case: Case) -> dict[str, Any]:
        changed = False

        def with_params(*values: Any) -> tuple[Any]:
            nonlocal changed
            following = iter(values)
            arguments = [
                {key: next(following).copy() for key in value}
                if isinstance(value, Mapping)
                else next(following)
                for value in case.arguments.values()
            ]
            result = answer(*arguments)
            changed = any(
                isinstance(before, Mapping) and not _unchanged(after, before)
                for after, before in zip(arguments, case.arguments.values(), strict=True)
            )
            return (result,)

        flat = _flat(case)
        (result,) = super()._result(with_params, flat)
        if changed:
            raise self.not_yet(f"With {flat.call()} it changed params in place.", CHANGED_IN_PLACE)
        if result is None:
            raise self.not_yet(f"With {flat.call()} it returned None.", RETURNS_NOTHING)
        return self.named(result, case)

    def _arrays(self, result: Any, names: Any, case: Case) -> dict[str, Any]:
        """Read a dict of arrays with these names. Raises NotYet."""
        wanted = ", ".join(names)
        if not isinstance(result, Mapping):
            raise self.not_yet(
                f"With {_flat(case).call()} expected a dict with the keys {wanted}, and got {show(result)} "
                f"of type {type(result).__name__}.",
                NO_DICT,
            )
        if set(result) != set(names):
            example = any(self.agree(result, visible.expected) for visible in self.cases)
            raise self.not_yet(
                f"With {_flat(case).call()} expected a dict with the keys {wanted}, and got one with "
                f"{', '.join(map(str, result)) or 'none'}.",
                ONLY_THE_EXAMPLE if example else OTHER_KEYS,
            )
        return dict(result)

    def _pair(self, result: Any, names: tuple[str, str], case: Case) -> tuple[Any, Any]:
        if isinstance(result, (tuple, list)) and len(result) == 2:
            return result[0], result[1]
        raise self.not_yet(
            f"With {_flat(case).call()} expected two results, and got {show(result)} of type "
            f"{type(result).__name__}. End with: return {', '.join(names)}.",
            NO_PAIR,
        )

    def _compare(self, case: Case, result: Any, tried: Tried) -> None:
        for name, expected in case.expected.items():
            seen = result[name]
            if close(seen, expected):
                continue
            shapes = ("", "")
            explained = self._explained(tried)
            try:
                numbers = as_numbers(seen)
            except (TypeError, ValueError):
                shapes = ("", f" of type {type(seen).__name__}, which holds no numbers")
                explained = explained or [WRONG_TYPE]
            else:
                if numbers.shape != np.shape(expected):
                    shapes = (f" ({_shape(np.shape(expected))})", f" ({_shape(numbers.shape)})")
                    explained = explained or [WRONG_SHAPE]
                elif not np.isfinite(numbers).all():
                    explained = explained or [NOT_A_NUMBER]
            raise self.not_yet(
                f"With {_flat(case).call()} expected {name} = {show(expected)}{shapes[0]}, and got "
                f"{show(seen)}{shapes[1]}.",
                *explained,
            )

    def agree(self, seen: Any, expected: Any) -> bool:
        """Tell whether two dicts hold the same arrays under the same names."""
        return set(seen) == set(expected) and all(close(seen[name], expected[name]) for name in expected)


def _shape(shape: tuple[int, ...]) -> str:
    return f"shape {shape}" if shape else "a single number"


def _flat(case: Case) -> Case:
    """The case with each array of params as an argument of its own, as messages show them."""
    arguments: dict[str, Any] = {}
    for name, value in case.arguments.items():
        arguments.update(value if isinstance(value, Mapping) else {name: value})
    return Case(arguments, case.expected)


def _unchanged(after: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    return set(after) == set(before) and all(
        np.shape(after[key]) == np.shape(before[key])
        and np.allclose(after[key], before[key], rtol=0, atol=UNCHANGED)
        for key in before
    )


@dataclass(frozen=True)
class ForwardExercise(NetworkExercise):
    """forward(params, x) → y_hat, cache: only y_hat is compared; the cache is up to the student."""

    def named(self, result: Any, case: Case) -> dict[str, Any]:
        """Read y_hat. Raises NotYet unless there are two results."""
        return {"y_hat": self._pair(result, ("y_hat", "cache"), case)[0]}


@dataclass(frozen=True)
class GradientsExercise(NetworkExercise):
    """A function that returns a dict of gradients, with the keys of params."""

    def named(self, result: Any, case: Case) -> dict[str, Any]:
        """Read the gradients. Raises NotYet for other keys."""
        return self._arrays(result, tuple(case.expected), case)


@dataclass(frozen=True)
class BackwardExercise(GradientsExercise):
    """backward(params, cache, y) → gradients, called with the cache of the student's own forward.

    The arguments of a case are params, x and y. forward: the exercise that comes first.
    """

    forward: ForwardExercise = field(kw_only=True)

    def examine(self, answer: Any, *rest: Any) -> None:
        """Examine backward; `rest` is forward, then cases (by default the visible ones).

        Raises NotYet or NotAttempted.
        """
        forward, *cases = rest
        try:
            self.forward.examine(forward)
        except NotAttempted:
            raise self.not_attempted(
                f"{self.forward.name} comes first. Do that exercise, then run this cell again."
            ) from None
        except NotYet:
            raise self.not_yet(
                f"It starts from the cache of {self.forward.name}, which is not right yet: fix that first."
            ) from None

        def there_and_back(params: Any, x: Any, y: Any) -> Any:
            _, cache = forward(params, x)
            return answer(params, cache, y)

        super().examine(there_and_back if callable(answer) else answer, *cases)


@dataclass(frozen=True)
class TrainExercise(NetworkExercise):
    """train(params, …) → params, losses."""

    def named(self, result: Any, case: Case) -> dict[str, Any]:
        """Read the arrays of params, and the losses. Raises NotYet for other results."""
        params, losses = self._pair(result, ("params", "losses"), case)
        names = tuple(name for name in case.expected if name != "losses")
        return {**self._arrays(params, names, case), "losses": losses}
