"""Gradients by central differences, to check those of backpropagation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from helpers.exercises.backpropagation.networks import Numbers, Params
from helpers.exercises.network_exercise import (
    GradientsExercise,
)
from helpers.kit.cases import Case
from helpers.kit.exercise import Misconception


def _differences(
    loss: Callable[[Any], Any], params: Params, h: float, *, ahead: float, behind: float, divisor: float
) -> dict[str, Numbers]:
    """Each entry's (loss ahead − loss behind) / divisor, where it is moved by ahead · h and −behind · h."""

    def moved(name: str, index: tuple[int, ...], by: float) -> Any:
        array = np.array(params[name], dtype=float)
        array[index] += by
        return loss({**params, name: array})

    return {
        name: np.array(
            [
                (moved(name, index, ahead * h) - moved(name, index, -behind * h)) / divisor
                for index in np.ndindex(array.shape)
            ]
        ).reshape(array.shape)
        for name, array in params.items()
    }


def _all_at_once(loss: Callable[[Any], Any], params: Params, h: float) -> dict[str, Any]:
    return {
        name: (loss({**params, name: array + h}) - loss({**params, name: array - h})) / (2 * h)
        for name, array in params.items()
    }


def sum_of_cubes(params: Params) -> float:
    """The loss of the first visible case: the sum of the cubes of all entries."""
    return float(sum(np.sum(np.asarray(array) ** 3) for array in params.values()))


def sum_of_squares(params: Params) -> float:
    """The loss of the second visible case: W's entries count once, those of b three times, each squared."""
    return float(np.sum(params["W"] ** 2) + 3 * np.sum(params["b"] ** 2))


_ALL_AT_ONCE = (
    "Here all entries of an array are nudged at the same time. Each entry needs two losses of its own, with "
    "everything else left as it is."
)


numerical_gradient = GradientsExercise(
    name="numerical_gradient",
    points=3,
    hints=(
        "One entry at a time: nudge it up, take the loss, nudge it down, take the loss, put it back. Two "
        "loops, over the keys and over the entries.",
        "for index in np.ndindex(array.shape) goes through all entries. Copy the array twice, add h to one "
        "copy's entry, subtract it from the other's, and call loss({**params, name: copy}) for both.",
    ),
    cases=(
        Case(
            {"loss": sum_of_cubes, "params": {"W": np.array([[1.0, -2.0]]), "b": np.array([0.5])}, "h": 0.1},
            {"W": [[3.01, 12.01]], "b": [0.76]},
        ),
        Case(
            {
                "loss": sum_of_squares,
                "params": {"W": np.array([[1.0], [3.0]]), "b": np.array([-2.0])},
                "h": 0.01,
            },
            {"W": [[2.0], [6.0]], "b": [-12.0]},
        ),
    ),
    misconceptions=(
        Misconception(
            "forward difference",
            lambda loss, params, h: _differences(loss, params, h, ahead=1, behind=0, divisor=h),
            "You go only one way, from p to p + h. The central difference goes both ways, which makes it far "
            "more accurate.",
        ),
        Misconception(
            "divided by h",
            lambda loss, params, h: _differences(loss, params, h, ahead=1, behind=1, divisor=h),
            "The distance from p − h to p + h is longer than h.",
        ),
        Misconception(
            "sign flipped",
            lambda loss, params, h: _differences(loss, params, h, ahead=-1, behind=-1, divisor=2 * h),
            "Where the loss grows, the slope is positive: which of the two losses comes first?",
        ),
        Misconception(
            "multiplied by h",
            lambda loss, params, h: _differences(loss, params, h, ahead=1, behind=1, divisor=2 / h),
            "Python reads / 2 * h as: divide by 2, then multiply by h. Put brackets around 2 * h.",
        ),
        Misconception(
            "backward difference",
            lambda loss, params, h: _differences(loss, params, h, ahead=0, behind=1, divisor=h),
            "You go only one way, from p − h to p. The central difference goes both ways, which makes it far "
            "more accurate.",
        ),
        Misconception(
            "not divided",
            lambda loss, params, h: _differences(loss, params, h, ahead=1, behind=1, divisor=1),
            "That is how much the loss rises. A slope is the rise divided by how far you went.",
        ),
        Misconception(
            "h not used",
            lambda loss, params, _h: _differences(loss, params, 1e-4, ahead=1, behind=1, divisor=2e-4),
            "This is the slope for a far smaller step. Use the h that is passed in.",
        ),
        Misconception("all entries at once", _all_at_once, _ALL_AT_ONCE),
        Misconception(
            "all entries at once",
            lambda loss, params, h: {
                name: np.full(params[name].shape, slope)
                for name, slope in _all_at_once(loss, params, h).items()
            },
            _ALL_AT_ONCE,
        ),
    ),
)
