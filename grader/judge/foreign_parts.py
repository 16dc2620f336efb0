"""What a network was made and compiled with, without what is not Keras' own.

The judge rebuilds Keras' own parts alone. A loss, a metric or a way to draw the first weights that a student
has written changes nothing of what a network answers: the judge gets the nearest of Keras' own in its place,
or none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import FunctionType
from typing import Any

import numpy as np

from grader.judge.origin import of_library
from grader.judge.same_functions import same_loss_of_keras

# Of a layer's settings: by these it draws its first weights, and changes them as it is trained.
OF_TRAINING = ("_initializer", "_regularizer", "_constraint")
# How Keras writes any function, with its name.
FUNCTION = ("builtins", "function")
LISTS = ("metrics", "weighted_metrics")


def architecture_of(keras: Any, model: Any) -> str:
    """A network's layers, without ways of the student's own to draw and to change their weights, as JSON."""
    with _uncompiled(model):
        config = json.loads(model.to_json())
    _leave_out(keras, config)
    return json.dumps(config)


@contextmanager
def _uncompiled(model: Any) -> Iterator[None]:
    """Have Keras leave out what a network, and any within it, was compiled with."""
    compiled = [
        each
        for each in model._flatten_layers()
        if isinstance(getattr(each, "compiled", None), bool) and each.compiled
    ]
    for each in compiled:
        each.compiled = False
    try:
        yield
    finally:
        for each in compiled:
            each.compiled = True


def _leave_out(keras: Any, config: Any) -> None:
    if isinstance(config, list):
        for each in config:
            _leave_out(keras, each)
    elif isinstance(config, dict):
        for name, value in list(config.items()):
            if name.endswith(OF_TRAINING) and not _is_of_keras(keras, value):
                del config[name]
            else:
                _leave_out(keras, value)


def _is_of_keras(keras: Any, value: Any) -> bool:
    """Whether a configuration names nothing but Keras' own classes and functions. value: of plain parts."""
    if isinstance(value, list):
        return all(_is_of_keras(keras, each) for each in value)
    if not isinstance(value, dict):
        return True
    if (value.get("module"), value.get("class_name")) == FUNCTION:
        return bool(_functions(keras, str(value.get("config"))))
    if "class_name" in value and not str(value.get("module")).startswith("keras."):
        return False
    return all(_is_of_keras(keras, each) for each in value.values())


def _functions(keras: Any, name: str) -> list[Any]:
    """Keras' own losses and metrics of a name."""
    return [getattr(room, name) for room in (keras.losses, keras.metrics) if hasattr(room, name)]


def compiled_with(keras: Any, model: Any) -> dict[str, Any]:
    """What compile got, in plain parts, as far as it is Keras' own."""
    taken = model._compile_config.config
    parts = {
        "optimizer": _optimizer(keras, model, taken.get("optimizer")),
        "loss": _loss(keras, taken.get("loss")),
        "loss_weights": _written(keras, taken.get("loss_weights")),
        **{name: _metrics(keras, taken.get(name)) for name in LISTS},
    }
    return {name: part for name, part in parts.items() if part is not None}


def _written(keras: Any, part: Any) -> Any:
    """A part as Keras writes it; None for what is not its own."""
    # Of a function Keras writes the name alone, and a student's may have the name of one of Keras'.
    if isinstance(part, FunctionType) and part not in _functions(keras, part.__name__):
        return None
    try:
        # What Keras writes of numbers is not always plain.
        written = json.loads(json.dumps(keras.saving.serialize_keras_object(part), default=repr))
    except Exception:
        return None
    return written if _is_of_keras(keras, written) else None


def _optimizer(keras: Any, model: Any, given: Any) -> Any:
    """An optimizer; in place of a class of the student's the one of Keras' that it is made from."""
    written = _written(keras, given)
    if written is not None:
        return written
    optimizer = model.optimizer
    above = keras.optimizers.Optimizer.__mro__
    kinds = (each for each in type(optimizer).__mro__ if of_library(each, "keras") and each not in above)
    kind = next(kinds, keras.optimizers.SGD)
    return _written(keras, kind(learning_rate=float(np.asarray(optimizer.learning_rate))))


def _loss(keras: Any, given: Any) -> Any:
    written = _written(keras, given)
    return written if written is not None else same_loss_of_keras(keras, given)


def _metrics(keras: Any, given: Any) -> Any:
    if isinstance(given, list | tuple):
        return [each for each in (_metrics(keras, metric) for metric in given) if each is not None]
    return _written(keras, given)
