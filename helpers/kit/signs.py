"""Signs: what to look for in a training, a model or an array, as plain data that a table holds.

A sign is a number, the name of something measured, or a list of an operation and what it is applied to:
[">", "test.accuracy", 0.3]. Authors write expressions; the build makes signs of them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from helpers.kit.tolerances import COUNT_TOLERANCE, PREDICTION_TOLERANCE, SMALLEST_CONFIDENCE
from helpers.kit.values import close

# What a name in a sign means here and now.
Measured = Callable[[str], Any]


def _fractions(values: Any, count: int) -> bool:
    """Whether all of these can be numbers out of `count`, divided by it."""
    counts = np.asarray(values, dtype=float) * count
    return bool(np.allclose(counts, np.rint(counts), rtol=0, atol=COUNT_TOLERANCE))


def _as_high(places: Any, table: Any, axis: int | None = None) -> bool:
    """Whether the value at each of these places along an axis is as high as the highest there."""
    table = np.asarray(table, dtype=float)
    columns = table.reshape(-1, 1) if axis is None else np.moveaxis(table, axis, 0)
    places = np.ravel(places) if np.shape(places) in (columns.shape[1:], ()) else np.array([np.nan])
    if len(places) != columns.shape[1] or not np.isin(places, np.arange(len(columns))).all():
        return False
    heights = columns[places.astype(int), np.arange(len(places))]
    return np.allclose(heights, columns.max(axis=0), rtol=PREDICTION_TOLERANCE, atol=SMALLEST_CONFIDENCE)


CONDITIONS: dict[str, Callable[..., Any]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "not": operator.not_,
    "close": close,
    "fractions": _fractions,
    "as_high": _as_high,
}
NUMBERS: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "least": min,
    "most": max,
    "mean": np.mean,
    "sum": lambda values, axis: np.sum(values, axis=axis, keepdims=True),
    "size": np.abs,
    "root": np.sqrt,
    "largest": np.max,
    "place_of_largest": np.argmax,
    "place_of_smallest": np.argmin,
    "transposed": np.transpose,
    "flat": lambda values: np.reshape(values, (len(values), -1)),
    "count": len,
    "item": lambda values, place: values[place],
    "rows": lambda values, start, end: values[start:end],
    "at_least": np.maximum,
    "same_numbers": np.equal,
}
OPERATIONS = CONDITIONS | NUMBERS


def value_of(sign: Any, measured: Measured) -> Any:
    """What a sign comes to. Measures only what is needed."""
    if isinstance(sign, str):
        return measured(sign)
    if not isinstance(sign, list):
        return sign
    operation, *parts = sign
    if operation in ("and", "or"):
        found = (bool(value_of(part, measured)) for part in parts)
        return all(found) if operation == "and" else any(found)
    return OPERATIONS[operation](*(value_of(part, measured) for part in parts))


def is_condition(sign: Any) -> bool:
    """Whether a sign is there or not, rather than a number or an array."""
    return isinstance(sign, bool) or (
        isinstance(sign, list) and (sign[0] in ("and", "or") or sign[0] in CONDITIONS)
    )


def names_in(sign: Any) -> set[str]:
    """The names of all that a sign measures."""
    if isinstance(sign, str):
        return {sign}
    return set().union(*map(names_in, sign[1:])) if isinstance(sign, list) else set()
