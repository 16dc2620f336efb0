"""In a process that no student's code has ever been in: train what was asked for."""

from __future__ import annotations

import contextlib
import io
import mmap
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.executor.link import Link
from grader.executor.trainings import Array, NotTrained, Train, Trained, encoder
from grader.executor.trainings import asked as decoded
from grader.judge import rebuilding
from grader.judge.plain import CannotTravelError
from grader.judge.training.parts import generator_state, set_generator_state, variables_of
from grader.judge.weights import finalize_layers

MOST_REASON = 200


def serve(grader: Link) -> None:
    """Do one training for the grader. Raises LinkClosedError when it is gone."""
    message, state = grader.receive()
    asked = decoded(message)
    files = grader.receive_descriptors(len(asked.data))
    told, arrays = train(asked, state, [_read_only(file) for file in files])
    grader.send(encoder.encode(told), arrays)


def _read_only(file: int) -> Any:
    """The bytes of a file, without a copy of them."""
    return mmap.mmap(file, 0, prot=mmap.PROT_READ)


def train(asked: Train, state: Sequence[Any], data: Sequence[Any]) -> tuple[Trained | NotTrained, list[Any]]:
    """Train a network from the state that it has.

    state: the bytes of its variables and its optimizer's. data: those of x, y and what it is tried on.
    Returns what came of it, with the variables afterwards. Never raises for what was asked.
    """
    try:
        return _train(asked, state, data)
    except CannotTravelError as error:
        return NotTrained(str(error)), []
    except Exception as error:
        return NotTrained(f"{type(error).__name__}: {error}"[:MOST_REASON]), []


def _train(asked: Train, state: Sequence[Any], data: Sequence[Any]) -> tuple[Trained, list[Any]]:

    model = rebuilding.compiled_model(asked.architecture, asked.compiled)
    if not model.built:
        raise CannotTravelError("A model has no shape to make its weights for.")
    model.optimizer.build(model.trainable_variables)
    arrays = [each.of(content) for each, content in zip(asked.data, data, strict=True)]
    if asked.has_metrics and asked.has_loss:
        model._symbolic_build(data_batch=(arrays[0][:1], arrays[1][:1]))
    variables = variables_of(model)
    for variable, each, content in zip(variables, asked.state, state, strict=True):
        if tuple(variable.shape) != tuple(each.shape):
            raise CannotTravelError("A model's weights do not fit its layers.")
        variable.assign(each.of(content))
    finalize_layers(model)
    validation = {"validation_data": tuple(arrays[2:])} if len(arrays) > 2 else {}
    printed = io.StringIO()
    started = time.perf_counter()
    set_generator_state(asked.generator)
    with contextlib.redirect_stdout(printed):
        history = model.fit(arrays[0], arrays[1], **asked.options, **validation)
    after = [np.asarray(variable) for variable in variables_of(model, with_metrics=True)]
    return Trained(
        state=tuple(Array(array.dtype.str, array.shape) for array in after),
        curves={name: [float(each).hex() for each in curve] for name, curve in history.history.items()},
        epochs=tuple(history.epoch),
        params=dict(history.params),
        generator=generator_state(),
        printed=printed.getvalue(),
        seconds=time.perf_counter() - started,
    ), [np.ascontiguousarray(array) for array in after]
