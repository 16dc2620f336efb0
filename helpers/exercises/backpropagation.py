"""The exercises of lesson 04: backpropagation, by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from helpers.backpropagation_steps import (
    EXAMPLE_PARAMS,
    EXAMPLE_X,
    EXAMPLE_Y,
    backpropagation_steps,
    named_weights,
)
from helpers.exercises.exercise import Misconception
from helpers.exercises.function_exercise import Case
from helpers.exercises.network_exercise import (
    CHANGED_IN_PLACE,
    BackwardExercise,
    ForwardExercise,
    GradientsExercise,
    TrainExercise,
)
from helpers.exercises.numbers_exercise import NumbersExercise

Numbers = npt.NDArray[Any]
Params = Mapping[str, Numbers]
Activation = Callable[[Numbers], Numbers]


def _sigmoid(z: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-z)))


def _linear(z: Numbers) -> Numbers:
    return z


def _layers(params: Params, x: Numbers, hidden: Activation, output: Activation) -> tuple[Numbers, Numbers]:
    h = hidden(x @ params["W1"] + params["b1"])
    return h, output(h @ params["W2"] + params["b2"])


def _without_biases(params: Params) -> Params:
    return {**params, "b1": np.zeros(2), "b2": np.zeros(1)}


def _transposed(params: Params) -> Params:
    return {**params, "W1": params["W1"].T}


# The worked example

_RIGHT = {step.name: step.value for step in backpropagation_steps(EXAMPLE_PARAMS, EXAMPLE_X, EXAMPLE_Y)}
_WEIGHTS = named_weights(EXAMPLE_PARAMS)


def _example_forward(params: Params, hidden: Activation, output: Activation) -> tuple[float, ...]:
    h, y_hat = _layers(params, np.array(EXAMPLE_X), hidden, output)
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
            lambda: _example_forward(EXAMPLE_PARAMS, _linear, _linear),
            "These are weighted sums. Each neuron still has to apply the sigmoid to its sum.",
        ),
        Misconception(
            "activation forgotten in the output",
            lambda: _example_forward(EXAMPLE_PARAMS, _sigmoid, _linear),
            "The output neuron has a sigmoid, too: its value always lies between 0 and 1.",
        ),
        Misconception(
            "biases forgotten",
            lambda: _example_forward(_without_biases(EXAMPLE_PARAMS), _sigmoid, _sigmoid),
            "The products are there, the biases b1, b2 and c are not. Add each before the sigmoid.",
        ),
        Misconception(
            "w12 and w21 swapped",
            lambda: _example_forward(_transposed(EXAMPLE_PARAMS), _sigmoid, _sigmoid),
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
    ),
)

GRADIENT_NAMES = (
    *("grad_c", "grad_v1", "grad_v2"),
    *("grad_b1", "grad_w11", "grad_w21"),
    *("grad_b2", "grad_w12", "grad_w22"),
    "grad_x1",
)


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
            "All sizes are right, all signs are wrong: the slope of (ŷ − y)² starts with 2 (ŷ − y), not "
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
    ),
)

# The same in matrices

_SECOND_PARAMS = {
    "W1": np.array([[0.2, -0.4], [0.6, 0.1]]),
    "b1": np.array([0.3, -0.2]),
    "W2": np.array([[0.7], [-0.5]]),
    "b2": np.array([0.1]),
}
_SECOND_X = np.array([[1.0, -1.0], [0.5, 2.0]])
_SECOND_Y = np.array([[1.0], [0.0]])

forward = ForwardExercise(
    name="forward",
    points=3,
    hints=(
        "Two lines, one per layer: matrix product, plus the bias, then the sigmoid. Keep what backward will "
        "need.",
        "h = sigmoid(x @ params['W1'] + params['b1']), and y_hat in the same way from h. A tuple such as "
        "(x, h, y_hat) makes a good cache.",
    ),
    cases=(
        Case({"params": EXAMPLE_PARAMS, "x": np.array([[1.0, 2.0]])}, {"y_hat": [[0.64211978]]}),
        Case({"params": _SECOND_PARAMS, "x": _SECOND_X}, {"y_hat": [[0.5662601], [0.61238056]]}),
    ),
    misconceptions=(
        Misconception(
            "activation forgotten in the output",
            lambda params, x: {"y_hat": _layers(params, x, _sigmoid, _linear)[1]},
            "The output layer ends with a sigmoid, too.",
        ),
        Misconception(
            "activation forgotten in the hidden layer",
            lambda params, x: {"y_hat": _layers(params, x, _linear, _sigmoid)[1]},
            "The hidden layer gives weighted sums on here. Where does its sigmoid come in?",
        ),
        Misconception(
            "activation forgotten in both layers",
            lambda params, x: {"y_hat": _layers(params, x, _linear, _linear)[1]},
            "Without the sigmoids the whole network is one linear map. Each layer ends with one.",
        ),
        Misconception(
            "W1 transposed",
            lambda params, x: {"y_hat": _layers(_transposed(params), x, _sigmoid, _sigmoid)[1]},
            "W1 is turned over here. Its rows belong to the inputs, its columns to the hidden neurons: no "
            "transpose is needed. As W1 is square, NumPy cannot notice.",
        ),
        Misconception(
            "biases forgotten",
            lambda params, x: {"y_hat": _layers(_without_biases(params), x, _sigmoid, _sigmoid)[1]},
            "The matrix products are right. Add b1 and b2 before the sigmoids.",
        ),
        CHANGED_IN_PLACE,
    ),
)


def _loss(params: Params, x: Numbers, y: Numbers) -> Any:
    return np.mean((_layers(params, x, _sigmoid, _sigmoid)[1] - y) ** 2)


def _slopes_of_loss(params: Params, x: Numbers, y: Numbers) -> dict[str, Numbers]:
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
            grads[name][index] = np.imag(_loss({**params, name: moved}, x, y)) / tiny
    return grads


def _times(factor: float, arrays: Params) -> dict[str, Numbers]:
    return {name: factor * array for name, array in arrays.items()}


def _slope(a: Numbers) -> Numbers:
    return np.asarray(a * (1 - a))


def _carried_back(params: Params, x: Numbers, delta: Numbers, weights: Numbers, slope: Activation) -> Params:
    """The gradients that follow from the output's delta, (n, 1), with these weights and slope between."""
    h, _ = _layers(params, x, _sigmoid, _sigmoid)
    hidden = delta @ weights.T * slope(h)
    return {"W1": x.T @ hidden, "b1": hidden.sum(axis=0), "W2": h.T @ delta, "b2": delta.sum(axis=0)}


