"""The exercises of lesson 07: handwritten digits, shapes, seeds, and a table of what was tried."""

from helpers.exercises.mnist.building import build_model
from helpers.exercises.mnist.comparing import experiments
from helpers.exercises.mnist.preparing import ImagesCase, Prepared, prepare
from helpers.exercises.mnist.repeating import train_model
from helpers.exercises.mnist.testing import test_accuracy

__all__ = [
    "ImagesCase",
    "Prepared",
    "build_model",
    "experiments",
    "prepare",
    "test_accuracy",
    "train_model",
]
