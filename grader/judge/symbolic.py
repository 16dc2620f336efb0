"""Let functions of TensorFlow's take Keras' symbolic inputs, while a student's model is described.

A model of a student's class becomes a graph when its `call` gets a symbolic input. In a notebook it gets
numbers, so its `call` may use TensorFlow's own functions, which refuse symbols.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def tensorflow_takes_symbols(keras: Any) -> Iterator[None]:
    """Have the functions that such models use pass symbols on to Keras' own forms of them."""
    tensorflow = sys.modules.get("tensorflow")
    kept = []
    for owner, name, of_keras in _functions(keras, tensorflow) if tensorflow is not None else ():
        original = getattr(owner, name)
        kept.append((owner, name, original))
        setattr(owner, name, _either(keras, original, of_keras))
    try:
        yield
    finally:
        for owner, name, original in kept:
            setattr(owner, name, original)


def _either(keras: Any, original: Any, of_keras: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        if any(isinstance(each, keras.KerasTensor) for each in (*arguments, *named.values())):
            named.pop("name", None)
            return of_keras(*arguments, **named)
        return original(*arguments, **named)

    return call


def _functions(keras: Any, tensorflow: Any) -> Iterator[tuple[Any, str, Callable[..., Any]]]:
    """Where they are, what they are called, and Keras' form with TensorFlow's names for the arguments."""
    ops = keras.ops
    yield tensorflow, "reshape", lambda tensor, shape: ops.reshape(tensor, shape)
    yield tensorflow, "cast", lambda x, dtype: ops.cast(x, tensorflow.as_dtype(dtype).name)
    yield tensorflow, "matmul", lambda a, b: ops.matmul(a, b)
    yield tensorflow.nn, "softmax", lambda logits, axis=-1: ops.softmax(logits, axis)
    yield tensorflow.nn, "relu", lambda features: ops.relu(features)
    for owner in (tensorflow, tensorflow.nn):
        yield owner, "sigmoid", lambda x: ops.sigmoid(x)
        yield owner, "tanh", lambda x: ops.tanh(x)
