"""Gradient descent on any function."""

from __future__ import annotations

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
    uphill,
)
from helpers.kit.cases import Case
from helpers.kit.exercise import Misconception
from helpers.kit.function_exercise import FunctionExercise

gradient_descent = FunctionExercise(
    name="gradient_descent",
    points=4,
    hints=(
        "Keep the places you visit in a list that begins with the start. Where do you go from the last of "
        "them?",
        "In a loop over range(steps): path.append(path[-1] - ...), with the learning rate times the gradient "
        "at path[-1]. After the loop, np.array(path).",
    ),
    cases=(
        Case(
            # The start is a whole number, but not every place on the path is.
            {"gradient": gradient_of_square, "start": 4, "learning_rate": 0.25, "steps": 3},
            [4.0, 2.0, 1.0, 0.5],
        ),
        Case(
            {"gradient": gradient_of_bowl, "start": np.array([3.0, 1.0]), "learning_rate": 0.1, "steps": 2},
            [[3.0, 1.0], [2.4, 0.2], [1.92, 0.04]],
        ),
    ),
    misconceptions=(
        Misconception(
            "uphill instead of downhill",
            uphill,
            "Each step goes uphill. The gradient points to where the loss grows: walk against it.",
        ),
        Misconception(
            "learning rate forgotten",
            lambda gradient, start, _learning_rate, steps: plain(gradient, start, 1, 0, steps),
            "The direction is right, but the length is not: each step is the learning rate times the "
            "gradient.",
        ),
        *path_slips(
            lambda gradient, start, learning_rate, steps: plain(gradient, start, learning_rate, 0, steps)
        ),
        Misconception(
            "old place left out",
            lambda gradient, start, learning_rate, steps: places(
                lambda theta, v: (-learning_rate * gradient(theta), v), start, steps
            ),
            "That is only the step. A step starts from the place where you are, so add it to that place.",
        ),
        Misconception(
            "steps instead of places",
            lambda gradient, start, learning_rate, steps: np.array(
                [start, *np.diff(plain(gradient, start, learning_rate, 0, steps), axis=0)]
            ),
            "After the start, the path should continue with places. These are the steps between them.",
        ),
        Misconception(
            "places cut to whole numbers",
            lambda gradient, start, learning_rate, steps: _in_place(gradient, start, learning_rate, steps),
            "An array made from whole numbers holds whole numbers only, and cuts off what comes after the "
            "decimal point. Make one of floats.",
        ),
        Misconception(
            "gradient always taken at the start",
            lambda gradient, start, learning_rate, steps: places(
                lambda theta, v: (theta - learning_rate * gradient(start), v), start, steps
            ),
            "All your steps are equally long, as if the slope never changed. Work the gradient out again at "
            "each place.",
        ),
        Misconception(
            "same array stored every time",
            lambda gradient, start, learning_rate, steps: np.array(
                [plain(gradient, start, learning_rate, 0, steps)[index] for index in _stored(start, steps)]
            ),
            "All rows are the last place: the list holds one array many times, and -= changes it everywhere. "
            "Make a new array at each step.",
        ),
    ),
)


def _in_place(gradient: Gradient, start: Any, learning_rate: float, steps: int) -> Numbers:
    """The path, kept in an array of the start's own type."""
    path = np.array([start] * (steps + 1))
    for step in range(steps):
        path[step + 1] = path[step] - learning_rate * gradient(path[step])
    return path


def _stored(start: Any, steps: int) -> list[int]:
    """Which places a list shows if it stores the same array again and again (numbers are copied)."""
    return [steps] * (steps + 1) if np.ndim(start) else list(range(steps + 1))
