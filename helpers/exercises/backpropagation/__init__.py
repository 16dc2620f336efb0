"""The exercises of lesson 04: backpropagation, by hand."""

from helpers.exercises.backpropagation.by_hand import forward_pass, gradients
from helpers.exercises.backpropagation.differencing import numerical_gradient
from helpers.exercises.backpropagation.going_back import backward
from helpers.exercises.backpropagation.going_forward import forward
from helpers.exercises.backpropagation.training import train

__all__ = [
    "backward",
    "forward",
    "forward_pass",
    "gradients",
    "numerical_gradient",
    "train",
]
