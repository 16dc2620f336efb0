"""In the student's process: ask for what would come of a training, in place of computing it.

Whatever a student's code makes of this module, it can only change what it asks for, or what it takes the
answer for: the training itself is done, or was done before, where no student's code is.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from grader.executor.quick_training import LAYERS
from grader.executor.trainings import Array, Data, SendData, Told, Train, Trained
from grader.judge.origin import of_library
from grader.judge.training.architecture import told_apart
from grader.judge.training.parts import compiled_of, generator_state, set_generator_state, variables_of

# Sends a message with arrays to the grader, and gives its answer.
Ask = Callable[[Train | Data, Sequence[Any]], tuple[Told, list[bytearray]]]
OPTIONS = {
    "batch_size": (int, type(None)),
    "epochs": (int,),
    "verbose": (int, str),
    "validation_split": (float, int),
    "shuffle": (bool,),
    "initial_epoch": (int,),
    "validation_batch_size": (int, type(None)),
    "validation_freq": (int,),
}
# What Keras takes of arrays where nothing is said.
BATCH_SIZE = 32
# With any of these, a training depends on more than can be told.
UNSET = ("class_weight", "sample_weight", "steps_per_epoch", "validation_steps")
KINDS = "biuf"
# What Python looks up in an object before it looks into its class.
METHODS = frozenset(
    (
        "call", "train_step", "test_step", "compute_loss", "compute_metrics", "make_train_function",
        "make_test_function",
    )
)  # fmt: skip


def ask_for_training(ask: Ask, keras: Any, model: Any, arguments: Mapping[str, Any]) -> Any:
    """The History of a training that others did; None where this process has to do it itself.

    model: compiled. arguments: of `fit`, all of them. The model is then as `fit` would have left it, and
    the same is drawn at random afterwards.
    """
    try:
        told = _told(keras, model, arguments)
    except Exception:  # whatever it is, `fit` says it, or does not mind
        return None
    if told is None:
        return None
    train, before, data = told
    answer, buffers = ask(train, before)
    if isinstance(answer, SendData):
        answer, buffers = ask(Data(), [data[place] for place in answer.places])
    if not isinstance(answer, Trained):
        return None
    return _put_back(keras, model, arguments["callbacks"] or (), data, answer, buffers)


def _told(
    keras: Any, model: Any, arguments: Mapping[str, Any]
) -> tuple[Train, list[np.ndarray[Any, Any]], list[np.ndarray[Any, Any]]] | None:
    """All that a training depends on, the variables before, and the data; None where it cannot be told."""
    data = _data(arguments)
    if data is None or not _may_travel(keras, model, arguments):
        return None
    if not model.built:
        model.build((None, *data[0].shape[1:]))
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    architecture = told_apart(model.to_json())
    if architecture is None:
        return None
    before = [np.asarray(variable) for variable in variables_of(model)]
    train = Train(
        architecture=architecture,
        compiled=compiled_of(keras, model),
        options=_options(arguments),
        state=tuple(map(described, before)),
        data=tuple(map(described, data)),
        generator=generator_state(),
        has_metrics=bool(model._compile_metrics is None or model._compile_metrics.built),
        has_loss=bool(model._compile_loss is None or model._compile_loss.built),
    )
    return train, before, data


def _options(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The options of `fit`, with those that Keras would choose."""
    options = {name: arguments[name] for name in OPTIONS}
    options["batch_size"] = options["batch_size"] or BATCH_SIZE
    options["validation_batch_size"] = options["validation_batch_size"] or options["batch_size"]
    return options


def described(array: np.ndarray[Any, Any]) -> Array:
    """What an array holds, in a few words."""
    content = np.ascontiguousarray(array)
    return Array(array.dtype.str, array.shape, hashlib.sha256(content.data).hexdigest())


def _data(arguments: Mapping[str, Any]) -> list[np.ndarray[Any, Any]] | None:
    """The arrays that a training learns from, and is tried on; None where they are anything else."""
    validation = arguments["validation_data"]
    if validation is not None and not (isinstance(validation, tuple | list) and len(validation) == 2):
        return None
    arrays = [arguments["x"], arguments["y"], *(validation or ())]
    if all(
        type(each) is np.ndarray and each.dtype.kind in KINDS and each.ndim and len(each) for each in arrays
    ):
        return arrays
    return None


