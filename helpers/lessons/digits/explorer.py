"""Try epochs and capacity: the curves of digit networks with few or many hidden neurons, up to any epoch."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from helpers.data import read
from helpers.lessons.digits.pictures import Curves, draw_up_to
from helpers.widgets import WIDTH, controls_above, widgets_work

# From too small to tell ten digits apart to many times what they need.
WIDTHS = (2, 8, 32, 64, 256)
EPOCHS = 40
FIRST_WIDTH, FIRST_EPOCHS = 64, 10
BATCH_SIZE, VALIDATION_SPLIT = 32, 0.2
# Adam as Keras sets it.
LEARNING_RATE, BETA_1, BETA_2, EPSILON = 0.001, 0.9, 0.999, 1e-7

Numbers = npt.NDArray[np.float32]


def show_epochs_and_capacity(hidden: int, epochs: int) -> None:
    """Print both accuracies after an epoch and draw their curves up to it; each width trains only once.

    hidden: 1 to 1024 neurons in the hidden layer. epochs: 1 to 40. Raises ValueError for other numbers.
    """
    import matplotlib.pyplot as plt

    for name, number, most in (("hidden", hidden, 1024), ("epochs", epochs, EPOCHS)):
        if number not in range(1, most + 1):
            raise ValueError(f"{name} is {number}: it should be a whole number from 1 to {most}.")
    curves = _train(int(hidden))
    draw_up_to(curves, int(epochs), f"{hidden} hidden neurons, {epochs} of {EPOCHS} epochs")
    training, validation = (values[int(epochs) - 1] for values in curves.values())
    print(
        f"{hidden} hidden neurons after {epochs} epochs: training {training:.3f}, "
        f"validation {validation:.3f}, gap {training - validation:.3f}."
    )
    plt.show()


def explore_epochs_and_capacity() -> Any:
    """Make sliders for hidden neurons and epochs, which the arrow keys move, above what they show.

    Returns the widget. Where there are none it shows one choice, says how to see another, and returns None.
    """
    if widgets_work():
        return _explorer()
    show_epochs_and_capacity(FIRST_WIDTH, FIRST_EPOCHS)
    print("No widgets here. For another choice call show_epochs_and_capacity(8, 30).")
    return None


def _explorer() -> Any:
    import ipywidgets

    looks = {"style": {"description_width": "8em"}, "layout": ipywidgets.Layout(width=WIDTH)}
    hidden = ipywidgets.SelectionSlider(
        options=WIDTHS, value=FIRST_WIDTH, description="Hidden neurons", **looks
    )
    epochs = ipywidgets.IntSlider(value=FIRST_EPOCHS, min=1, max=EPOCHS, description="Epochs", **looks)
    return controls_above(
        [hidden, epochs],
        lambda: show_epochs_and_capacity(hidden.value, epochs.value),
        "Sliders for hidden neurons and epochs. show_epochs_and_capacity shows the same without a kernel.",
    )


@cache
def _train(hidden: int) -> Curves:
    """Train for 40 epochs as Keras would; in NumPy, which takes a tenth of the time for networks this small.

    Returns the accuracy in training and on validation data after each epoch, by name.
    """
    (images, labels), _ = read("digits")[0]
    x = images.reshape(len(images), -1).astype(np.float32)
    y = np.eye(10, dtype=np.float32)[labels]
    fitted = int(len(x) * (1 - VALIDATION_SPLIT))
    rng = np.random.default_rng(hidden)
    weights = _new_weights((x.shape[1], hidden, 10), rng)
    means = [np.zeros_like(array) for array in weights]
    squares = [np.zeros_like(array) for array in weights]
    curves: dict[str, list[float]] = {"accuracy": [], "val_accuracy": []}
    updates = 0
    for _ in range(EPOCHS):
        order, right = rng.permutation(fitted), 0
        for start in range(0, fitted, BATCH_SIZE):
            part = order[start : start + BATCH_SIZE]
            confidences, gradients = _gradients(weights, x[part], y[part])
            right += _right(confidences, y[part])
            updates += 1
            rate = LEARNING_RATE * np.sqrt(1 - BETA_2**updates) / (1 - BETA_1**updates)
            for array, mean, square, gradient in zip(weights, means, squares, gradients, strict=True):
                mean += (1 - BETA_1) * (gradient - mean)
                square += (1 - BETA_2) * (gradient**2 - square)
                array -= np.float32(rate) * mean / (np.sqrt(square) + np.float32(EPSILON))
        validated, _ = _gradients(weights, x[fitted:], y[fitted:])
        curves["accuracy"].append(right / fitted)
        curves["val_accuracy"].append(_right(validated, y[fitted:]) / (len(x) - fitted))
    return curves


def _new_weights(sizes: tuple[int, ...], rng: np.random.Generator) -> list[Numbers]:
    arrays = []
    for inputs, outputs in pairwise(sizes):
        limit = np.sqrt(6 / (inputs + outputs))
        arrays.append(rng.uniform(-limit, limit, (inputs, outputs)).astype(np.float32))
        arrays.append(np.zeros(outputs, np.float32))
    return arrays


def _gradients(weights: list[Numbers], x: Numbers, y: Numbers) -> tuple[Numbers, list[Numbers]]:
    """Confidences for a batch, and the gradient of its mean cross-entropy for each array of weights."""
    w1, b1, w2, b2 = weights
    h = np.maximum(x @ w1 + b1, 0)
    z = h @ w2 + b2
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    confidences = powers / powers.sum(axis=1, keepdims=True)
    to_z = (confidences - y) / np.float32(len(x))
    to_h = (to_z @ w2.T) * (h > 0)
    return confidences, [x.T @ to_h, to_h.sum(axis=0), h.T @ to_z, to_z.sum(axis=0)]


def _right(confidences: Numbers, y: Numbers) -> int:
    return int(np.sum(confidences.argmax(axis=1) == y.argmax(axis=1)))
