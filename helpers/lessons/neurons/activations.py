"""An activation for checks of a dense layer."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from helpers.kit.values import typed


@typed("lambda z: z / z.sum(axis=1, keepdims=True)")
def share_of_row(z: npt.ArrayLike) -> npt.NDArray[Any]:
    """Divide each number by the sum of its row: for checks, an activation that needs whole rows.

    z: shape (n, n_out), all rows with a sum above 0. Returns that shape. Raises ValueError for other ranks.
    """
    sums = np.asarray(z)  # a tensor or nested lists will do as well
    if sums.ndim != 2:
        raise ValueError(f"activation was given shape {sums.shape}: give it the batch, shape (n, n_out)")
    return np.asarray(sums / sums.sum(axis=1, keepdims=True))
