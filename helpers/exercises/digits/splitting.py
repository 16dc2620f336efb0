"""The data: flat images and one-hot labels, divided at random into training and test data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from helpers.exercises.digits.sizes import BRIGHTEST, CLASSES, IMAGES, PIXELS, TEST, TRAINING
from helpers.kit.exercise import Misconception
from helpers.kit.general_slips import NOT_A_NUMBER, WRONG_SHAPE, WRONG_TYPE
from helpers.kit.models import Numbers, TrainingExercise
from helpers.kit.outcome import Slip
from helpers.kit.values import as_numbers, show

NAMES = ("X_train", "X_test", "y_train", "y_test")
SHAPES = ((TRAINING, PIXELS), (TEST, PIXELS), (TRAINING, CLASSES), (TEST, CLASSES))
UNKNOWN = -1

Shapes = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Found:
    """Which of scikit-learn's images were found where.

    train, test: their places among all images, UNKNOWN for a row that is not one of them.
    fitting: for each label, whether it belongs to its image. largest, smallest: the pixels of training and
    test images.
    """

    train: npt.NDArray[np.int64]
    test: npt.NDArray[np.int64]
    fitting: npt.NDArray[np.bool_]
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
        whole = np.all(abs(values - np.rint(values)) < 1e-3, axis=1)
    return np.array(
        [known.get(_key(row), UNKNOWN) if good else UNKNOWN for row, good in zip(values, whole, strict=True)]
    )


def _lengths(shapes: Shapes) -> tuple[int, ...]:
    return tuple(shape[0] if shape else 0 for shape in shapes)


def _in_another_order(shapes: Shapes) -> bool:
    large, small = sorted({*_lengths(shapes)})[::-1] if len({*_lengths(shapes)}) == 2 else (0, 0)
    return large + small == IMAGES and (
        _lengths(shapes) not in ((large, small) * 2, (small, large) * 2)
        or (shapes[0][1:] == (CLASSES,) and shapes[2][1:] != (CLASSES,))
    )


OF_SHAPES = (
    Misconception(
        "four names in another order",
        _in_another_order,
        "train_test_split gives both parts of the images first, then both parts of the labels. In which "
        "order are your four names?",
    ),
    Misconception(
        "training and test data swapped",
        lambda shapes: _lengths(shapes) in ((TEST, TRAINING) * 2, (TEST - 1, TRAINING + 1) * 2),
        "Four fifths of the images went to the test data. The larger part is for training.",
    ),
    Misconception(
        "a different share held back",
        lambda shapes: (
            sum(_lengths(shapes)[:2]) == sum(_lengths(shapes)[2:]) == IMAGES
            and _lengths(shapes) != (TRAINING, TEST) * 2
        ),
        "All images are there, but divided in another proportion. Tell train_test_split what share to keep "
        "for testing: by default it takes a quarter.",
    ),
    Misconception(
        "labels not one-hot",
        lambda shapes: shapes[2] == (TRAINING,) and shapes[3] == (TEST,),
        "The labels are still whole numbers. Which function of keras.utils makes a row of ten out of each?",
    ),
    Misconception(
        "one-hot twice",
        lambda shapes: shapes[2] == (TRAINING, CLASSES, 2),
        "The labels were one-hot already and have been made one-hot again. Once is enough.",
    ),
    Misconception(
        "eleven classes",
        lambda shapes: shapes[2] == (TRAINING, CLASSES + 1),
        "Each label became a row of eleven. There are ten digits, from 0 to 9.",
    ),
    Misconception(
        "images not flattened",
        lambda shapes: shapes[0] == (TRAINING, 8, 8),
        "The images still have 8 rows of 8 pixels. Make one row of 64 out of each before you split.",
    ),
)
OF_PIXELS = (
    Misconception(
        "divided by 255",
        lambda found: np.allclose(found.largest, BRIGHTEST / 255),
        "That divisor belongs to the images of lesson 05. Here the brightest pixel is 16.",
    ),
    Misconception(
        "scaled twice",
        lambda found: np.allclose(found.largest, 1 / BRIGHTEST),
        "The pixels were divided by 16 twice. If the cell divides what it has divided before, each run does "
        "it again.",
    ),
    Misconception(
        "pixels below 0",
        lambda found: min(found.smallest) < 0,
        "Some pixels are negative now. Many networks like that, but the task asks for the pixels as they "
        "were, or divided by 16.",
    ),
    Misconception(
        "one part scaled, the other not",
        lambda found: sorted(found.largest) == [1, BRIGHTEST],
        "Training and test images have different scales. Treat both alike, ideally before you split.",
    ),
)
OF_ROWS = (
    Misconception(
        "X and y shuffled separately",
        lambda found: np.mean(found.fitting) < 0.5,
        "Most labels belong to other images. Give images and labels to one call of train_test_split: it "
        "shuffles them together.",
    ),
    Misconception(
        "test images also among the training images",
        lambda found: np.intersect1d(found.train, found.test).size > 0,
        "Some images are in both parts. The test would then ask about images the network has seen. Take all "
        "four arrays from one call.",
    ),
    Misconception(
        "not shuffled",
        lambda found: (np.diff(found.train) > 0).all() and (np.diff(found.test) > 0).all(),
        "The images are in the order in which they were collected, so all the test data come from the end. "
        "train_test_split shuffles unless it is told not to.",
    ),
)


@dataclass(frozen=True)
class SplitExercise(TrainingExercise):
    """Four arrays. A slip's result says whether its signs are in their shapes, or in what was found."""

    def examine(self, *answers: Any) -> None:
        """Look at X_train, X_test, y_train and y_test, in this order. Raises NotYet or NotAttempted."""
        if any(answer is ... for answer in answers):
            raise self.not_attempted()
        arrays = tuple(self._array(name, answer) for name, answer in zip(NAMES, answers, strict=True))
        shapes = tuple(array.shape for array in arrays)
        if shapes != SHAPES:
            known = (slip for slip in OF_SHAPES if slip.result(shapes))
            raise self.not_yet(
                f"The shapes are {_list(shapes)}, expected {_list(SHAPES)}.", next(known, WRONG_SHAPE)
            )
        found = self._found(*arrays)
        self._look_at_pixels(found)
        self._look_at_rows(found)

    def _array(self, name: str, answer: Any) -> Numbers:
        try:
            return as_numbers(answer)
        except (TypeError, ValueError):
            raise self.not_yet(f"{name} is {show(answer)}, which holds no numbers.", WRONG_TYPE) from None

    def _found(self, x_train: Numbers, x_test: Numbers, y_train: Numbers, y_test: Numbers) -> Found:
        _, labels = _places_and_labels()
        train, test = _places(x_train), _places(x_test)
        one_hot = np.eye(CLASSES)[labels[np.concatenate([train, test])]]
        return Found(
            train=train,
            test=test,
            fitting=np.all(np.isclose(np.concatenate([y_train, y_test]), one_hot), axis=1),
            largest=(float(x_train.max()), float(x_test.max())),
            smallest=(float(x_train.min()), float(x_test.min())),
        )

    def _look_at_pixels(self, found: Found) -> None:
        unknown = bool(np.any(found.train == UNKNOWN) or np.any(found.test == UNKNOWN))
        explained: list[Misconception | Slip] = [slip for slip in OF_PIXELS if slip.result(found)]
        if not np.isfinite(found.largest).all():
            explained = [NOT_A_NUMBER]
        if unknown or explained:
            raise self.not_yet(
                f"The largest pixel is {show(found.largest[0])} in X_train and {show(found.largest[1])} in "
                "X_test. Expected every row to be one of the images, with pixels as they were (0 to 16), or "
                "all divided by 16.",
                *explained[:1],
            )

    def _look_at_rows(self, found: Found) -> None:
        explained = [slip for slip in OF_ROWS if slip.result(found)]
        different = len({*found.train, *found.test})
        if explained or different < IMAGES or not found.fitting.all():
            raise self.not_yet(
                f"{found.fitting.sum():,} of the {IMAGES:,} labels are the one-hot rows of their images; the "
                f"two parts hold {different:,} different images. Expected {IMAGES:,} of both, in random "
                "order.",
                *explained[:1],
            )


def _list(shapes: Shapes) -> str:
    return ", ".join(str(shape) for shape in shapes)


split = SplitExercise(
    name="split",
    points=3,
    hints=(
        "Three steps: one row of 64 pixels for each image, one-hot labels, then one call of "
        "train_test_split for both. reshape, keras.utils.to_categorical and test_size are what you need.",
        "X = digits.images.reshape(-1, 64) and y = keras.utils.to_categorical(digits.target, 10). Then "
        "X_train, X_test, y_train, y_test = train_test_split(X, y, ...), with the share for testing.",
    ),
    misconceptions=(*OF_SHAPES, *OF_PIXELS, *OF_ROWS),
)
