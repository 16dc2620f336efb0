"""The worked example of lesson 04: one sample through a 2-2-1 network and back, one edge at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

SHAPES = {"W1": (2, 2), "b1": (2,), "W2": (2, 1), "b2": (1,)}

EXAMPLE_PARAMS: dict[str, npt.NDArray[np.float64]] = {
    "W1": np.array([[0.5, -1.0], [-0.25, 0.25]]),
    "b1": np.array([0.5, -0.5]),
    "W2": np.array([[1.0], [-2.0]]),
    "b2": np.array([0.75]),
}
EXAMPLE_X = (1.0, 2.0)
EXAMPLE_Y = 0.0


@dataclass(frozen=True)
class Step:
    """What is worked out at one edge or neuron.

    at: the edge ("x1", "h1"), with its ends in the order of the forward pass, or the neuron ("h1",).
    backward: whether the step belongs to the backward pass.
    name: the name of the number, as the lesson's code writes it ("h1", "grad_w11", "w11 * x1").
    working: how it is worked out, with the numbers put in, without the result.
    """

    at: tuple[str, ...]
    backward: bool
    name: str
    working: str
    value: float

    def line(self) -> str:
        """The step as one line of text."""
        return f"{self.name} = {self.working} = {shown(self.value)}"


def shown(value: float) -> str:
    """Write a number with at most four decimals."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.replace("-", "−")


def named_weights(params: Mapping[str, npt.ArrayLike]) -> dict[str, float]:
    """Take the arrays of a 2-2-1 network apart into the numbers w11, w12, w21, w22, b1, b2, v1, v2 and c.

    params: W1 (2, 2), b1 (2,), W2 (2, 1), b2 (1,). Raises ValueError for other keys or shapes.
    """
    shapes = {key: np.shape(value) for key, value in params.items()}
    if shapes != SHAPES:
        raise ValueError(f"params has the shapes {shapes}: a 2-2-1 network has {SHAPES}.")
    (w11, w12), (w21, w22) = np.asarray(params["W1"], float).tolist()
    b1, b2 = np.asarray(params["b1"], float).tolist()
    v1, v2 = np.asarray(params["W2"], float)[:, 0].tolist()
    (c,) = np.asarray(params["b2"], float).tolist()
    return {"w11": w11, "w12": w12, "w21": w21, "w22": w22, "b1": b1, "b2": b2, "v1": v1, "v2": v2, "c": c}


def backpropagation_steps(params: Mapping[str, npt.ArrayLike], x: Any, y: Any) -> list[Step]:
    """Work out every number of both passes for one sample, with sigmoids and the squared error.

    params: W1 (2, 2), b1 (2,), W2 (2, 1), b2 (1,). x: two numbers. y: one number.
    Raises ValueError for other shapes.
    """
    if np.shape(x) != (2,) or np.size(y) != 1:
        raise ValueError(
            f"x has the shape {np.shape(x)} and y {np.shape(y)}: x should be two numbers, and y one."
        )
    values = named_weights(params)
    values |= {"x1": float(x[0]), "x2": float(x[1]), "y": float(np.reshape(y, ()))}
    steps: list[Step] = []

    def add(at: tuple[str, ...], name: str, working: str, value: float, *, backward: bool = False) -> None:
        values[name] = value
        steps.append(Step(at, backward, name, working, value))

    _go_forward(values, add)
    _go_backward(values, add)
    return steps


def _go_forward(values: dict[str, float], add: Any) -> None:
    neurons = (
        ("h1", "b1", (("w11", "x1"), ("w21", "x2"))),
        ("h2", "b2", (("w12", "x1"), ("w22", "x2"))),
        ("y_hat", "c", (("v1", "h1"), ("v2", "h2"))),
    )
    for neuron, bias, edges in neurons:
        total = values[bias]
        parts = []
        for weight, source in edges:
            product = values[weight] * values[source]
            add((source, neuron), f"{weight} * {source}", _times(values[weight], values[source]), product)
            parts.append(product)
            total += product
        working = f"sigmoid({_plus(*parts, values[bias])}) = sigmoid({shown(total)})"
        # The sigmoid by way of tanh: no exponential overflows.
        add((neuron,), neuron, working, (1 + math.tanh(total / 2)) / 2)
    error = values["y_hat"] - values["y"]
    add(("y_hat", "loss"), "loss", f"({_minus(values['y_hat'], values['y'])})²", error**2)


def _go_backward(values: dict[str, float], add: Any) -> None:
    def back(at: tuple[str, ...], name: str, working: str, value: float) -> None:
        add(at, name, working, value, backward=True)

    y_hat = values["y_hat"]
    slope = 2 * (y_hat - values["y"])
    back(("y_hat", "loss"), "grad_y_hat", f"2 · ({_minus(y_hat, values['y'])})", slope)
    delta = slope * y_hat * (1 - y_hat)
    back(("y_hat",), "grad_c", _times(slope, y_hat, 1 - y_hat), delta)
    for hidden, weight in (("h1", "v1"), ("h2", "v2")):
        back((hidden, "y_hat"), f"grad_{weight}", _times(delta, values[hidden]), delta * values[hidden])
    deltas = {}
    for j, (hidden, weight) in enumerate((("h1", "v1"), ("h2", "v2")), start=1):
        h = values[hidden]
        deltas[hidden] = delta * values[weight] * h * (1 - h)
        back((hidden,), f"grad_b{j}", _times(delta, values[weight], h, 1 - h), deltas[hidden])
        for i in (1, 2):
            x = values[f"x{i}"]
            back((f"x{i}", hidden), f"grad_w{i}{j}", _times(deltas[hidden], x), deltas[hidden] * x)
    for i in (1, 2):
        ways = [(deltas[f"h{j}"], values[f"w{i}{j}"]) for j in (1, 2)]
        working = " + ".join(f"({_times(*way)})" for way in ways)
        back((f"x{i}",), f"grad_x{i}", working, sum(delta * weight for delta, weight in ways))


def _signed(value: float) -> str:
    return f"({shown(value)})" if shown(value).startswith("−") else shown(value)


def _times(first: float, *others: float) -> str:
    return " · ".join([shown(first), *map(_signed, others)])


def _plus(first: float, *others: float) -> str:
    return " + ".join([shown(first), *map(_signed, others)])


def _minus(first: float, second: float) -> str:
    return f"{shown(first)} − {_signed(second)}"
