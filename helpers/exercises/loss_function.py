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
        "With arrays, y_true - y_pred gives all the differences at once, and ** 2 squares each of them. "
        "np.mean takes the average.",
    ),
    cases=(
        Case({"y_true": np.array([3.0, 5.0, 2.0]), "y_pred": np.array([2.0, 5.0, 5.0])}, 10 / 3),
        Case({"y_true": np.array([1.0, 2.0]), "y_pred": np.array([1.0, 2.0])}, 0.0),
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
    ),
)

hinge = FunctionExercise(
    name="hinge",
    points=4,
    hints=(
        "Work out the margin of every sample first: label times score. What does a margin of 2 cost, and "
        "one of 0.3?",
        "np.maximum(0, values) replaces every negative entry of an array by 0. The values here are 1 minus "
        "the margins; the mean comes last.",
    ),
    cases=(
        Case({"y_true": np.array([1, -1, 1, -1]), "scores": np.array([2.0, 0.5, 0.3, -1.5])}, 0.55),
        Case({"y_true": np.array([1, -1]), "scores": np.array([3.0, -2.0])}, 0.0),
    ),
    misconceptions=(
        Misconception(
            "no maximum with 0",
            lambda y_true, scores: np.mean(1 - y_true * scores),
            "Samples that are safely right give less than 0 here and hide the bad ones. No sample may cost "
            "less than 0.",
        ),
        Misconception(
            "maximum after averaging",
            lambda y_true, scores: max(0.0, float(np.mean(1 - y_true * scores))),
            "The order matters: cut each sample off at 0, then average. Otherwise safe samples pay for bad "
            "ones.",
        ),
        Misconception(
            "margin of 1 forgotten",
            lambda y_true, scores: np.mean(np.maximum(0, -y_true * scores)),
            "Only samples on the wrong side cost something here. A sample that is right by less than 1 "
            "should cost something, too.",
        ),
        Misconception(
            "label left out",
            lambda _y_true, scores: np.mean(np.maximum(0, 1 - scores)),
            "A large negative score is good news for a label of -1. Where does the label come in?",
        ),
        Misconception(
            "sign flipped",
            lambda y_true, scores: np.mean(np.maximum(0, 1 + y_true * scores)),
            "Right answers cost more than wrong ones here. Look at the sign before the margin.",
        ),
        Misconception(
            "sum instead of mean",
            lambda y_true, scores: np.sum(np.maximum(0, 1 - y_true * scores)),
            "Each sample costs what it should. What is still missing is their mean.",
        ),
    ),
)


def _of_label(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    return np.asarray(probabilities[np.arange(len(labels)), labels])


cross_entropy = FunctionExercise(
    name="cross_entropy",
    points=5,
    hints=(
        "Only one number from each row matters: the probability in the column that the label names.",
        "Two index arrays of equal length pick one entry per pair: rows = np.arange(len(labels)) and "
        "probabilities[rows, labels]. Then np.log, the sign, and the mean.",
    ),
    cases=(
        Case(
            {
                "labels": np.array([0, 2, 1]),
                "probabilities": np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.25, 0.5, 0.25]]),
            },
            0.7512653,
        ),
        Case({"labels": np.array([1]), "probabilities": np.array([[0.5, 0.5]])}, 0.6931472),
    ),
    misconceptions=(
        Misconception(
            "sign forgotten",
            lambda labels, probabilities: np.mean(np.log(_of_label(labels, probabilities))),
            "The logarithm of a probability is never above 0. Which sign makes a worse prediction cost more?",
        ),
        Misconception(
            "sum instead of mean",
            lambda labels, probabilities: -np.sum(np.log(_of_label(labels, probabilities))),
            "That is the sum over the samples. With their mean, a bigger batch does not look worse.",
        ),
        Misconception(
            "mean over classes as well",
            lambda labels, probabilities: (
                -np.sum(np.log(_of_label(labels, probabilities))) / probabilities.size
            ),
            "You divide by the number of samples times the number of classes. Each row gives one loss; "
            "divide by the number of rows.",
        ),
        Misconception(
            "all classes instead of the label's",
            lambda _labels, probabilities: -np.mean(np.sum(np.log(probabilities), axis=1)),
            "Every class counts here, and the labels do not matter. Only the probability given to the true "
            "class should cost something.",
        ),
        Misconception(
            "most probable class instead of the label's",
            lambda _labels, probabilities: -np.mean(np.log(np.max(probabilities, axis=1))),
            "That is the loss of the model's favourite class, as if it were always right. Use the class "
            "that the label names.",
        ),
        Misconception(
            "logarithm to base 10",
            lambda labels, probabilities: -np.mean(np.log10(_of_label(labels, probabilities))),
            "The steps are right, the logarithm is not: the course uses the natural one, ln.",
        ),
        Misconception(
            "logarithm to base 2",
            lambda labels, probabilities: -np.mean(np.log2(_of_label(labels, probabilities))),
            "The steps are right, the logarithm is not: the course uses the natural one, ln.",
        ),
    ),
)
