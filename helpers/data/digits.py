"""scikit-learn's 8×8 handwritten digits, divided once and for all into training and test data."""

from __future__ import annotations

import numpy as np

from helpers.data.arrays import Arrays


def read_digits() -> Arrays:
    """Images float64 (1437, 8, 8) and (360, 8, 8), 0 to 16; labels int64, each digit's share equal."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    digits = load_digits()
    x_train, x_test, y_train, y_test = train_test_split(
        digits.images, digits.target.astype(np.int64), test_size=0.2, stratify=digits.target, random_state=0
    )
    return (x_train, y_train), (x_test, y_test)
