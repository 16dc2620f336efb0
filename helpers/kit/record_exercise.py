"""Exercises about the record that `fit` returns: no two trainings are alike, so slips are known by signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from helpers.kit.general_slips import NOT_A_NUMBER
from helpers.kit.measuring import of_record
from helpers.kit.prediction_exercise import MeasuringExercise, is_of_answer
from helpers.kit.signs import Measured, value_of
from helpers.kit.values import show


@dataclass(frozen=True, repr=False)
class RecordExercise(MeasuringExercise):
    """The record of a training, and in some exercises the model that was trained.

    curves: which curves the record has to hold besides the loss. epochs: how many the task asks for, None
    where there may be more. A message says how accurate the model is on each of `images`. Signs of what was
    given in place of a record name `answer.…`; of the others the first that is there is told.
    """

    curves: list[str] = field(kw_only=True)
    epochs: int | None = field(kw_only=True)

    def examine(self, history: Any, model: Any = None) -> None:
        """Look at a record. Raises NotYet or NotAttempted."""
        if history is ...:
            raise self.not_attempted()
        if model is not None:
            self._need(model=model)
        record = self._record(history)
        nothing: dict[str, Any] = {}
        of_model: Measured = self.of_model(model) if self.images else nothing.__getitem__

        def measured(name: str) -> Any:
            return record[name] if name in record else of_model(name)

        def first_sign() -> Any:
            signs = [(slip, sign) for slip, sign in self.of_answers(False) if sign is not None]
            return next((slip for slip, sign in signs if value_of(sign, measured)), None)

        slip = self._ask("model.predict(images)", first_sign)
        if slip is not None:
            shown = [
                f"{of_model(f'{name}.accuracy'):.2f} on {name} images"
                for name in ("training", "test")
                if name in self.images
            ]
            now = f" Now the model gets {' and '.join(shown)}." if shown else ""
            raise self.not_yet(self._summary(record) + now, slip)

    def _record(self, history: Any) -> dict[str, Any]:
        curves = getattr(history, "history", history)
        if not isinstance(curves, Mapping) or "loss" not in curves:
            known = [slip for slip, sign in self.of_answers(True) if is_of_answer(sign, history)]
            raise self.not_yet(
                f"{self.name} is of type {type(history).__name__} and holds no losses.",
                *(known[:1] or self.otherwise),
            )
        missing = [name for name in self.curves if name not in curves]
        if missing:
            raise self.not_yet(
                f"{self.name} holds {', '.join(map(str, curves))}, but no {missing[0]}. Look at the metrics "
                "that the model was compiled with."
            )
        losses = self._numbers(curves["loss"])
        if not len(losses) or not np.all(np.isfinite(losses)):
            raise self.not_yet(
                f"The training loss ends at {show(losses[-1]) if len(losses) else 'nothing'}. Make a new "
                "model, then fit it.",
                NOT_A_NUMBER,
            )
        steps = (getattr(history, "params", None) or {}).get("steps")
        return of_record({name: self._numbers(curves[name]) for name in curves}, steps)

    def _summary(self, record: Mapping[str, Any]) -> str:
        epochs = record["record.epochs"]
        asked = f" Expected {self.epochs} epochs." if self.epochs not in (None, epochs) else ""
        return (
            f"{epochs} {'epoch' if epochs == 1 else 'epochs'}; the training loss went from "
            f"{record['record.first_loss']:.2f} to {record['record.last_loss']:.2f}.{asked}"
        )