def _errors(params: Params, x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
    y_hat = _layers(params, x, _sigmoid, _sigmoid)[1]
    return 2 / len(x) * (y_hat - y), y_hat


def _no_output_slope(params: Params, x: Numbers, y: Numbers) -> Params:
    error, _ = _errors(params, x, y)
    return _carried_back(params, x, error, params["W2"], _slope)


def _hidden_slip(params: Params, x: Numbers, y: Numbers, weights: Numbers, slope: Activation) -> Params:
    error, y_hat = _errors(params, x, y)
    return _carried_back(params, x, error * _slope(y_hat), weights, slope)


def _biases_averaged(params: Params, x: Numbers, y: Numbers) -> dict[str, Numbers]:
    grads = _slopes_of_loss(params, x, y)
    return {name: grad / len(x) if name.startswith("b") else grad for name, grad in grads.items()}


def _w1_turned_over(params: Params, x: Numbers, y: Numbers) -> dict[str, Numbers]:
    grads = _slopes_of_loss(params, x, y)
    return {**grads, "W1": grads["W1"].T}


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
            {"params": _SECOND_PARAMS, "x": _SECOND_X, "y": _SECOND_Y},
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
            lambda params, x, y: _times(-1, _slopes_of_loss(params, x, y)),
            "All signs are the other way round. The error is ŷ − y, in this order.",
        ),
        Misconception(
            "derivative of the output's activation forgotten",
            _no_output_slope,
            "The slope of the output's sigmoid is missing as a factor of D2.",
        ),
        Misconception(
            "derivative of the hidden activation forgotten",
            lambda params, x, y: _hidden_slip(params, x, y, params["W2"], np.ones_like),
            "The output layer is right. D1 lacks a factor: the slope of the hidden sigmoid.",
        ),
        Misconception(
            "factor 2 forgotten",
            lambda params, x, y: _times(0.5, _slopes_of_loss(params, x, y)),
            "Everything is half of what it should be: what is the derivative of a square?",
        ),
        Misconception(
            "mean over the batch forgotten",
            lambda params, x, y: _times(len(x), _slopes_of_loss(params, x, y)),
            "With one sample this is right, with n samples it is n times too large. The loss is a mean over "
            "the samples.",
        ),
        Misconception(
            "gradient of W1 transposed",
            _w1_turned_over,
            "W1's gradient is turned over. Row i, column j belongs to the edge from input i to hidden neuron "
            "j. As W1 is square, NumPy cannot notice.",
        ),
        Misconception(
            "W2 left out on the way back",
            lambda params, x, y: _hidden_slip(params, x, y, np.ones((2, 1)), _slope),
            "The output layer is right. D1 lacks the weights of the edges between output and hidden layer.",
        ),
        Misconception(
            "gradients of the biases averaged",
            _biases_averaged,
            "The weights are right. D1 and D2 hold the 1/n of the mean already: add the biases' gradients "
            "up over the samples.",
        ),
        CHANGED_IN_PLACE,
    ),
)


