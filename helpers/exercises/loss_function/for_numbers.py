"""Losses for predicted numbers: mean squared and mean absolute error."""

from __future__ import annotations

import numpy as np

from helpers.exercises.exercise import Misconception
from helpers.exercises.function_exercise import Case, FunctionExercise

_ALWAYS_3 = (
    "That is right for three samples only. Take their number from the arrays: the next ones may be longer."
)


_CUT_OFF = "// gives whole numbers only. Which operator keeps the decimals?"
ONLY_THE_FIRST = (
    "Only the first sample has come in. In a loop, return ends it at once: should that line be indented so "
    "far?"
)


_ONLY_THE_LAST = (
    "Only the last sample is left. In a loop, each round must add to what the rounds before it gave."
)


_ONE_SIGN = (
    "Predictions that are off to one side cost nothing here. An error counts whether it is above or below."
)


# Errors of both signs, with a mean that is no whole number, not their median, and not that of three samples:
# each slip gives another number.
_TRUE = np.array([-1.0, 4.0, 2.5, 0.5])
_PREDICTED = np.array([1.0, 0.0, 2.0, 1.5])


mse = FunctionExercise(
    name="mse",
    points=5,
    hints=(
        "Three steps in this order: how far off is each prediction, square that, take the average.",
        "With arrays, y_true - y_pred gives all the differences at once, and ** 2 squares each of them. "
        "np.mean takes the average.",
    ),
    cases=(
        Case({"y_true": np.array([3.0, 5.0, 2.0]), "y_pred": np.array([2.0, 5.0, 5.0])}, 10 / 3),
        Case({"y_true": np.array([1.0, 2.0]), "y_pred": np.array([1.0, 2.0])}, 0.0),
        Case({"y_true": _TRUE, "y_pred": _PREDICTED}, 5.3125),
    ),
    misconceptions=(
        Misconception(
            "sum instead of mean",
            lambda y_true, y_pred: np.sum((y_true - y_pred) ** 2),
            "That is the sum of the squared errors. The M in MSE asks for their mean, so that the loss does "
            "not grow with the number of samples.",
        ),
        Misconception(
            "not averaged",
            lambda y_true, y_pred: (y_true - y_pred) ** 2,
            "These are the squared errors, one for each sample. A loss is one number for all of them "
            "together.",
        ),
        Misconception(
            "not squared",
            lambda y_true, y_pred: np.mean(y_true - y_pred),
            "That is the average of the differences themselves: errors above and below cancel. The S in MSE "
            "is the step that is missing.",
        ),
        Misconception(
            "squared after averaging",
            lambda y_true, y_pred: np.mean(y_true - y_pred) ** 2,
            "The order matters: here errors above and below cancel before they are squared. Square each one "
            "first.",
        ),
        Misconception(
            "root taken",
            lambda y_true, y_pred: np.sqrt(np.mean((y_true - y_pred) ** 2)),
            "That is the root of the MSE, known as RMSE. The formula above stops one step earlier.",
        ),
        Misconception(
            "absolute value instead of square",
            lambda y_true, y_pred: np.mean(np.abs(y_true - y_pred)),
            "These are the sizes of the errors, averaged: another loss, which comes later. The S in MSE "
            "stands for something else.",
        ),
        Misconception(
            "doubled instead of squared",
            lambda y_true, y_pred: np.mean(2 * (y_true - y_pred)),
            "Each error is multiplied by 2 here. A square is a number times itself: in Python, count the "
            "asterisks.",
        ),
        Misconception(
            "squared before subtracting",
            lambda y_true, y_pred: np.mean(y_true**2 - y_pred**2),
            "The order matters: here the values are squared, and then subtracted. Which brackets does the "
            "formula have?",
        ),
        Misconception(
            "added instead of subtracted",
            lambda y_true, y_pred: np.mean((y_true + y_pred) ** 2),
            "An exact prediction should cost nothing. How far are two values from each other?",
        ),
        Misconception(
            "half of it",
            lambda y_true, y_pred: np.mean((y_true - y_pred) ** 2) / 2,
            "That is half of the MSE. Some books put ½ in front; the formula above does not.",
        ),
        Misconception(
            "variance of the errors",
            lambda y_true, y_pred: np.var(y_true - y_pred),
            "np.var subtracts the average error before it squares. A model whose errors are all alike would "
            "then seem perfect.",
        ),
        Misconception(
            "divided by n - 1",
            lambda y_true, y_pred: np.sum((y_true - y_pred) ** 2) / np.subtract(len(y_true), 1),
            "The sum is divided by one sample too few. The formula divides by n, all of them.",
        ),
        Misconception(
            "always divided by 3",
            lambda y_true, y_pred: np.sum((y_true - y_pred) ** 2) / 3,
            _ALWAYS_3,
        ),
        Misconception(
            "decimals cut off",
            lambda y_true, y_pred: np.sum((y_true - y_pred) ** 2) // len(y_true),
            _CUT_OFF,
        ),
        Misconception(
            "only the first sample",
            lambda y_true, y_pred: (y_true[0] - y_pred[0]) ** 2 / len(y_true),
            ONLY_THE_FIRST,
        ),
        Misconception(
            "only the last sample",
            lambda y_true, y_pred: (y_true[-1] - y_pred[-1]) ** 2 / len(y_true),
            _ONLY_THE_LAST,
        ),
    ),
)


