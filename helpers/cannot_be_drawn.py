"""What a picture says when an answer gives something that it cannot show."""

from __future__ import annotations

import traceback
from typing import Any

import numpy as np

from helpers.kit.exercise import in_lines

LONGEST_SHOWN = 40
# How IPython names the files that cells are compiled as, here and where notebooks run elsewhere.
CELLS = ("ipykernel_", "<ipython-input")


class CannotBeDrawn(ValueError):  # noqa: N818 - students read it
    """An answer gives something that a picture cannot show."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a stack trace, which would lead into Matplotlib."""
        return in_lines(self)


def one_number(value: Any, name: str) -> float:
    """What an answer gave for one point of a picture. name: of the answer.

    Raises CannotBeDrawn where it is anything else than a number.
    """
    array = np.asarray(value) if isinstance(value, int | float | np.generic | np.ndarray) else None
    if array is not None and array.shape == () and array.dtype.kind in "biuf":
        return float(array)
    shown = repr(value)
    if isinstance(value, np.ndarray):
        shown = f"an array of shape {value.shape}"
    elif len(shown) > LONGEST_SHOWN:
        shown = f"{shown[:LONGEST_SHOWN]}…"
    raise CannotBeDrawn(f"This picture needs a number from {name}, and got {shown}. See what its check says.")


def is_in_cell(error: BaseException) -> bool:
    """Whether an error came up in code of a notebook, or in what that called: its lines help to mend it."""
    frames = traceback.extract_tb(error.__traceback__)
    return any(cell in frame.filename for frame in frames for cell in CELLS)
