"""Slips that any exercise may meet: the check itself sees them, whatever the task is."""

from __future__ import annotations

from helpers.kit.outcome import Slip

NO_FUNCTION = Slip(
    "no function", "The name should stand for a function. Define it with def, and do not call it."
)
RETURNS_NOTHING = Slip("returns nothing", "Does it end with return? print() only shows a value.")
CHANGES_ITS_INPUT = Slip(
    "changes its input",
    "Work on a copy: whoever calls a function does not expect that the data they hand in change.",
)
STOPS = Slip(
    "stops with an error",
    "Call it yourself with these arguments: the last line of the error says what went wrong, the arrow"
    " where.",
)
WRONG_TYPE = Slip(
    "wrong type", "Numbers, lists of numbers, arrays and tensors of numbers will do; nothing else."
)
WRONG_SHAPE = Slip(
    "wrong shape", "Compare the shapes first: how many numbers are asked for, and in which order?"
)
NOT_A_NUMBER = Slip(
    "not a number",
    "nan stands for a result that is undefined, inf for one too large: look for a division by 0, a logarithm "
    "of 0, or the exponential of something large.",
)
ONLY_THE_EXAMPLE = Slip(
    "only the example",
    "That is what the example above gives, for other arguments as well. Work it out from the arguments.",
)
