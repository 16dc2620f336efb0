"""Whole layers, and the parameters of a network of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from helpers.exercises.exercise import Misconception
from helpers.exercises.function_exercise import Case, FunctionExercise

Numbers = npt.NDArray[Any]


def share_of_row(z: npt.ArrayLike) -> Numbers:
    """Divide each number by the sum of its row: for checks, an activation that needs whole rows.

    z: shape (n, n_out), all rows with a sum above 0. Returns that shape. Raises ValueError for other ranks.
    """
    sums = np.asarray(z)  # a tensor or nested lists will do as well
    if sums.ndim != 2:
        raise ValueError(f"activation was given shape {sums.shape}: give it the batch, shape (n, n_out)")
    return np.asarray(sums / sums.sum(axis=1, keepdims=True))


_FIXED_ACTIVATION = (
    "This layer always uses the same activation. The caller chooses one: it arrives in activation, as a "
    "function."
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
        Misconception(
            "bias added for every input",
            lambda x, W, b, activation: activation(x @ W + x.shape[1] * b),
            "A neuron has one bias, however many inputs it has. Here it is added once for each input.",
        ),
        Misconception(
            "bias added to the weights",
            lambda x, W, b, activation: activation(x @ (W + b)),
            "There every input meets the bias as well. The bias comes after the product, and meets no input.",
        ),
        Misconception(
            "bias subtracted",
            lambda x, W, b, activation: activation(x @ W - b),
            "Look at the sign before the bias in the formula.",
        ),
        Misconception(
            "one bias for all neurons",
            lambda x, W, b, activation: activation(x @ W + b[0]),
            "All neurons get the first one's bias here. b holds one for each of them.",
        ),
        Misconception(
            "tanh, whatever the activation",
            lambda x, W, b, _activation: np.tanh(x @ W + b),
            _FIXED_ACTIVATION,
        ),
        Misconception(
            "relu, whatever the activation",
            lambda x, W, b, _activation: np.maximum(0, x @ W + b),
            _FIXED_ACTIVATION,
        ),
        Misconception(
            "activation applied twice",
            lambda x, W, b, activation: activation(activation(x @ W + b)),
            "The activation is applied to its own result as well. Each weighted sum goes through it once.",
        ),
        Misconception(
            "rows and columns exchanged",
            lambda x, W, b, activation: activation(x @ W + b).T,
            "Every number is there, but the samples stand in the columns. One sample per row is asked for.",
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
        Misconception(
            "biases of the layer before",
            lambda layer_sizes: _weights(layer_sizes) + sum(layer_sizes[:-1]),
            "The weights are right. Of the two layers that the connections join, which one's neurons are "
            "shifted by a bias?",
        ),
        Misconception(
            "biases of the output layer left out",
            lambda layer_sizes: _weights(layer_sizes) + sum(layer_sizes[1:-1]),
            "The output neurons have biases, too. Only the input layer goes without.",
        ),
        Misconception(
            "only the first pair of layers",
            lambda layer_sizes: (layer_sizes[0] + 1) * layer_sizes[1],
            "Only the first two layers are counted. In a loop, return ends it at once: should that line be "
            "indented so far?",
        ),
        Misconception(
            "last layer left out",
            lambda layer_sizes: _weights(layer_sizes[:-1]) + sum(layer_sizes[1:-1]),
            "What leads into the output layer is not counted. How many pairs of neighbours are there, and "
            "does the loop reach the last?",
        ),
        Misconception(
            "only the last pair of layers",
            lambda layer_sizes: (layer_sizes[-2] + 1) * layer_sizes[-1],
            "Only what leads into the output layer is left. In a loop, each round must add to what the "
            "rounds before it gave.",
        ),
        Misconception(
            "sizes of all layers multiplied",
            math.prod,
            "Connections join neighbouring layers only: multiply two sizes at a time, and add up.",
        ),
        Misconception(
            "not added up",
            lambda layer_sizes: [(before + 1) * after for before, after in pairwise(layer_sizes)],
            "These are the parameters of each layer. Asked for is one number for the whole network.",
        ),
        Misconception(
            "the same number for every network",
            lambda _layer_sizes: 101_770,
            "That is the count for the layers 784, 128 and 10, and it comes out for others as well. Work it "
            "out from layer_sizes.",
        ),
    ),
)
