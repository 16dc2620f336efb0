"""Activation functions: relu, sigmoid, softmax."""

from __future__ import annotations

import numpy as np

from helpers.exercises.exercise import Misconception
from helpers.exercises.function_exercise import Case, FunctionExercise
from helpers.exercises.nan_exercise import NanExercise

relu = FunctionExercise(
    name="relu",
    points=2,
    hints=(
        "Each number is compared with 0, by itself. What comes out for 3, and what for -2?",
        "np.maximum(a, b) compares two arrays entry by entry and keeps the larger ones; one of the two "
        "may be a single number.",
    ),
    cases=(
        Case({"z": np.array([-2.0, -0.5, 0.0, 0.5, 3.0])}, [0.0, 0.0, 0.0, 0.5, 3.0]),
        Case({"z": np.array([[-1.0, 2.0], [4.0, -3.0]])}, [[0.0, 2.0], [4.0, 0.0]]),
    ),
    misconceptions=(
        Misconception(
            "smaller instead of larger",
            lambda z: np.minimum(0, z),
            "Negative numbers go through here and positive ones are stopped. It should be the other way "
            "round.",
        ),
        Misconception(
            "absolute value",
            np.abs,
            "That turns -2 into 2. A negative number should become 0, whatever its size.",
        ),
        Misconception(
            "0 or 1 instead of the number itself",
            lambda z: np.where(z > 0, 1.0, 0.0),
            "That tells whether a number is positive. relu passes a positive number on as it is.",
        ),
        Misconception(
            "one number for the whole array",
            lambda z: max(0.0, float(np.max(z))),
            "np.max looks for the largest entry of all. Here every entry is compared with 0 by itself, "
            "and the result has the shape of z.",
        ),
        Misconception(
            "negative numbers dropped",
            lambda z: z[z > 0],
            "The negative numbers are gone. Each neuron needs its number: put a 0 in their places.",
        ),
        Misconception(
            "cut off at 1",
            lambda z: np.clip(z, 0, 1),
            "Below 0 it is right. Above, relu has no limit: 3 stays 3.",
        ),
        Misconception(
            "leaky relu",
            lambda z: np.where(z > 0, z, 0.01 * z),
            "That is leaky relu, which lets a little of every negative number through. relu itself lets "
            "nothing through.",
        ),
        Misconception(
            "1 in place of negative numbers",
            lambda z: np.where(z > 0, z, 1.0),
            "What is positive passes as it should. Look at the number that takes the place of all others.",
        ),
        Misconception(
            "nothing changed",
            lambda z: z,
            "The numbers come back as they went in. What should happen to those below 0?",
        ),
        Misconception(
            "sign flipped",
            lambda z: np.maximum(0, -z),
            "It is the negative numbers that come through, as positive ones. Which sign does z have in the "
            "formula?",
        ),
        Misconception(
            "rounded to whole numbers",
            lambda z: np.trunc(np.maximum(0, z)),
            "0.5 should stay 0.5. Where do the decimals get lost: int(), an array of integers, or //?",
        ),
        Misconception(
            "softplus",
            lambda z: np.log(1 + np.exp(z)),
            "That is softplus, a smooth relative of relu. relu has a corner: exactly 0 for all negative "
            "numbers.",
        ),
    ),
)


_STRAIGHT = (
    "The middle and both ends are right; in between this is a straight line with two corners. The sigmoid "
    "is a curve: the formula has an exponential."
)


_SOFTMAX_OF_ALL = (
    "All numbers together add up to 1 here: that is softmax, which comes next. The sigmoid looks at each "
    "number by itself."
)


