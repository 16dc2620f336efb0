"""A network trained by backpropagation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from helpers.backpropagation_steps import (
    EXAMPLE_PARAMS,
)
from helpers.exercises.backpropagation.networks import (
    SECOND_PARAMS,
    SECOND_X,
    SECOND_Y,
    Numbers,
    Params,
    hidden_slip,
    loss,
    sigmoid_slope,
    slopes_of_loss,
)
from helpers.exercises.network_exercise import (
    TrainExercise,
)
from helpers.kit.cases import Case
from helpers.kit.exercise import Misconception


def _descent(
    step: Callable[[Params, Numbers, Numbers, float], Params],
    *,
    losses_at: str = "start of a step",
    loss: Callable[[Params, Numbers, Numbers], Any] = loss,
) -> Callable[..., dict[str, Any]]:
    def run(params: Params, x: Numbers, y: Numbers, learning_rate: float, steps: int) -> dict[str, Any]:
        losses = [loss(params, x, y)]
        for _ in range(steps):
            params = step(params, x, y, learning_rate)
            losses.append(loss(params, x, y))
        kept = {"start of a step": losses[:-1], "end of a step": losses[1:], "both": losses}[losses_at]
        return {**params, "losses": kept}

    return run


def _downhill(params: Params, x: Numbers, y: Numbers, learning_rate: float) -> Params:
    grads = slopes_of_loss(params, x, y)
    return {name: params[name] - learning_rate * grads[name] for name in params}


def _only_weights(params: Params, x: Numbers, y: Numbers, learning_rate: float) -> Params:
    return {**_downhill(params, x, y, learning_rate), "b1": params["b1"], "b2": params["b2"]}


def _summed_loss(params: Params, x: Numbers, y: Numbers) -> Any:
    return len(x) * loss(params, x, y)


def _one_array_after_the_other(params: Params, x: Numbers, y: Numbers, learning_rate: float) -> Params:
    for name in tuple(params):
        grads = slopes_of_loss(params, x, y)
        params = {**params, name: params[name] - learning_rate * grads[name]}
    return params


def _output_layer_first(params: Params, x: Numbers, y: Numbers, learning_rate: float) -> Params:
    changed = _downhill(params, x, y, learning_rate)
    grads = hidden_slip(params, x, y, changed["W2"], sigmoid_slope)
    return {
        **changed,
        "W1": params["W1"] - learning_rate * grads["W1"],
        "b1": params["b1"] - learning_rate * grads["b1"],
    }


def _same_gradients_again(
    params: Params, x: Numbers, y: Numbers, learning_rate: float, steps: int
) -> dict[str, Any]:
    grads = slopes_of_loss(params, x, y)
    return _descent(
        lambda now, _x, _y, rate: {name: now[name] - rate * grads[name] for name in now},
    )(params, x, y, learning_rate, steps)


_TOO_EARLY = (
    "Some of the weights had already moved when a gradient was worked out. Work out all gradients first, "
    "with the weights from before the update; then change all of them."
)


train = TrainExercise(
    name="train",
    points=3,
    hints=(
        "Each step: forward, note the loss, backward, update. The update makes a new dict; it does not "
        "change the one that was passed in.",
        "params = {name: params[name] - learning_rate * grads[name] for name in params} updates everything "
        "at once, with gradients from before. Note np.mean((y_hat - y) ** 2) before each update, steps times "
        "in all.",
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
            {"params": SECOND_PARAMS, "x": SECOND_X, "y": SECOND_Y, "learning_rate": 2.0, "steps": 3},
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
            "The whole gradient is subtracted. learning_rate should decide how far a step goes.",
        ),
        Misconception(
            "gradients not worked out again",
            _same_gradients_again,
            "Every step uses the gradients of the start. After an update the slopes are different.",
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
            "The params are right, but there is one loss too many: keep one for each step, from before its "
            "update.",
        ),
        Misconception(
            "only one step",
            lambda params, x, y, rate, _steps: _descent(_downhill)(params, x, y, rate, 1),
            "That is where the first step leads. Does your loop end too early, with a return inside it?",
        ),
        Misconception(
            "starting params returned",
            lambda params, x, y, rate, steps: {
                **_descent(_downhill)(params, x, y, rate, steps),
                **params,
            },
            "The losses are right, but the params are still the starting ones. Return the ones from after "
            "the last step.",
        ),
        Misconception(
            "never updated",
            _descent(lambda params, _x, _y, _rate: params),
            "The loss stays where it was, because no step changes the params.",
        ),
        Misconception(
            "losses summed instead of averaged",
            _descent(_downhill, loss=_summed_loss),
            "The params are right. The MSE is a mean over the samples, not a sum.",
        ),
        Misconception(
            "biases never updated",
            _descent(_only_weights),
            "The biases are still where they began. They have gradients of their own and should take a step "
            "too.",
        ),
    ),
)
