"""Values survive the way through JSON, and through the literals of a check cell, exactly."""

from __future__ import annotations

import ast
import json
import math
from typing import Any

import numpy as np
import pytest

from helpers.kit.cases import Stopped
from helpers.kit.encoding import decoded, encoded
from helpers.lessons.neurons.activations import share_of_row

VALUES = [
    0.1 + 0.2,
    -0.0,
    1e-320,
    math.inf,
    2**70,
    True,
    None,
    "text with 'both' \"quotes\"",
    [1, [2.5, "nan"]],
    (1.0, [2]),
    {"key": (1, 2)},
    Stopped("ValueError", "two\nlines"),
    np.float32(0.1),
    np.int64(7),
    np.array(2.5),
    np.array([1.5, -math.inf, 1 / 3]),
    np.array([[1, 2], [3, 4]], dtype=np.uint8),
    np.array([0.1, 0.2], dtype=np.float32),
    np.array([True, False]),
    np.zeros((0, 3), dtype=np.int32),
    np.array([[1.0, 2.0]], dtype=">f8"),
]


@pytest.mark.parametrize(
    "through",
    [lambda data: json.loads(json.dumps(data, allow_nan=False)), lambda data: ast.literal_eval(repr(data))],
)
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_comes_back_as_it_was(value: Any, through: Any) -> None:
    back = decoded(through(encoded(value)))
    assert type(back) is type(value)
    if isinstance(value, np.ndarray):
        assert (back.dtype, back.shape) == (value.dtype.newbyteorder("="), value.shape)
        assert np.array_equal(back, value)
    else:
        assert back == value
        assert math.copysign(1, back) == math.copysign(1, value) if isinstance(value, float) else True


def test_nan_comes_back() -> None:
    assert math.isnan(decoded(encoded(math.nan)))
    assert np.isnan(decoded(encoded(np.array([math.nan, 1.0])))).tolist() == [True, False]


@pytest.mark.parametrize("function", [np.tanh, np.square, share_of_row, math.sqrt])
def test_a_function_is_written_as_the_place_it_is_imported_from(function: Any) -> None:
    assert decoded(encoded(function)) is function


@pytest.mark.parametrize("value", [lambda x: x, object(), 1 + 2j, np.array([1j]), np.array(["a"]), {1, 2}])
def test_what_cannot_be_written_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="which cannot be"):
        encoded(value)


@pytest.mark.parametrize("data", [{}, {"other": 1}])
def test_other_data_are_refused(data: Any) -> None:
    with pytest.raises(ValueError, match="not a value"):
        decoded(data)
