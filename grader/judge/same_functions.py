"""Which of Keras' activations a function of a student's computes: the judge rebuilds models of Keras' parts.

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
    for name in KNOWN:
        known = getattr(keras.activations, name)
        right = np.asarray(known(keras.ops.convert_to_tensor(rows)))
        if given.shape == right.shape and np.allclose(given, right, rtol=TOLERANCE, atol=TOLERANCE):
            return known
    return None