mae = FunctionExercise(
    name="mae",
    points=4,
    hints=(
        "Only one step differs from the MSE: how each error is made positive.",
        "np.abs gives the size of every number in an array, whatever its sign. Average those sizes.",
    ),
    cases=(
        Case({"y_true": np.array([3.0, 5.0, 2.0]), "y_pred": np.array([2.0, 5.0, 5.0])}, 4 / 3),
        Case({"y_true": np.array([1.0, 2.0]), "y_pred": np.array([1.0, 2.0])}, 0.0),
        Case({"y_true": _TRUE, "y_pred": _PREDICTED}, 1.875),
    ),
    misconceptions=(
        Misconception(
            "sum instead of mean",
            lambda y_true, y_pred: np.sum(np.abs(y_true - y_pred)),
            "That is the sum of the sizes of the errors. The M asks for their mean.",
        ),
        Misconception(
            "absolute value forgotten",
            lambda y_true, y_pred: np.mean(y_true - y_pred),
            "Some errors are negative and cancel the positive ones. The A in MAE says what to do with each "
            "error first.",
        ),
        Misconception(
            "absolute value after averaging",
            lambda y_true, y_pred: np.abs(np.mean(y_true - y_pred)),
            "The order matters: when you average first, errors above and below have already cancelled.",
        ),
        Misconception(
            "squared errors",
            lambda y_true, y_pred: np.mean((y_true - y_pred) ** 2),
            "That is the MSE again. MAE takes the size of each error as it is, without squaring.",
        ),
        Misconception(
            "not averaged",
            lambda y_true, y_pred: np.abs(y_true - y_pred),
            "These are the sizes of the errors, one for each sample. A loss is one number for all of them "
            "together.",
        ),
        Misconception(
            "absolute values before subtracting",
            lambda y_true, y_pred: np.mean(np.abs(y_true) - np.abs(y_pred)),
            "Taking the sizes of the values does not help: their differences still cancel. It is the errors "
            "whose size is asked for.",
        ),
        Misconception(
            "root of the MSE",
            lambda y_true, y_pred: np.sqrt(np.mean((y_true - y_pred) ** 2)),
            "That is the root of the MSE. Its unit is the same, but large errors have already been squared.",
        ),
        Misconception(
            "median instead of mean",
            lambda y_true, y_pred: np.median(np.abs(y_true - y_pred)),
            "That is the size in the middle, so one large error would not count. The M here stands for mean.",
        ),
        Misconception(
            "largest error",
            lambda y_true, y_pred: np.max(np.abs(y_true - y_pred)),
            "That is the size of the worst error. All errors count, in equal parts.",
        ),
        Misconception(
            "errors of one sign only",
            lambda y_true, y_pred: np.mean(np.maximum(0, y_true - y_pred)),
            _ONE_SIGN,
        ),
        Misconception(
            "errors of one sign only",
            lambda y_true, y_pred: np.mean(np.maximum(0, y_pred - y_true)),
            _ONE_SIGN,
        ),
        Misconception(
            "relative error",
            lambda y_true, y_pred: np.mean(np.abs(y_true - y_pred) / np.abs(y_true)),
            "Each error is divided by its true value here. The MAE is in the unit of the values, not in "
            "shares of them.",
        ),
        Misconception(
            "divided by n - 1",
            lambda y_true, y_pred: np.sum(np.abs(y_true - y_pred)) / np.subtract(len(y_true), 1),
            "The sum is divided by one sample too few. The formula divides by n, all of them.",
        ),
        Misconception(
            "always divided by 3",
            lambda y_true, y_pred: np.sum(np.abs(y_true - y_pred)) / 3,
            _ALWAYS_3,
        ),
        Misconception(
            "decimals cut off",
            lambda y_true, y_pred: np.sum(np.abs(y_true - y_pred)) // len(y_true),
            _CUT_OFF,
        ),
        Misconception(
            "only the first sample",
            lambda y_true, y_pred: np.abs(y_true[0] - y_pred[0]) / len(y_true),
            ONLY_THE_FIRST,
        ),
        Misconception(
            "only the last sample",
            lambda y_true, y_pred: np.abs(y_true[-1] - y_pred[-1]) / len(y_true),
            _ONLY_THE_LAST,
        ),
    ),
)
