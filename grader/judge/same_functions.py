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


def _known(keras: Any, rows: np.ndarray[Any, Any], given: np.ndarray[Any, Any]) -> Any:
    """The activation that gives this of these rows."""
    for name in KNOWN:
        known = getattr(keras.activations, name)
        if _are_alike(given, np.asarray(known(keras.ops.convert_to_tensor(rows)))):
            return known
    return None


def _are_alike(given: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> bool:
    return given.shape == right.shape and np.allclose(given, right, rtol=TOLERANCE, atol=TOLERANCE)
