"""Networks of two layers, those of the exercises and those of common slips."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[Any]
Params = Mapping[str, Numbers]
Activation = Callable[[Numbers], Numbers]


def sigmoid(z: Numbers) -> Numbers:
    """1 / (1 + e⁻ᶻ), of complex numbers as well."""
    return np.asarray(1 / (1 + np.exp(-z)))


def sigmoid_slope(a: Numbers) -> Numbers:
    """The sigmoid's slope, from the activation a that it gave."""
    return np.asarray(a * (1 - a))


def relu(z: Numbers) -> Numbers:
    """max(0, z)."""
    return np.maximum(z, 0)


def linear(z: Numbers) -> Numbers:
    """No activation: z itself."""
    return z


def layers(params: Params, x: Numbers, hidden: Activation, output: Activation) -> tuple[Numbers, Numbers]:
    """The activations of the hidden layer, (n, hidden), and of the output layer, (n, outputs)."""
    h = hidden(x @ params["W1"] + params["b1"])
    return h, output(h @ params["W2"] + params["b2"])


def without_biases(params: Params) -> Params:
    """The same params, as if nobody had added the biases."""
    return {**params, "b1": np.zeros(2), "b2": np.zeros(1)}


def negative_biases(params: Params) -> Params:
    """The same params, as if the biases were subtracted."""
    return {**params, "b1": -params["b1"], "b2": -params["b2"]}


def late_biases(params: Params, x: Numbers) -> tuple[Numbers, Numbers]:
    """Both layers, with the biases added after the activation."""
    h = sigmoid(x @ params["W1"]) + params["b1"]
    return h, sigmoid(h @ params["W2"]) + params["b2"]


def transposed(params: Params) -> Params:
    """The same params, with the first weights transposed."""
    return {**params, "W1": params["W1"].T}


# A network and two samples, for visible cases of the functions.
SECOND_PARAMS = {
    "W1": np.array([[0.2, -0.4], [0.6, 0.1]]),
    "b1": np.array([0.3, -0.2]),
    "W2": np.array([[0.7], [-0.5]]),
    "b2": np.array([0.1]),
}
SECOND_X = np.array([[1.0, -1.0], [0.5, 2.0]])
SECOND_Y = np.array([[1.0], [0.0]])


def loss(params: Params, x: Numbers, y: Numbers) -> Any:
    """The mean squared error of the network."""
    return np.mean((layers(params, x, sigmoid, sigmoid)[1] - y) ** 2)


def slopes_of_loss(params: Params, x: Numbers, y: Numbers) -> dict[str, Numbers]:
    """The gradients, from the imaginary part after a tiny imaginary step: exact, whatever the network.

    W. Squire and G. Trapp, Using complex variables to estimate derivatives of real functions, SIAM Review 40
    (1998).
    """
    tiny = 1e-20
    grads = {}
    for name, array in params.items():
        grads[name] = np.zeros(array.shape)
        for index in np.ndindex(array.shape):
            moved = array.astype(complex)
            moved[index] += 1j * tiny
            grads[name][index] = np.imag(loss({**params, name: moved}, x, y)) / tiny
    return grads


def carried_back(params: Params, x: Numbers, delta: Numbers, weights: Numbers, slope: Activation) -> Params:
    """The gradients that follow from the output's delta, (n, 1), with these weights and slope between."""
    h, _ = layers(params, x, sigmoid, sigmoid)
    hidden = delta @ weights.T * slope(h)
    return {"W1": x.T @ hidden, "b1": hidden.sum(axis=0), "W2": h.T @ delta, "b2": delta.sum(axis=0)}


def errors(params: Params, x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
    """The slope of the loss at the outputs, and the outputs, both (n, outputs)."""
    y_hat = layers(params, x, sigmoid, sigmoid)[1]
    return 2 / len(x) * (y_hat - y), y_hat


def hidden_slip(params: Params, x: Numbers, y: Numbers, weights: Numbers, slope: Activation) -> Params:
    """The gradients with other weights or another slope on the way back through the hidden layer."""
    error, y_hat = errors(params, x, y)
    return carried_back(params, x, error * sigmoid_slope(y_hat), weights, slope)
