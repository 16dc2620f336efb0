"""Exercises on models and trainings whose slips are known by signs: nothing is trained to work them out."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, ClassVar

from grader.authoring.entries import Entry
from grader.authoring.signs import sign_of
from helpers.kit.arrays_exercise import STEP
from helpers.kit.author import OTHERWISE, Accuracy, Arrays, Labels, Measuring, Predictions, Record
from helpers.kit.measuring import OF_ANSWERS, OF_IMAGES, OF_RECORDS, AskedImages


class MeasuringEntry(Entry):
    """What these kinds have in common.

    measured: the names that signs may use besides those of images.
    """

    needs_solution = False
    measured: ClassVar[tuple[str, ...]] = ()
    written: Measuring

    def worked_out(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:  # noqa: D102
        entry = {
            "dataset": self.written.dataset,
            "images": {name: _without_defaults(asdict(each)) for name, each in self.written.images.items()},
            "parts": self.parts(),
            "slips": [
                {**named, "sign": self.slip_sign(slip.wrong)}
                for named, slip in zip(self.slips(), self.written.slips, strict=True)
            ],
        }
        return entry, self.hidden()

    def parts(self) -> dict[str, Any]:
        """What only this kind's entries hold."""
        return {}

    def hidden(self) -> list[dict[str, Any]]:
        """The hidden cases, if there are any."""
        return []

    def slip_sign(self, wrong: Any) -> Any:
        """The sign of a slip; None for the one that is named where no other is."""
        return None if wrong == OTHERWISE else self.sign(wrong)

    def sign(self, expression: Any) -> Any:
        """The sign that an expression describes. Notes what is wrong with it."""
        try:
            return sign_of(expression, self._is_measured)
        except (TypeError, ValueError) as error:
            self.problems.append(f"{error}.")
            return None

    def _is_measured(self, name: str) -> bool:
        which, _, what = name.rpartition(".")
        return name in self.measured or (which in self.written.images and what in OF_IMAGES)


class PredictionsEntry(MeasuringEntry):
    """What a model gives."""

    written: Predictions

    def parts(self) -> dict[str, Any]:  # noqa: D102
        return {"expected": self.sign(self.written.expected), "add_up": self.written.add_up}


class LabelsEntry(MeasuringEntry):
    """The places of the highest confidences."""

    measured = ("answer", "confidences", *(f"answer.{what}" for what in OF_ANSWERS))
    written: Labels


class AccuracyEntry(MeasuringEntry):
    """A model's accuracy."""

    written: Accuracy

    def parts(self) -> dict[str, Any]:  # noqa: D102
        written = self.written
        if written.no_marks_below >= written.full_marks_from:
            self.problems.append("full marks have to start above the accuracy that earns none.")
        return {
            "model": written.model,
            "expected": self.sign(written.expected),
            "no_marks_below": written.no_marks_below,
            "full_marks_from": written.full_marks_from,
            "for_marks": written.for_marks,
            "for_full_marks": written.for_full_marks,
        }


class RecordEntry(MeasuringEntry):
    """What fit returns."""

    measured = (*OF_RECORDS, *(f"answer.{what}" for what in OF_ANSWERS))
    written: Record

    def parts(self) -> dict[str, Any]:  # noqa: D102
        return {"curves": list(self.written.curves), "epochs": self.written.epochs}


class ArraysEntry(MeasuringEntry):
    """Images made into others."""

    measured = ("own", "training")
    written: Arrays

    def parts(self) -> dict[str, Any]:  # noqa: D102
        return {
            "names": list(self.written.names),
            "expected": self.slip_sign(self.written.expected),
            "said": self.written.said,
        }

    def hidden(self) -> list[dict[str, Any]]:  # noqa: D102
        if self.written.hidden % STEP == 0:
            self.problems.append("its hidden case looks at the images of the visible one.")
        return [{"start": self.written.hidden}]

    def slip_sign(self, wrong: Any) -> Any:  # noqa: D102
        both = wrong if isinstance(wrong, tuple) else (wrong, wrong)
        return [self.sign(each) for each in both]


def _without_defaults(asked: dict[str, Any]) -> dict[str, Any]:
    defaults = asdict(AskedImages())
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in asked.items()
        if value != defaults[name]
    }
