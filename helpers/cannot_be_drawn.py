"""What a picture says when an answer gives something that it cannot show."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np
import numpy.typing as npt

from helpers.kit.exercise import in_lines

LONGEST_SHOWN = 40
# How IPython names the files that cells are compiled as, here and where notebooks run elsewhere.
CELLS = ("ipykernel_", "<ipython-input")


class CannotBeDrawn(ValueError):  # noqa: N818 - students read it
    """An answer gives something that a picture cannot show."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a stack trace, which would lead into Matplotlib."""
        return in_lines(self)


@contextmanager
def whole_or_none() -> Iterator[None]:
    """Where drawing fails in here, leave no half of a figure and say why in a sentence.

    Raises CannotBeDrawn then, unless the error is in a cell of the notebook.
    """
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    try:
        yield
    except BaseException as error:
        for number in set(plt.get_fignums()).difference(before):
            plt.close(number)
        says_it_plainly = hasattr(error, "_render_traceback_")
        if not isinstance(error, Exception) or says_it_plainly or is_in_cell(error):
            raise
        raise CannotBeDrawn(
            "This picture cannot be drawn with what it was given. If an exercise above is not right yet, "
            f"fix that first. ({type(error).__name__}: {error})"
        ) from error


def one_number(value: Any, name: str) -> float:
    """What an answer gave for one point of a picture. name: of the answer.

    Raises CannotBeDrawn where it is anything else than a number.
    """
    if np.ndim(value) == 0 and not isinstance(value, str):
        with suppress(TypeError, ValueError):
            return float(value)
    raise CannotBeDrawn(
        f"This picture needs a number from {name}, and got {_shown(value)}. See what its check says."
    )


def one_path(value: Any, name: str, start: Any) -> npt.NDArray[np.float64]:
    """A path that an answer gave, as an array: places from `start` on, with as many numbers each.

    name: of the answer. Raises CannotBeDrawn where it is anything else.
    """
    shape = np.shape(start)
    with suppress(TypeError, ValueError):
        path = np.asarray(value, dtype=float)
        if len(path.shape) == len(shape) + 1 and len(path) and path.shape[1:] == shape:
            return path
    raise CannotBeDrawn(
        f"This picture needs a path from {name}, with a row for each place, and got {_shown(value)}. "
        "See what its check says."
    )


def _shown(value: Any) -> str:
    if isinstance(value, np.ndarray) and value.ndim:
        return f"an array of shape {value.shape}"
    shown = repr(value)
    return shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}…"


def is_in_cell(error: BaseException) -> bool:
    """Whether an error came up in code of a notebook, or in what that called: its lines help to fix it."""
    frames = traceback.extract_tb(error.__traceback__)
    return any(cell in frame.filename for frame in frames for cell in CELLS)
