"""Exercises that ask for the accuracy of a trained model, with part marks where it is not yet good enough."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from helpers.kit.models import TrainingExercise


@dataclass(frozen=True)
class AccuracyExercise(TrainingExercise):
    """A measured accuracy; marks rise evenly from 0 to points between two accuracies.

    for_full_marks: a question for a student whose model is in between.
    """

    no_marks_below: float = field(kw_only=True)
    full_marks_from: float = field(kw_only=True)
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
                f"The model gets {accuracy:.3f}, which earns part of the marks. Full marks start at "
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
        raise NotImplementedError
