"""Draw many small grey images at once: soft-edged shapes, random parameters and cloth textures.

Every image is 28×28. Shapes are float32 arrays (n, 28, 28) that say how far each pixel is covered, 0 to 1.
Nothing beyond + - * /, square roots and comparisons is used: other functions round differently elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar, TypeAlias

import numpy as np
import numpy.typing as npt

# float32 throughout.
Floats: TypeAlias = npt.NDArray[Any]

SIDE = 28
# Column and row of every pixel's centre; x is 0 in the middle of the image, y is 0 at its top.
X: Floats = (np.arange(SIDE, dtype=np.float32) - (SIDE - 1) / 2).reshape(1, 1, SIDE).astype(np.float32)
Y: Floats = np.arange(SIDE, dtype=np.float32).reshape(1, SIDE, 1)


@dataclass(frozen=True)
class Chance:
    """Random parameters for n images; every value has the shape (n, 1, 1) and so spreads over the pixels.

    rng: where all of them come from. pieces: how many images show one design. They share its parameters, up
    to a small difference, and its print, like a product that was photographed more than once. What a network
    learns by heart about a design does not help it with another one: this opens the gap between training and
    test accuracy.
    """

    rng: np.random.Generator
    n: int
    pieces: int

    # How much of a parameter's range lies between two pieces of one design.
    DIFFERENCE: ClassVar = 0.2

    def design(self) -> Floats:
        """One even number from 0 to 1 for each design, repeated for its pieces."""
        return np.repeat(
            self.rng.random((self.n // self.pieces, 1, 1), dtype=np.float32), self.pieces, axis=0
        )

    def even(self) -> Floats:
        """Even from 0 to 1, nearly the same for the pieces of one design."""
        own = self.rng.random((self.n, 1, 1), dtype=np.float32)
        return self.design() * np.float32(1 - self.DIFFERENCE) + own * np.float32(self.DIFFERENCE)

    def between(self, low: float, high: float) -> Floats:
        """Even between low and high."""
        return np.float32(low) + np.float32(high - low) * self.even()

    def around(self, middle: float, reach: float) -> Floats:
        """Bell-shaped around middle, never further away than reach."""
        return (self.even() + self.even() + self.even() - np.float32(1.5)) * np.float32(
            reach / 1.5
        ) + np.float32(middle)

    def happens(self, probability: float) -> Floats:
        """1 with that probability, else 0."""
        return (self.design() < probability).astype(np.float32)

    def sign(self) -> Floats:
        """-1 or 1."""
        return self.happens(0.5) * 2 - 1


def limit(values: Floats, low: float, high: float) -> Floats:
    """The values, none below low or above high."""
    limited: Floats = np.clip(values, low, high)
    return limited


def cover(distance: Floats) -> Floats:
    """How far a pixel is covered by a shape whose edge is `distance` pixels away (positive inside)."""
    return limit(distance + np.float32(0.5), 0, 1)


def band(distance: Floats, half_width: Floats | float) -> Floats:
    """A line along distance 0, that many pixels to each side."""
    return cover(half_width - np.abs(distance))


def capsule(
    x: Floats,
    y: Floats,
    start: tuple[Floats, Floats],
    end: tuple[Floats, Floats],
    r_start: Floats,
    r_end: Floats,
) -> Floats:
    """Distance to the edge (positive inside) of a straight limb with round ends and two radii."""
    along_x, along_y = end[0] - start[0], end[1] - start[1]
    length = along_x * along_x + along_y * along_y
    from_x, from_y = x - start[0], y - start[1]
    part = np.clip((from_x * along_x + from_y * along_y) / length, 0, 1)
    off_x, off_y = from_x - part * along_x, from_y - part * along_y
    distance: Floats = r_start + (r_end - r_start) * part - np.sqrt(off_x * off_x + off_y * off_y)
    return distance


def path(x: Floats, corners: list[tuple[Floats | float, Floats | float]]) -> Floats:
    """Height at x of straight lines from corner to corner (x ascending); level beyond the ends."""
    height = np.zeros((1, 1, 1), np.float32) + corners[0][1]
    for (x0, y0), (x1, y1) in pairwise(corners):
        height = height + (y1 - y0) * np.clip((x - x0) / np.maximum(np.float32(0.01), x1 - x0), 0, 1)
    return np.asarray(height, np.float32)


def ease(part: Floats) -> Floats:
    """A smooth step: 0 below 0, 1 above 1, without corners in between."""
    part = limit(part, 0, 1)
    eased: Floats = part * part * (3 - 2 * part)
    return eased


class Cloth:
    """A stock of textures, made once from a generator of its own: soft folds, coarse prints, fine grain."""

    PIECES, WIDTH = 64, 2 * SIDE

    def __init__(self, rng: np.random.Generator) -> None:
        """Make the stock."""
        noise = rng.random((3, self.PIECES, self.WIDTH, self.WIDTH), dtype=np.float32) - np.float32(0.5)
        self.folds = _windows(_even_out(_blur(_blur(_blur(noise[0], 5), 5), 3)))
        self.prints = _windows(np.clip(_even_out(_blur(_blur(noise[1], 1), 1)) * 2, -1, 1))
        self.grain = _windows(_even_out(noise[2]))

    def cut(self, stock: Floats, chance: Chance) -> Floats:
        """Cut one texture for each image out of the stock, from anywhere: (n, 28, 28), mean about 0."""
        piece = (chance.design()[:, 0, 0] * self.PIECES).astype(np.intp)
        top = (chance.design()[:, 0, 0] * (self.WIDTH - SIDE)).astype(np.intp)
        left = (chance.design()[:, 0, 0] * (self.WIDTH - SIDE)).astype(np.intp)
        return stock[piece, top, left]


def _windows(stock: Floats) -> Floats:
    return np.lib.stride_tricks.sliding_window_view(stock, (SIDE, SIDE), axis=(1, 2))


def _blur(images: Floats, reach: int) -> Floats:
    total = np.zeros_like(images)
    for shift in range(-reach, reach + 1):
        total += np.roll(images, shift, axis=1)
    wide = np.zeros_like(images)
    for shift in range(-reach, reach + 1):
        wide += np.roll(total, shift, axis=2)
    return wide


def _even_out(images: Floats) -> Floats:
    images = images - images.mean(axis=(1, 2), keepdims=True)
    return np.asarray(images / np.sqrt((images * images).mean(axis=(1, 2), keepdims=True)), np.float32)


def stripes(position: Floats, period: Floats, phase: Floats) -> Floats:
    """Lighter and darker stripes along a position: -1 to 1."""
    place = (position + phase) / period
    place = place - np.floor(place)
    return limit((np.abs(place - np.float32(0.5)) * 4 - 1) * 2, -1, 1)
