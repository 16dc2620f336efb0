"""The four arrays of a data set: their types, checks and digest."""

from __future__ import annotations

import hashlib
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from helpers.data.errors import DamagedDataError

# Images (uint8 as a rule; scikit-learn's digits are float64) and labels, one for each image.
Split: TypeAlias = tuple[npt.NDArray[Any], npt.NDArray[Any]]
# (x_train, y_train), (x_test, y_test), as Keras' loaders return them.
Arrays: TypeAlias = tuple[Split, Split]


def check(arrays: Arrays, place: object) -> Arrays:
    """Return the arrays if they are 60,000 + 10,000 grey images of 28×28 with labels 0 to 9.

    arrays: (x_train, y_train), (x_test, y_test). place: where they come from, for the message.
    Raises DamagedDataError.
    """
    for part, count, (images, labels) in zip(("training", "test"), (60_000, 10_000), arrays, strict=True):
        for what, array, shape in (("images", images, (count, 28, 28)), ("labels", labels, (count,))):
            if array.shape != shape or array.dtype != np.uint8:
                raise DamagedDataError(
                    f"{place}: the {part} {what} are {array.dtype} of shape {array.shape}, but should be "
                    f"uint8 of shape {shape}."
                )
        if labels.max() > 9:
            raise DamagedDataError(
                f"{place}: the {part} labels go up to {labels.max()}, but should end at 9."
            )
    return arrays


def digest(arrays: Arrays) -> str:
    """The sha256 of x_train, y_train, x_test and y_test, one after the other, as 64 hexadecimal digits."""
    total = hashlib.sha256()
    for images, labels in arrays:
        total.update(np.ascontiguousarray(images).data)
        total.update(np.ascontiguousarray(labels).data)
    return total.hexdigest()
