"""The exercises of lesson 02: loss functions."""

from __future__ import annotations

import numpy as np

from helpers.exercises.exercise import Misconception
from helpers.exercises.function_exercise import Case, FunctionExercise

mse = FunctionExercise(
    name="mse",
    points=5,
    hints=(
        "Three steps in this order: how far off is each prediction, square that, take the average.",
        "Turn both lists into arrays with np.asarray. Then (y_true - y_pred) ** 2 squares every difference at "
        "once, and np.mean averages them.",
    ),
    cases=(
        Case({"y_true": [3.0, 5.0, 2.0], "y_pred": [2.0, 5.0, 5.0]}, 10 / 3),
        Case({"y_true": [1.0, 2.0], "y_pred": [1.0, 2.0]}, 0.0),
    ),
    misconceptions=(
        Misconception(
            "sum instead of mean",
            lambda y_true, y_pred: np.sum((np.asarray(y_true) - np.asarray(y_pred)) ** 2),
            "That is the sum of the squared errors. The M in MSE asks for their mean, so that the loss does not "
            "grow with the number of samples.",
        ),
    ),
)
