"""Exercises that ask for the accuracy of a trained model, with part marks where it is not yet good enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from helpers.kit.general_slips import NOT_A_NUMBER, WRONG_SHAPE, in_place_of_numbers
from helpers.kit.measuring import OfModel
from helpers.kit.models import in_place_of_a_model, is_model, near
from helpers.kit.outcome import Slip
from helpers.kit.prediction_exercise import MeasuringExercise
from helpers.kit.signs import value_of
from helpers.kit.tolerances import SAME_DECIMALS, THREE_DECIMALS, TWO_DECIMALS
from helpers.kit.values import as_numbers, show, show_answer


def states(answer: Any, accuracy: float) -> bool:
    """Whether an answer is this accuracy, which may be rounded to three decimals, or to two."""
    if near(answer, accuracy, 0, THREE_DECIMALS):
        return True
    if not near(answer, accuracy, 0, TWO_DECIMALS):
        return False
    return near(answer, np.round(as_numbers(answer), 2), 0, SAME_DECIMALS)


def _exactly(numbers: npt.NDArray[np.float64], known: Sequence[tuple[Slip, Any]]) -> list[Slip]:
    """The slips that give these numbers to the last digits; where none does, those that give them rounded."""
    exact = [slip for slip, value in known if near(numbers, value, SAME_DECIMALS)]
    return exact or [slip for slip, _ in known]


@dataclass(frozen=True, repr=False)
class AccuracyExercise(MeasuringExercise):
    """A measured accuracy; marks rise evenly from 0 to points between two accuracies.

    model: the name of the model. expected: the sign of the accuracy. for_marks, for_full_marks: what to think
    about where the model earns no marks, and part of them. A slip's sign is what was given in place of the
    accuracy, or what the model shows.
    """

    model: str = field(kw_only=True)
    expected: Any = field(kw_only=True)
    no_marks_below: float = field(kw_only=True)
    full_marks_from: float = field(kw_only=True)
    for_marks: str = field(kw_only=True)
    for_full_marks: str = field(kw_only=True)

    def examine(self, *answers: Any) -> None:
        """Compare the answer with what the model gets on test images. Raises NotYet or NotAttempted."""
        self._measure(*answers)

    def check(self, *answers: Any) -> None:
        """Say that the answer is right, and what it is worth. Raises NotYet or NotAttempted."""
        accuracy = self._measure(*answers)
        print(f"✓ {self.name}: right.")
        if accuracy < self.full_marks_from:
            print(
                f"The model gets {accuracy:.4f}, which earns part of the marks. Full marks start at "
                f"{self.full_marks_from}: {self.for_full_marks}"
            )

    def marks(self, *answers: Any) -> float:
        """Marks for the answer and its model. Raises NotYet or NotAttempted."""
        accuracy = self._measure(*answers)
        if accuracy >= self.full_marks_from:
            return self.points
        share = (accuracy - self.no_marks_below) / (self.full_marks_from - self.no_marks_below)
        return round(self.points * share, 2)

    def _measure(self, answer: Any, model: Any) -> float:
        """The model's accuracy, if the answer states it and it earns marks. May raise as `check`."""
        if answer is ...:
            raise self.not_attempted()
        if model is ...:
            raise self.not_attempted(f"{self.model} comes first. Do that, then run this cell again.")
        if not is_model(model):
            raise self.not_yet(
                f"{self.model} is {show(model)} of type {type(model).__name__}: it should be the trained "
                "Keras model.",
                in_place_of_a_model(model),
            )
        outputs = self.of_model(model)
        asking = f"{self.model}.predict(images)"
        accuracy: float = self._ask(asking, lambda: value_of(self.expected, outputs))
        if not states(answer, accuracy):
            named = "the model" if self.model == "model" else self.model
            raise self.not_yet(
                f"{self.name} is {show_answer(answer)}, but {named} gets {accuracy:.4f} on the test images, "
                "prepared like the training images.",
                *self._explained(answer, outputs),
            )
        shown: list[Slip] = self._ask(asking, lambda: self._shown(outputs))
        if accuracy < self.no_marks_below:
            raise self.not_yet(
                f"The number is right, but the model gets only {accuracy:.4f}. Marks start at "
                f"{self.no_marks_below}: {self.for_marks}",
                *shown,
            )
        if shown:
            raise self.not_yet(f"The number is right: {accuracy:.3f} on the test images.", *shown)
        return accuracy

    def _shown(self, outputs: OfModel) -> list[Slip]:
        return [slip for slip, sign in self.known(conditions=True) if value_of(sign, outputs)]

    def _explained(self, answer: Any, outputs: OfModel) -> list[Slip]:
        try:
            numbers = as_numbers(answer)
        except (TypeError, ValueError):
            return [in_place_of_numbers(answer)]
        asking = f"{self.model}.evaluate(test_images, test_labels)"
        known: list[tuple[Slip, Any]] = self._ask(
            asking,
            lambda: [
                (slip, value_of(sign, outputs))
                for slip, sign in self.known(conditions=False)
                if outputs.gives_number(sign, numbers)
            ],
        )
        if known:
            return _exactly(numbers, known)
        if numbers.ndim:
            return [WRONG_SHAPE]
        if not np.isfinite(numbers):
            return [NOT_A_NUMBER]
        return self._ask(asking, lambda: self._shown(outputs)) or self.otherwise
