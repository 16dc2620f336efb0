"""Gradient descent that keeps its speed: momentum and Nesterov."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from helpers.exercises.gradient_descent.walking import (
    Gradient,
    Numbers,
    gradient_of_bowl,
    gradient_of_square,
    path_slips,
    places,
    plain,
)
from helpers.kit.cases import Case
from helpers.kit.exercise import Misconception
from helpers.kit.function_exercise import FunctionExercise

MOMENTUM_CASES = (
    {"gradient": gradient_of_square, "start": 4.0, "learning_rate": 0.25, "beta": 0.5, "steps": 3},
    {
        "gradient": gradient_of_bowl,
        "start": np.array([3.0, 1.0]),
        "learning_rate": 0.1,
        "beta": 0.8,
        "steps": 3,
    },
)


def _momentum(
    velocity: Callable[[Any, Any, float, float], Any],
) -> Callable[[Gradient, Any, float, float, int], Numbers]:
    """A wrong walk: `velocity` makes the new velocity from the old one, the gradient, η and β."""

    def walk(gradient: Gradient, start: Any, learning_rate: float, beta: float, steps: int) -> Numbers:
        def move(theta: Any, v: Any) -> tuple[Any, Any]:
            v = velocity(v, gradient(theta), learning_rate, beta)
            return theta + v, v

        return places(move, start, steps)

    return walk


def _right_momentum(v: Any, gradient: Any, learning_rate: float, beta: float) -> Any:
    return beta * v - learning_rate * gradient


def _velocities(gradient: Gradient, start: Any, learning_rate: float, beta: float, steps: int) -> Numbers:
    path = _momentum(_right_momentum)(gradient, start, learning_rate, beta, steps)
    return np.array([0 * path[0], *np.diff(path, axis=0)])


def _late(gradient: Gradient, start: Any, learning_rate: float, beta: float, steps: int) -> Numbers:
    def move(theta: Any, v: Any) -> tuple[Any, Any]:
        theta = theta + v
        return theta, beta * v - learning_rate * gradient(theta)

    return places(move, start, steps)


def _nesterov(
    ahead: Callable[[Any, Any, float], Any],
) -> Callable[[Gradient, Any, float, float, int], Numbers]:
    """A wrong walk: `ahead` says where the gradient is taken, from the place, the velocity and β."""

    def walk(gradient: Gradient, start: Any, learning_rate: float, beta: float, steps: int) -> Numbers:
        def move(theta: Any, v: Any) -> tuple[Any, Any]:
            v = beta * v - learning_rate * gradient(ahead(theta, v, beta))
            return theta + v, v

        return places(move, start, steps)

    return walk


def _ahead(theta: Any, v: Any, beta: float) -> Any:
    return theta + beta * v


PLAIN_STEPS = Misconception(
    "velocity forgotten at every step",
    plain,
    "That is plain gradient descent: the velocity starts at 0 in every step. Set it to 0 once, before the "
    "loop.",
)


momentum = FunctionExercise(
    name="momentum",
    points=3,
    hints=(
        "Two things are remembered from step to step: the place and the velocity. Which changes first?",
        "Before the loop the velocity is 0 * start. In the loop: first v = beta * v - learning_rate * "
        "gradient(theta), then theta = theta + v, then append theta.",
    ),
    cases=(
        Case(MOMENTUM_CASES[0], [4.0, 2.0, 0.0, -1.0]),
        Case(MOMENTUM_CASES[1], [[3.0, 1.0], [2.4, 0.2], [1.44, -0.6], [0.384, -0.76]]),
    ),
    misconceptions=(
        PLAIN_STEPS,
        Misconception(
            "sign flipped",
            _momentum(lambda v, gradient, rate, beta: beta * v + rate * gradient),
            "The velocity gathers speed uphill. The gradient must push it the other way.",
        ),
        Misconception(
            "velocity never fades",
            _momentum(lambda v, gradient, rate, _beta: v - rate * gradient),
            "Nothing slows this ball down. What is the old velocity multiplied by?",
        ),
        Misconception(
            "gradient faded as well",
            _momentum(lambda v, gradient, rate, beta: beta * (v - rate * gradient)),
            "β applies to the old velocity alone. It does not shrink the new push from the gradient.",
        ),
        Misconception(
            "gradient multiplied by 1 − β",
            _momentum(lambda v, gradient, rate, beta: beta * v - (1 - beta) * rate * gradient),
            "That is a running average of the gradients. In the formula above, the gradient is not "
            "multiplied by 1 − β.",
        ),
        Misconception(
            "place moved before the velocity",
            _late,
            "The place moves with the velocity of the previous step. Update the velocity first.",
        ),
        Misconception(
            "looks ahead",
            _nesterov(_ahead),
            "That is Nesterov's variant, which comes next. Momentum takes the gradient where the ball is.",
        ),
        Misconception(
            "velocities instead of places",
            _velocities,
            "These are the velocities. The path holds the places, beginning with the start.",
        ),
        Misconception(
            "learning rate left out",
            _momentum(lambda v, gradient, _rate, beta: beta * v - gradient),
            "The push from the gradient is too strong: it is the learning rate times the gradient.",
        ),
        *path_slips(_momentum(_right_momentum)),
    ),
)


def _places_ahead(gradient: Gradient, start: Any, learning_rate: float, beta: float, steps: int) -> Numbers:
    path = _nesterov(_ahead)(gradient, start, learning_rate, beta, steps)
    return np.array([path[0], *(path[1:] + beta * np.diff(path, axis=0))])


def _nesterov_uphill(
    gradient: Gradient, start: Any, learning_rate: float, beta: float, steps: int
) -> Numbers:
    return _nesterov(_ahead)(gradient, start, -learning_rate, beta, steps)


def _from_ahead(gradient: Gradient, start: Any, learning_rate: float, beta: float, steps: int) -> Numbers:
    def move(theta: Any, v: Any) -> tuple[Any, Any]:
        theta = theta + beta * v
        v = beta * v - learning_rate * gradient(theta)
        return theta + v, v

    return places(move, start, steps)


nesterov = FunctionExercise(
    name="nesterov",
    points=3,
    hints=(
        "Only one thing differs from momentum: the place at which the gradient is taken.",
        "Take the gradient at theta + beta * v, with the velocity from the step before. Everything else "
        "stays: v = beta * v - learning_rate * ..., then theta = theta + v.",
    ),
    cases=(
        Case(MOMENTUM_CASES[0], [4.0, 2.0, 0.5, -0.125]),
        Case(MOMENTUM_CASES[1], [[3.0, 1.0], [2.4, 0.2], [1.536, -0.088], [0.67584, -0.06368]]),
    ),
    misconceptions=(
        Misconception(
            "no look ahead",
            _nesterov(lambda theta, _v, _beta: theta),
            "That is momentum: the gradient is taken where the ball is. Nesterov takes it where the velocity "
            "is about to carry the ball.",
        ),
        Misconception(
            "looked ahead by all of v",
            _nesterov(lambda theta, v, _beta: theta + v),
            "You look too far ahead: only the part of the old velocity that is kept carries the ball on.",
        ),
        Misconception(
            "looked back",
            _nesterov(lambda theta, v, beta: theta - beta * v),
            "You take the gradient behind the ball. Ahead of it is where the velocity points.",
        ),
        Misconception(
            "stepped from the place ahead",
            _from_ahead,
            "The look ahead is only for the gradient. The step itself starts from θ, or the velocity counts "
            "twice.",
        ),
        PLAIN_STEPS,
        Misconception(
            "sign flipped",
            _nesterov_uphill,
            "The velocity gathers speed uphill. The gradient must push it the other way.",
        ),
        Misconception(
            "places ahead instead of places",
            _places_ahead,
            "These are the places where the gradient is taken next. The path holds the places the ball "
            "reaches.",
        ),
        *path_slips(_nesterov(_ahead)),
    ),
)