def _may_travel(keras: Any, model: Any, arguments: Mapping[str, Any]) -> bool:
    """Whether all that a training depends on can be told, and rebuilt of Keras' own parts."""
    layers = list(model._flatten_layers(include_self=False))
    config = model._compile_config.config if model._compile_config is not None else {}
    parts = [model.optimizer, *layers]
    return (
        _is_as_installed(keras)
        and type(model).__name__ in ("Sequential", "Functional")
        and not any(vars(part).keys() & METHODS for part in (model, *layers))
        and all(layer.dtype_policy.name == "float32" for layer in layers)
        and all(of_library(type(part), "keras") for part in (model, *parts))
        and all(type(layer).__name__ in LAYERS for layer in layers)
        and all(
            of_library(type(getattr(layer, "activation", None)), "keras", or_none=True)
            or _is_own_function(keras, layer.activation)
            for layer in layers
        )
        and all(
            isinstance(each, str) or of_library(type(each), "keras")
            for each in (config.get("loss"), *_listed(config.get("metrics")))
        )
        and not any(config.get(name) for name in ("loss_weights", "weighted_metrics", "run_eagerly"))
        and config.get("jit_compile") in (None, False, "auto")
        and len(model.outputs if model.built else [0]) == 1
        and all(arguments[name] is None for name in UNSET)
        and all(type(arguments[name]) in kinds for name, kinds in OPTIONS.items())
        and all(map(_is_live_history, arguments["callbacks"] or ()))
    )


def _is_as_installed(keras: Any) -> bool:
    """Whether Keras computes and prints as a trainer's does: nobody has changed its settings."""
    settings = keras.config
    return (
        settings.floatx() == "float32"
        and settings.epsilon() == 1e-7
        and settings.dtype_policy().name == "float32"
        and bool(settings.is_interactive_logging_enabled())
    )


def _listed(metrics: Any) -> Sequence[Any]:
    """Metrics as `compile` got them, where they are in one list; else something that cannot travel."""
    return metrics if isinstance(metrics, list | tuple) else [] if metrics is None else [object()]


def _is_own_function(keras: Any, function: Any) -> bool:
    return getattr(keras.activations, getattr(function, "__name__", ""), None) is function


def _put_back(
    keras: Any,
    model: Any,
    callbacks: Sequence[Any],
    data: Sequence[np.ndarray[Any, Any]],
    trained: Trained,
    buffers: Sequence[Any],
) -> Any:
    """Leave everything as the training would have left it."""
    model._symbolic_build(data_batch=(data[0][:1], data[1][:1]))
    arrays = [each.of(buffer) for each, buffer in zip(trained.state, buffers, strict=True)]
    variables = variables_of(model, with_metrics=True)
    if [tuple(variable.shape) for variable in variables] != [array.shape for array in arrays]:
        return None
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
    set_generator_state(trained.generator)
    sys.stdout.write(trained.printed)
    model.stop_training = False
    history = keras.callbacks.History()
    history.set_model(model)
    history.set_params(dict(trained.params))
    history.epoch = list(trained.epochs)
    history.history = {
        name: [float.fromhex(each) for each in curve] for name, curve in trained.curves.items()
    }
    model.history = history
    for callback in callbacks:
        _show_again(callback, history)
    return history


def _is_live_history(callback: Any) -> bool:
    """Whether a callback only draws what it is told of each epoch."""
    live_curves = sys.modules.get("helpers.live_curves")
    return live_curves is not None and live_curves._LiveHistory in type(callback).__bases__


def _show_again(callback: Any, history: Any) -> None:
    """Tell a callback of a training that is over."""
    callback.set_params(dict(history.params))
    callback.set_model(history.model)
    callback.on_train_begin()
    for place, epoch in enumerate(history.epoch):
        callback.on_epoch_end(epoch, {name: curve[place] for name, curve in history.history.items()})
    callback.on_train_end()
