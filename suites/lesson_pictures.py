"""Every picture that the lessons draw with `helpers`, each drawn as a lesson would, without any training."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from helpers.lessons.backpropagation import pictures as backpropagation
from helpers.lessons.backpropagation.stepper import show_step
from helpers.lessons.backpropagation.steps import EXAMPLE_PARAMS, EXAMPLE_X, EXAMPLE_Y
from helpers.lessons.clinic import pictures as clinic
from helpers.lessons.digits import pictures as curves
from helpers.lessons.digits.explorer import show_epochs_and_capacity
from helpers.lessons.fashion_mnist import pictures as confusions
from helpers.lessons.fashion_mnist.chooser import show_prediction
from helpers.lessons.gradient_descent import pictures as descent
from helpers.lessons.gradient_descent.explorer import show_learning_rate
from helpers.lessons.loss_function import pictures as losses
from helpers.lessons.mnist import pictures as experiments
from helpers.lessons.neurons import pictures as neurons
from helpers.plots import (
    FASHION_MNIST_CLASS_NAMES,
    plot_history,
    plot_image,
    plot_predictions,
    plot_value_array,
)

Numbers = npt.NDArray[Any]
Draw = Callable[[], Any]


def _pictures_of_neurons() -> dict[str, Draw]:
    def relu(z: Numbers) -> Numbers:
        return np.maximum(z, 0)

    def sigmoid(z: Numbers) -> Numbers:
        return np.asarray(1 / (1 + np.exp(-z)))

    def softmax(z: Numbers) -> Numbers:
        return np.asarray(np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True))

    def dense(x: Numbers, weights: Numbers, biases: Numbers, activation: Callable[[Numbers], Numbers]) -> Any:
        return activation(x @ weights + biases)

    rng = np.random.default_rng(1)
    weights = [rng.normal(size=(3, 4)), rng.normal(size=(4, 2))]
    values = [rng.normal(size=size) for size in (3, 4, 2)]
    return {
        "draw_network, 784 inputs": partial(neurons.draw_network, [784, 128, 10]),
        "draw_network, with numbers": partial(neurons.draw_network, [3, 4, 2], values, weights),
        "draw_image_as_numbers": partial(neurons.draw_image_as_numbers, neurons.make_seven()),
        "draw_activations": partial(neurons.draw_activations, relu, sigmoid),
        "draw_softmax": partial(neurons.draw_softmax, softmax),
        "draw_with_and_without_activation": partial(neurons.draw_with_and_without_activation, dense, relu),
    }


def _pictures_of_losses() -> dict[str, Draw]:
    def mse(y_true: Numbers, y_pred: Numbers) -> float:
        return float(np.mean((y_true - y_pred) ** 2))

    def mae(y_true: Numbers, y_pred: Numbers) -> float:
        return float(np.mean(np.abs(y_true - y_pred)))

    def hinge(y_true: Numbers, scores: Numbers) -> float:
        return float(np.mean(np.maximum(0, 1 - y_true * scores)))

    def cross_entropy(labels: Numbers, probabilities: Numbers) -> float:
        return float(-np.mean(np.log(probabilities[np.arange(len(labels)), labels])))

    km, minutes = np.array([1.0, 2, 3, 4, 5]), np.array([7.0, 9, 16, 14, 20])
    usual = np.array([14.0, 15, 16, 17, 18])
    labels = np.array([0, 1, 1, 0])
    careful = np.array([[0.6, 0.4], [0.3, 0.7], [0.45, 0.55], [0.4, 0.6]])
    bold = np.array([[0.9, 0.1], [0.05, 0.95], [0.02, 0.98], [0.01, 0.99]])
    return {
        "draw_squared_errors": partial(losses.draw_squared_errors, km, minutes, 3.2 * km + 3),
        "draw_one_prediction": partial(losses.draw_one_prediction, mse, mae),
        "draw_best_constant": partial(losses.draw_best_constant, mse, mae, usual, [*usual[:4], 60.0]),
        "draw_hinge": partial(losses.draw_hinge, hinge),
        "draw_cross_entropy": partial(losses.draw_cross_entropy, cross_entropy),
        "draw_confidence": partial(losses.draw_confidence, labels, careful, bold),
    }


def _pictures_of_descent() -> dict[str, Draw]:
    km = np.array([1.0, 2, 3, 4, 5])
    minutes = 3 * km + np.array([0.5, -0.4, 0.3, -0.2, 0.1])

    def loss(w: float) -> float:
        return float(np.mean((w * km - minutes) ** 2))

    def slope(f: Callable[[float], float], x: float, h: float) -> float:
        return (f(x + h) - f(x - h)) / (2 * h)

    def gradient(w: float) -> float:
        return slope(loss, w, 0.001)

    def gradient_descent(of: Callable[[Any], Any], start: Any, rate: float, steps: int) -> Numbers:
        path = [np.asarray(start, dtype=float)]
        for _ in range(steps):
            path.append(path[-1] - rate * of(path[-1]))
        return np.array(path)

    def loss_of_line(theta: Numbers) -> float:
        return float(np.mean((theta[0] * km + theta[1] - minutes) ** 2))

    def gradient_of_line(theta: Numbers) -> Numbers:
        errors = theta[0] * km + theta[1] - minutes
        return 2 * np.array([np.mean(errors * km), np.mean(errors)])

    rates = {"too small": 0.001, "good": 0.015, "too large": 0.041}
    paths = {
        name: gradient_descent(gradient_of_line, np.array([0.0, 8.0]), rate, 40)
        for name, rate in zip(
            ("batch", "stochastic", "mini-batch of 8", "momentum", "Nesterov"),
            (0.01, 0.015, 0.02, 0.03, 0.05),
            strict=True,
        )
    }
    return {
        "draw_tangents": partial(descent.draw_tangents, loss, slope, steep=0.8, flat=3.0),
        "draw_learning_rates": partial(descent.draw_learning_rates, loss, gradient, gradient_descent, rates),
        "show_learning_rate": partial(show_learning_rate, 0.03, gradient_descent, loss, gradient),
        "draw_minimum_and_saddle": partial(descent.draw_minimum_and_saddle, gradient_descent),
        "draw_fit": partial(descent.draw_fit, km, minutes, 3.0, 0.2, 60 * 0.9 ** np.arange(200)),
        "draw_paths": partial(descent.draw_paths, loss_of_line, paths),
    }


def _pictures_of_backpropagation() -> dict[str, Draw]:
    def forward(params: Mapping[str, Numbers], x: Numbers) -> Any:
        hidden = np.tanh(x @ params["W1"] + params["b1"])
        return 1 / (1 + np.exp(-(hidden @ params["W2"] + params["b2"]))), None

    def differences(_loss: Any, params: Mapping[str, Numbers], h: float) -> Any:
        return {name: numbers + h**2 + 1e-16 / h for name, numbers in params.items()}

    example = EXAMPLE_PARAMS, EXAMPLE_X, EXAMPLE_Y
    trained = {name: 4 * numbers for name, numbers in EXAMPLE_PARAMS.items()}
    x, y = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0.0], [1], [1], [0]])
    falling = 0.3 * 0.998 ** np.arange(2000)
    return {
        "draw_network": partial(backpropagation.draw_network, EXAMPLE_PARAMS),
        "draw_forward": partial(backpropagation.draw_forward, *example),
        "draw_gradients": partial(backpropagation.draw_gradients, *example),
        "show_step": partial(show_step, 13),
        "draw_difference_error": partial(
            backpropagation.draw_difference_error, differences, len, EXAMPLE_PARAMS, EXAMPLE_PARAMS
        ),
        "draw_training": partial(
            backpropagation.draw_training, forward, EXAMPLE_PARAMS, trained, list(falling), x, y
        ),
    }


@cache
def _clothes() -> tuple[Numbers, Numbers, Numbers]:
    """2,000 grey images that stand for clothes, their labels, and confidences that are mostly right."""
    rng = np.random.default_rng(5)
    labels = rng.integers(0, 10, 2000)
    # A dark shape of its own size on white, as clothes are.
    images = np.zeros((2000, 28, 28), np.int64)
    for image, label in zip(images, labels, strict=True):
        image[4:-4, 4 + label // 2 : 24 - label // 2] = rng.integers(100, 256, (20, 20 - 2 * (label // 2)))
    powers = np.exp(rng.normal(size=(2000, 10)) + 4 * np.eye(10)[labels])
    return images, labels, powers / powers.sum(axis=1, keepdims=True)


def _pictures_of_clothes() -> dict[str, Draw]:
    import matplotlib.pyplot as plt

    images, labels, predictions = _clothes()

    def history() -> None:
        plot_history(_record(10))
        plt.show()

    def image_and_bars() -> None:
        _, (left, right) = plt.subplots(1, 2, figsize=(7, 3.8), layout="constrained")
        plot_image(12, predictions[12], labels, images, ax=left)
        plot_value_array(12, predictions[12], labels, ax=right)
        plt.show()

    def grid() -> None:
        plot_predictions(predictions, labels, images, rows=5, columns=3)
        plt.show()

    return {
        "plot_history": history,
        "plot_image, plot_value_array": image_and_bars,
        "plot_predictions": grid,
        "draw_confusion": partial(
            confusions.draw_confusion,
            labels,
            predictions.argmax(1),
            images,
            FASHION_MNIST_CLASS_NAMES,
            (6, 4),
        ),
        "show_prediction": partial(show_prediction, 12, predictions, labels, images),
    }


def _record(epochs: int) -> dict[str, list[float]]:
    """Curves as `fit` records them, of a training that goes well."""
    decay = 0.8 ** np.arange(epochs)
    curves_by_name = {
        "accuracy": 0.95 - 0.4 * decay,
        "loss": 0.1 + decay,
        "val_accuracy": 0.9 - 0.35 * decay,
        "val_loss": 0.3 + 0.8 * decay,
    }
    return {name: list(values) for name, values in curves_by_name.items()}


def _pictures_of_trainings() -> dict[str, Draw]:
    images, labels, _ = _clothes()
    names = ("A: 4 neurons", "B: 64 neurons", "C: 64 neurons, 100 images")
    table = [
        {"hidden": 32 * n, "epochs": n, "batch_size": 32, "val_accuracy": 0.9 + n / 100} for n in (1, 2, 3, 4)
    ]
    one_hot = np.eye(10)[labels[0]]
    return {
        "draw_fits": partial(curves.draw_fits, {name: _record(20) for name in names}),
        # Few neurons and a part of the digits: the training, which is kept, is not what is drawn.
        "show_epochs_and_capacity": partial(show_epochs_and_capacity, 2, 10),
        "draw_prepared": partial(
            experiments.draw_prepared, images[0], labels[0], images[0].ravel() / 255, one_hot
        ),
        "draw_experiments": partial(experiments.draw_experiments, table),
        "draw_curves": partial(clinic.draw_curves, _record(11), "A healthy run"),
    }


@cache
def lesson_pictures() -> Mapping[str, Draw]:
    """What draws each picture, by its lesson and function. Each makes one figure of pyplot's.

    Some call `plt.show` themselves, as their lessons do; the others leave the figure to the end of the cell.
    """
    lessons = {
        "01": _pictures_of_neurons(),
        "02": _pictures_of_losses(),
        "03": _pictures_of_descent(),
        "04": _pictures_of_backpropagation(),
        "05": _pictures_of_clothes(),
        "06–08": _pictures_of_trainings(),
    }
    return MappingProxyType(
        {f"{lesson} {name}": draw for lesson, pictures in lessons.items() for name, draw in pictures.items()}
    )