sigmoid = NanExercise(
    name="sigmoid",
    points=3,
    hints=(
        "Work from the inside: first change the sign of z, then take the exponential. What is done to that?",
        "np.exp(-z) gives the exponential of every entry. Add 1 to it, and put brackets around that sum "
        "before you divide 1 by it.",
    ),
    cases=(
        Case({"z": np.array([-2.0, 0.0, 2.0])}, [0.1192029, 0.5, 0.8807971]),
        Case({"z": np.array([-1000.0, 1000.0])}, [0.0, 1.0]),
    ),
    misconceptions=(
        Misconception(
            "sign of the exponent",
            lambda z: 1 / (1 + np.exp(z)),
            "This curve falls where it should rise. Look at the sign in the exponent.",
        ),
        Misconception(
            "brackets forgotten",
            lambda z: 1 / 1 + np.exp(-z),
            "Python divides before it adds, so only the first 1 is divided. Brackets say what belongs "
            "below the fraction bar.",
        ),
        Misconception(
            "overflow for large z",
            lambda z: np.exp(z) / (1 + np.exp(z)),
            "Right on paper, but exp(1000) is more than a float can hold: infinity divided by infinity is "
            "nan. The formula in the text divides by something large instead of dividing something large.",
        ),
        Misconception(
            "minus instead of plus",
            lambda z: 1 / (1 - np.exp(-z)),
            "Below the fraction bar there is a sum. With a difference it is 0 at z = 0.",
        ),
        Misconception(
            "tanh",
            np.tanh,
            "This is tanh, which runs from -1 to 1. The sigmoid runs from 0 to 1.",
        ),
        Misconception(
            "step",
            lambda z: np.where(z > 0, 1.0, 0.0),
            "That jumps from 0 to 1. The sigmoid goes there smoothly and is 0.5 at z = 0.",
        ),
        Misconception(
            "exponential above the fraction bar",
            lambda z: np.exp(-z) / (1 + np.exp(-z)),
            "The exponential belongs below the fraction bar only. Above it stands a 1.",
        ),
        Misconception(
            "1 below the fraction bar forgotten",
            lambda z: 1 / np.exp(-z),
            "These numbers grow beyond 1. Something is added to the exponential before you divide.",
        ),
        Misconception(
            "nan replaced by 0",
            lambda z: np.nan_to_num(np.exp(z) / (1 + np.exp(z))),
            "A 0 now hides the nan, but far to the right the sigmoid is 1. Work it out so that no nan comes "
            "up.",
        ),
        Misconception(
            "power of 2",
            lambda z: 1 / (1 + 2.0**-z),
            "The shape is right, but it rises too slowly. Which number is raised to the power of -z?",
        ),
        Misconception(
            "straight line, cut off",
            lambda z: np.clip(0.5 + z / 4, 0, 1),
            _STRAIGHT,
        ),
        Misconception(
            "straight line, cut off",
            lambda z: np.clip(0.5 + z / 6, 0, 1),
            _STRAIGHT,
        ),
        Misconception(
            "derivative of the sigmoid",
            lambda z: np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))) ** 2,
            "That is the slope of the sigmoid, which is highest in the middle. Asked for is its value.",
        ),
        Misconception(
            "softmax",
            lambda z: np.exp(z) / np.exp(z).sum(),
            _SOFTMAX_OF_ALL,
        ),
        Misconception(
            "softmax",
            lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum(),
            _SOFTMAX_OF_ALL,
        ),
    ),
)


_COLUMNS = (
    "Every column adds up to 1 here. Each row is one sample, and each row should add up to 1: look at axis."
)


_WHOLE_BATCH = (
    "All numbers of the batch add up to 1 together. The samples have nothing to do with each other: each row "
    "should add up to 1."
)


_TURNED_ROUND = (
    "The smallest z of a row gets the highest probability here. Look at the sign in the exponent, and at the "
    "order in which you subtract."
)


