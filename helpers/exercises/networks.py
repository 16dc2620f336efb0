"""Networks and losses in NumPy: what a model with given weights should give, and what a slip makes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from helpers.kit.last_digits import accuracies, same_outputs, shakes
from helpers.kit.models import Numbers, near
from helpers.kit.tolerances import ACCURACY_TOLERANCE

# Keras keeps confidences this far away from 0 and 1 before it takes their logarithm.
SMALLEST = 1e-7


def softmax(z: Numbers) -> Numbers:
    """Rows of probabilities, shape as z."""
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def sigmoid(z: Numbers) -> Numbers:
    """The sigmoid, element by element: from 0 to 1."""
    return np.exp(-np.logaddexp(0, -z))  # no number is too large for this


def relu(z: Numbers) -> Numbers:
    """Negative numbers become 0."""
    return np.maximum(z, 0)


def linear(z: Numbers) -> Numbers:
    """No activation."""
    return z


def two_layers(
    hidden: Callable[[Numbers], Numbers], output: Callable[[Numbers], Numbers], scale: float = 1
) -> Callable[..., Numbers]:
    """A network of two dense layers with these activations, as a function of images and get_weights().

    scale: what the pixels are divided by first. Images of any shape (n, …) are flattened.
    """

    def forward(images: Numbers, w1: Numbers, b1: Numbers, w2: Numbers, b2: Numbers) -> Numbers:
        x = images.reshape(len(images), -1) / scale
        return output(hidden(x @ w1 + b1) @ w2 + b2)

    return forward


def cross_entropy(confidences: Numbers, one_hot: Numbers) -> float:
    """The mean cross-entropy of confidences and one-hot labels, both of shape (n, classes)."""
    logarithms = np.log(np.clip(confidences, SMALLEST, 1 - SMALLEST))
    return float(-np.mean(np.sum(one_hot * logarithms, axis=1)))


def _cross_entropy_of_sums(sums: Numbers, one_hot: Numbers) -> float:
    above = sums - sums.max(axis=1, keepdims=True)
    logarithms = above - np.log(np.sum(np.exp(above), axis=1, keepdims=True))
    return float(-np.mean(np.sum(one_hot * logarithms, axis=1)))


def varied(images: Numbers) -> Numbers:
    """Inputs made of random images: around 0, and up to 10,000 times as large.

    A network that is very sure gives all faint images the same label, whatever its activations are. A less
    sure one reveals most about itself there.
    """
    times = np.geomspace(1, 10_000, len(images), dtype=images.dtype)
    return np.asarray((images - images.mean()) * times.reshape(-1, *[1] * (images.ndim - 1)))


def gives(
    network: Callable[..., Numbers], images: Numbers, weights: Sequence[Numbers], outputs: Numbers
) -> bool:
    """Tell whether a network of `two_layers` with these weights gives these outputs, up to last digits."""
    return same_outputs(
        outputs,
        network(images, *weights),
        lambda: (network(images, *each) for each in shakes(weights)),
    )


def loss_fits(loss: Any, images: Numbers, weights: Sequence[Numbers], one_hot: Numbers) -> bool:
    """Tell whether that is the cross-entropy of a network with relu, softmax and these weights."""
    sums = two_layers(relu, linear)(images, *weights)
    # Within a model Keras goes back to the sums, so that being sure and wrong costs more than -log(SMALLEST).
    return any(
        near(loss, expected, ACCURACY_TOLERANCE)
        for expected in (cross_entropy(softmax(sums), one_hot), _cross_entropy_of_sums(sums, one_hot))
    )


def accuracy_fits(accuracy: Any, images: Numbers, weights: Sequence[Numbers], one_hot: Numbers) -> bool:
    """Tell whether that may be the accuracy of a network with relu, softmax and these weights."""
    network = two_layers(relu, softmax)
    outputs = [network(images, *each) for each in (weights, *shakes(weights))]
    lowest, highest = accuracies(outputs, one_hot.argmax(axis=1))
    return near(accuracy, np.clip(np.asarray(accuracy, float), lowest, highest), ACCURACY_TOLERANCE)
