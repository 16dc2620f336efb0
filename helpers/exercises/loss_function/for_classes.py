"""Losses for predicted classes: hinge and cross-entropy."""

from __future__ import annotations

import numpy as np

from helpers.exercises.exercise import Misconception
from helpers.exercises.function_exercise import Case, FunctionExercise
from helpers.exercises.loss_function.for_numbers import ONLY_THE_FIRST
from helpers.exercises.nan_exercise import NanExercise

_NO_LOGARITHM = (
    "Here the loss grows evenly as the probability falls. One step is missing: it makes a probability close "
    "to 0 cost very much."
)


def _mean_of_costly(costs: np.ndarray) -> float:
    costly = costs[costs > 0]
    return float(np.sum(costly) / np.float64(len(costly)))  # nan when none is


hinge = NanExercise(
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
        Case({"y_true": np.array([1, -1]), "scores": np.array([4.0, -2.0])}, 0.0),
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
        Misconception(
            "not averaged",
            lambda y_true, scores: np.maximum(0, 1 - y_true * scores),
            "That is what each sample costs. A loss is one number for all of them together.",
        ),
        Misconception(
            "mean of the samples that cost something",
            lambda y_true, scores: _mean_of_costly(np.maximum(0, 1 - y_true * scores)),
            "Samples that cost nothing count, too: n is the number of all samples. And what if none costs "
            "anything?",
        ),
        Misconception(
            "minimum instead of maximum",
            lambda y_true, scores: np.mean(np.minimum(0, 1 - y_true * scores)),
            "What stays here is never above 0, so bad samples cost nothing. Which of the two numbers should "
            "win?",
        ),
        Misconception(
            "absolute value instead of maximum",
            lambda y_true, scores: np.mean(np.abs(1 - y_true * scores)),
            "Here a sample pays as well for a margin above 1. From 1 upwards it should cost nothing.",
        ),
        Misconception(
            "squared",
            lambda y_true, scores: np.mean(np.maximum(0, 1 - y_true * scores) ** 2),
            "That is the squared hinge loss, a relative. Here each step below a margin of 1 costs just one "
            "more.",
        ),
        Misconception(
            "at most 1 per sample",
            lambda y_true, scores: np.mean(np.clip(1 - y_true * scores, 0, 1)),
            "No sample costs more than 1 here. Downwards there is a limit, upwards there is none.",
        ),
        Misconception(
            "difference instead of product",
            lambda y_true, scores: np.mean(np.maximum(0, y_true - scores)),
            "Label minus score suits the label 1, not the label -1. The margin is a product of the two.",
        ),
        Misconception(
            "wrong answers counted",
            lambda y_true, scores: np.mean(y_true * scores < 0),
            "That is the share of samples on the wrong side. The loss asks how far each is from where it "
            "should be.",
        ),
        Misconception(
            "only the first sample",
            lambda y_true, scores: max(0.0, float(1 - y_true[0] * scores[0])) / len(y_true),
            ONLY_THE_FIRST,
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
                "probabilities": np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.15, 0.6, 0.25]]),
            },
            0.6904911,
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
        Misconception(
            "not averaged",
            lambda labels, probabilities: -np.log(_of_label(labels, probabilities)),
            "That is what each sample costs. A loss is one number for all of them together.",
        ),
        Misconception(
            "divided by the number of classes",
            lambda labels, probabilities: (
                -np.sum(np.log(_of_label(labels, probabilities))) / probabilities.shape[1]
            ),
            "The sum is right. It is divided by the number of columns; there is one loss for each row.",
        ),
        Misconception(
            "no logarithm",
            lambda labels, probabilities: -np.mean(_of_label(labels, probabilities)),
            _NO_LOGARITHM,
        ),
        Misconception(
            "no logarithm",
            lambda labels, probabilities: np.mean(1 - _of_label(labels, probabilities)),
            _NO_LOGARITHM,
        ),
        Misconception(
            "logarithm of the mean",
            lambda labels, probabilities: -np.log(np.mean(_of_label(labels, probabilities))),
            "The order matters: first the logarithm of each probability, then the mean. Otherwise one "
            "confident mistake hides among the others.",
        ),
        Misconception(
            "every row with every label",
            lambda labels, probabilities: -np.mean(np.log(probabilities[:, labels])),
            "A colon takes all rows for every label. Each row has one label of its own: rows and columns go "
            "in pairs.",
        ),
        Misconception(
            "labels counted from 1",
            lambda labels, probabilities: -np.mean(np.log(_of_label(labels - 1, probabilities))),
            "The column is one too far to the left. Classes are counted from 0, as Python counts columns.",
        ),
        Misconception(
            "other classes counted as well",
            lambda labels, probabilities: np.mean(
                -np.log(_of_label(labels, probabilities))
                - np.sum(np.log(1 - probabilities), axis=1)
                + np.log(1 - _of_label(labels, probabilities))
            ),
            "The other classes cost something here, too, as in the binary cross-entropy. With softmax only "
            "the true class is looked at.",
        ),
        Misconception(
            "squared errors of the probabilities",
            lambda labels, probabilities: np.mean(
                (np.eye(probabilities.shape[1])[labels] - probabilities) ** 2
            ),
            "That is the MSE of the probabilities. Cross-entropy takes a logarithm instead of a square.",
        ),
        Misconception(
            "1 minus the probability in the logarithm",
            lambda labels, probabilities: -np.mean(np.log(1 - _of_label(labels, probabilities))),
            "Here it costs most to be sure and right. The logarithm is taken of the probability itself.",
        ),
        Misconception(
            "only the first sample",
            lambda labels, probabilities: -np.log(probabilities[0, labels[0]]) / len(labels),
            ONLY_THE_FIRST,
        ),
    ),
)
