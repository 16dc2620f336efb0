"""The backward pass as a function."""

from __future__ import annotations

import numpy as np

from helpers.backpropagation_steps import (
    EXAMPLE_PARAMS,
)
from helpers.exercises.backpropagation.going_forward import forward
from helpers.exercises.backpropagation.networks import (
    SECOND_PARAMS,
    SECOND_X,
    SECOND_Y,
    Numbers,
    Params,
    carried_back,
    errors,
    hidden_slip,
    sigmoid,
    sigmoid_slope,
    slopes_of_loss,
)
from helpers.exercises.network_exercise import (
    BackwardExercise,
)
from helpers.kit.cases import Case
from helpers.kit.exercise import Misconception


def _times(factor: float, arrays: Params) -> dict[str, Numbers]:
    return {name: factor * array for name, array in arrays.items()}


def _no_output_slope(params: Params, x: Numbers, y: Numbers) -> Params:
    error, _ = errors(params, x, y)
    return carried_back(params, x, error, params["W2"], sigmoid_slope)


def _biases_averaged(params: Params, x: Numbers, y: Numbers) -> dict[str, Numbers]:
    grads = slopes_of_loss(params, x, y)
    return {name: grad / len(x) if name.startswith("b") else grad for name, grad in grads.items()}


def _w1_transposed(params: Params, x: Numbers, y: Numbers) -> dict[str, Numbers]:
    grads = slopes_of_loss(params, x, y)
    return {**grads, "W1": grads["W1"].T}


def _after_an_update(params: Params, x: Numbers, y: Numbers) -> Params:
    changed = params["W2"] - 0.5 * slopes_of_loss(params, x, y)["W2"]
    return hidden_slip(params, x, y, changed, sigmoid_slope)


def _slopes_taken_twice(params: Params, x: Numbers, y: Numbers) -> Params:
    def again(a: Numbers) -> Numbers:
        return sigmoid_slope(sigmoid(a))

    error, y_hat = errors(params, x, y)
    return carried_back(params, x, error * again(y_hat), params["W2"], again)


backward = BackwardExercise(
    name="backward",
    points=4,
    forward=forward,
    hints=(
        "Translate the six equations above, one line each. D2 has the shape (n, 1) and D1 the shape "
        "(n, 2). Where the equation adds up over the samples, use np.sum with axis=0.",
        "D2 = 2 / len(y) * (y_hat - y) * y_hat * (1 - y_hat); D1 = D2 @ params['W2'].T times the slope of "
        "the hidden sigmoid. Then h.T @ D2, D2.sum(axis=0), and the same two for the first layer.",
    ),
    cases=(
        Case(
            {"params": EXAMPLE_PARAMS, "x": np.array([[1.0, 2.0]]), "y": np.array([[0.0]])},
            {
                "W1": [[0.06935448, -0.11604853], [0.13870896, -0.23209707]],
                "b1": [0.06935448, -0.11604853],
                "W2": [[0.18370068], [0.0793702]],
                "b2": [0.29512078],
            },
        ),
        Case(
            {"params": SECOND_PARAMS, "x": SECOND_X, "y": SECOND_Y},
            {
                "W1": [[-0.01148566, 0.00281479], [0.04703906, -0.0477889]],
                "b1": [-0.00437498, -0.00618003],
                "W2": [[0.07033885], [0.03008846]],
                "b2": [0.03883046],
            },
        ),
    ),
    misconceptions=(
        Misconception(
            "sign flipped",
            lambda params, x, y: _times(-1, slopes_of_loss(params, x, y)),
            "All signs are the other way round. The error is ŷ − y, in this order.",
        ),
        Misconception(
            "derivative of the output's activation forgotten",
            _no_output_slope,
            "The slope of the output's sigmoid is missing as a factor of D2.",
        ),
        Misconception(
            "derivative of the hidden activation forgotten",
            lambda params, x, y: hidden_slip(params, x, y, params["W2"], np.ones_like),
            "The output layer is right. D1 lacks a factor: the slope of the hidden sigmoid.",
        ),
        Misconception(
            "factor 2 forgotten",
            lambda params, x, y: _times(0.5, slopes_of_loss(params, x, y)),
            "Everything is half of what it should be: what is the derivative of a square?",
        ),
        Misconception(
            "mean over the batch forgotten",
            lambda params, x, y: _times(len(x), slopes_of_loss(params, x, y)),
            "With one sample this is right; with n samples it is n times too large. The loss is a mean over "
            "the samples.",
        ),
        Misconception(
            "gradient of W1 transposed",
            _w1_transposed,
            "W1's gradient is transposed. Row i, column j belongs to the edge from input i to hidden neuron "
            "j. Because W1 is square, NumPy cannot tell.",
        ),
        Misconception(
            "W2 left out on the way back",
            lambda params, x, y: hidden_slip(params, x, y, np.ones((2, 1)), sigmoid_slope),
            "The output layer is right. D1 lacks the weights of the edges between output and hidden layer.",
        ),
        Misconception(
            "gradients of the biases averaged",
            _biases_averaged,
            "The weights are right. D1 and D2 already hold the 1/n of the mean: add up the biases' gradients "
            "over the samples.",
        ),
        Misconception(
            "divided by n twice",
            lambda params, x, y: _times(1 / len(x), slopes_of_loss(params, x, y)),
            "With one sample this is right; with n samples it is n times too small. The 1/n of the mean "
            "comes in once.",
        ),
        Misconception(
            "weights updated too early",
            _after_an_update,
            "D1 was worked out with W2 as it is after an update. All gradients belong to the weights as they "
            "were before it.",
        ),
        Misconception(
            "slope of the sigmoid at its own value",
            _slopes_taken_twice,
            "H and Ŷ are sigmoids already. Their slopes need them as they are, without another sigmoid.",
        ),
    ),
)