def _differences(
    loss: Callable[[Any], Any], params: Params, h: float, *, ahead: float, behind: float, divisor: float
) -> dict[str, Numbers]:
    """Each entry's (loss ahead − loss behind) / divisor, where it is moved by ahead · h and −behind · h."""

    def moved(name: str, index: tuple[int, ...], by: float) -> Any:
        array = np.array(params[name], dtype=float)
        array[index] += by
        return loss({**params, name: array})

    return {
        name: np.array(
            [
                (moved(name, index, ahead * h) - moved(name, index, -behind * h)) / divisor
                for index in np.ndindex(array.shape)
            ]
        ).reshape(array.shape)
        for name, array in params.items()
    }


def _all_at_once(loss: Callable[[Any], Any], params: Params, h: float) -> dict[str, Any]:
    return {
        name: (loss({**params, name: array + h}) - loss({**params, name: array - h})) / (2 * h)
        for name, array in params.items()
    }


def sum_of_cubes(params: Params) -> float:
    """The loss of the first visible case: the sum of the cubes of all entries."""
    return float(sum(np.sum(np.asarray(array) ** 3) for array in params.values()))


def sum_of_squares(params: Params) -> float:
    """The loss of the second visible case: W's entries count once, those of b three times, each squared."""
    return float(np.sum(params["W"] ** 2) + 3 * np.sum(params["b"] ** 2))


_ALL_AT_ONCE = (
    "Here all entries of an array are nudged at the same time. Each entry needs two losses of its own, with "
    "everything else unmoved."
)

numerical_gradient = GradientsExercise(
    name="numerical_gradient",
    points=3,
    hints=(
        "One entry at a time: nudge it up, take the loss, nudge it down, take the loss, put it back. Two "
        "loops, over the keys and over the entries.",
        "for index in np.ndindex(array.shape) goes through all entries. Copy the array twice, add h to one "
        "copy's entry, subtract it from the other's, and call loss({**params, name: copy}) for both.",
    ),
    cases=(
        Case(
            {"loss": sum_of_cubes, "params": {"W": np.array([[1.0, -2.0]]), "b": np.array([0.5])}, "h": 0.1},
            {"W": [[3.01, 12.01]], "b": [0.76]},
        ),
        Case(
            {
                "loss": sum_of_squares,
                "params": {"W": np.array([[1.0], [3.0]]), "b": np.array([-2.0])},
                "h": 0.01,
            },
            {"W": [[2.0], [6.0]], "b": [-12.0]},
        ),
    ),
    misconceptions=(
        Misconception(
            "forward difference",
            lambda loss, params, h: _differences(loss, params, h, ahead=1, behind=0, divisor=h),
            "You go only one way, from p to p + h. The central difference goes both ways, which makes it far "
            "more exact.",
        ),
        Misconception(
            "divided by h",
            lambda loss, params, h: _differences(loss, params, h, ahead=1, behind=1, divisor=h),
            "From p − h to p + h the way is longer than h.",
        ),
        Misconception(
            "sign flipped",
            lambda loss, params, h: _differences(loss, params, h, ahead=-1, behind=-1, divisor=2 * h),
            "Where the loss grows, the slope is positive: which of the two losses comes first?",
        ),
        Misconception(
            "multiplied by h",
            lambda loss, params, h: _differences(loss, params, h, ahead=1, behind=1, divisor=2 / h),
            "Python reads / 2 * h as: divide by 2, then multiply by h. Put brackets around 2 * h.",
        ),
        Misconception("all entries at once", _all_at_once, _ALL_AT_ONCE),
        Misconception(
            "all entries at once",
            lambda loss, params, h: {
                name: np.full(params[name].shape, slope)
                for name, slope in _all_at_once(loss, params, h).items()
            },
            _ALL_AT_ONCE,
        ),
        CHANGED_IN_PLACE,
    ),
)


