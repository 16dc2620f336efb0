"""Slips that can happen in any exercise: the check itself sees them, whatever the task is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from helpers.kit.outcome import Slip

NO_FUNCTION = Slip(
    "not a function", "The name should refer to a function. Define it with def, and do not call it."
)
RETURNS_NOTHING = Slip("returns nothing", "Does it end with return? print() only shows a value.")
CHANGES_ITS_INPUT = Slip(
    "changes its input",
    "Work on a copy: nobody who calls a function expects it to change the data they pass in.",
)
STOPS = Slip(
    "stops with an error",
    "Call it yourself with these arguments, with np.array(...) around each array: the last line of the error "
    "says what went wrong, and the arrow shows where.",
)
TOO_FEW_DIGITS = Slip("too few digits", "float16 keeps only three digits. Take float32 or float64.")
STOPS_WITH_LONG_ARRAYS = replace(
    STOPS,
    advice="Call it yourself with arrays of these shapes: the last line of the error says what went wrong, "
    "and the arrow shows where.",
)


def stops(call: str) -> Slip:
    """The same where arguments are not shown. call: what to do to see the error, as an imperative."""
    return Slip(STOPS.slip, f"{call}: the end of the error says what went wrong, and the arrow shows where.")


CALL_STOPS = stops("Make that call yourself in a new cell")
WRONG_TYPE = Slip("wrong type", "Only numbers, and lists, arrays or tensors of numbers, will do.")
NOTHING_KEPT = replace(
    WRONG_TYPE,
    advice="None is what print() gives, and every other call that returns nothing. Keep the result itself.",
)
NOT_CALLED = replace(
    WRONG_TYPE, advice="A function has to be called, with brackets. Keep what the call returns."
)


def in_place_of_numbers(answer: Any) -> Slip:
    """The slip behind an answer that should hold numbers, but does not."""
    return NOTHING_KEPT if answer is None else NOT_CALLED if callable(answer) else WRONG_TYPE


WRONG_SHAPE = Slip(
    "wrong shape", "Compare the shapes first: how many numbers does the task ask for, and in which order?"
)
NOT_A_NUMBER = Slip(
    "not a number",
    "nan means that a result is undefined, and inf that it is too large: look for a division by 0, a "
    "logarithm of 0, or the exponential of something large.",
)
ONLY_THE_EXAMPLE = Slip(
    "only the example",
    "That is the result of the example above, but the arguments are different now. Work the result out from "
    "them.",
)
