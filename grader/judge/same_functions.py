"""Which of Keras' parts does what a function of a student's does: the judge rebuilds models of these alone.

Whoever lies here only gets the network that the lie describes: the judge never asks the function itself.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

# Functions that TensorFlow and Keras have under the same name, and that give the same.
OF_TENSORFLOW = ("relu", "softmax", "sigmoid", "tanh", "elu", "selu", "softplus", "relu6", "silu")
KNOWN = (*OF_TENSORFLOW, "linear", "gelu", "leaky_relu", "softsign", "exponential", "hard_sigmoid", "mish")
LOSSES = ("categorical_crossentropy", "binary_crossentropy", "mean_squared_error", "mean_absolute_error")
LOSS_OF_LABELS = "sparse_categorical_crossentropy"
TOLERANCE = 1e-5
ROWS, COLUMNS = 400, 8


def same_of_keras(keras: Any, activation: Any) -> Any:
    """Keras' own form of an activation: of TensorFlow's by name, of any other function by what it gives.

    None where there is no such form.
    """
    tensorflow = sys.modules.get("tensorflow")
    for name in OF_TENSORFLOW if tensorflow is not None else ():
        if activation is getattr(tensorflow.nn, name):  # type: ignore[union-attr]
            return getattr(keras.activations, name)
    rows = np.random.default_rng(0).uniform(-8, 8, (ROWS, COLUMNS)).astype("float32")
    rows[0] = 0
    try:
        given = np.asarray(activation(keras.ops.convert_to_tensor(rows)))
    except Exception:
        return None
    return _known(keras, rows, given)


def same_layer_of_keras(keras: Any, function: Any) -> Any:
    """A layer of Keras' own that scales, reshapes or activates as a Lambda layer does. None for others."""
    shape = tuple(function.input.shape[1:])
    if None in shape:
        return None
    rows = np.random.default_rng(0).uniform(-8, 255, (4, *shape)).astype("float32")
    try:
        given = np.asarray(function(keras.ops.convert_to_tensor(rows)))
    except Exception:
        return None
    if given.shape == rows.shape and rows.size > 1:
        scale, offset = np.polyfit(rows.ravel(), given.ravel(), 1)
        if _are_alike(given, scale * rows + offset):
            return keras.layers.Rescaling(float(scale), float(offset), name=function.name)
        activation = _known(keras, rows, given)
        return None if activation is None else keras.layers.Activation(activation, name=function.name)
    if given.size == rows.size and len(given) == len(rows) and np.array_equal(given.ravel(), rows.ravel()):
        return keras.layers.Reshape(given.shape[1:], name=function.name)
    return None


def same_loss_of_keras(keras: Any, loss: Any) -> str | None:
    """The name of Keras' loss that gives what a function or an object gives. None where there is none."""
    random = np.random.default_rng(0)
    scores = np.exp(random.uniform(-2, 2, (ROWS, COLUMNS)))
    seen = (scores / scores.sum(axis=1, keepdims=True)).astype("float32")
    labels = random.integers(0, COLUMNS, ROWS)
    for name, right in (*((each, np.eye(COLUMNS)[labels]) for each in LOSSES), (LOSS_OF_LABELS, labels)):
        known = getattr(keras.losses, name)
        true = keras.ops.convert_to_tensor(right.astype("float32"))
        try:
            given = np.mean(np.asarray(loss(true, keras.ops.convert_to_tensor(seen))))
        except Exception:
            # It may be meant for labels of the other kind.
            continue
        if _are_alike(given, np.mean(np.asarray(known(true, keras.ops.convert_to_tensor(seen))))):
            return name
    return None


def _known(keras: Any, rows: np.ndarray[Any, Any], given: np.ndarray[Any, Any]) -> Any:
    """The activation that gives this of these rows."""
    for name in KNOWN:
        known = getattr(keras.activations, name)
        if _are_alike(given, np.asarray(known(keras.ops.convert_to_tensor(rows)))):
            return known
    return None


def _are_alike(given: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> bool:
    return given.shape == right.shape and np.allclose(given, right, rtol=TOLERANCE, atol=TOLERANCE)
