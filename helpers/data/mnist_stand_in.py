"""Make a stand-in for MNIST out of scikit-learn's small handwritten digits."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from helpers.data.arrays import Arrays, Split
from helpers.data.digits import read_digits

# A new number for every change of what is made: copies made by older versions are then made again.
VERSION = 1

_SIDE = 28
# The originals are magnified to this many pixels before they are turned, slanted and scaled down again.
_LARGE = 56
_CHUNK = 250

# float32 throughout.
Floats: TypeAlias = npt.NDArray[Any]


def make() -> Arrays:
    """Make the whole data set, always the same: images uint8 (60000 and 10000, 28, 28), labels uint8.

    Each class has 6,000 and 1,000 images. Training and test images come from different originals.
    """
    (train, train_labels), (test, test_labels) = read_digits()
    return _split(0, train, train_labels, 6_000), _split(1, test, test_labels, 1_000)


def _split(split: int, originals: npt.NDArray[np.float64], digits: npt.NDArray[np.int64], each: int) -> Split:
    rng = np.random.default_rng([VERSION, split])
    large = _magnify(originals)
    chosen = np.concatenate([rng.choice(np.flatnonzero(digits == digit), each) for digit in range(10)])
    rng.shuffle(chosen)
    images = np.empty((len(chosen), _SIDE, _SIDE), np.uint8)
    for start in range(0, len(chosen), _CHUNK):
        part = slice(start, start + _CHUNK)
        images[part] = _write_again(large, chosen[part], rng)
    return images, digits[chosen].astype(np.uint8)


def _magnify(originals: npt.NDArray[np.float64]) -> Floats:
    """Originals (n, 8, 8), 0 to 16, as smooth hills (n, 56, 56), 0 to about 1, centred by their mass."""
    from scipy import ndimage

    room = np.pad(originals / 16, ((0, 0), (3, 3), (3, 3)))
    # Fourteen pixels become 56: the same four times as many for every original.
    hills = ndimage.zoom(room, (1, 4, 4), order=3, mode="grid-constant", grid_mode=True)
    place = np.arange(_LARGE) - (_LARGE - 1) / 2
    mass = np.clip(hills, 0, None)
    total = mass.sum(axis=(1, 2))
    down = (mass.sum(axis=2) @ place) / total
    right = (mass.sum(axis=1) @ place) / total
    centred = [
        np.roll(hill, (-round(by_row), -round(by_column)), axis=(0, 1))
        for hill, by_row, by_column in zip(hills, down, right, strict=True)
    ]
    return np.asarray(centred, np.float32)


def _write_again(
    large: Floats, chosen: npt.NDArray[np.intp], rng: np.random.Generator
) -> npt.NDArray[np.uint8]:
    """Each chosen digit once more, slightly turned, slanted, scaled and moved, with another pen."""
    n = len(chosen)

    def between(low: float, high: float) -> Floats:
        return rng.uniform(low, high, (n, 1, 1)).astype(np.float32)

    turn, slant = between(-0.1, 0.1), between(-0.2, 0.2)
    width, height = between(1.5, 1.8), between(1.55, 1.75)
    place = np.arange(_SIDE, dtype=np.float32) - (_SIDE - 1) / 2
    x, y = place.reshape(1, 1, _SIDE) - between(-0.6, 0.6), place.reshape(1, _SIDE, 1) - between(-0.6, 0.6)
    # A slow wave bends the strokes a little, so that no two copies of an original have the same form.
    x = x + between(-0.5, 0.5) * np.sin(y * between(0.15, 0.4) + between(0, 6))
    y = y + between(-0.5, 0.5) * np.sin(x * between(0.15, 0.4) + between(0, 6))
    column = (x + slant * y) * width - turn * y + (_LARGE - 1) / 2
    row = y * height + turn * x + (_LARGE - 1) / 2
    ink = _between_pixels(large, chosen, row, column)
    pen = between(0.42, 0.62)
    grey: Floats = np.clip((ink - pen) * between(3.0, 5.0) + np.float32(0.5), 0, 1) * 255
    return grey.astype(np.uint8)


def _between_pixels(large: Floats, chosen: npt.NDArray[np.intp], row: Floats, column: Floats) -> Floats:
    row, column = np.clip(row, 0, _LARGE - 1.01), np.clip(column, 0, _LARGE - 1.01)
    top, left = np.floor(row), np.floor(column)
    below, right = row - top, column - left
    flat = large.reshape(-1)
    first = (chosen * (_LARGE * _LARGE)).astype(np.int32).reshape(-1, 1, 1)
    corner = first + top.astype(np.int32) * _LARGE + left.astype(np.int32)
    upper = flat.take(corner) * (1 - right) + flat.take(corner + 1) * right
    lower = flat.take(corner + _LARGE) * (1 - right) + flat.take(corner + _LARGE + 1) * right
    ink: Floats = upper * (1 - below) + lower * below
    return ink
