"""How good a network is on images that are new to it, and what its answers say if it is not good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.kit.models import Images, Numbers, course_images, scaled
from helpers.kit.outcome import Slip
from helpers.kit.tolerances import PREDICTION_TOLERANCE, SMALLEST_CONFIDENCE, SUM_TOLERANCE

# Large, since one lesson may ask several networks about thousands of images each.
BATCH = 1000
# An honest network differs by less than half of these between test images and new ones, and is not better on
# new images than on those it learned from.
SEEN_BEFORE = 0.05
BETTER_ON_NEW = 0.025
# On new images the loss of an honest network was at least 0.94 of that on training images, in 45 trainings on
# both data. Ten epochs on the other test images leave at most 0.83.
LOWER_ON_NEW = 0.85
# Below this accuracy a network is as good as guessing.
GUESSING = 0.2
# So few labels for thousands of images mean that neurons are stuck.
FEW_LABELS = 3


@dataclass(frozen=True)
class Signs:
    """What a network's answers say about it: accuracies from 0 to 1 on three sets of images.

    new: test images that the lesson does not use. test, training: those that it uses. loss_ratio: the loss on
    new images, divided by that on training images.
    labels: how many different labels it gives to new images, apart from those that last digits decide.
    finite: whether its outputs are numbers. has_all_classes: whether it has an output for every class.
    """

    new: float
    test: float
    training: float
    loss_ratio: float
    labels: int
    finite: bool
    has_all_classes: bool

    @property
    def has_seen_test_images(self) -> bool:
        """Whether it knows the lesson's test images, or all of them, better than those for training."""
        lower = self.loss_ratio < LOWER_ON_NEW and self.new > max(self.training, GUESSING)
        return lower or self.test > self.new + SEEN_BEFORE or self.new > self.training + BETTER_ON_NEW


# The student hears of the first of these that fits.
SLIPS: tuple[tuple[Slip, Callable[[Signs], bool]], ...] = (
    (
        Slip(
            "outputs are not numbers",
            "The outputs of the network are nan: its weights have grown beyond all bounds.",
        ),
        lambda signs: not signs.finite,
    ),
    (
        Slip(
            "learned from the test images",
            "It knows test images better than it could if they were new to it, so it has seen them in "
            "training. Make a new network, and show it training images only.",
        ),
        lambda signs: signs.has_seen_test_images,
    ),
    (
        Slip(
            "too few outputs",
            "It has fewer outputs than there are classes. Give its last layer ten neurons, one for each, as "
            "in the healthy run.",
        ),
        lambda signs: not signs.has_all_classes,
    ),
    (
        Slip(
            "the same label for nearly every image",
            "It gives nearly every image the same label: its neurons are stuck. Make a new network before "
            "you train again, and keep its steps short.",
        ),
        lambda signs: signs.labels <= FEW_LABELS,
    ),
    (
        Slip(
            "no better than guessing",
            "That is about what guessing gets. Was this network trained after it was made, and does each "
            "image go with its own label?",
        ),
        lambda signs: signs.new < GUESSING,
    ),
    (
        Slip(
            "better than guessing, but not good",
            "It has learned something. Compare with a healthy run: what still holds this training back?",
        ),
        lambda _signs: True,
    ),
)


