"""The exercises of lesson 01: from the weighted sum of one neuron to the parameters of a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from helpers.exercises.exercise import Misconception
from helpers.exercises.function_exercise import Case, FunctionExercise
from helpers.exercises.values import ABSOLUTE_TOLERANCE, RELATIVE_TOLERANCE, as_numbers

Numbers = npt.NDArray[Any]


@dataclass(frozen=True)
class OverflowExercise(FunctionExercise):
    """A function that can overflow: a slip that gives nan is known by where its nan stand."""

    def _agree(self, seen: Any, expected: Any) -> bool:
        try:
            numbers, known = as_numbers(seen), as_numbers(expected)
        except (TypeError, ValueError):
            return False
        return numbers.shape == known.shape and bool(
            np.allclose(numbers, known, rtol=RELATIVE_TOLERANCE, atol=ABSOLUTE_TOLERANCE, equal_nan=True)
        )


def share_of_row(z: Numbers) -> Numbers:
    """Divide each number by the sum of its row: for checks, an activation that needs whole rows.

    z: shape (n, n_out), all rows with a sum above 0. Returns that shape. Raises ValueError for other ranks.
    """
    if np.ndim(z) != 2:
        raise ValueError(f"activation was given shape {np.shape(z)}: give it the batch, shape (n, n_out).")
    return np.asarray(z / z.sum(axis=1, keepdims=True))


weighted_sum = FunctionExercise(
    name="weighted_sum",
    points=3,
    hints=(
        "Each input has a weight of its own: what do you do with such a pair? What happens once, at the end?",
        "w * x multiplies the two arrays pair by pair, and np.sum adds the products up. The bias is added "
        "once.",
    ),
    cases=(
        Case({"x": np.array([6.0, 2.0, 2.0]), "w": np.array([0.5, -1.5, -1.0]), "b": 1.0}, -1.0),
        Case({"x": np.array([1.0, 2.0]), "w": np.array([3.0, -1.0]), "b": 0.5}, 1.5),
    ),
    misconceptions=(
        Misconception(
            "bias left out",
            lambda x, w, _b: np.sum(w * x),
            "The products are added up as they should be. One number of the formula is not used yet.",
        ),
        Misconception(
            "bias added for every input",
            lambda x, w, b: np.sum(w * x + b),
            "A neuron has one bias, however many inputs it has. Here it is added once for each input.",
        ),
        Misconception(
            "not added up",
            lambda x, w, b: w * x + b,
            "These are several numbers, one for each input. A neuron holds a single number: what does Σ "
            "ask for?",
        ),
        Misconception(
            "inputs and weights added up before multiplying",
            lambda x, w, b: np.sum(w) * np.sum(x) + b,
            "The order matters: each input meets its own weight first, then the products are added up.",
        ),
        Misconception(
            "weights added instead of multiplied",
            lambda x, w, b: np.sum(w + x) + b,
            "A weight says how much its input counts: a weight of 0 must silence it. Adding cannot do that.",
        ),
        Misconception(
            "bias subtracted",
            lambda x, w, b: np.sum(w * x) - b,
            "Look at the sign before the bias in the formula.",
        ),
    ),
)

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
    ),
)

sigmoid = OverflowExercise(
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
    ),
)

_COLUMNS = (
    "Every column adds up to 1 here. Each row is one sample, and each row should add up to 1: look at axis."
)
_WHOLE_BATCH = (
    "All numbers of the batch add up to 1 together. The samples have nothing to do with each other: each row "
    "should add up to 1."
)

softmax = OverflowExercise(
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
    ),
)

dense = FunctionExercise(
    name="dense",
    points=4,
    hints=(
        "One sample and one neuron are a weighted sum. Which operation on two matrices does that for "
        "every row of x with every column of W?",
        "x @ W has the shape (n, n_out). Add b: NumPy adds it to every row. Then hand the whole of it to "
        "activation, which is a function like any other.",
    ),
    cases=(
        Case(
            {
                "x": np.array([[1.0, 2.0, 3.0], [0.0, 1.0, -1.0]]),
                "W": np.array([[1.0, 0.0], [-1.0, 2.0], [0.5, 1.0]]),
                "b": np.array([0.5, -1.0]),
                "activation": np.tanh,
            },
            [[0.76159416, 0.99998771], [-0.76159416, 0.0]],
        ),
        Case(
            {
                "x": np.array([[1.0, 2.0], [0.0, 1.0], [2.0, 0.0]]),
                "W": np.array([[1.0, 2.0, 0.0, 1.0], [0.0, 1.0, 1.0, 2.0]]),
                "b": np.array([1.0, 0.0, 0.0, 1.0]),
                "activation": share_of_row,
            },
            [[1 / 7, 2 / 7, 1 / 7, 3 / 7], [1 / 6, 1 / 6, 1 / 6, 1 / 2], [0.3, 0.4, 0.0, 0.3]],
        ),
    ),
    misconceptions=(
        Misconception(
            "activation left out",
            lambda x, W, b, _activation: x @ W + b,
            "These are the weighted sums. The layer gives what activation makes of them.",
        ),
        Misconception(
            "bias left out",
            lambda x, W, _b, activation: activation(x @ W),
            "Every neuron has a bias of its own, and b is not used yet.",
        ),
        Misconception(
            "bias added after the activation",
            lambda x, W, b, activation: activation(x @ W) + b,
            "The order matters: the bias shifts the weighted sum, and the activation comes last.",
        ),
        Misconception(
            "activation of the inputs",
            lambda x, W, b, activation: activation(x) @ W + b,
            "The inputs go in as they are. The activation belongs to the neurons of this layer, so it "
            "comes last.",
        ),
    ),
)


def _weights(layer_sizes: Sequence[int]) -> int:
    return sum(before * after for before, after in pairwise(layer_sizes))


count_parameters = FunctionExercise(
    name="count_parameters",
    points=2,
    hints=(
        "Go from layer to layer. How many connections lead into it, and how many of its neurons have a bias?",
        "zip(layer_sizes[:-1], layer_sizes[1:]) gives the pairs (n_in, n_out) of neighbouring layers. "
        "Each pair adds a matrix of n_in times n_out weights and a bias for each of the n_out neurons.",
    ),
    cases=(
        Case({"layer_sizes": [784, 128, 10]}, 101_770),
        Case({"layer_sizes": [2, 2, 1]}, 9),
    ),
    misconceptions=(
        Misconception(
            "biases left out",
            _weights,
            "That counts the weights. What else does training change?",
        ),
        Misconception(
            "biases for the input layer, too",
            lambda layer_sizes: _weights(layer_sizes) + sum(layer_sizes),
            "The neurons of the input layer hold the data as they are: they have no bias.",
        ),
        Misconception(
            "one bias per layer",
            lambda layer_sizes: _weights(layer_sizes) + len(layer_sizes) - 1,
            "The weights are right. The biases are too few: every neuron of a layer has its own.",
        ),
        Misconception(
            "hidden layers left out",
            lambda layer_sizes: (layer_sizes[0] + 1) * layer_sizes[-1],
            "That would be a network without hidden layers. Connections lead from each layer to the next.",
        ),
        Misconception(
            "neurons counted",
            sum,
            "That is the number of neurons. Parameters are the weights on the connections, and the biases.",
        ),
    ),
)