softmax = NanExercise(
    name="softmax",
    points=4,
    hints=(
        "Three steps for each row: subtract its largest number, take the exponential of each entry, "
        "divide by the sum of the row.",
        "z.max(axis=1, keepdims=True) has the shape (n, 1): one number per row, and NumPy spreads it over "
        "the row. The sum of the exponentials works the same way.",
    ),
    cases=(
        Case(
            {"z": np.array([[2.0, 1.0, 0.0], [1.0, 1.0, 3.0]])},
            [[0.66524096, 0.24472847, 0.09003057], [0.10650698, 0.10650698, 0.78698604]],
        ),
        Case(
            {"z": np.array([[1000.0, 1001.0], [1.0, 3.0]])},
            [[0.26894142, 0.73105858], [0.11920292, 0.88079708]],
        ),
    ),
    misconceptions=(
        Misconception(
            "overflow for large z",
            lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True),
            "Right for small numbers, but exp(1000) is more than a float can hold, and infinity divided "
            "by infinity is nan. Subtract something from each row first; the text says what.",
        ),
        Misconception(
            "columns instead of rows",
            lambda z: np.exp(z) / np.exp(z).sum(axis=0),
            _COLUMNS,
        ),
        Misconception(
            "columns instead of rows",
            lambda z: np.exp(z - z.max(axis=0)) / np.exp(z - z.max(axis=0)).sum(axis=0),
            _COLUMNS,
        ),
        Misconception(
            "sum of the whole batch",
            lambda z: np.exp(z) / np.exp(z).sum(),
            _WHOLE_BATCH,
        ),
        Misconception(
            "sum of the whole batch",
            lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum(),
            _WHOLE_BATCH,
        ),
        Misconception(
            "largest number of the whole batch subtracted",
            lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum(axis=1, keepdims=True),
            "You subtract the largest number of the whole batch. In a row that lies far below it, every "
            "exponential becomes 0, and 0 divided by 0 is nan. Take each row's own largest number.",
        ),
        Misconception(
            "no exponential",
            lambda z: z / z.sum(axis=1, keepdims=True),
            "These are the shares of the numbers themselves; with negative numbers they are no "
            "probabilities. One step comes before dividing.",
        ),
        Misconception(
            "not divided by the sum",
            lambda z: np.exp(z - z.max(axis=1, keepdims=True)),
            "The exponentials are there. Probabilities add up to 1 in every row: one step is missing.",
        ),
        Misconception(
            "divided by the sum of z",
            lambda z: np.exp(z - z.max(axis=1, keepdims=True)) / z.sum(axis=1, keepdims=True),
            "Above the fraction bar stands an exponential, below it the sum of the numbers themselves. "
            "Which sum makes a row add up to 1?",
        ),
        Misconception(
            "sign of the exponent",
            lambda z: np.exp(-z) / np.exp(-z).sum(axis=1, keepdims=True),
            _TURNED_ROUND,
        ),
        Misconception(
            "sign of the exponent",
            lambda z: (
                np.exp(z.min(axis=1, keepdims=True) - z)
                / np.exp(z.min(axis=1, keepdims=True) - z).sum(axis=1, keepdims=True)
            ),
            _TURNED_ROUND,
        ),
        Misconception(
            "another number than the largest subtracted",
            lambda z: (
                np.exp(z - z.min(axis=1, keepdims=True))
                / np.exp(z - z.min(axis=1, keepdims=True)).sum(axis=1, keepdims=True)
            ),
            "Subtracting is right, but the numbers of a row can lie far apart: then an exponent is still "
            "large. After which subtraction is none above 0?",
        ),
        Misconception(
            "divided by the largest instead of subtracting it",
            lambda z: (
                np.exp(z / z.max(axis=1, keepdims=True))
                / np.exp(z / z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True)
            ),
            "Dividing z changes the distances in a row, and with them the probabilities. Subtracting keeps "
            "them.",
        ),
        Misconception(
            "z cut off",
            lambda z: (
                np.exp(np.clip(z, -700, 700)) / np.exp(np.clip(z, -700, 700)).sum(axis=1, keepdims=True)
            ),
            "No overflow any more, but 1000 and 1001 have become the same number. Keep the distance between "
            "them.",
        ),
        Misconception(
            "largest takes all",
            lambda z: np.eye(z.shape[1])[z.argmax(axis=1)],
            "The class with the largest z gets everything, the others nothing. Softmax leaves each its "
            "share.",
        ),
        Misconception(
            "sigmoid instead of the exponential",
            lambda z: 1 / (1 + np.exp(-z)) / (1 / (1 + np.exp(-z))).sum(axis=1, keepdims=True),
            "The rows add up to 1, but these are shares of sigmoids. The formula takes shares of "
            "exponentials.",
        ),
        Misconception(
            "logarithm of the probabilities",
            lambda z: z - np.logaddexp.reduce(z, axis=1)[:, None],
            "These are the logarithms of the probabilities: none is above 0. One step is left to do.",
        ),
    ),
)
