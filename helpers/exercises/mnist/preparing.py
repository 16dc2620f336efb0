"""From images and integer labels to what the network takes: shape, scale, one-hot rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from helpers.kit.cases import Case
from helpers.kit.exercise import Misconception
from helpers.kit.function_exercise import FunctionExercise, Tried
from helpers.kit.general_slips import NOT_A_NUMBER, WRONG_SHAPE, WRONG_TYPE
from helpers.kit.models import Numbers
from helpers.kit.tolerances import RELATIVE_TOLERANCE
from helpers.kit.values import as_numbers, close, show

CLASSES = 10
# No case has as many images as x_train.
TRAINING_IMAGES = 60_000


class Prepared(NamedTuple):
    """What prepare returns. x: (n, 784). y: (n, 10)."""

    x: Any
    y: Any

    def __repr__(self) -> str:
        """Name the shapes: hundreds of numbers would tell nobody anything."""
        return f"x of shape {np.shape(self.x)} and y of shape {np.shape(self.y)}"


@dataclass(frozen=True)
class ImagesCase(Case):
    """Images (n, 28, 28) and labels (n,), with the Prepared arrays that they should give."""

    def call(self) -> str:
        """The labels, and only the shape of the images."""
        images, labels = self.arguments["images"], self.arguments["labels"]
        return f"images of shape {images.shape} and labels={show(labels)}"


ARGUMENTS_IGNORED = Misconception(
    "x_train instead of the arguments",
    lambda _images, _labels: TRAINING_IMAGES,
    "It prepares all 60,000 training images, whatever you pass in. Use the names in the brackets after def.",
)


@dataclass(frozen=True)
class PrepareExercise(FunctionExercise):
    """prepare(images, labels) → x, y. float64 passes too: it takes twice the memory, and is just as right."""

    def check(self, *answers: Any) -> None:
        """Say that the answer is right, or raise NotYet or NotAttempted with what to look at."""
        super().check(*answers)
        x, _ = self._result(answers[0], self.cases[0])
        if np.asarray(x).dtype == np.float64:
            print(
                "x is float64. That works, and takes 376 MB of memory for 60,000 images; float32 takes half."
            )

    def _compare(self, case: Case, result: Any, tried: Tried) -> None:
        called = f"With {case.call()}"
        if not isinstance(result, (tuple, list)) or len(result) != len(case.expected):
            raise self.not_yet(
                f"{called} expected two results, and got {show(result)} of type {type(result).__name__}. End "
                "with: return x, y.",
                *(self._explained(tried) or [WRONG_SHAPE if _counts(result) else WRONG_TYPE]),
            )
        # Before any comparison: so many numbers would take seconds each time.
        if _rows(result[0]) == ARGUMENTS_IGNORED.result(*case.arguments.values()):
            raise self.not_yet(f"{called} x has the shape {np.shape(result[0])}.", ARGUMENTS_IGNORED)
        for name, seen, expected in zip(("x", "y"), result, case.expected, strict=True):
            if close(seen, expected):
                continue
            try:
                numbers = as_numbers(seen)
            except (TypeError, ValueError):
                raise self.not_yet(
                    f"{called} {name} is {show(seen)} of type {type(seen).__name__}, which holds no numbers.",
                    WRONG_TYPE,
                ) from None
            explained = self._explained(tried)
            if not explained and numbers.shape != np.shape(expected):
                explained = [WRONG_SHAPE]
            if not explained and not np.isfinite(numbers).all():
                explained = [NOT_A_NUMBER]
            raise self.not_yet(f"{called} {_difference(name, numbers, as_numbers(expected))}", *explained)

    def agree(self, seen: Any, expected: Any) -> bool:
        """Tell whether two results of this exercise count as the same."""
        if not isinstance(expected, tuple):  # the result of a slip that returns one thing
            return close(seen, expected)
        return (
            isinstance(seen, (tuple, list))
            and len(seen) == len(expected)
            and all(close(one, other) for one, other in zip(seen, expected, strict=True))
        )


def _counts(result: Any) -> bool:
    """Whether an answer is made of results, though not of two; a dict, say, is not."""
    return isinstance(result, (tuple, list)) or np.asarray(result).dtype.kind in "biuf"


def _rows(result: Any) -> int | None:
    shape: tuple[int, ...] | None = getattr(result, "shape", None)
    return shape[0] if shape else None


def _difference(name: str, seen: Numbers, expected: Numbers) -> str:
    if seen.shape != expected.shape:
        return f"{name} has the shape {seen.shape}, expected {expected.shape}."
    row, column = np.unravel_index(
        np.argmax(~np.isclose(seen, expected, rtol=RELATIVE_TOLERANCE)), seen.shape
    )
    return (
        f"{name} lies between {show(seen.min())} and {show(seen.max())}. {name}[{row}, {column}] is "
        f"{show(seen[row, column])}, expected {show(expected[row, column])}."
    )


def _flat(images: Numbers) -> Numbers:
    return images.reshape(len(images), -1)


def _one_hot(labels: Numbers, columns: int = CLASSES) -> Numbers:
    return np.asarray(np.eye(columns)[labels])


def _case(seed: int, brightest: int, labels: tuple[int, ...]) -> ImagesCase:
    """Random images whose brightest pixel is known, so that dividing by their own maximum shows."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, brightest + 1, size=(len(labels), 28, 28), dtype=np.uint8)
    images[0, 0, :2] = 0, brightest
    digits = np.array(labels, dtype=np.uint8)
    return ImagesCase({"images": images, "labels": digits}, Prepared(_flat(images) / 255, _one_hot(digits)))


