"""The exercises of lesson 03: slopes, gradient descent and its relatives, batches."""

from helpers.exercises.gradient_descent.accelerating import momentum, nesterov
from helpers.exercises.gradient_descent.batching import count_updates, minibatches
from helpers.exercises.gradient_descent.descending import gradient_descent
from helpers.exercises.gradient_descent.differentiating import cube, slope, square
from helpers.exercises.gradient_descent.fitting import fit_line
from helpers.exercises.gradient_descent.walking import (
    bowl,
    gradient_of_bowl,
    gradient_of_square,
    gradient_of_tilted_bowl,
    tilted_bowl,
)

__all__ = [
    "bowl",
    "count_updates",
    "cube",
    "fit_line",
    "gradient_descent",
    "gradient_of_bowl",
    "gradient_of_square",
    "gradient_of_tilted_bowl",
    "minibatches",
    "momentum",
    "nesterov",
    "slope",
    "square",
    "tilted_bowl",
]
