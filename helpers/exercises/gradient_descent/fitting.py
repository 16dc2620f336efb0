"""A line fitted to points by gradient descent."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from helpers.exercises.gradient_descent.walking import Numbers
from helpers.kit.cases import Case
from helpers.kit.exercise import Misconception
from helpers.kit.function_exercise import FunctionExercise


def _errors(x: Numbers, y: Numbers, w: float, b: float) -> Numbers:
    return w * x + b - y


def _mse(errors: Numbers) -> float:
    return float(np.mean(errors**2))


def _fit(
    update: Callable[[Numbers, Numbers, float, float, float], tuple[float, float]],
    losses_at: Callable[[list[float]], list[float]] = lambda losses: losses[:-1],
    loss: Callable[[Numbers], float] = _mse,
) -> Callable[..., tuple[float, float, list[float]]]:
    """A wrong fit_line: with this update of w and b, and these of the losses from start to end."""

    def fit(x: Numbers, y: Numbers, learning_rate: float, steps: int) -> tuple[float, float, list[float]]:
        w = b = 0.0
        losses = [loss(_errors(x, y, w, b))]
        for _ in range(steps):
            w, b = update(x, y, w, b, learning_rate)
            losses.append(loss(_errors(x, y, w, b)))
        return w, b, losses_at(losses)

    return fit


def _step(factor: float) -> Callable[[Numbers, Numbers, float, float, float], tuple[float, float]]:
    """An update of w and b whose gradient is too large by this factor."""

    def update(x: Numbers, y: Numbers, w: float, b: float, learning_rate: float) -> tuple[float, float]:
        errors = _errors(x, y, w, b)
        length = 2 * factor * learning_rate
        return float(w - length * np.mean(errors * x)), float(b - length * np.mean(errors))

    return update


def _summed(x: Numbers, y: Numbers, w: float, b: float, learning_rate: float) -> tuple[float, float]:
    return _step(len(x))(x, y, w, b, learning_rate)


def _w_first(x: Numbers, y: Numbers, w: float, b: float, learning_rate: float) -> tuple[float, float]:
    w, _ = _step(1)(x, y, w, b, learning_rate)
    _, b = _step(1)(x, y, w, b, learning_rate)
    return w, b


def _without_x(x: Numbers, y: Numbers, w: float, b: float, learning_rate: float) -> tuple[float, float]:
    length = 2 * learning_rate * float(np.mean(_errors(x, y, w, b)))
    return w - length, b - length


def _squares_summed(errors: Numbers) -> float:
    return float(np.sum(errors**2))


def _b_then_w(x: Numbers, y: Numbers, learning_rate: float, steps: int) -> tuple[float, float, list[float]]:
    w, b, losses = _fit(_step(1))(x, y, learning_rate, steps)
    return b, w, losses


def _best_line(x: Numbers, y: Numbers, _learning_rate: float, steps: int) -> tuple[float, float, list[float]]:
    w, b = np.polyfit(x, y, 1)
    return float(w), float(b), [_mse(_errors(x, y, w, b))] * steps


def _only_w(x: Numbers, y: Numbers, w: float, b: float, learning_rate: float) -> tuple[float, float]:
    return _step(1)(x, y, w, b, learning_rate)[0], b


_SUMMED_STEPS = (
    "Your steps grow with the number of samples. The MSE is a mean, so its derivatives are means too."
)


fit_line = FunctionExercise(
    name="fit_line",
    points=4,
    results=("w", "b", "losses"),
    hints=(
        "Each step has four parts in this order: the errors of the current line, their loss, both partial "
        "derivatives, the new w and b. Which of these need numbers from before the update?",
        "With errors = w * x + b - y, the derivatives are 2 * np.mean(errors * x) and 2 * np.mean(errors). "
        "Append np.mean(errors ** 2) to losses, work out both derivatives, and only then change w and b.",
    ),
    cases=(
        Case(
            {"x": np.array([0.0, 2.0]), "y": np.array([1.0, 5.0]), "learning_rate": 0.1, "steps": 1},
            (1.0, 0.6, [13.0]),
        ),
        Case(
            {
                "x": np.array([1.0, 2.0, 3.0]),
                "y": np.array([2.0, 3.0, 7.0]),
                "learning_rate": 0.05,
                "steps": 2,
            },
            (1.4022222, 0.5666667, [20.6666667, 4.8451852]),
        ),
    ),
    misconceptions=(
        Misconception(
            "b updated with the new w",
            _fit(_w_first),
            "w changes before the derivative for b is worked out, so b sees a step that is half done. Work "
            "out both derivatives first, then change both.",
        ),
        Misconception(
            "uphill instead of downhill",
            _fit(_step(-1)),
            "The loss grows at every step. Look at the sign of the error, and at the sign of the step.",
        ),
        Misconception(
            "factor 2 left out",
            _fit(_step(0.5)),
            "Your steps are half as long as they should be. What factor comes from differentiating a square?",
        ),
        Misconception(
            "sum instead of mean",
            _fit(_summed),
            _SUMMED_STEPS,
        ),
        Misconception("sum instead of mean", _fit(_summed, loss=_squares_summed), _SUMMED_STEPS),
        Misconception(
            "losses summed instead of averaged",
            _fit(_step(1), loss=_squares_summed),
            "w and b are right. The MSE is a mean: divide the sum of the squares by the number of samples.",
        ),
        Misconception(
            "losses of errors that are not squared",
            _fit(_step(1), loss=lambda errors: float(np.mean(errors))),
            "w and b are right. In a mean of plain errors, those above and below the line cancel. The MSE "
            "squares them first.",
        ),
        Misconception(
            "losses of errors that are not squared",
            _fit(_step(1), loss=lambda errors: float(np.mean(np.abs(errors)))),
            "w and b are right. That is the MAE of lesson 02; the loss here is the MSE.",
        ),
        Misconception(
            "w and b swapped",
            _b_then_w,
            "The numbers are right, but their order is not: first w, then b, then the losses.",
        ),
        Misconception(
            "learning rate left out",
            _fit(lambda x, y, w, b, _rate: _step(1)(x, y, w, b, 1.0)),
            "The direction is right, but the length is not: each step is the learning rate times the "
            "derivative.",
        ),
        Misconception(
            "best line at once",
            _best_line,
            "That is the best line of all. The task asks where `steps` steps from w = 0 and b = 0 lead.",
        ),
        Misconception(
            "only one step",
            lambda x, y, learning_rate, _steps: _fit(_step(1))(x, y, learning_rate, 1),
            "That is where the first step leads. Does your loop end too early, with a return inside it?",
        ),
        Misconception(
            "x left out of the derivative for w",
            _fit(_without_x),
            "w and b get the same step. In the derivative for w, each error is multiplied by something.",
        ),
        Misconception(
            "b never updated",
            _fit(_only_w),
            "b is still where it began. It has a derivative of its own and should take a step too.",
        ),
        Misconception(
            "losses from after the updates",
            _fit(_step(1), lambda losses: losses[1:]),
            "w and b are right. The losses should be those from before each update: the first belongs to "
            "w = 0 and b = 0.",
        ),
        Misconception(
            "one loss too many",
            _fit(_step(1), lambda losses: losses),
            "w and b are right. `losses` holds one number per step, the loss before it; the loss at the end "
            "is not among them.",
        ),
    ),
)
