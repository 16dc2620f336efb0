"""Arrays that share the memory of another array: as it is in one process, so it is in the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np


def place_within(value: np.ndarray[Any, Any], arrays: Mapping[int, Any]) -> tuple[int, int] | None:
    """The number of the array whose memory another one shares, and where in it that begins, in bytes."""
    if value.base is None or value.dtype == object or not value.size:
        return None
    for number, array in arrays.items():
        if type(array) is np.ndarray and array.dtype == value.dtype and np.may_share_memory(array, value):
            return number, _address(value) - _address(array)
    return None


def view_of(array: Any, numbers: Any, offset: int, strides: Sequence[int]) -> Any:
    """These numbers as a part of an array, if they are, and if its memory is all its own."""
    if type(array) is not np.ndarray or array.dtype == object or not array.flags.c_contiguous:
        return numbers
    try:
        # NumPy looks whether that is within the array.
        view = np.ndarray(numbers.shape, array.dtype, array, offset, tuple(strides))
    except (AttributeError, TypeError, ValueError, OverflowError):
        return numbers
    return (
        view
        if numbers.dtype == array.dtype and np.array_equal(view, numbers, equal_nan=_has_nan(array))
        else numbers
    )


def _has_nan(array: np.ndarray[Any, Any]) -> bool:
    return array.dtype.kind in "fcmM"


def _address(array: np.ndarray[Any, Any]) -> int:
    address: int = array.__array_interface__["data"][0]
    return address
