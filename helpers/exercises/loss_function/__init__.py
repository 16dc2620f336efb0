"""The exercises of lesson 02: loss functions."""

from helpers.exercises.loss_function.for_classes import cross_entropy, hinge
from helpers.exercises.loss_function.for_numbers import mae, mse

__all__ = [
    "cross_entropy",
    "hinge",
    "mae",
    "mse",
]
