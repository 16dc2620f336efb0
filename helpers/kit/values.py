"""Compare an answer's numbers with the expected ones, and show numbers in messages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from helpers.kit.tolerances import ABSOLUTE_TOLERANCE, RELATIVE_TOLERANCE

Function = TypeVar("Function", bound=Callable[..., Any])
# A row of more numbers than this tells nobody anything.
LONGEST_ROW = 100
LONGEST_TEXT = 80
# Of longer arrays a message shows both ends alone.
LONGEST_IN_FULL, AT_EACH_END = 12, 3
# As long as a one-hot row of the course, of which a part says nothing.
LONGEST_WHOLE_ROW = 10


@dataclass(frozen=True)
class OnlyShape:
    """In place of an array of so many numbers that it is known by its shape alone."""

    shape: tuple[int, ...]


def as_numbers(value: Any) -> npt.NDArray[np.float64]:
    """Turn a number, nested list, array or tensor into a float64 array. Raises ValueError or TypeError."""
    array = np.asarray(value)
    if array.dtype.kind not in "biufO":  # NumPy would read the text "3.5" as a number
        raise TypeError(f"{array.dtype} holds no real numbers")
    if array.dtype.kind == "O":  # and a text among other things, and None as nan
        for each in array.flat:
            if each is None or isinstance(each, str | bytes):
                raise TypeError(f"{type(each).__name__} is not a number")
    try:
        return array.astype(np.float64)
    except OverflowError:
        raise ValueError("a whole number is too large for a float") from None


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
    # Where both have one, shapes are compared first: an array may hold so many numbers that it takes seconds.
    shape = getattr(seen, "shape", None)
    if isinstance(expected, OnlyShape):
        return shape is not None and tuple(shape) == expected.shape
    if shape is not None and tuple(shape) != getattr(expected, "shape", tuple(shape)):
        return False
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


def typed(text: str) -> Callable[[Function], Function]:
    """Note how a student can type a function that a case hands over: messages show that, not its name."""

    def noted(function: Function) -> Function:
        vars(function)["typed"] = text
        return function

    return noted


def show(value: Any) -> str:
    """Write a value on one short line: numbers to six digits, long arrays abridged, functions by name."""
    if isinstance(value, (bool, str)) or value is None:
        return repr(value)
    if isinstance(value, np.ufunc):
        return f"np.{value.__name__}"
    if callable(value) and hasattr(value, "typed"):
        return shortened(str(value.typed))
    if callable(value) and hasattr(value, "__name__"):
        return str(value.__name__)
    if is_long(value):
        return f"an array of shape {tuple(value.shape)}"
    try:
        numbers = as_numbers(value)
    except (TypeError, ValueError):
        return shortened(" ".join(repr(value).split()))
    if numbers.ndim == 0:
        return f"{numbers:.6g}"
    if numbers.ndim == 2 and 2 * AT_EACH_END < numbers.shape[1] <= LONGEST_WHOLE_ROW:
        return _in_whole_rows(numbers)
    with np.printoptions(
        formatter={"float_kind": "{:.6g}".format},
        threshold=LONGEST_IN_FULL,
        edgeitems=AT_EACH_END,
        linewidth=10_000,
    ):
        return " ".join(np.array2string(numbers, separator=", ").split())


def _in_whole_rows(numbers: npt.NDArray[Any]) -> str:
    """The first rows and the last, with nothing left out of them."""
    if len(numbers) <= 2 * AT_EACH_END:
        rows = list(map(show, numbers))
    else:
        rows = [*map(show, numbers[:AT_EACH_END]), "...", *map(show, numbers[-AT_EACH_END:])]
    return f"[{', '.join(rows)}]"


def shortened(text: str) -> str:
    """Text that fits into a line of a message."""
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 3]}..."


def show_answer(answer: Any) -> str:
    """Write an answer as `show` does, and say of a function that it is one: both may have the same name."""
    if isinstance(answer, type):
        return f"the class {answer.__name__}"
    is_function = callable(answer) and hasattr(answer, "__name__")
    return f"the function {show(answer)}" if is_function else show(answer)


def is_long(value: Any) -> bool:
    """Whether a value is an array of several axes that a message names by its shape."""
    shape = getattr(value, "shape", ())
    return len(shape) > 1 and np.prod(shape[1:]) > LONGEST_ROW


def first_difference(name: str, seen: Any, expected: Any) -> str:
    """Say between which numbers an array lies, and where it first differs from another of its shape."""
    numbers, right = as_numbers(seen), as_numbers(expected)
    differ = ~np.isclose(numbers, right, rtol=RELATIVE_TOLERANCE, atol=ABSOLUTE_TOLERANCE)
    place = tuple(int(index) for index in np.unravel_index(np.argmax(differ), right.shape))
    return (
        f"{name} lies between {show(numbers.min())} and {show(numbers.max())}. "
        f"{name}[{', '.join(map(str, place))}] is {show(numbers[place])}, expected {show(right[place])}."
    )
