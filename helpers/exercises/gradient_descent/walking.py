"""Functions to walk down, the paths that gradient descent takes there, and slips on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from helpers.kit.exercise import Misconception

Numbers = npt.NDArray[Any]
Gradient = Callable[[Any], Any]


def gradient_of_square(x: float) -> float:
    """The derivative of x², which is 2x."""
    return 2 * x


def bowl(theta: Numbers) -> float:
    """θ₀² + 4θ₁², for checks. theta: shape (2,)."""
    return float(theta[0] ** 2 + 4 * theta[1] ** 2)


def gradient_of_bowl(theta: Numbers) -> Numbers:
    """The gradient of θ₀² + 4θ₁², which is (2θ₀, 8θ₁). theta: shape (2,), as is the result."""
    return np.array([2 * theta[0], 8 * theta[1]])


def tilted_bowl(theta: Numbers) -> float:
    """θ₀² + θ₀θ₁ + 2θ₁² − θ₁, for checks. theta: shape (2,)."""
    return float(theta[0] ** 2 + theta[0] * theta[1] + 2 * theta[1] ** 2 - theta[1])


def gradient_of_tilted_bowl(theta: Numbers) -> Numbers:
    """The gradient of the tilted bowl: (2θ₀ + θ₁, θ₀ + 4θ₁ − 1). theta: shape (2,), as is the result."""
    return np.array([2 * theta[0] + theta[1], theta[0] + 4 * theta[1] - 1])


def places(move: Callable[[Any, Any], tuple[Any, Any]], start: Any, steps: int) -> Numbers:
    """The places that `move` leads to, from the start on; a move takes and gives a place and a velocity."""
    theta, velocity = start, 0 * start
    found = [theta]
    for _ in range(steps):
        theta, velocity = move(theta, velocity)
        found.append(theta)
    return np.array(found)


def uphill(gradient: Gradient, start: Any, learning_rate: float, steps: int) -> Numbers:
    """The path when the gradient is added."""
    return places(lambda theta, v: (theta + learning_rate * gradient(theta), v), start, steps)


def plain(gradient: Gradient, start: Any, learning_rate: float, _beta: float, steps: int) -> Numbers:
    """The path of plain gradient descent, whatever beta is."""
    return places(lambda theta, v: (theta - learning_rate * gradient(theta), v), start, steps)


def path_slips(walk: Callable[..., Numbers]) -> tuple[Misconception, ...]:
    """What can go wrong with the path of a right walk, whose last argument is the number of steps."""
    return (
        Misconception(
            "start left out of the path",
            lambda *arguments: walk(*arguments)[1:],
            "The steps are right. The path begins with the start itself, before any step.",
        ),
        Misconception(
            "one step too few",
            lambda *arguments: walk(*arguments)[:-1],
            "The places are right, but the last one is missing: the start and `steps` steps make steps + 1 "
            "places.",
        ),
        Misconception(
            "one step too many",
            lambda *arguments: walk(*arguments[:-1], arguments[-1] + 1),
            "The places are right, but there is one too many: the start and `steps` steps make steps + 1 "
            "places.",
        ),
        Misconception(
            "only the last place",
            lambda *arguments: walk(*arguments)[-1],
            "That is where the walk ends. The task asks for the whole path, one row for each place.",
        ),
    )
