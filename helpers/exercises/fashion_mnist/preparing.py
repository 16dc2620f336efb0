"""Before the network: the names of the labels, and the pixels' scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.exercises.exercise import Misconception
from helpers.exercises.training_exercise import Numbers, TrainingExercise, course_images
from helpers.exercises.values import as_numbers, show


@dataclass(frozen=True)
class NamesExercise(TrainingExercise):
    """A list in which position `label` holds that label's name."""

    def examine(self, *answers: Any) -> None:
        """Compare the list of names, one argument. Raises NotYet or NotAttempted."""
        from helpers.plots import FASHION_MNIST_CLASS_NAMES as NAMES

        (answer,) = answers
        if answer is ...:
            raise self.not_attempted()
        if isinstance(answer, str) or not isinstance(answer, (Sequence, Mapping, np.ndarray)):
            raise self.not_yet(
                f"class_names is {show(answer)} of type {type(answer).__name__}. Make it a list, so that "
                "class_names[9] gives the name of label 9: square brackets around, each name in quotes of "
                "its own."
            )
        names = list(answer.values()) if isinstance(answer, Mapping) else list(answer)
        expected = [name.casefold() for name in NAMES]
        written = [str(name).strip().casefold() for name in names]
        if written == expected:
            return
        explained = [each for each in self.misconceptions if each.result(expected) == written]
        if len(written) != len(expected):
            raise self.not_yet(f"Expected {len(expected)} names, and got {len(written)}.", *explained)
        label = next(i for i, name in enumerate(written) if name != expected[i])
        raise self.not_yet(
            f"class_names[{label}] is {names[label]!r}, expected {NAMES[label]!r}.", *explained
        )


@dataclass(frozen=True)
class ScaledImagesExercise(TrainingExercise):
    """Two arrays of images, scaled alike. A slip's result is the pair it makes of both raw arrays."""

    def examine(self, *answers: Any, start: int = 0) -> None:
        """Compare train_images and test_images. Raises NotYet or NotAttempted.

        start: the first of the images that are compared, every hundredth from there on.
        """
        names = ("train_images", "test_images")
        images = course_images("fashion_mnist")
        for name, answer, raw in zip(names, answers, (images.train_images, images.test_images), strict=True):
            if answer is ...:
                raise self.not_attempted()
            shape = np.shape(answer)
            if shape != raw.shape:
                raise self.not_yet(
                    f"{name} has the shape {shape}, expected {raw.shape}. Scaling keeps the shape."
                )
        seen = tuple(self._numbers(np.asarray(answer)[start::100]) for answer in answers)
        pixels = tuple(as_numbers(raw[start::100]) for raw in (images.train_images, images.test_images))
        if _same_pairs(seen, pixels):
            raise self.not_attempted()
        if _same_pairs(seen, tuple(raw / 255 for raw in pixels)):
            return
        text = " and ".join(
            f"{name} between {show(values.min())} and {show(values.max())}"
            for name, values in zip(names, seen, strict=True)
        )
        raise self.not_yet(
            f"The pixels lie in {text}. Expected every pixel divided by 255, so between 0 and 1, in both.",
            *(slip for slip in self.misconceptions if _same_pairs(seen, slip.result(*pixels))),
        )


def _same_pairs(seen: tuple[Numbers, ...], expected: tuple[Numbers, ...]) -> bool:
    return all(
        np.allclose(one, other, rtol=1e-5, atol=1e-7) for one, other in zip(seen, expected, strict=True)
    )


class_names = NamesExercise(
    name="class_names",
    points=1,
    hints=(
        "A list of ten strings, in the order of the table: the name of label 0 comes first.",
        'It begins class_names = ["T-shirt/top", "Trouser", and goes on in the same way to "Ankle boot"].',
    ),
    misconceptions=(
        Misconception(
            "counted from 1",
            lambda names: ["", *names],
            "The first place in a list is place 0, so label 0 needs no empty name before it.",
        ),
        Misconception(
            "alphabetical order",
            sorted,
            "The names stand in alphabetical order. The labels have an order of their own: see the table.",
        ),
        Misconception(
            "last name first",
            lambda names: [names[-1], *names[:-1]],
            "Every name stands one place too late, with label 9 at the front. Label 0 comes first.",
        ),
        Misconception(
            "Shirt and T-shirt/top swapped",
            lambda names: [names[6], *names[1:6], names[0], *names[7:]],
            "T-shirt/top and Shirt are two classes, and here they have each other's label.",
        ),
    ),
)

scaled_images = ScaledImagesExercise(
    name="scaled_images",
    points=3,
    hints=(
        "The brightest pixel is 255 and should become 1. One arithmetic operation on the whole array does "
        "it.",
        "train_images = train_images / 255.0 scales one of the two arrays. Do the same with the other.",
    ),
    misconceptions=(
        Misconception(
            "scaled twice",
            lambda train, test: (train / 255**2, test / 255**2),
            "The pixels were divided by 255 twice: the cell has run twice. Load the data again, then run it "
            "once.",
        ),
        Misconception(
            "test images not scaled",
            lambda train, test: (train / 255, test),
            "The training images are scaled, the test images are not. The network must see both in the same "
            "way.",
        ),
        Misconception(
            "training images not scaled",
            lambda train, test: (train, test / 255),
            "The test images are scaled, the training images are not. The network must see both in the same "
            "way.",
        ),
        Misconception(
            "integer division",
            lambda train, test: (train // 255, test // 255),
            "Whole-number division drops everything after the point, so nearly every pixel became 0. One "
            "slash, not two.",
        ),
        Misconception(
            "divided by 256",
            lambda train, test: (train / 256, test / 256),
            "There are 256 values, but they go from 0 to 255. Which divisor turns the largest into exactly "
            "1?",
        ),
        Misconception(
            "scaled to between -1 and 1",
            lambda train, test: (train / 127.5 - 1, test / 127.5 - 1),
            "The darkest pixels became -1. That can help a network too, but the task asks for 0 to 1.",
        ),
    ),
)
