"""Compare an answer's numbers with the expected ones, and show numbers in messages."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from helpers.kit.tolerances import ABSOLUTE_TOLERANCE, RELATIVE_TOLERANCE


def as_numbers(value: Any) -> npt.NDArray[np.float64]:
    """Turn a number, nested list, array or tensor into a float64 array. Raises ValueError or TypeError."""
    array = np.asarray(value)
    if array.dtype.kind not in "biufO":  # NumPy would read the text "3.5" as a number
        raise TypeError(f"{array.dtype} holds no real numbers")
    return array.astype(np.float64)


def is_list_of_numbers(value: Any) -> bool:
    """Tell whether a value is one row of numbers: a list, tuple, array or tensor."""
    try:
        return as_numbers(value).ndim == 1
    except (TypeError, ValueError):
        return False


def close(seen: Any, expected: Any, *, equal_nan: bool = False) -> bool:
    """Tell whether two results have the same shape and agree within the course's tolerances; text exactly.

    equal_nan: whether nan agrees with nan in the same place.
    """
    if isinstance(expected, str):
        return isinstance(seen, str) and seen == expected
    try:
        seen_numbers, expected_numbers = as_numbers(seen), as_numbers(expected)
    except (TypeError, ValueError):
        return False
    return seen_numbers.shape == expected_numbers.shape and bool(
        np.allclose(
            seen_numbers,
            expected_numbers,
            rtol=RELATIVE_TOLERANCE,
            atol=ABSOLUTE_TOLERANCE,
            equal_nan=equal_nan,
        )
    )


def show(value: Any) -> str:
    """Write a value on one short line: numbers to six digits, long arrays abridged, functions by name."""
    if isinstance(value, (bool, str)) or value is None:
        return repr(value)
    if callable(value) and hasattr(value, "__name__"):
        return str(value.__name__)
    try:
        numbers = as_numbers(value)
    except (TypeError, ValueError):
        text = " ".join(repr(value).split())
        return text if len(text) <= 80 else f"{text[:77]}..."
    if numbers.ndim == 0:
        return f"{numbers:.6g}"
    with np.printoptions(
        formatter={"float_kind": "{:.6g}".format}, threshold=12, edgeitems=3, linewidth=10_000
    ):
        return " ".join(np.array2string(numbers, separator=", ").split())
