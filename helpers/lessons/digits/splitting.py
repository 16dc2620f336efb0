"""The data: flat images and one-hot labels, divided at random into training and test data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from helpers.kit.general_slips import NOT_A_NUMBER, WRONG_SHAPE, WRONG_TYPE
from helpers.kit.models import Numbers
from helpers.kit.outcome import Slip
from helpers.kit.own_exercise import OwnExercise
from helpers.kit.values import as_numbers, show

IMAGES, PIXELS, CLASSES, BRIGHTEST = 1797, 64, 10, 16
TRAINING, TEST = 1437, 360
NAMES = ("X_train", "X_test", "y_train", "y_test")
SHAPES = ((TRAINING, PIXELS), (TEST, PIXELS), (TRAINING, CLASSES), (TEST, CLASSES))
UNKNOWN = -1
# From this correlation on, a row is taken for an image.
ALIKE = 0.999
# The longest run of neighbouring images that a part may hold: one shuffle in 10**14 has a longer one.
LONGEST_RUN = 25
# What fit keeps apart for validation: the last of the training images.
VALIDATION = 288

Shapes = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Found:
    """Which of scikit-learn's images were found where.

    train, test: their places among all images, UNKNOWN for a row that is not one of them.
    fitting: for each label, whether it is the one-hot row of its image. same_digits: whether it is at least
    largest where that row is. renamed: whether each digit has another one's label all through. same_pixels:
    whether all pixels are those of the images, in any order. largest, smallest: the pixels of training and
    test images.
    """

    train: npt.NDArray[np.int64]
    test: npt.NDArray[np.int64]
    fitting: npt.NDArray[np.bool_]
    same_digits: npt.NDArray[np.bool_]
    renamed: bool
    same_pixels: bool
    largest: tuple[float, float]
    smallest: tuple[float, float]


@cache
def _places_and_labels() -> tuple[dict[bytes, int], npt.NDArray[np.int64]]:
    from sklearn.datasets import load_digits

    pixels, labels = load_digits(return_X_y=True)
    return {_key(row): place for place, row in enumerate(pixels)}, labels


def _key(row: Numbers) -> bytes:
    return np.rint(row).astype(np.int8).tobytes()


def _places(images: Numbers) -> npt.NDArray[np.int64]:
    scale = BRIGHTEST if images.max() <= 1 else 1
    known, _ = _places_and_labels()
    values = images * scale
    with np.errstate(invalid="ignore"):
        whole = np.all((abs(values - np.rint(values)) < 1e-3) & (values > -1) & (values <= BRIGHTEST), axis=1)
    return np.array(
        [known.get(_key(row), UNKNOWN) if good else UNKNOWN for row, good in zip(values, whole, strict=True)]
    )


def _same_pixels(images: Numbers) -> bool:
    known = np.frombuffer(b"".join(_places_and_labels()[0]), dtype=np.int8)
    scale = BRIGHTEST if images.max() <= 1 else 1
    return bool(np.allclose(np.sort(images, axis=None) * scale, np.sort(known)))


def _renamed(digits: npt.NDArray[np.int64], one_hot: Numbers) -> bool:
    given = one_hot.argmax(axis=1)
    pairs = {*zip(digits.tolist(), given.tolist(), strict=True)}
    return len(pairs) == CLASSES == len({*given.tolist()}) and bool(np.all(digits != given))


def _is_random_part(places: npt.NDArray[np.int64], of: npt.NDArray[np.int64]) -> bool:
    """Whether some of the images can be a random choice of others: from everywhere, and of every digit.

    The bounds are far out: one shuffling in many millions exceeds them.
    """
    _, labels = _places_and_labels()
    spread = np.std(of) * np.sqrt((1 - len(places) / len(of)) / len(places))
    return (
        bool(abs(np.mean(places) - np.mean(of)) < 6 * spread)
        and len(np.unique(labels[places])) == CLASSES
        and _longest_run(places) <= LONGEST_RUN
    )


def _longest_run(places: npt.NDArray[np.int64]) -> int:
    """The length of the longest run of neighbouring images in a part, whatever their order there."""
    inside = np.sort(places)
    return max(map(len, np.split(inside, np.flatnonzero(np.diff(inside) != 1) + 1)))


def _is_sorted(places: npt.NDArray[np.int64]) -> bool:
    steps = np.diff(places)
    return bool((steps > 0).all() or (steps < 0).all())


def are_of_the_digits(images: Numbers, one_hot: Numbers) -> bool:
    """Whether each row is another one of the images, however scaled, and has its label.

    images: (n, 64). one_hot: (n, 10).
    """
    from sklearn.datasets import load_digits

    pixels, labels = load_digits(return_X_y=True)
    likeness = _standardised(images) @ _standardised(pixels).T
    nearest = likeness.argmax(axis=1)
    right = np.eye(CLASSES)[labels[nearest]]
    return bool(
        (likeness.max(axis=1) > ALIKE).all()
        and len(np.unique(nearest)) == len(nearest)
        and np.allclose(one_hot, right)
    )


def _standardised(images: Numbers) -> Numbers:
    """Rows of the mean 0 and the length 1: the same for an image that was scaled or shifted."""
    centred = images - images.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    return np.asarray(centred / np.where(length > 0, length, 1))


def _lengths(shapes: Shapes) -> tuple[int, ...]:
    return tuple(shape[0] if shape else 0 for shape in shapes)


def _in_another_order(shapes: Shapes) -> bool:
    large, small = sorted({*_lengths(shapes)})[::-1] if len({*_lengths(shapes)}) == 2 else (0, 0)
    return large + small == IMAGES and (
        _lengths(shapes) not in ((large, small) * 2, (small, large) * 2)
        or (shapes[0][1:] == (CLASSES,) and shapes[2][1:] != (CLASSES,))
    )


def _in_another_share(shapes: Shapes) -> bool:
    lengths = _lengths(shapes)
    return sum(lengths[:2]) == sum(lengths[2:]) == IMAGES and lengths != (TRAINING, TEST) * 2


# What a slip is known by: first the shapes, then the pixels, then the rows.
OF_SHAPES: dict[str, Callable[[Shapes], Any]] = {
    "another order": _in_another_order,
    "parts swapped": lambda shapes: _lengths(shapes) in ((TEST, TRAINING) * 2, (TEST - 1, TRAINING + 1) * 2),
    "another share": _in_another_share,
    "whole labels": lambda shapes: (
        _lengths(shapes) == (TRAINING, TEST) * 2 and any(shape[1:] in ((), (1,)) for shape in shapes[2:])
    ),
    "one-hot twice": lambda shapes: shapes[2] == (TRAINING, CLASSES, 2),
    "eleven classes": lambda shapes: shapes[2] == (TRAINING, CLASSES + 1),
    "images in rows": lambda shapes: shapes[0] == (TRAINING, 8, 8),
}
OF_PIXELS: dict[str, Callable[[Found], Any]] = {
    "by 255": lambda found: np.allclose(found.largest, BRIGHTEST / 255),
    "scaled twice": lambda found: np.allclose(found.largest, 1 / BRIGHTEST),
    "below 0": lambda found: min(found.smallest) < 0,
    "two scales": lambda found: sorted(found.largest) == [1, BRIGHTEST],
    "other places": lambda found: UNKNOWN in found.train and found.same_pixels,
}
OF_ROWS: dict[str, Callable[[Found], Any]] = {
    "labels of other digits": lambda found: found.renamed,
    "labels of others": lambda found: np.mean(found.same_digits) < 0.5,
    "in both parts": lambda found: np.intersect1d(found.train, found.test).size > 0,
    "in order": lambda found: not _is_random_part(found.test, np.arange(IMAGES)),
    "training in order": lambda found: (
        _is_sorted(found.train) or not _is_random_part(found.train[-VALIDATION:], np.arange(IMAGES))
    ),
}


@dataclass(frozen=True, repr=False)
class SplitExercise(OwnExercise):
    """Four arrays. Slips are known by OF_SHAPES, OF_PIXELS and OF_ROWS."""

    def examine(self, *answers: Any) -> None:
        """Look at X_train, X_test, y_train and y_test, in this order. Raises NotYet or NotAttempted."""
        if any(answer is ... for answer in answers):
            raise self.not_attempted()
        arrays = tuple(self._array(name, answer) for name, answer in zip(NAMES, answers, strict=True))
        shapes = tuple(array.shape for array in arrays)
        if shapes != SHAPES:
            raise self.not_yet(
                f"The shapes are {_list(shapes)}, expected {_list(SHAPES)}.",
                *(self._first(OF_SHAPES, shapes) or [WRONG_SHAPE]),
            )
        found = self._found(*arrays)
        self._look_at_pixels(found)
        self._look_at_rows(found)

    def _array(self, name: str, answer: Any) -> Numbers:
        try:
            return as_numbers(answer)
        except (TypeError, ValueError):
            raise self.not_yet(f"{name} is {show(answer)}, which holds no numbers.", WRONG_TYPE) from None

    def _first(self, signs: dict[str, Callable[[Any], Any]], of: Any) -> list[Slip]:
        """The first slip whose sign is there, if there is one."""
        return next((self.with_given(name) for name, sign in signs.items() if sign(of)), [])

    def _found(self, x_train: Numbers, x_test: Numbers, y_train: Numbers, y_test: Numbers) -> Found:
        _, labels = _places_and_labels()
        train, test = _places(x_train), _places(x_test)
        one_hot = np.eye(CLASSES)[labels[np.concatenate([train, test])]]
        return Found(
            train=train,
            test=test,
            same_pixels=_same_pixels(np.concatenate([x_train, x_test])),
            renamed=_renamed(one_hot.argmax(axis=1), np.concatenate([y_train, y_test])),
            same_digits=one_hot.argmax(axis=1) == np.concatenate([y_train, y_test]).argmax(axis=1),
            fitting=np.all(np.isclose(np.concatenate([y_train, y_test]), one_hot), axis=1),
            largest=(float(x_train.max()), float(x_test.max())),
            smallest=(float(x_train.min()), float(x_test.min())),
        )

    def _look_at_pixels(self, found: Found) -> None:
        unknown = bool(np.any(found.train == UNKNOWN) or np.any(found.test == UNKNOWN))
        explained = self._first(OF_PIXELS, found)
        if not np.isfinite(found.largest).all():
            explained = [NOT_A_NUMBER]
        if unknown or explained:
            raise self.not_yet(
                f"The largest pixel is {show(found.largest[0])} in X_train and {show(found.largest[1])} in "
                "X_test. Expected every row to be one of the images, with pixels as they were (0 to 16), or "
                "all divided by 16.",
                *explained,
            )

    def _look_at_rows(self, found: Found) -> None:
        explained = self._first(OF_ROWS, found)
        different = len({*found.train, *found.test})
        if explained or different < IMAGES or not found.fitting.all():
            raise self.not_yet(
                f"{found.fitting.sum():,} of the {IMAGES:,} labels are the one-hot rows of their images; the "
                f"two parts hold {different:,} different images. Expected {IMAGES:,} of both, in random "
                "order.",
                *explained,
            )


def _list(shapes: Shapes) -> str:
    return ", ".join(str(shape) for shape in shapes)
