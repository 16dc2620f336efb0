"""What a training changes: the variables of a model, and what TensorFlow draws its seeds from."""

from __future__ import annotations

import json
from typing import Any

from grader.executor.trainings import Generator


def compiled_of(keras: Any, model: Any) -> str:
    """What a model was compiled with, as JSON; what things are called in it changes nothing."""
    config = model._compile_config.config
    optimizer = keras.saving.serialize_keras_object(model.optimizer)
    optimizer["config"].pop("name", None)
    return json.dumps(
        {
            "optimizer": optimizer,
            "loss": keras.saving.serialize_keras_object(config["loss"]),
            "metrics": [keras.saving.serialize_keras_object(each) for each in config.get("metrics") or ()],
        },
        sort_keys=True,
    )


def variables_of(model: Any, *, with_metrics: bool = False) -> list[Any]:
    """The variables of a model and its optimizer. with_metrics: and those that its metrics count with."""
    held = [*model.variables, *model.optimizer.variables]
    known = {id(variable) for variable in held}
    metrics = [each for each in model.metrics_variables if id(each) not in known] if with_metrics else []
    return [*held, *metrics]


def generator_state() -> Generator:
    """What TensorFlow draws its seeds from."""
    from tensorflow.python.eager import context

    held = context.context()
    version, numbers, gauss = held._rng.getstate()
    return Generator(held._seed, version, numbers, gauss)


def set_generator_state(state: Generator) -> None:
    """Have TensorFlow go on from there."""
    from tensorflow.python.eager import context

    held = context.context()
    if state.seed != held._seed:
        held._set_global_seed(state.seed)
    if state.seed is not None:
        held._rng.setstate((state.version, tuple(state.numbers), state.gauss))
