"""Exercises about what a trained model gives: its confidences for images, and the labels made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from helpers.kit.general_slips import NOT_A_NUMBER, WRONG_SHAPE
from helpers.kit.measuring import AskedImages, OfModel, asked_from, of_answer, of_model
from helpers.kit.models import Numbers, TrainingExercise
from helpers.kit.outcome import Slip
from helpers.kit.signs import is_condition, names_in, value_of
from helpers.kit.tables import common
from helpers.kit.tolerances import PREDICTION_TOLERANCE, SMALLEST_CONFIDENCE, SUM_TOLERANCE
from helpers.kit.values import show

# Labels may come from predictions made again, in which the other of two equal confidences is the highest.
MOST_TIES = 10
# The share of an answer that has to match what a slip gives.
MOSTLY = 0.99
ROUNDED = Slip(
    "rounded confidences",
    "Those are the right confidences, with fewer digits. Keep them as model.predict gives them.",
)

ONLY_0_AND_1 = Slip(
    "only 0 and 1 left",
    "Only 0 and 1 are left, as np.round or a comparison with 0.5 leaves them. Keep the confidences as "
    "model.predict gives them.",
)
# Confidences that were rounded to more decimals than this count as they are.
MOST_DECIMALS = 6


def adds_up(confidences: Numbers) -> bool:
    """Whether each row of confidences adds up to 1."""
    return bool(np.allclose(confidences.sum(axis=1), 1, rtol=0, atol=SUM_TOLERANCE))


@dataclass(frozen=True, repr=False)
class MeasuringExercise(TrainingExercise):
    """An exercise whose slips are known by signs.

    dataset: of the course, which a model is asked about. images: which of its images, by the names that signs
    use. signs: of each slip; None for the one that is named where no other is.
    """

    dataset: str = field(kw_only=True)
    images: Mapping[str, AskedImages] = field(kw_only=True)
    signs: tuple[Any, ...] = field(kw_only=True)

    @classmethod
    def from_entry(cls, entry: Mapping[str, Any]) -> Self:
        """Read an exercise from its table. Raises KeyError, TypeError or ValueError."""
        return cls(**common(entry), **cls.parts(entry))

    @classmethod
    def parts(cls, entry: Mapping[str, Any]) -> dict[str, Any]:
        """What an entry holds besides what all have. Raises KeyError, TypeError or ValueError."""
        return {
            "dataset": entry["dataset"],
            "images": asked_from(entry),
            "signs": tuple(each["sign"] for each in entry["slips"]),
            **entry["parts"],
        }

    def of_model(self, model: Any) -> OfModel:
        """What is measured of a model."""
        return of_model(model, self.dataset, self.images)

    @property
    def otherwise(self) -> list[Slip]:
        """The slip that is named where no other is, if there is one."""
        return [slip for slip, sign in zip(self.slips, self.signs, strict=True) if sign is None]

    def of_answers(self, are_of_answers: bool) -> list[tuple[Slip, Any]]:
        """The slips with their signs: those about what kind of thing an answer is, or all others."""
        return [
            (slip, sign)
            for slip, sign in zip(self.slips, self.signs, strict=True)
            if any(name.startswith("answer.") for name in names_in(sign)) is are_of_answers
        ]

    def known(self, *, conditions: bool) -> list[tuple[Slip, Any]]:
        """The slips with their signs: those that are there or not, or those that give something."""
        pairs = zip(self.slips, self.signs, strict=True)
        return [(slip, sign) for slip, sign in pairs if sign is not None and is_condition(sign) is conditions]


def is_of_answer(sign: Any, answer: Any) -> bool:
    """Whether a sign about what kind of thing an answer is holds of this one."""
    return bool(value_of(sign, lambda name: of_answer(answer, name.partition(".")[2])))


@dataclass(frozen=True, repr=False)
class PredictionExercise(MeasuringExercise):
    """Confidences that a model gives for images.

    expected: the sign of what is asked for. add_up: whether the task says that rows add up to 1, which those
    of a model without softmax do not.
    """

    expected: Any = field(kw_only=True)
    add_up: bool = field(kw_only=True)

    def examine(self, answer: Any, model: Any) -> None:
        """Compare an array of confidences with what model predicts. Raises NotYet or NotAttempted."""
        if answer is ...:
            raise self.not_attempted()
        self._need(model=model)
        outputs = self.of_model(model)
        asking = "model.predict(test_images)"
        expected = self._ask(asking, lambda: value_of(self.expected, outputs))
        if self._ask(asking, lambda: outputs.gives(self.expected, answer)):
            if self.add_up and not adds_up(expected):
                raise self.not_yet(
                    "That is what the model gives, but its rows do not add up to 1, so they are not "
                    "confidences. Fix the model first."
                )
            return
        seen = self._numbers(answer)
        if seen.shape != expected.shape:
            text = f"{self.name} has the shape {seen.shape}, expected {expected.shape}."
        else:
            row = int(np.argmax(np.abs(seen - expected).max(axis=1)))
            text = (
                f"Row {row} is {show(seen[row].round(3))}; the model gives {show(expected[row].round(3))} "
                "for that test image."
            )
        raise self.not_yet(text, *self._explained(seen, expected, outputs))

    def _explained(self, seen: Numbers, expected: Numbers, outputs: OfModel) -> list[Slip]:
        known: list[Slip] = self._ask(
            "model.predict(images)",
            lambda: [slip for slip, sign in self.known(conditions=False) if outputs.gives(sign, seen)],
        )
        if seen.shape != expected.shape:
            return known or [WRONG_SHAPE]
        if not np.isfinite(seen).all():
            return known or [NOT_A_NUMBER]
        # A network that is sure of other images gives what rounding leaves: then nobody knows which it was.
        known += _rounded(seen, expected)
        if known:
            return known
        return self.otherwise if adds_up(seen) else []


@dataclass(frozen=True, repr=False)
class LabelsExercise(MeasuringExercise):
    """The place of the highest confidence in every row. Signs are about answer, confidences and images."""

    def examine(self, answer: Any, predictions: Any) -> None:
        """Compare labels with the student's own predictions. Raises NotYet or NotAttempted."""
        if answer is ...:
            raise self.not_attempted()
        if of_answer(answer, "is_text"):
            raise self.not_yet(
                f"{self.name} begins with {str(np.ravel(answer)[0])!r}.", *self._of_kind(answer)
            )
        self._need(predictions=predictions)
        confidences, seen = self._numbers(predictions), self._numbers(answer)
        images = len(self.of_model(None).images.test_labels)
        if confidences.ndim != 2 or confidences.shape[1] != 10 or len(confidences) < images:
            raise self.not_yet(
                f"predictions has the shape {confidences.shape}, expected ({images}, 10). Fix that first."
            )
        expected = np.argmax(confidences, axis=1)
        if seen.shape != expected.shape:
            raise self.not_yet(
                f"{self.name} has the shape {seen.shape}, expected {expected.shape}: one label per image.",
                *(self._explained(seen, confidences) or [WRONG_SHAPE]),
            )
        wrong = np.flatnonzero(seen != expected)
        ties = value_of(
            ["as_high", "answer", "confidences", 1],
            {"answer": seen[wrong], "confidences": confidences[wrong]}.__getitem__,
        )
        if len(wrong) > MOST_TIES or (len(wrong) and not ties):
            i = wrong[0]
            raise self.not_yet(
                f"{self.name}[{i}] is {show(seen[i])}, but row {i} of predictions is highest at "
                f"{expected[i]}.",
                *self._explained(seen, confidences),
            )
        if not of_answer(answer, "is_whole_numbers"):
            raise self.not_yet("The labels are right, but they are floats.", *self._of_kind(answer))

    def _of_kind(self, answer: Any) -> list[Slip]:
        """The slips of answers that are another kind of thing than whole numbers."""
        return [slip for slip, sign in self.of_answers(True) if is_of_answer(sign, answer)]

    def _explained(self, seen: Numbers, confidences: Numbers) -> list[Slip]:
        of_images = self.of_model(None)
        measured = {"answer": seen, "confidences": confidences}

        def found(name: str) -> Any:
            return measured[name] if name in measured else of_images(name)

        signs = [(slip, sign) for slip, sign in self.of_answers(False) if sign is not None]
        return [
            slip for slip, sign in signs if not is_condition(sign) and _mostly(seen, value_of(sign, found))
        ] or [slip for slip, sign in signs if is_condition(sign) and value_of(sign, found) is True]


def _rounded(seen: Numbers, expected: Numbers) -> list[Slip]:
    """What to say where confidences are as expected, but with fewer decimals."""

    def has(decimals: int) -> bool:
        return bool(np.mean(np.isclose(seen, expected.round(decimals), rtol=0, atol=1e-6)) > MOSTLY)

    if has(0):
        return [ONLY_0_AND_1]
    fewer = any(map(has, range(1, MOST_DECIMALS + 1))) or np.array_equal(seen, expected.astype(np.float16))
    return [ROUNDED] if fewer else []


def _mostly(seen: Numbers, expected: Any) -> bool:
    """Whether labels or confidences are as expected, except for a few."""
    expected = np.asarray(expected)
    return seen.shape == expected.shape and bool(
        np.mean(np.isclose(seen, expected, rtol=PREDICTION_TOLERANCE, atol=SMALLEST_CONFIDENCE)) > MOSTLY
    )
