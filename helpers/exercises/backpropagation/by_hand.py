"""One forward and one backward pass, worked out with a pencil."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from helpers.backpropagation_steps import (
    EXAMPLE_PARAMS,
    EXAMPLE_X,
    EXAMPLE_Y,
    backpropagation_steps,
    named_weights,
)
from helpers.exercises.backpropagation.networks import (
    Activation,
    Params,
    late_biases,
    layers,
    linear,
    negative_biases,
    sigmoid,
    sigmoid_slope,
    transposed,
    without_biases,
)
from helpers.exercises.numbers_exercise import NumbersExercise
from helpers.kit.exercise import Misconception

# The worked example

_RIGHT = {step.name: step.value for step in backpropagation_steps(EXAMPLE_PARAMS, EXAMPLE_X, EXAMPLE_Y)}
_WEIGHTS = named_weights(EXAMPLE_PARAMS)


def _example_forward(params: Params, hidden: Activation, output: Activation) -> tuple[float, ...]:
    h, y_hat = layers(params, np.array(EXAMPLE_X), hidden, output)
    return (*h.tolist(), float(y_hat[0]), float((y_hat[0] - EXAMPLE_Y) ** 2))


def _example_late_biases() -> tuple[float, ...]:
    h, y_hat = late_biases(EXAMPLE_PARAMS, np.array(EXAMPLE_X))
    return (*h.tolist(), float(y_hat[0]), float((y_hat[0] - EXAMPLE_Y) ** 2))


def _wrong_loss(loss: float) -> tuple[float, ...]:
    return (_RIGHT["h1"], _RIGHT["h2"], _RIGHT["y_hat"], loss)


forward_pass = NumbersExercise(
    name="forward_pass",
    points=3,
    hints=(
        "Each neuron does the same: multiply every input by the weight of its edge, add up, add the bias, "
        "then apply the sigmoid. For the output neuron, h1 and h2 are the inputs.",
        "h1 = sigmoid(w11 * x1 + w21 * x2 + b1). For h2 take the two edges that end at h2. For y_hat, take "
        "v1, v2 and c. The loss is the square of the difference between y_hat and y.",
    ),
    expected={name: _RIGHT[name] for name in ("h1", "h2", "y_hat", "loss")},
    misconceptions=(
        Misconception(
            "activation forgotten",
            lambda: _example_forward(EXAMPLE_PARAMS, linear, linear),
            "These are weighted sums. Each neuron still has to apply the sigmoid to its sum.",
        ),
        Misconception(
            "activation forgotten in the output",
            lambda: _example_forward(EXAMPLE_PARAMS, sigmoid, linear),
            "The output neuron has a sigmoid, too: its value always lies between 0 and 1.",
        ),
        Misconception(
            "biases forgotten",
            lambda: _example_forward(without_biases(EXAMPLE_PARAMS), sigmoid, sigmoid),
            "The products are there, but the biases b1, b2 and c are not. Add each before the sigmoid.",
        ),
        Misconception(
            "w12 and w21 swapped",
            lambda: _example_forward(transposed(EXAMPLE_PARAMS), sigmoid, sigmoid),
            "w12 leads from x1 to h2, and w21 from x2 to h1: the first index is where an edge starts.",
        ),
        Misconception(
            "error not squared",
            lambda: _wrong_loss(_RIGHT["y_hat"] - EXAMPLE_Y),
            "That is the error itself. The loss is its square.",
        ),
        Misconception(
            "loss with the factor one half",
            lambda: _wrong_loss(_RIGHT["loss"] / 2),
            "Some books put ½ in front of the squared error. The MSE of lesson 02 has none.",
        ),
        Misconception(
            "cross-entropy instead of the MSE",
            lambda: _wrong_loss(-float(np.log(1 - _RIGHT["y_hat"]))),
            "That is the cross-entropy. The loss of this lesson is the MSE.",
        ),
        Misconception(
            "biases added after the activation",
            _example_late_biases,
            "The sigmoid comes last: it is applied to the weighted sum with its bias.",
        ),
        Misconception(
            "biases subtracted",
            lambda: _example_forward(negative_biases(EXAMPLE_PARAMS), sigmoid, sigmoid),
            "Look at the signs: every bias is added, even one that is negative.",
        ),
    ),
)


GRADIENT_NAMES = (
    "grad_c", "grad_v1", "grad_v2",
    "grad_b1", "grad_w11", "grad_w21",
    "grad_b2", "grad_w12", "grad_w22",
    "grad_x1",
)  # fmt: skip


def _example_backward(
    delta: float, weights: tuple[float, float], slopes: tuple[float, float]
) -> dict[str, float]:
    """The gradients that follow from delta when these weights and slopes are used in the hidden layer."""
    grads = {
        "grad_c": delta,
        "grad_v1": delta * _RIGHT["h1"],
        "grad_v2": delta * _RIGHT["h2"],
        "grad_x1": 0.0,
    }
    for j, (weight, slope) in enumerate(zip(weights, slopes, strict=True), start=1):
        grads[f"grad_b{j}"] = delta * weight * slope
        for i, x in enumerate(EXAMPLE_X, start=1):
            grads[f"grad_w{i}{j}"] = grads[f"grad_b{j}"] * x
        grads["grad_x1"] += grads[f"grad_b{j}"] * _WEIGHTS[f"w1{j}"]
    return grads


def _in_order(grads: Mapping[str, float]) -> tuple[float, ...]:
    return tuple(grads[name] for name in GRADIENT_NAMES)


def _times_right(factor: float) -> tuple[float, ...]:
    return tuple(factor * _RIGHT[name] for name in GRADIENT_NAMES)


_V = (_WEIGHTS["v1"], _WEIGHTS["v2"])
_SLOPES = (_RIGHT["h1"] * (1 - _RIGHT["h1"]), _RIGHT["h2"] * (1 - _RIGHT["h2"]))
_V_UPDATED = (
    _WEIGHTS["v1"] - 0.5 * _RIGHT["grad_v1"],
    _WEIGHTS["v2"] - 0.5 * _RIGHT["grad_v2"],
)


def _slope_of(value: float) -> float:
    """The slope of the sigmoid at this point."""
    return float(sigmoid_slope(sigmoid(np.array(value))))


_SLOPES_TWICE = (_slope_of(_RIGHT["h1"]), _slope_of(_RIGHT["h2"]))
_TWICE_C = 2 * (_RIGHT["y_hat"] - EXAMPLE_Y) * _slope_of(_RIGHT["y_hat"])


gradients = NumbersExercise(
    name="gradients",
    points=4,
    hints=(
        "Go from right to left. Each gradient is the gradient just to the right of it, times one more "
        "factor. grad_c is the product of the first two factors of the chain.",
        "grad_c = 2 * (y_hat - y) * y_hat * (1 - y_hat), then grad_v1 = grad_c * h1. In the hidden layer "
        "grad_b1 = grad_c * v1 * h1 * (1 - h1), and the weights that end at h1 multiply it by their input.",
    ),
    expected={name: _RIGHT[name] for name in GRADIENT_NAMES},
    misconceptions=(
        Misconception(
            "sign flipped",
            lambda: _times_right(-1),
            "All sizes are right, but all signs are wrong: the slope of (ŷ − y)² starts with 2 (ŷ − y), not "
            "with 2 (y − ŷ).",
        ),
        Misconception(
            "factor 2 forgotten",
            lambda: _times_right(0.5),
            "Everything is half of what it should be: what is the derivative of a square?",
        ),
        Misconception(
            "derivative of the output's activation forgotten",
            lambda: _times_right(1 / (_RIGHT["y_hat"] * (1 - _RIGHT["y_hat"]))),
            "The chain goes through the sigmoid of the output. Its slope is missing as a factor.",
        ),
        Misconception(
            "derivative of the hidden activation forgotten",
            lambda: _in_order(_example_backward(_RIGHT["grad_c"], _V, (1.0, 1.0))),
            "The output layer is right. On the way to the hidden weights the chain goes through a second "
            "sigmoid: its slope is missing.",
        ),
        Misconception(
            "weight left out on the way back",
            lambda: _in_order(_example_backward(_RIGHT["grad_c"], (1.0, 1.0), _SLOPES)),
            "Between the output and a hidden neuron lies an edge, v1 or v2. Its weight is a factor of the "
            "chain.",
        ),
        Misconception(
            "grad_w12 and grad_w21 swapped",
            lambda: _in_order({**_RIGHT, "grad_w12": _RIGHT["grad_w21"], "grad_w21": _RIGHT["grad_w12"]}),
            "w12 leads from x1 to h2: its gradient is that of the sum in h2, times x1.",
        ),
        Misconception(
            "only the path through h1",
            lambda: _in_order({**_RIGHT, "grad_x1": _RIGHT["grad_b1"] * _WEIGHTS["w11"]}),
            "For x1 that is one of two paths to the output. Gradients add where paths meet.",
        ),
        Misconception(
            "only the path through h2",
            lambda: _in_order({**_RIGHT, "grad_x1": _RIGHT["grad_b2"] * _WEIGHTS["w12"]}),
            "For x1 that is one of two paths to the output. Gradients add where paths meet.",
        ),
        Misconception(
            "weights updated too early",
            lambda: _in_order(_example_backward(_RIGHT["grad_c"], _V_UPDATED, _SLOPES)),
            "The hidden layer was worked out with v1 and v2 as they are after an update. All gradients "
            "belong to the weights as they were before it.",
        ),
        Misconception(
            "slope of the sigmoid at its own value",
            lambda: _in_order(_example_backward(_TWICE_C, _V, _SLOPES_TWICE)),
            "h1, h2 and y_hat are sigmoids already. Their slopes need them as they are, without another "
            "sigmoid.",
        ),
        Misconception(
            "inputs left out",
            lambda: _in_order({**_RIGHT, "grad_w21": _RIGHT["grad_b1"], "grad_w22": _RIGHT["grad_b2"]}),
            "The biases are right. A weight of the hidden layer has one more factor: the input at the start "
            "of its edge.",
        ),
        Misconception(
            "v1 and v2 swapped",
            lambda: _in_order(_example_backward(_RIGHT["grad_c"], (_V[1], _V[0]), _SLOPES)),
            "Each hidden neuron has its own edge to the output: that of h1 carries v1, that of h2 "
            "carries v2.",
        ),
    ),
)
