"""Draw bags: a body, often a flap and a clasp, and usually a handle."""

from __future__ import annotations

import numpy as np

from helpers.data.drawing import Chance, Cloth, Floats, X, Y, band, cover, limit


def bag(chance: Chance, cloth: Cloth) -> Floats:
    """Draw bags. Returns float32 (n, 28, 28), 0 to 1."""
    x = X - chance.around(0, 0.5)
    side = np.abs(x)
    half, flare = chance.between(7.5, 14), chance.between(-0.12, 0.16)
    handled = chance.happens(0.7)
    height = chance.between(9, 20)
    bottom = chance.between(20, 27) * handled + (14 + height / 2) * (1 - handled)
    bottom = np.maximum(bottom, height + 1)
    top = bottom - height
    corner = chance.between(0, 3)
    across, down = half + (Y - bottom) * flare - side, np.minimum(Y - top, bottom - Y)
    inside = np.minimum(np.minimum(across, down), (across + down) - corner)
    shade = np.sqrt(chance.between(0.12, 1.0)) + cloth.cut(cloth.folds, chance) * chance.between(0.02, 0.1)
    shade = shade + cloth.cut(cloth.grain, chance) * chance.between(0.01, 0.06)
    shade = shade + cloth.cut(cloth.prints, chance) * chance.happens(0.25) * chance.between(0.1, 0.3)
    flap = band(Y - top - height * chance.between(0.25, 0.65) + side * chance.between(-0.2, 0.3), 0.5)
    shade = shade - flap * chance.happens(0.6) * chance.between(0.15, 0.5)
    clasp = cover(chance.between(0.8, 2) - np.abs(x)) * cover(
        1.3 - np.abs(Y - top - height * chance.between(0.3, 0.7))
    )
    shade = shade + clasp * chance.happens(0.5) * chance.around(0, 0.9)
    seam = band(side - half * chance.between(0.6, 0.9), 0.45) * chance.happens(0.3)
    shade = shade - seam * chance.between(0.1, 0.3)
    body = cover(inside)
    width, rise = half * chance.between(0.3, 0.85), np.minimum(chance.between(3, 14), top + 1)
    from_middle = np.sqrt((x / width) ** 2 + ((Y - top) / rise) ** 2)
    handle = (
        band((from_middle - 1) * np.minimum(width, rise), chance.between(0.5, 1.3)) * (top + 1 > Y) * handled
    )
    handle = handle * (1 - body)
    drawn: Floats = limit(shade, 0.06, 1) * body + handle * np.sqrt(chance.between(0.1, 0.9))
    return drawn
