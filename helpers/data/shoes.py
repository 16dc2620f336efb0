"""Draw shoes from the side, toe to the left: sandals, sneakers and ankle boots."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from helpers.data.drawing import Chance, Cloth, Floats, X, Y, band, capsule, cover, ease, limit, path


def _leather(chance: Chance, cloth: Cloth, dark: float) -> Floats:
    tone = np.sqrt(chance.between(dark, 1.0)) + cloth.cut(cloth.folds, chance) * chance.between(0.02, 0.1)
    tone = tone + cloth.cut(cloth.grain, chance) * chance.between(0.01, 0.06)
    shade: Floats = tone + cloth.cut(cloth.prints, chance) * chance.happens(0.2) * chance.between(0.08, 0.28)
    return shade


def sneaker(chance: Chance, cloth: Cloth) -> Floats:
    """Draw sneakers, a few of them high. Returns float32 (n, 28, 28), 0 to 1."""
    x = X - chance.around(0, 0.6)
    high = chance.happens(0.11)
    ground = chance.between(18.4, 21.0) + high * chance.between(1, 4)
    toe, heel = chance.between(-14, -13), chance.between(12.6, 14)
    toe_height = chance.between(2.8, 5.2)
    tongue = chance.between(6.4, 10.6) + high * chance.between(3, 9)
    back = tongue + chance.between(-2.0, 1.0)
    tongue_x = chance.between(0.5, 4.5)
    opening = chance.between(5, 8)
    mouth = tongue - chance.between(0.8, 2.6)
    top = path(
        x,
        [
            (toe, 0.8),
            (toe + 3, toe_height),
            (tongue_x - 7, toe_height + 1.2),
            (tongue_x, tongue),
            (tongue_x + opening / 2, mouth),
            (heel, back),
        ],
    )
    sole = chance.between(1.2, 3.0)
    lift = ease((toe + 6 - x) / 7) * chance.between(0, 2.0)
    inside = np.minimum(np.minimum(x - toe, heel - x), np.minimum(Y - ground + top, ground - lift - Y))
    shade = _leather(chance, cloth, 0.08)
    is_sole = cover(Y - ground + lift + sole)
    shade = shade * (1 - is_sole) + is_sole * np.sqrt(chance.between(0.05, 1.0))
    shade = shade - band(Y - ground + lift + sole, 0.45) * chance.between(0.1, 0.45)
    slant = (x - tongue_x + chance.between(2, 6)) + (Y - ground + 5) * chance.between(0.3, 1.0)
    period = chance.between(2.2, 3.6)
    logo = np.maximum(np.maximum(band(slant, 0.6), band(slant - period, 0.6)), band(slant - 2 * period, 0.6))
    shade = shade + logo * cover(ground - sole - 0.5 - Y) * chance.happens(0.45) * chance.around(0, 0.6)
    laces = cover(2.2 - np.abs(Y - ground + top - 1.2)) * cover(4 - np.abs(x - tongue_x + 4.5))
    shade = shade + laces * cloth.cut(cloth.grain, chance) * chance.between(0.05, 0.2)
    shade = shade - cover(1.4 - np.abs(Y - ground + top)) * cover(x - tongue_x) * chance.between(0, 0.4)
    return limit(shade, 0.06, 1) * cover(inside)


def ankle_boot(chance: Chance, cloth: Cloth) -> Floats:
    """Draw ankle boots, flat or with a heel. Returns float32 (n, 28, 28), 0 to 1."""
    x = X - chance.around(0, 0.6)
    ground = chance.between(23.5, 27.0)
    shaft = chance.between(0.5, 7.5)
    low = chance.happens(0.10)
    ground, shaft = ground - low * chance.between(1, 4), shaft + low * chance.between(2, 5)
    toe, back = chance.between(-14, -12.4), chance.between(10.5, 14)
    front = chance.between(-2.5, 3.0)
    toe_height = chance.between(3.8, 6.4)
    instep = chance.between(6.5, 10)
    top = path(
        x,
        [
            (toe, 1.4),
            (toe + 2.5, toe_height),
            (front - 5, toe_height + 2),
            (front - 1, instep + 2),
            (front + chance.between(0.6, 3), ground - shaft - chance.between(-1, 1)),
            (back, ground - shaft),
        ],
    )
    heel = chance.happens(0.5) * chance.between(0.8, 6.5)
    arch = ease((x - toe - 6) / 9) * heel
    lift = ease((toe + 6 - x) / 7) * chance.between(0, 1.6) * (1 - ease(heel / 2))
    heel_width = chance.between(3.0, 7.5)
    bottom = ground - lift - arch
    inside = np.minimum(np.minimum(x - toe, back - x), np.minimum(Y - ground + top, bottom - Y))
    heel_block = np.minimum(
        np.minimum(x - back + heel_width, back - 0.3 - x), np.minimum(ground - Y, Y - ground + 9)
    )
    inside = np.maximum(inside, np.where(heel > 0.5, heel_block, np.float32(-1)))
    shade = _leather(chance, cloth, 0.15)
    sole = chance.between(0.8, 2.4)
    is_sole = cover(Y - bottom + sole)
    shade = shade * (1 - is_sole) + is_sole * np.sqrt(chance.between(0.04, 0.9))
    seam = band(x - front - chance.between(2, 5) - (Y - 14) * chance.around(0, 0.15), 0.5)
    shade = shade - seam * chance.happens(0.4) * chance.between(0.1, 0.4)
    strap = band(Y - ground + chance.between(9, 15) + x * chance.around(0, 0.2), 0.9)
    shade = shade + strap * chance.happens(0.35) * chance.around(0, 0.5)
    laces = cover(2.4 - np.abs(x - front)) * cloth.cut(cloth.grain, chance) * chance.happens(0.4)
    shade = shade + laces * chance.between(0.06, 0.18)
    return limit(shade, 0.06, 1) * cover(inside)


def sandal(chance: Chance, cloth: Cloth) -> Floats:
    """Draw sandals: a sole, flat or on a heel, and straps. Returns float32 (n, 28, 28), 0 to 1."""
    x = X - chance.around(0, 0.6)
    heel = chance.happens(0.5) * chance.between(1.0, 12.5)
    ground = chance.between(17, 20) + heel * np.float32(0.6)
    toe, back = chance.between(-14, -12.6), chance.between(11.5, 14)
    bend = toe + chance.between(5, 9)
    sole = chance.between(0.7, 2.4)

    def level(at: Floats) -> Floats:
        """The height of the foot there."""
        height: Floats = ground - sole - ease((at - bend) / 14) * heel
        return height

    foot = level(x)
    covered = cover(np.minimum(np.minimum(x - toe, back - x), np.minimum(Y - foot, foot + sole - Y)))
    wedge = chance.happens(0.35)
    heel_start = back - chance.between(1.4, 4.5) - wedge * 10
    post = np.minimum(np.minimum(x - heel_start, back - 0.3 - x), np.minimum(Y - foot, ground - Y))
    covered = np.maximum(covered, np.where(heel > 1, cover(post), np.float32(0)))
    covered = np.maximum(covered, _straps(chance, x, level, toe, back))
    shade = _leather(chance, cloth, 0.12) + cover(Y - foot) * chance.around(0, 0.5)
    open_shoe = limit(shade, 0.06, 1) * covered
    # Closed toes and heels with gaps between the straps: from afar a sneaker.
    gaps = cover(
        np.abs(x + (Y - 14) * chance.around(0, 0.8) - chance.between(-6, 3)) - chance.between(0, 1.6)
    )
    closed = sneaker(chance, cloth) * gaps
    return np.where(chance.happens(0.08) > 0, closed, open_shoe)


def _straps(
    chance: Chance, x: Floats, level: Callable[[Floats], Floats], toe: Floats, back: Floats
) -> Floats:
    width = chance.between(0.6, 1.5)
    # Over the toes: an arch with a band or two. Around the ankle: a ring, held by a strap from the heel.
    first, last = toe + chance.between(0.5, 3), toe + chance.between(8, 13)
    rise = chance.between(3, 7)
    part = (x - first) / (last - first)
    arch = level(x) - rise * 4 * part * (1 - part) * (part > 0) * (part < 1)
    vamp = band((Y - arch) * np.float32(0.8), width) * (part > 0) * (part < 1)
    filled = cover(np.minimum(Y - arch, level(x) - Y)) * (part > 0) * (part < 1) * chance.happens(0.4)
    ankle = chance.between(6, 11)
    heel_x, front_x = back - chance.between(0.6, 2), back - chance.between(8, 13)
    counter = capsule(x, Y, (heel_x, level(heel_x)), (heel_x - 0.5, level(heel_x) - ankle), width, width)
    ring_height = level(heel_x) - ankle
    ring = capsule(x, Y, (heel_x, ring_height), (front_x, ring_height + chance.around(1, 3)), width, width)
    tie = capsule(x, Y, (last - 1, level(last) - 2), (front_x, ring_height + 1), width, width)
    upper = np.maximum(cover(counter), cover(ring)) * chance.happens(0.7)
    straps: Floats = np.maximum(
        np.maximum(vamp, filled), np.maximum(upper, cover(tie) * chance.happens(0.45))
    )
    return straps