def _descent(
    step: Callable[[Params, Numbers, Numbers, float], Params], *, losses_at: str = "start of a step"
) -> Callable[..., dict[str, Any]]:
    def run(params: Params, x: Numbers, y: Numbers, learning_rate: float, steps: int) -> dict[str, Any]:
        losses = [_loss(params, x, y)]
        for _ in range(steps):
            params = step(params, x, y, learning_rate)
            losses.append(_loss(params, x, y))
        kept = {"start of a step": losses[:-1], "end of a step": losses[1:], "both": losses}[losses_at]
        return {**params, "losses": kept}

    return run


def _downhill(params: Params, x: Numbers, y: Numbers, learning_rate: float) -> Params:
    grads = _slopes_of_loss(params, x, y)
    return {name: params[name] - learning_rate * grads[name] for name in params}


def _one_array_after_the_other(params: Params, x: Numbers, y: Numbers, learning_rate: float) -> Params:
    for name in tuple(params):
        grads = _slopes_of_loss(params, x, y)
        params = {**params, name: params[name] - learning_rate * grads[name]}
    return params


def _output_layer_first(params: Params, x: Numbers, y: Numbers, learning_rate: float) -> Params:
    changed = _downhill(params, x, y, learning_rate)
    grads = _hidden_slip(params, x, y, changed["W2"], _slope)
    return {
        **changed,
        "W1": params["W1"] - learning_rate * grads["W1"],
        "b1": params["b1"] - learning_rate * grads["b1"],
    }


def _same_gradients_again(
    params: Params, x: Numbers, y: Numbers, learning_rate: float, steps: int
) -> dict[str, Any]:
    grads = _slopes_of_loss(params, x, y)
    return _descent(
        lambda now, _x, _y, rate: {name: now[name] - rate * grads[name] for name in now},
    )(params, x, y, learning_rate, steps)


_TOO_EARLY = (
    "Part of the weights had moved already when a gradient was worked out. Take all gradients first, with "
    "the weights from before the update; then change all of them."
)

train = TrainExercise(
    name="train",
    points=3,
    hints=(
        "Each step: forward, note the loss, backward, update. The update makes a new dict; it does not "
        "change the one that was handed in.",
        "params = {name: params[name] - learning_rate * grads[name] for name in params} updates everything "
        "at once, with gradients from before. Note np.mean((y_hat - y) ** 2) before it, steps times in all.",
    ),
    cases=(
        Case(
            {
                "params": EXAMPLE_PARAMS,
                "x": np.array([[1.0, 2.0]]),
                "y": np.array([[0.0]]),
                "learning_rate": 0.5,
                "steps": 1,
            },
            {
                "W1": [[0.46532276, -0.94197573], [-0.31935448, 0.36604853]],
                "b1": [0.46532276, -0.44197573],
                "W2": [[0.90814966], [-2.0396851]],
                "b2": [0.35243961],
                "losses": [0.41231781],
            },
        ),
        Case(
            {"params": _SECOND_PARAMS, "x": _SECOND_X, "y": _SECOND_Y, "learning_rate": 2.0, "steps": 3},
            {
                "W1": [[0.26182894, -0.42674556], [0.35962637, 0.40795025]],
                "b1": [0.32612001, -0.17050462],
                "W2": [[0.39231444], [-0.69055897]],
                "b2": [-0.02222183],
                "losses": [0.28157012, 0.25952544, 0.24395416],
            },
        ),
    ),
    misconceptions=(
        Misconception(
            "sign flipped",
            _descent(lambda params, x, y, rate: _downhill(params, x, y, -rate)),
            "The loss climbs. The gradient points uphill: go the other way.",
        ),
        Misconception("weights updated too early", _descent(_one_array_after_the_other), _TOO_EARLY),
        Misconception("weights updated too early", _descent(_output_layer_first), _TOO_EARLY),
        Misconception(
            "learning rate left out",
            _descent(lambda params, x, y, _rate: _downhill(params, x, y, 1.0)),
            "The whole gradient is subtracted. How far a step goes is for learning_rate to say.",
        ),
        Misconception(
            "gradients not worked out anew",
            _same_gradients_again,
            "Every step uses the gradients of the start. After an update the slopes are different ones.",
        ),
        Misconception(
            "losses from after the updates",
            _descent(_downhill, losses_at="end of a step"),
            "The params are right. The losses should be those from before each update: the first belongs to "
            "the start.",
        ),
        Misconception(
            "one loss too many",
            _descent(_downhill, losses_at="both"),
            "The params are right, and there is one loss too many: one for each step, from before its "
            "update.",
        ),
        CHANGED_IN_PLACE,
    ),
)
