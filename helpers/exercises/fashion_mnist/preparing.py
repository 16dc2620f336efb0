"""Before the network: the names of the labels, and the pixels' scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import numpy as np

from helpers.exercises.training_exercise import Numbers, TrainingExercise, course_images
from helpers.kit.exercise import Misconception
from helpers.kit.general_slips import NOT_A_NUMBER, WRONG_SHAPE
from helpers.kit.outcome import Slip
from helpers.kit.tolerances import ABSOLUTE_TOLERANCE, RELATIVE_TOLERANCE
from helpers.kit.values import as_numbers, show

# The least that two spellings of one name have in common; two names in the table share less.
ALIKE = 0.7

ONE_TEXT = Misconception(
    "all names in one string",
    ", ".join,
    "That is a single string. Make it a list, so that class_names[9] gives the name of label 9: square "
    "brackets around it all, and each name in its own quotes.",
)
NO_LIST = Misconception(
    "not a list",
    set,
    "Only something that keeps its order can say which name belongs to which label. Make it a list, with "
    "square brackets around it.",
)
OTHER_KEYS = Misconception(
    "keys that are not the labels",
    lambda names: {name: label for label, name in enumerate(names)},
    "A dictionary works too, if its keys are the labels as whole numbers, from 0 to 9: class_names[9] has to "
    "give a name.",
)


@dataclass(frozen=True)
class NamesExercise(TrainingExercise):
    """A list in which position `label` holds that label's name."""

    def examine(self, *answers: Any) -> None:
        """Compare the list of names, one argument. Raises NotYet or NotAttempted."""
        from helpers.plots import FASHION_MNIST_CLASS_NAMES as NAMES

        (answer,) = answers
        if answer is ...:
            raise self.not_attempted()
        if isinstance(answer, np.ndarray):
            answer = answer.tolist()
        if isinstance(answer, str) or not isinstance(answer, (Sequence, Mapping)):
            raise self.not_yet(
                f"class_names is {show(answer)} of type {type(answer).__name__}.",
                ONE_TEXT if isinstance(answer, str) else NO_LIST,
            )
        if isinstance(answer, Mapping) and set(answer) != set(range(len(answer))):
            raise self.not_yet(f"The keys of class_names are {', '.join(map(str, answer))}.", OTHER_KEYS)
        names = [answer[label] for label in range(len(answer))]
        expected = [name.casefold() for name in NAMES]
        written = [str(name).strip().casefold() for name in names]
        if written == expected:
            return
        explained = [each for each in self.misconceptions if each.result(expected) == written]
        explained = explained or [each for each in OF_SPELLING if each.result(expected, written)]
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
                shapes = raw.shape, images.train_images.shape
                raise self.not_yet(
                    f"{name} has the shape {shape}, expected {raw.shape}. Scaling keeps the shape.",
                    next((slip for slip in OF_SHAPES if slip.result(*shapes) == shape), WRONG_SHAPE),
                )
        seen = tuple(self._numbers(np.asarray(answer)[start::100]) for answer in answers)
        pixels = tuple(as_numbers(raw[start::100]) for raw in (images.train_images, images.test_images))
        if _same_pairs(seen, pixels):
            raise self.not_attempted()
        if _same_pairs(seen, tuple(raw / 255 for raw in pixels)):
            return
        explained: list[Misconception | Slip] = [
            slip for slip in self.misconceptions if _same_pairs(seen, slip.result(*pixels))
        ]
        if not explained and not all(np.isfinite(values).all() for values in seen):
            explained = [NOT_A_NUMBER]
        text = " and ".join(
            f"between {show(values.min())} and {show(values.max())} in {name}"
            for name, values in zip(names, seen, strict=True)
        )
        raise self.not_yet(
            f"The pixels lie {text}. Expected every pixel divided by 255, so between 0 and 1, in both.",
            *explained,
        )


def _same_pairs(seen: tuple[Numbers, ...], expected: tuple[Numbers, ...]) -> bool:
    return all(
        np.allclose(one, other, rtol=RELATIVE_TOLERANCE, atol=ABSOLUTE_TOLERANCE)
        for one, other in zip(seen, expected, strict=True)
    )


def _spelled_otherwise(expected: list[str], written: list[str]) -> bool:
    return len(written) == len(expected) and all(
        other and (one in other or other in one or SequenceMatcher(None, one, other).ratio() > ALIKE)
        for one, other in zip(expected, written, strict=True)
    )


# Each result takes the expected and the written names, and says whether the slip's signs are there.
OF_SPELLING = (
    Misconception(
        "comma forgotten",
        lambda expected, written: len(written) < len(expected) and "".join(written) == "".join(expected),
        "All the letters are there, but Python joins two strings that are side by side with no comma between "
        "them. Look at the ends of the lines, too.",
    ),
    Misconception(
        "a different spelling",
        _spelled_otherwise,
        "The order is right. Spell this name as the table does.",
    ),
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
            "The names are in alphabetical order. The labels have an order of their own: see the table.",
        ),
        Misconception(
            "last name first",
            lambda names: [names[-1], *names[:-1]],
            "Every name is one place too late, with label 9 at the front. Label 0 comes first.",
        ),
        Misconception(
            "Shirt and T-shirt/top swapped",
            lambda names: [names[6], *names[1:6], names[0], *names[7:]],
            "T-shirt/top and Shirt are two classes, and here they have each other's label.",
        ),
        Misconception(
            "labels instead of names",
            lambda names: [str(label) for label in range(len(names))],
            "Those are the labels themselves. Put the name of each in its place.",
        ),
    ),
)


def _to_length_1(images: Numbers, axis: int) -> Numbers:
    lengths = np.sqrt(np.sum(images**2, axis=axis, keepdims=True))
    return np.asarray(images / np.where(lengths == 0, 1, lengths))


# Each result takes the shape of an array as it was loaded, then that of the training images.
OF_SHAPES = (
    Misconception(
        "test images made from the training images",
        lambda _own, training: training,
        "There are as many images here as for training. Does the line that scales the test images start from "
        "the test images?",
    ),
    Misconception(
        "images already flattened",
        lambda own, _training: (own[0], own[1] * own[2]),
        "Each image is one row of 784 pixels now. Leave the images 28×28: the network's first layer will do "
        "that.",
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
            "Whole-number division drops everything after the decimal point, so nearly every pixel became 0. "
            "Use one slash, not two.",
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
        Misconception(
            "columns of length 1",
            lambda train, test: (_to_length_1(train, 1), _to_length_1(test, 1)),
            "normalize gives each column of an image the length 1, which changes what the image looks like. "
            "Divide all pixels by one number.",
        ),
    ),
)
