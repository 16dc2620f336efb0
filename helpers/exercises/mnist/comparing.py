"""The table of what was tried: whether its rows are there, and plausible as far as numbers can tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.exercises.exercise import Misconception
from helpers.exercises.mnist.thresholds import BANDS, PART, VALIDATION
from helpers.exercises.training_exercise import TrainingExercise
from helpers.exercises.values import as_numbers, show

SETTINGS = ("hidden", "epochs", "batch_size")
RESULT = "val_accuracy"
FEWEST_ROWS = 4
# An accuracy on n images is a whole number of n-ths; float32 keeps it that close, measured in images.
ROUNDING = 0.02


@dataclass(frozen=True)
class Row:
    """One training: its setting (hidden, epochs, batch_size), and val_accuracy, usually a single number."""

    setting: tuple[float, ...]
    results: tuple[float, ...]

    def __str__(self) -> str:
        """The setting as the task writes it."""
        return "hidden {:g}, {:g} epochs, batches of {:g}".format(*self.setting)


Rows = tuple[Row, ...]


def _results(rows: Rows) -> Iterator[float]:
    return (row.results[0] for row in rows)


def _counted_on(images: int, rows: Rows) -> bool:
    """Whether every result can be a number of right images, divided by that many images."""
    counts = [result * images for result in _results(rows)]
    return bool(np.allclose(counts, np.round(counts), rtol=0, atol=ROUNDING))


@dataclass(frozen=True)
class ExperimentsExercise(TrainingExercise):
    """A list of dictionaries, one for each training. A slip's result says of the Rows whether it shows."""

    def examine(self, *answers: Any) -> None:
        """Read the table and look for what cannot be. Raises NotYet or NotAttempted."""
        (answer,) = answers
        if answer is ...:
            raise self.not_attempted()
        rows = self._rows(answer)
        for slip in self.misconceptions:
            if slip.result(rows):
                raise self.not_yet(f"Your table: {_told(rows)}.", slip)
        if len({row.setting for row in rows}) < FEWEST_ROWS:
            raise self.not_yet(f"{len(rows)} rows, expected at least {FEWEST_ROWS} settings that differ.")
        for row in rows:
            self._compare(row)

    def _rows(self, answer: Any) -> Rows:
        keys = ", ".join(f'"{key}"' for key in (*SETTINGS, RESULT))
        if isinstance(answer, (str, Mapping)) or not isinstance(answer, (Sequence, np.ndarray)):
            raise self.not_yet(
                f"experiments is of type {type(answer).__name__}. Make it a list, with a dictionary of its "
                f"own for each training; the keys are {keys}."
            )
        return tuple(self._row(number, each, keys) for number, each in enumerate(answer))

    def _row(self, number: int, row: Any, keys: str) -> Row:
        if not isinstance(row, Mapping):
            raise self.not_yet(f"experiments[{number}] is {show(row)}: make it a dictionary, with {keys}.")
        missing = [key for key in (*SETTINGS, RESULT) if key not in row]
        if missing:
            raise self.not_yet(f"experiments[{number}] has no {missing[0]!r}. Its keys should be {keys}.")
        try:
            setting = tuple(float(as_numbers(row[key])) for key in SETTINGS)
            results = tuple(float(result) for result in np.atleast_1d(as_numbers(row[RESULT])).ravel())
        except (TypeError, ValueError):
            raise self.not_yet(
                f"experiments[{number}] is {show(row)}. Each of {keys} should be a number."
            ) from None
        if not results or not np.all(np.isfinite(results)):
            raise self.not_yet(f"experiments[{number}][{RESULT!r}] is {show(row[RESULT])}, no accuracy.")
        return Row(setting, results)

    def _compare(self, row: Row) -> None:
        (result,) = row.results
        low, high = BANDS.get(row.setting, (0, 1))
        if not low <= result <= high:
            raise self.not_yet(
                f"{row}: {show(result)}. Trainings with this setting end between {low} and {high}. Was a new "
                "model built for this row, and trained on x_part and y_part?"
            )


def _told(rows: Rows) -> str:
    shown = [f"{row} → {show(row.results if len(row.results) > 1 else row.results[0])}" for row in rows[:3]]
    return "; ".join(shown) + ("; …" if len(rows) > len(shown) else "")


experiments = ExperimentsExercise(
    name="experiments",
    points=3,
    hints=(
        "Loop over the settings. Inside: set the seed, build a new model, fit it with validation_data, "
        "append a new dictionary to the list.",
        "history = model.fit(x_part, y_part, ..., validation_data=(x_val, y_val), verbose=0) keeps the "
        'curve, and history.history["val_accuracy"][-1] is its last value.',
    ),
    misconceptions=(
        Misconception(
            "one dictionary for all rows",
            lambda rows: len(rows) > 1 and len(set(rows)) == 1,
            "All rows are the same. Make a new dictionary for each training: one that is made before the "
            "loop and changed inside stands in the list many times over.",
        ),
        Misconception(
            "the whole curve",
            lambda rows: any(len(row.results) > 1 for row in rows),
            "val_accuracy holds a value for each epoch. Keep only the one after the last epoch.",
        ),
        Misconception(
            "percent instead of fraction",
            lambda rows: any(1 < result <= 100 for result in _results(rows)),
            "Those are percent. Leave val_accuracy as the fraction between 0 and 1 that Keras gives.",
        ),
        Misconception(
            "loss instead of accuracy",
            lambda rows: (
                bool(rows)
                and all(result < 0.7 for result in _results(rows))
                and not _counted_on(VALIDATION, rows)
            ),
            "Those look like losses: no accuracy on 5,000 images can have these decimals. Which list of the "
            "record holds the accuracy?",
        ),
        Misconception(
            "one accuracy for all rows",
            lambda rows: len(rows) > 2 and len(set(_results(rows))) == 1,
            "Every setting has the same accuracy, to the last digit. Is it read inside the loop, from the "
            "model that was trained there?",
        ),
        Misconception(
            "measured on other images",
            lambda rows: _counted_on(10_000, rows) and not _counted_on(VALIDATION, rows),
            "No accuracy on the 5,000 images of x_val can have these decimals. They fit 10,000 images, and "
            "there are that many test images: keep those for the end.",
        ),
        Misconception(
            "accuracy on the training images",
            lambda rows: _counted_on(PART, rows) and not _counted_on(VALIDATION, rows),
            "No accuracy on the 5,000 images of x_val can have these decimals. They fit the 12,800 images of "
            'x_part: "accuracy" and "val_accuracy" are two curves of the record.',
        ),
    ),
)