prepare = PrepareExercise(
    name="prepare",
    points=5,
    hints=(
        "Three steps, each of which you have seen above or in lesson 05: reshape the images, scale them, "
        "turn the labels into one-hot rows. len(images) says how many rows there are.",
        'x = images.reshape(len(images), 784).astype("float32"), and then divide by the largest value a '
        "pixel can have. For y, call keras.utils.to_categorical with the labels and the number of classes.",
    ),
    cases=(_case(7, 255, (5, 0, 4)), _case(8, 200, (9,))),
    misconceptions=(
        Misconception(
            "not scaled",
            lambda images, labels: (_flat(images), _one_hot(labels)),
            "The shapes are right, but the pixels still go up to 255. Which number makes 255 become 1?",
        ),
        Misconception(
            "not flattened",
            lambda images, labels: (images / 255, _one_hot(labels)),
            "The images still have 28 rows of 28. The network takes one row of 784 numbers for each image.",
        ),
        Misconception(
            "labels not one-hot",
            lambda images, labels: (_flat(images) / 255, labels),
            "x is right. The labels are still whole numbers: make a row of ten numbers out of each.",
        ),
        Misconception(
            "whole numbers kept",
            lambda images, labels: (_flat(images) // 255, _one_hot(labels)),
            "Nearly every pixel has become 0: the fractions between 0 and 1 were cut off. Make the pixels "
            "floats before you divide, and divide with one slash.",
        ),
        Misconception(
            "divided by the largest pixel at hand",
            lambda images, labels: (_flat(images) / images.max(), _one_hot(labels)),
            "The divisor comes from the images at hand, so the same grey becomes a different number in "
            "another batch. Divide all images by the same number.",
        ),
        Misconception(
            "divided by 256",
            lambda images, labels: (_flat(images) / 256, _one_hot(labels)),
            "There are 256 values, but they go from 0 to 255. Which divisor turns the largest into exactly "
            "1?",
        ),
        Misconception(
            "as many columns as the largest label needs",
            lambda images, labels: (_flat(images) / 255, _one_hot(labels, int(labels.max()) + 1)),
            "y has a column for each digit up to the largest label at hand. The network always has ten "
            "outputs, so say how many classes there are.",
        ),
        Misconception(
            "a column for each label at hand",
            lambda images, labels: (
                _flat(images) / 255,
                (labels[:, None] == np.unique(labels)).astype(float),
            ),
            "y has a column only for the digits that occur in these labels. The network always has ten "
            "outputs, in the order 0 to 9.",
        ),
        Misconception(
            "transposed",
            lambda images, labels: (_flat(images).T / 255, _one_hot(labels)),
            "Each image is in a column. Samples come first: one row for each image.",
        ),
        Misconception(
            "reshaped to (784, n)",
            lambda images, labels: (images.reshape(784, -1) / 255, _one_hot(labels)),
            "The sizes are the wrong way round, and the pixels of each image are spread over many rows. "
            "Samples come first: one row for each image.",
        ),
        Misconception(
            "all images in one row",
            lambda images, labels: (images.reshape(-1) / 255, _one_hot(labels)),
            "All pixels of all images are in one long row. Keep the first axis: one row for each image.",
        ),
        Misconception(
            "scaled twice",
            lambda images, labels: (_flat(images) / 255**2, _one_hot(labels)),
            "The largest pixel has become 1/255: the pixels were divided twice. Scale them once.",
        ),
        Misconception(
            "pixels of several images mixed",
            lambda images, labels: (images.reshape(784, -1).T / 255, _one_hot(labels)),
            "The shape is right, but each row holds pixels of several images: reshape keeps the order in "
            "which the values are stored. Ask it for (n, 784) at once, without transposing the result.",
        ),
        Misconception(
            "only x returned",
            lambda images, _labels: _flat(images) / 255,
            "That is x, and it is right. The function should return two arrays, with a comma between them.",
        ),
        Misconception(
            "only y returned",
            lambda _images, labels: _one_hot(labels),
            "That is y, and it is right. The function should return two arrays, with a comma between them.",
        ),
        ARGUMENTS_IGNORED,
        Misconception(
            "results swapped",
            lambda images, labels: (_one_hot(labels), _flat(images) / 255),
            "The images and the labels come back in the wrong order. The task asks for x first, then y.",
        ),
    ),
)
