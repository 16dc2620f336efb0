"""Draw clothes for the upper body, dresses and trousers. A class of garment is a set of ranges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.data.drawing import Chance, Cloth, Floats, X, Y, band, capsule, cover, ease, limit, path, stripes

Range = tuple[float, float]


@dataclass(frozen=True)
class Cut:
    """How one class of upper-body garments varies: lengths in pixels, chances from 0 to 1.

    sleeve: chances of no sleeves, short ones, three-quarter ones and long ones.
    """

    shoulder: Range
    hem: Range
    waist: Range
    top: Range
    bottom: Range
    sleeve: tuple[float, float, float, float]
    sleeve_radius: Range
    neck_depth: Range
    neck_width: Range
    collar: float
    opening: float
    buttons: float
    motif: float
    stripes: float
    print: float
    tone: Range


T_SHIRT = Cut(
    shoulder=(6.6, 8.6),
    hem=(5.8, 8.4),
    waist=(-0.4, 1.0),
    top=(1.0, 3.4),
    bottom=(24.4, 27.2),
    sleeve=(0.08, 0.82, 0.06, 0.04),
    sleeve_radius=(2.2, 3.4),
    neck_depth=(1.2, 5.5),
    neck_width=(2.4, 4.4),
    collar=0.02,
    opening=0.01,
    buttons=0.02,
    motif=0.46,
    stripes=0.2,
    print=0.22,
    tone=(0.22, 0.9),
)
PULLOVER = Cut(
    shoulder=(6.2, 8.2),
    hem=(6.0, 8.6),
    waist=(-0.6, 0.7),
    top=(1.0, 4.2),
    bottom=(23.6, 27.2),
    sleeve=(0.01, 0.04, 0.06, 0.89),
    sleeve_radius=(2.0, 3.3),
    neck_depth=(0.6, 3.8),
    neck_width=(2.2, 4.0),
    collar=0.06,
    opening=0.03,
    buttons=0.02,
    motif=0.26,
    stripes=0.20,
    print=0.22,
    tone=(0.25, 0.9),
)
COAT = Cut(
    shoulder=(6.0, 8.0),
    hem=(6.0, 8.8),
    waist=(-0.2, 1.2),
    top=(0.6, 3.2),
    bottom=(24.6, 27.4),
    sleeve=(0.01, 0.03, 0.05, 0.91),
    sleeve_radius=(2.0, 3.3),
    neck_depth=(0.6, 4.6),
    neck_width=(1.8, 3.6),
    collar=0.3,
    opening=0.94,
    buttons=0.05,
    motif=0.05,
    stripes=0.12,
    print=0.2,
    tone=(0.25, 0.9),
)
SHIRT = Cut(
    shoulder=(5.8, 7.9),
    hem=(5.8, 8.2),
    waist=(-0.4, 1.2),
    top=(0.8, 3.2),
    bottom=(24.4, 27.4),
    sleeve=(0.10, 0.30, 0.10, 0.50),
    sleeve_radius=(2.0, 3.2),
    neck_depth=(1.0, 5.2),
    neck_width=(2.0, 4.0),
    collar=0.95,
    opening=0.16,
    buttons=0.95,
    motif=0.05,
    stripes=0.25,
    print=0.34,
    tone=(0.25, 0.9),
)
DRESS = Cut(
    shoulder=(3.4, 6.6),
    hem=(3.6, 8.4),
    waist=(0.0, 2.2),
    top=(0.0, 1.6),
    bottom=(25.0, 28.0),
    sleeve=(0.52, 0.26, 0.08, 0.14),
    sleeve_radius=(1.3, 2.2),
    neck_depth=(1.0, 5.0),
    neck_width=(1.6, 3.2),
    collar=0.06,
    opening=0.10,
    buttons=0.06,
    motif=0.04,
    stripes=0.16,
    print=0.3,
    tone=(0.25, 0.9),
)

# Sleeves by kind: length in pixels and how steeply they hang (0 level, 1 straight down).
_NO_SLEEVE, _SHORT, _THREE_QUARTER, _LONG = range(4)
_SLEEVE_LENGTH: tuple[Range, ...] = ((0.3, 0.9), (3.5, 7.0), (9.0, 14.0), (16.5, 22.0))
_SLEEVE_DROP: tuple[Range, ...] = ((0.4, 0.8), (0.35, 0.8), (0.78, 0.93), (0.9, 0.985))


def upper(cut: Cut, chance: Chance, cloth: Cloth) -> Floats:
    """Draw garments of one cut, seen from the front. Returns float32 (n, 28, 28), 0 to 1."""
    x = X - chance.around(0, 1.6) - chance.around(0, 0.05) * (Y - 14)
    side = np.abs(x)
    top, bottom = chance.between(*cut.top), chance.between(*cut.bottom)
    shoulder, hem = chance.between(*cut.shoulder), chance.between(*cut.hem)
    down = limit((Y - top) / (bottom - top), 0, 1)
    half = shoulder + (hem - shoulder) * down - chance.between(*cut.waist) * 4 * down * (1 - down)
    slope = chance.between(0.12, 0.42)
    round_hem = chance.between(-0.03, 0.02) * side * side
    body = np.minimum(half - side, np.minimum(Y - top - slope * side, bottom + round_hem - Y))

    sleeves, sleeve_part = _sleeves(cut, chance, side, top + slope * shoulder, shoulder)
    neck_width, neck_depth = chance.between(*cut.neck_width), chance.between(*cut.neck_depth)
    pointed = chance.between(0, 1)
    across = limit(side / neck_width, 0, 1.5)
    neckline = top + neck_depth * (1 - (pointed * across + (1 - pointed) * across * across))
    outside_neck = Y - neckline

    shade = _cloth_shade(cut, chance, cloth, x, Y - top)
    # Where a sleeve lies beside the body there is a shadow, and sleeves catch the light in their own way.
    shade = shade * (1 - chance.between(0.15, 0.6) * band(side - half, 0.6) * (sleeve_part > 0))
    shade = shade * np.where(side > half, chance.between(0.82, 1.12), np.float32(1))
    shade = shade + _front(cut, chance, x, top, outside_neck, bottom)
    covered = cover(np.maximum(body, sleeves)) * cover(outside_neck)
    # The inside of the back shows above the neckline.
    back = cover(np.minimum(neck_width - side, np.minimum(Y - top + 0.4, -outside_neck))) * chance.happens(
        0.45
    )
    garment: Floats = limit(shade, 0.06, 1) * covered + back * chance.between(0.15, 0.55) * (1 - covered)
    return garment


def _sleeves(
    cut: Cut, chance: Chance, side: Floats, level: Floats, shoulder: Floats
) -> tuple[Floats, Floats]:
    kind = np.searchsorted(np.cumsum(cut.sleeve)[:3], chance.design(), side="right")
    lengths = [chance.between(*reach) for reach in _SLEEVE_LENGTH]
    drops = [chance.between(*reach) for reach in _SLEEVE_DROP]
    length, drop = np.choose(kind, lengths), np.choose(kind, drops)
    radius = chance.between(*cut.sleeve_radius) * np.choose(
        kind, [np.float32(f) for f in (0.5, 1.0, 0.95, 0.85)]
    )
    start = (shoulder - radius * np.float32(0.75), level + radius * np.float32(0.75))
    end = (start[0] + length * np.sqrt(1 - drop * drop), np.minimum(start[1] + length * drop, np.float32(26)))
    sleeves = capsule(side, Y, start, end, radius, radius * chance.between(0.6, 0.95))
    return sleeves.astype(np.float32), cover(sleeves)


def _cloth_shade(cut: Cut, chance: Chance, cloth: Cloth, x: Floats, y: Floats) -> Floats:
    tone = np.sqrt(chance.between(*cut.tone))
    folds = cloth.cut(cloth.folds, chance) * chance.between(0.02, 0.13)
    grain = cloth.cut(cloth.grain, chance) * chance.between(0.01, 0.07)
    printed = cloth.cut(cloth.prints, chance) * chance.happens(cut.print) * chance.between(0.15, 0.4)
    level = chance.happens(0.65)
    striped = stripes(level * y + (1 - level) * x, chance.between(2.0, 6.5), chance.between(0, 6))
    striped = striped * chance.happens(cut.stripes) * chance.between(0.05, 0.25)
    light = chance.around(0, 0.012) * x + chance.around(0, 0.008) * (y - 12)
    where = cover(chance.between(2.2, 4.2) - np.abs(x)) * cover(
        chance.between(2.0, 4.5) - np.abs(y - chance.between(8, 12))
    )
    motif = cloth.cut(cloth.prints, chance) * np.float32(0.3) + chance.between(0.1, 0.4) * chance.sign()
    motif = motif * where * chance.happens(cut.motif)
    shade: Floats = tone + folds + grain + printed + striped + light + motif
    return shade


def _front(cut: Cut, chance: Chance, x: Floats, top: Floats, below_neck: Floats, bottom: Floats) -> Floats:
    middle = x - chance.around(0, 1.2)
    opening = (
        band(middle, chance.between(0.2, 0.7)) * chance.between(0.14, 0.45) * chance.happens(cut.opening)
    )
    apart = chance.between(2.6, 4.4)
    place = (Y - top) / apart
    dots = cover((np.float32(0.22) - np.abs(place - np.floor(place) - np.float32(0.5))) * apart)
    dots = dots * band(middle, 0.6) * chance.between(0.16, 0.42) * chance.sign() * chance.happens(cut.buttons)
    collar = (
        cover(chance.between(0.9, 2.6) - np.abs(below_neck - 1)) * cover(6 - Y + top) * cover(5 - np.abs(x))
    )
    collar = collar * chance.between(0.12, 0.34) * chance.sign() * chance.happens(cut.collar)
    cuff = cover(Y - bottom + 2) * chance.between(-0.15, 0.15) * chance.happens(0.4)
    details: Floats = dots + collar + cuff - opening
    return details


def trouser(chance: Chance, cloth: Cloth) -> Floats:
    """Draw trousers, seen from the front. Returns float32 (n, 28, 28), 0 to 1."""
    x = X - chance.around(0, 0.8) - chance.around(0, 0.02) * (Y - 14)
    side = np.abs(x)
    bottom, top = chance.between(26, 28), chance.between(-0.5, 1.0)
    short = chance.happens(0.05)
    bottom = bottom - short * chance.between(3, 9)
    waist, hip = chance.between(3.0, 4.6), chance.between(4.0, 6.0)
    # A few pairs hang with their legs together, and look like a narrow dress.
    crotch = chance.between(7.5, 12) + chance.happens(0.05) * chance.between(6, 18)
    ankle = chance.between(3.0, 6.6)
    outer = path(
        Y, [(top, waist), (top + 7, hip), (chance.between(16, 19), (hip + ankle) / 2 - 0.4), (bottom, ankle)]
    )
    leg = chance.between(1.7, 3.4)
    gap = ease((Y - crotch) / chance.between(5, 16)) * np.maximum(np.float32(0.25), ankle - leg)
    covered = cover(np.minimum(outer - side, np.minimum(Y - top, bottom - Y)))
    covered = covered * (1 - cover(gap - side) * (crotch < Y))
    shade = np.sqrt(chance.between(0.15, 1.0)) + cloth.cut(cloth.folds, chance) * chance.between(0.02, 0.1)
    shade = shade + cloth.cut(cloth.grain, chance) * chance.between(0.01, 0.06)
    shade = shade + cloth.cut(cloth.prints, chance) * chance.happens(0.12) * chance.between(0.1, 0.3)
    crease = band(side - (outer + gap) / 2, 0.7) * chance.between(-0.12, 0.22)
    belt = band(Y - top - 2, 0.6) * chance.between(0.05, 0.25) * chance.happens(0.6)
    fly = band(x, 0.5) * cover(crotch - Y) * chance.between(0.1, 0.35)
    garment: Floats = limit(shade + crease - belt - fly, 0.06, 1) * covered
    return garment
