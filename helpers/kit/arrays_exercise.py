"""Exercises in which the course's images are made into others of equal value: scaled, say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from helpers.kit.general_slips import NOT_A_NUMBER, TOO_FEW_DIGITS, WRONG_SHAPE
from helpers.kit.models import Numbers
from helpers.kit.outcome import Slip
from helpers.kit.prediction_exercise import MeasuringExercise
from helpers.kit.signs import value_of
from helpers.kit.tolerances import ABSOLUTE_TOLERANCE, RELATIVE_TOLERANCE
from helpers.kit.values import as_numbers, show

# Every so many images are compared.
STEP = 100
# Two ranges of pixels that differ by less look the same in a message.
ALIKE = 0.002


@dataclass(frozen=True, repr=False)
class ArraysExercise(MeasuringExercise):
    """Training and test images, treated alike.

    names: of the two arrays. expected: two signs, in the name of the images as they were (`own`) and of the
    training images (`training`). Each slip has two as well. said: what is expected, as a message says it.
    """

    names: list[str] = field(kw_only=True)
    expected: list[Any] = field(kw_only=True)
    said: str = field(kw_only=True)

    def check_hidden(self, answers: Sequence[Any], *starts: dict[str, int]) -> None:
        """Examine images that the visible check did not look at. Raises NotYet or NotAttempted."""
        for start in starts:
            self.examine(*answers, **start)

    def examine(self, *answers: Any, start: int = 0) -> None:
        """Compare both arrays. start: the first image that is compared. Raises NotYet or NotAttempted."""
        images = self.of_model(None).images
        arrays = images.train_images, images.test_images
        if any(answer is ... for answer in answers):
            raise self.not_attempted()
        raw = [as_numbers(array[start::STEP]) for array in arrays]
        expected = self._values(self.expected, raw)
        for place, (name, answer) in enumerate(zip(self.names, answers, strict=True)):
            shape, right = np.shape(answer), (len(arrays[place]), *expected[place].shape[1:])
            if shape != right:
                raise self.not_yet(
                    f"{name} has the shape {shape}, expected {right}. Scaling keeps the shape.",
                    *(self._of_shape(place, shape, raw, [len(array) for array in arrays]) or [WRONG_SHAPE]),
                )
        seen = [self._numbers(np.asarray(answer)[start::STEP]) for answer in answers]
        if _same(seen, raw):
            raise self.not_attempted(
                f"not attempted yet. {' and '.join(self.names)} are still as they were loaded. Give what you "
                "make of them the same names, then run both cells. Or did the cell above stop with an error?"
            )
        if _same(seen, expected):
            return
        explained = [
            slip
            for slip, sign in zip(self.slips, self.signs, strict=True)
            if _same(seen, self._values(sign, raw))
        ]
        if not explained and not all(np.isfinite(values).all() for values in seen):
            explained = [NOT_A_NUMBER]
        if not explained and any(np.asarray(answer).dtype == np.float16 for answer in answers):
            explained = [TOO_FEW_DIGITS]
        raise self.not_yet(f"{self._told(seen, expected, start)} Expected {self.said}.", *explained)

    def _told(self, seen: Sequence[Numbers], expected: Sequence[Numbers], start: int) -> str:
        """Between what the pixels lie, or the first that differs where they lie where they should."""
        text = " and ".join(
            f"between {show(values.min())} and {show(values.max())} in {name}"
            for name, values in zip(self.names, seen, strict=True)
        )
        if not all(
            np.allclose((one.min(), one.max()), (other.min(), other.max()), atol=ALIKE)
            for one, other in zip(seen, expected, strict=True)
        ):
            return f"The pixels lie {text}."
        name, one, other = next(
            pair for pair in zip(self.names, seen, expected, strict=True) if not _same(pair[1:2], pair[2:])
        )
        place, row, column = np.argwhere(~np.isclose(one, other, RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE))[0]
        return (
            f"{name}[{start + STEP * place}, {row}, {column}] is {show(one[place, row, column])}, expected "
            f"{show(other[place, row, column])}."
        )

    def _values(self, signs: Sequence[Any], raw: Sequence[Numbers]) -> list[Numbers]:
        return [
            np.asarray(value_of(sign, {"own": own, "training": raw[0]}.__getitem__))
            for sign, own in zip(signs, raw, strict=True)
        ]

    def _of_shape(
        self, place: int, shape: tuple[int, ...], raw: Sequence[Numbers], lengths: Sequence[int]
    ) -> list[Slip]:
        """The first slip that gives an array this shape."""
        for slip, signs in zip(self.slips, self.signs, strict=True):
            given = self._values(signs, raw)[place]
            # Only some of the images were worked out: as many as of the training images, or of these.
            length = lengths[0] if len(given) == len(raw[0]) else lengths[place]
            if (length, *given.shape[1:]) == shape:
                return [slip]
        return []


def _same(seen: Sequence[Numbers], expected: Sequence[Numbers]) -> bool:
    return all(
        one.shape == other.shape and np.allclose(one, other, rtol=RELATIVE_TOLERANCE, atol=ABSOLUTE_TOLERANCE)
        for one, other in zip(seen, expected, strict=True)
    )