@dataclass(frozen=True)
class NewImages:
    """Images of a data set that a lesson never uses, by which networks are judged.

    training, test: how many images the lesson trains with and tests on, each from the first on.
    new, start: how many of the other test images are used, and from which on.
    Marks rise evenly between the two accuracies.
    """

    dataset: str
    training: int
    test: int
    new: int
    start: int
    no_marks_below: float
    full_marks_from: float

    def share(self, signs: Signs) -> float:
        """How good a network is, from 0 to 1: not at all where it has learned from test images."""
        if not signs.finite or signs.has_seen_test_images:
            return 0.0
        return float(np.interp(signs.new, [self.no_marks_below, self.full_marks_from], [0, 1]))

    def signs(self, model: Any, start: int) -> Signs:
        """Ask a Keras model about images, with pixels prepared as suits it best. Raises what predict raises.

        start: the first of the test images that serve as new ones.
        """
        shape = _shape_taken(model)
        best: Signs | None = None
        for prepare in (scaled, _raw, self._standardised):
            signs = self._signs(model, start, prepare, shape)
            # Among guesses, chance would choose. Only the accuracy counts: with pixels that do not suit it, a
            # network that has seen test images may not show it.
            if best is None or signs.new > max(best.new, GUESSING):
                best = signs
            if self.share(best) == 1:
                break
        assert best is not None
        return best

    def _signs(
        self, model: Any, start: int, prepare: Callable[[Numbers], Numbers], shape: tuple[int, ...]
    ) -> Signs:
        def right(pixels: Numbers, labels: Numbers) -> tuple[float, Numbers]:
            prepared = prepare(pixels).reshape(-1, *shape)
            outputs = np.asarray(model.predict(prepared, batch_size=BATCH, verbose=0))
            return float(np.mean(outputs.argmax(axis=-1) == labels)), outputs

        images = course_images(self.dataset)
        new, test = slice(start, start + self.new), slice(self.test)
        on_new, outputs = right(images.test_images[new], images.test_labels[new])
        on_training, of_training = right(*self._trained_with(images))
        loss = _loss(outputs, images.test_labels[new])
        return Signs(
            new=on_new,
            test=right(images.test_images[test], images.test_labels[test])[0],
            training=on_training,
            loss_ratio=loss / max(_loss(of_training, self._trained_with(images)[1]), SMALLEST_CONFIDENCE),
            labels=len(np.unique(outputs.argmax(axis=-1)[_clear(outputs)])),
            finite=bool(np.all(np.isfinite(outputs))),
            has_all_classes=_has_all_classes(outputs, images.test_labels[new]),
        )

    def _trained_with(self, images: Images) -> tuple[Numbers, Numbers]:
        return images.train_images[: self.training], images.train_labels[: self.training]

    def _standardised(self, pixels: Numbers) -> Numbers:
        """Pixels with the mean 0 and the standard deviation 1 of the training images."""
        some, _ = self._trained_with(course_images(self.dataset))
        return np.asarray((pixels - some.mean()) / some.std(), dtype=np.float32)


def _raw(pixels: Numbers) -> Numbers:
    """Pixels as they are, for a model that scales them itself."""
    return pixels.astype(np.float32)


def _shape_taken(model: Any) -> tuple[int, ...]:
    """The shape of one image that the model takes. Raises what predict says of (28, 28) if it takes none."""
    refusals = []
    for shape in ((28, 28), (784,), (28, 28, 1)):
        try:
            model.predict(np.zeros((BATCH, *shape), np.float32), batch_size=BATCH, verbose=0)
        except Exception as error:
            refusals.append(error)
        else:
            return shape
    raise refusals[0]


def _has_all_classes(outputs: Numbers, labels: Numbers) -> bool:
    """Whether each label has an output of its own."""
    return bool(outputs.ndim == 2 and outputs.shape[1] > labels.max())


def _loss(outputs: Numbers, labels: Numbers) -> float:
    """The cross-entropy, after softmax where outputs are not confidences; nan where a label has no output."""
    if not _has_all_classes(outputs, labels):
        return float("nan")
    of_label = outputs[np.arange(len(labels)), labels].astype(np.float64)
    if outputs.min() >= 0 and np.allclose(outputs.sum(axis=1), 1, atol=SUM_TOLERANCE):
        return float(-np.mean(np.log(np.maximum(of_label, SMALLEST_CONFIDENCE))))
    return float(np.mean(np.logaddexp.reduce(outputs.astype(np.float64), axis=1) - of_label))


def _clear(outputs: Numbers) -> Numbers:
    """For which images one output is higher than all others, and not just by its last digits."""
    highest = outputs.max(axis=-1, keepdims=True)
    as_high = outputs >= highest - PREDICTION_TOLERANCE * np.abs(highest)
    return np.asarray(as_high.sum(axis=-1) == 1)
