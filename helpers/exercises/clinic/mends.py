"""A mended network: how good it is on images it has not seen, and what its answers say if it is not good."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.exercises.clinic.thresholds import FULL_MARKS_FROM, NO_MARKS_BELOW
from helpers.kit.exercise import Misconception
from helpers.kit.models import (
    Images,
    Numbers,
    course_images,
    is_model,
    scaled,
)
from helpers.kit.tolerances import PREDICTION_TOLERANCE

# What the lesson trains with and tests on; all other test images are new to an honest network.
TRAINING_IMAGES = 6000
TEST_IMAGES = 2000
NEW_IMAGES = 4000
# Large, since seven networks are asked about thousands of images each.
BATCH = 1000
# An honest network differs by less than half of these between test images and new ones, and is not better on
# new images than on those it learned from.
SEEN_BEFORE = 0.05
BETTER_ON_NEW = 0.025
# Below this accuracy a network is as good as guessing.
GUESSING = 0.2


@dataclass(frozen=True)
class Signs:
    """What a network's answers say about it: accuracies from 0 to 1 on three sets of images.

    new: test images that the lesson does not use. test, training: those that it uses.
    labels: how many different labels it gives to new images, apart from those that last digits decide.
    finite: whether its outputs are numbers.
    """

    new: float
    test: float
    training: float
    labels: int
    finite: bool

    @property
    def mended(self) -> float:
        """How far the network is mended, from 0 to 1: not at all where it has learned from test images."""
        if not self.finite or self.has_seen_test_images:
            return 0.0
        return float(np.interp(self.new, [NO_MARKS_BELOW, FULL_MARKS_FROM], [0, 1]))

    @property
    def has_seen_test_images(self) -> bool:
        """Whether it knows the lesson's test images, or all of them, better than those for training."""
        return self.test > self.new + SEEN_BEFORE or self.new > self.training + BETTER_ON_NEW


def signs_of(model: Any, start: int) -> Signs:
    """Ask a Keras model about images, with pixels prepared as suits it best. Raises what its predict raises.

    start: the first of the 4,000 test images that serve as new ones, from 2000 to 6000.
    """
    images = course_images("fashion_mnist")
    shape = _shape_taken(model)
    best: Signs | None = None
    for prepare in PREPARATIONS:
        signs = _signs(model, images, start, prepare, shape)
        # Among guesses, chance would choose. Only the accuracy counts: with pixels that do not suit it, a
        # network that has seen test images may not show it.
        if best is None or signs.new > max(best.new, GUESSING):
            best = signs
        if best.mended == 1:
            break
    assert best is not None
    return best


def _raw(pixels: Numbers) -> Numbers:
    return pixels.astype(np.float32)


def _standardised(pixels: Numbers) -> Numbers:
    """Pixels with the mean 0 and the standard deviation 1 of the training images."""
    some = course_images("fashion_mnist").train_images[:TRAINING_IMAGES]
    return np.asarray((pixels - some.mean()) / some.std(), dtype=np.float32)


# How pixels may have been prepared: from 0 to 1, not at all (the model scales them itself), or by statistics.
PREPARATIONS: tuple[Callable[[Numbers], Numbers], ...] = (scaled, _raw, _standardised)
SHAPES = ((28, 28), (784,), (28, 28, 1))


def _shape_taken(model: Any) -> tuple[int, ...]:
    """The shape of one image that the model takes. Raises what predict says of (28, 28) if it takes none."""
    refusals = []
    for shape in SHAPES:
        try:
            model.predict(np.zeros((BATCH, *shape), np.float32), batch_size=BATCH, verbose=0)
        except Exception as error:
            refusals.append(error)
        else:
            return shape
    raise refusals[0]


def _signs(
    model: Any, images: Images, start: int, prepare: Callable[[Numbers], Numbers], shape: tuple[int, ...]
) -> Signs:
    def answers(pixels: Numbers) -> Numbers:
        prepared = prepare(pixels).reshape(-1, *shape)
        return np.asarray(model.predict(prepared, batch_size=BATCH, verbose=0))

    def accuracy(outputs: Numbers, labels: Numbers) -> float:
        return float(np.mean(np.argmax(outputs, axis=-1) == labels))

    test, training = slice(0, TEST_IMAGES), slice(0, TRAINING_IMAGES)
    new = slice(start, start + NEW_IMAGES)
    outputs = answers(images.test_images[new])
    return Signs(
        new=accuracy(outputs, images.test_labels[new]),
        test=accuracy(answers(images.test_images[test]), images.test_labels[test]),
        training=accuracy(answers(images.train_images[training]), images.train_labels[training]),
        labels=len(np.unique(np.argmax(outputs, axis=-1)[_clear(outputs)])),
        finite=bool(np.all(np.isfinite(outputs))),
    )


def _clear(outputs: Numbers) -> Numbers:
    """For which images one output is higher than all others, and not just by its last digits."""
    highest = outputs.max(axis=-1, keepdims=True)
    as_high = outputs >= highest - PREDICTION_TOLERANCE * np.abs(highest)
    return np.asarray(as_high.sum(axis=-1) == 1)


MISSING = Misconception(
    "no mended network",
    lambda answer: answer is ...,
    "For the other marks, make a new network and train it without the fault.",
)
# The student hears of the first of these two that fits.
CURVES = Misconception(
    "curves instead of the network",
    lambda answer: isinstance(answer, Mapping) or isinstance(getattr(answer, "history", None), Mapping),
    "That is the record of a training. Keep the trained network itself under this name.",
)
NO_NETWORK = Misconception(
    "something other than a network",
    lambda answer: not is_model(answer),
    "Keep the network itself under this name: what network(...) gives, once it is compiled and trained.",
)
# The student hears of the first of these that fits.
MENDS = (
    Misconception(
        "outputs are not numbers",
        lambda signs: not signs.finite,
        "The outputs of the network are nan: its weights have grown beyond all bounds.",
    ),
    Misconception(
        "learned from the test images",
        lambda signs: signs.has_seen_test_images,
        "It knows test images better than it could if they were new to it, so it has seen them in training. "
        "Make a new network, and show it training images only.",
    ),
    Misconception(
        "the same label for nearly every image",
        lambda signs: signs.labels <= 3,
        "It gives nearly every image the same label: its neurons are stuck. Make a new network before you "
        "train again, and keep its steps short.",
    ),
    Misconception(
        "no better than guessing",
        lambda signs: signs.new < GUESSING,
        "That is about what guessing gets. Was this network trained after it was made, and does each image "
        "go with its own label?",
    ),
    Misconception(
        "better than guessing, but not good",
        lambda signs: signs.new <= NO_MARKS_BELOW,
        "It has learned something. Compare with the healthy run: what still holds this training back?",
    ),
)
# All that can be wrong with a mended network.
WRONG_MENDS = (MISSING, CURVES, NO_NETWORK, *MENDS)
