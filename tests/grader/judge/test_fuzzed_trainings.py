"""Whatever a student's process asks a trainer for, the answer is a result or a refusal in words."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.executor.link import LinkMisusedError
from grader.executor.trainings import Array, Generator, NotTrained, Train, Trained, asked, encoder
from grader.judge.training import trainer
from grader.judge.training.asking import described
from grader.judge.training.parts import compiled_of, generator_state, variables_of
from tests.fuzzing import with_examples

# `make benchmarks` sends 10,000 of each.
EXAMPLES = int(os.environ.get("FUZZED_MESSAGES", "50"))
fuzzed = with_examples(EXAMPLES)
ODD: Sequence[Any] = (
    None, True, -1, 0, 2, 10**6, 0.5, "", "relu", "x" * 99, [], [[]], {}, "Lambda", "keras.layers", "subprocess",
    {"class_name": "Popen", "module": "subprocess", "config": {"args": ["touch", "/tmp/escaped"]}},
    {"class_name": "Lambda", "module": "keras.layers", "config": {"function": {"class_name": "__lambda__"}}},
)  # fmt: skip


def _valid() -> tuple[Train, list[bytes], list[bytes]]:
    """A training of a small network, with its variables and its data."""
    import keras

    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, "relu"), keras.layers.Dense(1)])
    model.compile("adam", "mse", metrics=["mae"])
    model.optimizer.build(model.trainable_variables)
    data = [np.ones((8, 3)), np.ones(8)]
    before = [np.asarray(variable) for variable in variables_of(model)]
    train = Train(
        architecture=model.to_json(),
        compiled=compiled_of(keras, model),
        options={"epochs": 1, "batch_size": 4, "verbose": 0, "shuffle": True},
        state=tuple(map(described, before)),
        data=tuple(map(described, data)),
        generator=generator_state(),
        has_metrics=False,
        has_loss=False,
    )
    return train, [each.tobytes() for each in before], [each.tobytes() for each in data]


@st.composite
def changed(draw: st.DrawFn, text: str) -> str:
    """JSON with one value in it replaced, doubled or left out."""
    value = json.loads(text)
    here: Any = value
    while True:
        places = list(here) if isinstance(here, dict) else list(range(len(here)))
        if not places:
            return json.dumps(value)
        place = draw(st.sampled_from(places))
        if isinstance(here[place], dict | list) and here[place] and draw(st.booleans()):
            here = here[place]
            continue
        how = draw(st.sampled_from(("replace", "leave out", "double")))
        if how == "leave out":
            del here[place]
        elif how == "double" and isinstance(here, list):
            here.append(here[place])
        else:
            here[place] = draw(st.sampled_from(ODD))
        return json.dumps(value)


arrays = st.builds(
    Array,
    st.sampled_from(["<f4", "<f8", "<i8", "|O", "", "V4", "<U3", "|b1", "<f16"]),
    st.lists(st.integers(-1, 9), max_size=4).map(tuple),
)
options = st.dictionaries(
    st.sampled_from(["epochs", "batch_size", "verbose", "shuffle", "validation_split", "callbacks", "x", "nothing"]),
    st.sampled_from([None, True, 0, 1, 2, -1, 0.5, 1.5, "auto", "x"]),
)  # fmt: skip
generators = st.builds(
    Generator,
    st.none() | st.integers(-5, 2**70),
    st.integers(0, 5),
    st.lists(st.integers(-1, 2**40), max_size=4).map(tuple),
    st.none() | st.floats(),
)
FIELDS = ("architecture", "compiled", "options", "state", "data", "generator", "flags", "buffers")


@fuzzed
@given(st.data(), st.sets(st.sampled_from(FIELDS), min_size=1, max_size=2))
def test_whatever_is_asked_for_is_answered(data: st.DataObject, fields: set[str]) -> None:
    train, state, content = _valid()
    new: dict[str, Any] = {}
    if "architecture" in fields:
        new["architecture"] = data.draw(changed(train.architecture))
    if "compiled" in fields:
        new["compiled"] = data.draw(changed(train.compiled))
    if "options" in fields:
        new["options"] = data.draw(options)
    if "state" in fields:
        new["state"] = (*train.state[1:], data.draw(arrays))
    if "data" in fields:
        new["data"] = (train.data[0], data.draw(arrays))
    if "generator" in fields:
        new["generator"] = data.draw(generators)
    if "flags" in fields:
        new |= {"has_metrics": data.draw(st.booleans()), "has_loss": data.draw(st.booleans())}
    if "buffers" in fields:
        state = [*state[1:], data.draw(st.binary(max_size=16))]
    told, made = trainer.train(msgspec.structs.replace(train, **new), state, content)
    if isinstance(told, NotTrained):
        assert told.reason
        assert made == []
    else:
        assert isinstance(told, Trained)
        for each, array in zip(told.state, made, strict=True):
            assert each.of(array.tobytes()).shape == each.shape
    assert not os.path.exists("/tmp/escaped")  # noqa: PTH110


@fuzzed
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@example(b"[" * 100_000)
@example(b'{"type":"train"}')
def test_what_is_no_request_is_refused(message: bytes) -> None:
    with pytest.raises(LinkMisusedError):
        asked(message)


def test_what_is_right_is_trained() -> None:
    train, state, content = _valid()
    told, _ = trainer.train(asked(encoder.encode(train)), state, content)
    assert isinstance(told, Trained)
