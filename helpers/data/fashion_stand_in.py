"""Draw a stand-in for Fashion-MNIST: ten classes of garments, as hard to tell apart as the real ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from helpers.data import bags, clothes, shoes
from helpers.data.arrays import Arrays, Split
from helpers.data.drawing import SIDE, Chance, Cloth, Floats

# A new number for every change of what is drawn: copies made by older versions are then made again.
VERSION = 1

# With this seed the first training image is an ankle boot, as in the real data set.
_SHUFFLE = 14

_CLASSES: tuple[Callable[[Chance, Cloth], Floats], ...] = (
    partial(clothes.upper, clothes.T_SHIRT),
    clothes.trouser,
    partial(clothes.upper, clothes.PULLOVER),
    partial(clothes.upper, clothes.DRESS),
    partial(clothes.upper, clothes.COAT),
    shoes.sandal,
    partial(clothes.upper, clothes.SHIRT),
    shoes.sneaker,
    bags.bag,
    shoes.ankle_boot,
)
# Two training images show one design; every test image has a design of its own. See Chance.
_PIECES = (2, 1)
# As many images at once as fit a processor's cache.
_CHUNK = 200


def make() -> Arrays:
    """Draw the whole data set, always the same: images uint8 (60000 and 10000, 28, 28), labels uint8.

    Each class has 6,000 and 1,000 images, as in the real one.
    """
    cloth = Cloth(np.random.default_rng([VERSION, 2]))
    return _split(0, 6_000, cloth), _split(1, 1_000, cloth)


def _split(split: int, each: int, cloth: Cloth) -> Split:
    labels = np.repeat(np.arange(len(_CLASSES), dtype=np.uint8), each)
    images = np.empty((len(labels), SIDE, SIDE), np.uint8)
    for label, draw in enumerate(_CLASSES):
        rng = np.random.default_rng([VERSION, split, label])
        for start in range(label * each, (label + 1) * each, _CHUNK):
            pixels = draw(Chance(rng, _CHUNK, _PIECES[split]), cloth)
            images[start : start + _CHUNK] = (pixels * 255).astype(np.uint8)
    order = np.random.default_rng([VERSION, split, _SHUFFLE]).permutation(len(labels))
    return images[order], labels[order]
