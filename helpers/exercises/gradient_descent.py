"""The exercises of lesson 03: slopes, gradient descent and its relatives, batches."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from helpers.exercises.batches_exercise import BatchesExercise
from helpers.exercises.exercise import Misconception
from helpers.exercises.function_exercise import Case, FunctionExercise
from helpers.exercises.results_exercise import ResultsExercise

Numbers = npt.NDArray[Any]
Gradient = Callable[[Any], Any]


def square(x: float) -> float:
    """x², for checks."""
    return x**2


def cube(x: float) -> float:
    """x³, for checks."""
    return x**3


def gradient_of_square(x: float) -> float:
    """The derivative of x², which is 2x."""
    return 2 * x


def bowl(theta: Numbers) -> float:
    """θ₀² + 4θ₁², for checks. theta: shape (2,)."""
    return float(theta[0] ** 2 + 4 * theta[1] ** 2)


def gradient_of_bowl(theta: Numbers) -> Numbers:
    """The gradient of θ₀² + 4θ₁², which is (2θ₀, 8θ₁). theta: shape (2,), as is the result."""
    return np.array([2 * theta[0], 8 * theta[1]])


def tilted_bowl(theta: Numbers) -> float:
    """θ₀² + θ₀θ₁ + 2θ₁² − θ₁, for checks. theta: shape (2,)."""
    return float(theta[0] ** 2 + theta[0] * theta[1] + 2 * theta[1] ** 2 - theta[1])


def gradient_of_tilted_bowl(theta: Numbers) -> Numbers:
    """The gradient of the tilted bowl: (2θ₀ + θ₁, θ₀ + 4θ₁ − 1). theta: shape (2,), as is the result."""
    return np.array([2 * theta[0] + theta[1], theta[0] + 4 * theta[1] - 1])


slope = FunctionExercise(
    name="slope",
    points=2,
    hints=(
        "You need the curve's height at two places, a little to the right of x and a little to the left. How "
        "far apart are these places?",
        "The numerator is f(x + h) - f(x - h), the denominator 2 * h. Put brackets around both.",
    ),
    cases=(
        Case({"f": square, "x": 3.0, "h": 0.5}, 6.0),
        Case({"f": cube, "x": 2.0, "h": 0.5}, 12.25),
    ),
    misconceptions=(
        Misconception(
            "forward difference",
            lambda f, x, h: (f(x + h) - f(x)) / h,
            "That looks only to the right of x. The central difference looks equally far to both sides.",
        ),
        Misconception(
            "backward difference",
            lambda f, x, h: (f(x) - f(x - h)) / h,
            "That looks only to the left of x. The central difference looks equally far to both sides.",
        ),
        Misconception(
            "divided by h instead of 2h",
            lambda f, x, h: (f(x + h) - f(x - h)) / h,
            "The rise is right. How far is it from x − h to x + h?",
        ),
        Misconception(
            "multiplied by h after dividing by 2",
            lambda f, x, h: (f(x + h) - f(x - h)) / 2 * h,
            "Python works from left to right: / 2 * h divides by 2 and then multiplies by h. The whole 2h "
            "belongs under the line.",
        ),
        Misconception(
            "brackets around the difference forgotten",
            lambda f, x, h: f(x + h) - f(x - h) / (2 * h),
            "Only the second height is divided here. The difference comes first, so it needs brackets.",
        ),
        Misconception(
            "sign flipped",
            lambda f, x, h: (f(x - h) - f(x + h)) / (2 * h),
            "Where the curve rises to the right, the slope is positive. Which height do you subtract from "
            "which?",
        ),
    ),
)


def _path(move: Callable[[Any, Any], tuple[Any, Any]], start: Any, steps: int) -> Numbers:
    """The places that `move` leads to, from the start on; a move takes and gives a place and a velocity."""
    theta, velocity = start, 0 * start
    path = [theta]
    for _ in range(steps):
        theta, velocity = move(theta, velocity)
        path.append(theta)
    return np.array(path)


def _uphill(gradient: Gradient, start: Any, learning_rate: float, steps: int) -> Numbers:
    return _path(lambda theta, v: (theta + learning_rate * gradient(theta), v), start, steps)


def _plain(gradient: Gradient, start: Any, learning_rate: float, _beta: float, steps: int) -> Numbers:
    return _path(lambda theta, v: (theta - learning_rate * gradient(theta), v), start, steps)


gradient_descent = FunctionExercise(
    name="gradient_descent",
    points=4,
    hints=(
        "Keep the places you visit in a list that begins with the start. Where do you go from the last of "
        "them?",
        "In a loop over range(steps): path.append(path[-1] - ...), with the learning rate times the gradient "
        "at path[-1]. After the loop, np.array(path).",
    ),
    cases=(
        Case(
            {"gradient": gradient_of_square, "start": 4.0, "learning_rate": 0.25, "steps": 3},
            [4.0, 2.0, 1.0, 0.5],
        ),
        Case(
            {"gradient": gradient_of_bowl, "start": np.array([3.0, 1.0]), "learning_rate": 0.1, "steps": 2},
            [[3.0, 1.0], [2.4, 0.2], [1.92, 0.04]],
        ),
    ),
    misconceptions=(
        Misconception(
            "uphill instead of downhill",
            _uphill,
            "Each step goes uphill. The gradient points to where the loss grows: walk against it.",
        ),
        Misconception(
            "learning rate forgotten",
            lambda gradient, start, _learning_rate, steps: _plain(gradient, start, 1, 0, steps),
            "The direction is right, the length is not: each step is the learning rate times the gradient.",
        ),
        Misconception(
            "start left out of the path",
            lambda gradient, start, learning_rate, steps: _plain(gradient, start, learning_rate, 0, steps)[
                1:
            ],
            "The steps are right. The path begins with the start itself, before any step.",
        ),
        Misconception(
            "one step too few",
            lambda gradient, start, learning_rate, steps: _plain(
                gradient, start, learning_rate, 0, steps - 1
            ),
            "The places are right, but the last one is missing: the start and `steps` steps make steps + 1 "
            "places.",
        ),
        Misconception(
            "only the last place",
            lambda gradient, start, learning_rate, steps: _plain(gradient, start, learning_rate, 0, steps)[
                -1
            ],
            "That is where the walk ends. The whole path is asked for, one row for each place.",
        ),
        Misconception(
            "gradient always taken at the start",
            lambda gradient, start, learning_rate, steps: _path(
                lambda theta, v: (theta - learning_rate * gradient(start), v), start, steps
            ),
            "All your steps are equally long, as if the slope never changed. Work the gradient out anew at "
            "each place.",
        ),
        Misconception(
            "same array stored every time",
            lambda gradient, start, learning_rate, steps: np.array(
                [_plain(gradient, start, learning_rate, 0, steps)[index] for index in _stored(start, steps)]
            ),
            "All rows are the last place: the list holds one array many times, and -= changes it everywhere. "
            "Make a new array at each step.",
        ),
    ),
)


def _stored(start: Any, steps: int) -> list[int]:
    """Which places of a path a list shows that stores the same array again and again (numbers are copied)."""
    return [steps] * (steps + 1) if np.ndim(start) else list(range(steps + 1))


def _errors(x: Numbers, y: Numbers, w: float, b: float) -> Numbers:
    return w * x + b - y


def _fit(
    update: Callable[[Numbers, Numbers, float, float, float], tuple[float, float]],
    losses_at: Callable[[list[float]], list[float]] = lambda losses: losses[:-1],
) -> Callable[..., tuple[float, float, list[float]]]:
    """A wrong fit_line: with this update of w and b, and of the losses from start to end those chosen."""

    def fit(x: Numbers, y: Numbers, learning_rate: float, steps: int) -> tuple[float, float, list[float]]:
        w = b = 0.0
        losses = [float(np.mean(_errors(x, y, w, b) ** 2))]
        for _ in range(steps):
            w, b = update(x, y, w, b, learning_rate)
            losses.append(float(np.mean(_errors(x, y, w, b) ** 2)))
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


def _only_w(x: Numbers, y: Numbers, w: float, b: float, learning_rate: float) -> tuple[float, float]:
    return _step(1)(x, y, w, b, learning_rate)[0], b


fit_line = ResultsExercise(
    name="fit_line",
    points=4,
    results=("w", "b", "losses"),
    hints=(
        "Each step has four parts in this order: the errors of the present line, their loss, both partial "
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
            "w changes before the derivative for b is worked out, so that b sees half of a step. Work out "
            "both derivatives first, then change both.",
        ),
        Misconception(
            "uphill instead of downhill",
            _fit(_step(-1)),
            "The loss grows at every step. Look at the sign of the error, and at the sign of the step.",
        ),
        Misconception(
            "factor 2 left out",
            _fit(_step(0.5)),
            "Your steps are half as long as they should be. What does deriving a square bring along?",
        ),
        Misconception(
            "sum instead of mean",
            _fit(_summed),
            "Your steps grow with the number of samples. The MSE is a mean, so its "
            "derivatives are means too.",
        ),
        Misconception(
            "x left out of the derivative for w",
            _fit(_without_x),
            "w and b get the same step. In the derivative for w, each error is multiplied by something.",
        ),
        Misconception(
            "b never updated",
            _fit(_only_w),
            "b is still where it began. It has a derivative of its own, and takes a step too.",
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

MOMENTUM_CASES = (
    {"gradient": gradient_of_square, "start": 4.0, "learning_rate": 0.25, "beta": 0.5, "steps": 3},
    {
        "gradient": gradient_of_bowl,
        "start": np.array([3.0, 1.0]),
        "learning_rate": 0.1,
        "beta": 0.8,
        "steps": 3,
    },
)


def _momentum(
    velocity: Callable[[Any, Any, float, float], Any],
) -> Callable[[Gradient, Any, float, float, int], Numbers]:
    """A wrong walk: `velocity` makes the new velocity from the old one, the gradient, η and β."""

    def walk(gradient: Gradient, start: Any, learning_rate: float, beta: float, steps: int) -> Numbers:
        def move(theta: Any, v: Any) -> tuple[Any, Any]:
            v = velocity(v, gradient(theta), learning_rate, beta)
            return theta + v, v

        return _path(move, start, steps)

    return walk


def _late(gradient: Gradient, start: Any, learning_rate: float, beta: float, steps: int) -> Numbers:
    def move(theta: Any, v: Any) -> tuple[Any, Any]:
        theta = theta + v
        return theta, beta * v - learning_rate * gradient(theta)

    return _path(move, start, steps)


PLAIN_STEPS = Misconception(
    "velocity forgotten at every step",
    _plain,
    "That is plain gradient descent: the velocity starts at 0 in every step. Set it to 0 once, before the "
    "loop.",
)

momentum = FunctionExercise(
    name="momentum",
    points=3,
    hints=(
        "Two things are remembered from step to step: the place and the velocity. Which changes first?",
        "Before the loop the velocity is 0 * start. In the loop: first v = beta * v - learning_rate * "
        "gradient(theta), then theta = theta + v, then append theta.",
    ),
    cases=(
        Case(MOMENTUM_CASES[0], [4.0, 2.0, 0.0, -1.0]),
        Case(MOMENTUM_CASES[1], [[3.0, 1.0], [2.4, 0.2], [1.44, -0.6], [0.384, -0.76]]),
    ),
    misconceptions=(
        PLAIN_STEPS,
        Misconception(
            "sign flipped",
            _momentum(lambda v, gradient, rate, beta: beta * v + rate * gradient),
            "The velocity gathers speed uphill. The gradient must push it the other way.",
        ),
        Misconception(
            "velocity never fades",
            _momentum(lambda v, gradient, rate, _beta: v - rate * gradient),
            "Nothing slows this ball down. What is the old velocity multiplied by?",
        ),
        Misconception(
            "gradient faded as well",
            _momentum(lambda v, gradient, rate, beta: beta * (v - rate * gradient)),
            "β belongs to the old velocity alone. The new push by the gradient is not made smaller by it.",
        ),
        Misconception(
            "1 − β at the gradient",
            _momentum(lambda v, gradient, rate, beta: beta * v - (1 - beta) * rate * gradient),
            "That is a running average of the gradients. In the formula above, the gradient is not "
            "multiplied by 1 − β.",
        ),
        Misconception(
            "place moved before the velocity",
            _late,
            "The place moves with the velocity of the step before. Update the velocity first.",
        ),
    ),
)


def _nesterov(
    ahead: Callable[[Any, Any, float], Any],
) -> Callable[[Gradient, Any, float, float, int], Numbers]:
    """A wrong walk: `ahead` says where the gradient is taken, from the place, the velocity and β."""

    def walk(gradient: Gradient, start: Any, learning_rate: float, beta: float, steps: int) -> Numbers:
        def move(theta: Any, v: Any) -> tuple[Any, Any]:
            v = beta * v - learning_rate * gradient(ahead(theta, v, beta))
            return theta + v, v

        return _path(move, start, steps)

    return walk


def _from_ahead(gradient: Gradient, start: Any, learning_rate: float, beta: float, steps: int) -> Numbers:
    def move(theta: Any, v: Any) -> tuple[Any, Any]:
        theta = theta + beta * v
        v = beta * v - learning_rate * gradient(theta)
        return theta + v, v

    return _path(move, start, steps)


nesterov = FunctionExercise(
    name="nesterov",
    points=3,
    hints=(
        "Only one thing differs from momentum: the place at which the gradient is taken.",
        "Take the gradient at theta + beta * v, with the velocity from the step before. All else stays: "
        "v = beta * v - learning_rate * ..., then theta = theta + v.",
    ),
    cases=(
        Case(MOMENTUM_CASES[0], [4.0, 2.0, 0.5, -0.125]),
        Case(MOMENTUM_CASES[1], [[3.0, 1.0], [2.4, 0.2], [1.536, -0.088], [0.67584, -0.06368]]),
    ),
    misconceptions=(
        Misconception(
            "no look ahead",
            _nesterov(lambda theta, _v, _beta: theta),
            "That is momentum: the gradient is taken where the ball is. Nesterov takes it where the velocity "
            "is about to carry the ball.",
        ),
        Misconception(
            "looked ahead by all of v",
            _nesterov(lambda theta, v, _beta: theta + v),
            "You look too far ahead: of the old velocity, only the part that is kept carries the ball on.",
        ),
        Misconception(
            "looked back",
            _nesterov(lambda theta, v, beta: theta - beta * v),
            "You take the gradient behind the ball. Ahead of it is where the velocity points.",
        ),
        Misconception(
            "stepped from the place ahead",
            _from_ahead,
            "The look ahead is only for the gradient. The step itself starts from θ, or the velocity counts "
            "twice.",
        ),
        PLAIN_STEPS,
    ),
)


def _batches(x: Numbers, y: Numbers, batch_size: int, order: Numbers, y_order: Numbers) -> Iterator[Any]:
    for start in range(0, len(order), batch_size):
        part = slice(start, start + batch_size)
        yield x[order[part]], y[y_order[part]]


def _in_order(x: Numbers, y: Numbers, batch_size: int, _rng: np.random.Generator) -> Iterator[Any]:
    return _batches(x, y, batch_size, np.arange(len(x)), np.arange(len(x)))


def _apart(x: Numbers, y: Numbers, batch_size: int, rng: np.random.Generator) -> Iterator[Any]:
    return _batches(x, y, batch_size, rng.permutation(len(x)), rng.permutation(len(x)))


def _full_only(x: Numbers, y: Numbers, batch_size: int, rng: np.random.Generator) -> Iterator[Any]:
    order = rng.permutation(len(x))[: len(x) // batch_size * batch_size]
    return _batches(x, y, batch_size, order, order)


def _drawn_again(x: Numbers, y: Numbers, batch_size: int, rng: np.random.Generator) -> Iterator[Any]:
    order = rng.integers(0, len(x), len(x))
    return _batches(x, y, batch_size, order, order)


def _own_rng(seed: int | None) -> Callable[[Numbers, Numbers, int, np.random.Generator], Iterator[Any]]:
    def batches(x: Numbers, y: Numbers, batch_size: int, _rng: np.random.Generator) -> Iterator[Any]:
        order = np.random.default_rng(seed).permutation(len(x))
        return _batches(x, y, batch_size, order, order)

    return batches


minibatches = BatchesExercise(
    name="minibatches",
    points=3,
    hints=(
        "Shuffle the numbers of the samples, not the samples: one order can then be used for x and for y.",
        "order = rng.permutation(len(x)) shuffles the numbers. In a loop over range(0, len(x), batch_size), "
        "cut out part = order[start:start + batch_size], and yield x[part], y[part].",
    ),
    cases=(
        Case(
            {
                "x": np.arange(1.0, 11.0),
                "y": 10 * np.arange(1.0, 11.0),
                "batch_size": 4,
                "seed": 1,
            },
            "batches of 4, 4 and 2 samples",
        ),
    ),
    misconceptions=(
        Misconception(
            "not shuffled",
            _in_order,
            "Each batch holds samples that stood side by side. Shuffle first: data often come sorted.",
        ),
        Misconception(
            "x and y shuffled apart",
            _apart,
            "x and y are no longer in the same order, and the pairs are torn apart. Use one order for both.",
        ),
        Misconception(
            "last smaller batch dropped",
            _full_only,
            "The samples left over at the end are never seen. They make one more batch, a smaller one.",
        ),
        Misconception(
            "drawn with replacement",
            _drawn_again,
            "Each sample is drawn as if none had been taken before. In one epoch every sample comes once.",
        ),
        Misconception(
            "a new generator instead of rng",
            _own_rng(None),
            "The numbers come from a generator other than rng. With the one that is handed in, the same seed "
            "gives the same order again.",
        ),
        Misconception(
            "a fixed seed instead of rng",
            _own_rng(0),
            "The order is always the same, whatever rng is. Let rng decide it, or no epoch differs from "
            "another.",
        ),
    ),
)

count_updates = FunctionExercise(
    name="count_updates",
    points=1,
    hints=(
        "First one epoch: how many batches does it have, when the last one may be smaller? Then all epochs.",
        "math.ceil(n / batch_size) rounds up to whole batches. Multiply by the epochs after rounding.",
    ),
    cases=(
        Case({"n": 60_000, "batch_size": 10, "epochs": 2}, 12_000),
        Case({"n": 60_000, "batch_size": 128, "epochs": 5}, 2_345),
    ),
    misconceptions=(
        Misconception(
            "rounded down",
            lambda n, batch_size, epochs: n // batch_size * epochs,
            "The smaller batch at the end of each epoch is missing. It is an update too.",
        ),
        Misconception(
            "not rounded",
            lambda n, batch_size, epochs: n / batch_size * epochs,
            "There is no such thing as part of an update: a smaller batch counts as a whole one.",
        ),
        Misconception(
            "rounded after all epochs",
            lambda n, batch_size, epochs: math.ceil(n * epochs / batch_size),
            "Every epoch ends with a batch of its own, so round up before multiplying by the epochs.",
        ),
        Misconception(
            "epochs left out",
            lambda n, batch_size, _epochs: math.ceil(n / batch_size),
            "That is one epoch. Training goes through the data several times.",
        ),
        Misconception(
            "one update per sample",
            lambda n, _batch_size, epochs: n * epochs,
            "That counts samples. All samples of a batch share one update.",
        ),
    ),
)
