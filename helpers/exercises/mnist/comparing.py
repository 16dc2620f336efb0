"""The table of what was tried: whether its rows are there, and plausible as far as numbers can tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from helpers.exercises.mnist.thresholds import BANDS, PART, VALIDATION
from helpers.kit.exercise import Misconception
from helpers.kit.general_slips import NOT_A_NUMBER, WRONG_TYPE
from helpers.kit.models import TrainingExercise
from helpers.kit.tolerances import COUNT_TOLERANCE
from helpers.kit.values import as_numbers, show

SETTINGS = ("hidden", "epochs", "batch_size")
RESULT = "val_accuracy"
FEWEST_ROWS = 4


@dataclass(frozen=True)
class Row:
    """One training: its setting (hidden, epochs, batch_size), and val_accuracy, usually a single number.

    band: the two accuracies between which such a training ends, on the images of this process.
    """

    setting: tuple[float, ...]
    results: tuple[float, ...]
    band: tuple[float, float]

    def __str__(self) -> str:
        """The setting as the task writes it."""
        return "hidden {:g}, {:g} epochs, batches of {:g}".format(*self.setting)


Rows = tuple[Row, ...]


def _results(rows: Rows) -> Iterator[float]:
    return (row.results[0] for row in rows)


def _counted_on(images: int, rows: Rows) -> bool:
    """Whether every result can be a number of right images, divided by that many images."""
    counts = [result * images for result in _results(rows)]
    return bool(np.allclose(counts, np.round(counts), rtol=0, atol=COUNT_TOLERANCE))


def _band(setting: tuple[float, ...], real: bool) -> tuple[float, float]:
    return BANDS[real].get(setting, (0, 1))


# About the answer itself, before it can be read as Rows.
COLUMNS = Misconception(
    "a dictionary of columns",
    lambda answer: isinstance(answer, Mapping),
    "That is one dictionary. Make a list of dictionaries, one for each training, with single numbers inside.",
)
# About a row of the answer.
NO_DICTIONARY = Misconception(
    "rows that are not dictionaries",
    lambda row: not isinstance(row, Mapping),
    "A row should name its numbers: write a dictionary in braces, with a key in front of each number.",
)
OTHER_KEYS = Misconception(
    "other keys",
    lambda row: any(key not in row for key in (*SETTINGS, RESULT)),
    "Keys are compared letter by letter. Copy them from the example in the task.",
)
# About Rows that are plausible one by one.
TOO_FEW = Misconception(
    "fewer than four settings",
    lambda rows: len({row.setting for row in rows}) < FEWEST_ROWS,
    "Rows with the same setting count once. What else could you change: hidden, epochs, batch size?",
)
TOO_LOW = Misconception(
    "lower than this setting gives",
    lambda rows: any(row.results[0] < row.band[0] for row in rows),
    "That is lower than any such training ends. Is it the value after the last epoch, of a training on "
    "x_part and y_part with pixels from 0 to 1?",
)
TOO_HIGH = Misconception(
    "higher than this setting gives",
    lambda rows: any(row.results[0] > row.band[1] for row in rows),
    "That is higher than any such training ends. Is it the accuracy on x_val, of a model that was new and "
    "has learned from x_part only?",
)


@dataclass(frozen=True)
class ExperimentsExercise(TrainingExercise):
    """A list of dictionaries, one for each training.

    A slip's result says whether it shows: those in `of_rows` take the Rows; a comment says what others take.
    """

    of_rows: tuple[Misconception, ...] = field(kw_only=True)

    def examine(self, *answers: Any) -> None:
        """Read the table and look for what is impossible. Raises NotYet or NotAttempted."""
        (answer,) = answers
        if answer is ...:
            raise self.not_attempted()
        rows = self._rows(answer)
        for slip in self.of_rows:
            if slip.result(rows):
                raise self.not_yet(f"Your table: {_summary(rows)}.", slip)
        if TOO_FEW.result(rows):
            raise self.not_yet(
                f"{len(rows)} rows, expected at least {FEWEST_ROWS} different settings.", TOO_FEW
            )
        if not _of_other_images(rows):
            for row in rows:
                self._compare(row)

    def _rows(self, answer: Any) -> Rows:
        keys = ", ".join(f'"{key}"' for key in (*SETTINGS, RESULT))
        if isinstance(answer, (str, Mapping)) or not isinstance(answer, (Sequence, np.ndarray)):
            raise self.not_yet(
                f"experiments is of type {type(answer).__name__}. Make it a list, with a dictionary of its "
                f"own for each training; the keys are {keys}.",
                COLUMNS if COLUMNS.result(answer) else WRONG_TYPE,
            )
        return tuple(self._row(number, each, keys) for number, each in enumerate(answer))

    def _row(self, number: int, row: Any, keys: str) -> Row:
        if NO_DICTIONARY.result(row):
            raise self.not_yet(
                f"experiments[{number}] is {show(row)}: make it a dictionary, with {keys}.", NO_DICTIONARY
            )
        if OTHER_KEYS.result(row):
            missing = next(key for key in (*SETTINGS, RESULT) if key not in row)
            raise self.not_yet(
                f"experiments[{number}] has no {missing!r}. Its keys should be {keys}.", OTHER_KEYS
            )
        try:
            setting = tuple(float(as_numbers(row[key])) for key in SETTINGS)
            results = tuple(float(result) for result in np.atleast_1d(as_numbers(row[RESULT])).ravel())
        except (TypeError, ValueError):
            raise self.not_yet(
                f"experiments[{number}] is {show(row)}. Each of {keys} should be a number.", WRONG_TYPE
            ) from None
        if not results or not np.all(np.isfinite(results)):
            raise self.not_yet(
                f"experiments[{number}][{RESULT!r}] is {show(row[RESULT])}, which is not an accuracy.",
                NOT_A_NUMBER,
            )
        return Row(setting, results, _band(setting, _real()))

    def _compare(self, row: Row) -> None:
        low, high = row.band
        for slip in (TOO_LOW, TOO_HIGH):
            if slip.result((row,)):
                raise self.not_yet(
                    f"{row}: {show(row.results[0])}. Trainings with this setting end between {low} and "
                    f"{high}.",
                    slip,
                )


def _real() -> bool:
    """Whether this process has the real images, and not the stand-ins."""
    from helpers.data import locate

    return locate("mnist").real


def _of_other_images(rows: Rows) -> bool:
    """Whether a table may come from the stand-ins where this process has the real images, or vice versa."""
    bands = [_band(row.setting, not _real()) for row in rows]
    return all(low <= row.results[0] <= high for row, (low, high) in zip(rows, bands, strict=True))


def _summary(rows: Rows) -> str:
    shown = [f"{row} → {show(row.results if len(row.results) > 1 else row.results[0])}" for row in rows[:3]]
    return "; ".join(shown) + ("; …" if len(rows) > len(shown) else "")


# About Rows; the student hears of the first of these that shows.
TABLE_SLIPS = (
    Misconception(
        "one dictionary for all rows",
        lambda rows: len(rows) > 1 and len(set(rows)) == 1,
        "All rows are the same. Make a new dictionary for each training: one that is made before the loop "
        "and changed inside it is in the list many times over.",
    ),
    Misconception(
        "the whole curve",
        lambda rows: any(len(row.results) > 1 for row in rows),
        "val_accuracy holds a value for each epoch. Keep only the one after the last epoch.",
    ),
    Misconception(
        "percent instead of fraction",
        lambda rows: any(1 < result <= 100 for result in _results(rows)),
        "Those are percentages. Leave val_accuracy as the fraction between 0 and 1 that Keras gives.",
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
        "Every setting has the same accuracy, to the last digit. Do you read it inside the loop, from the "
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
)

experiments = ExperimentsExercise(
    name="experiments",
    points=3,
    hints=(
        "Loop over the settings. Inside: set the seed, build a new model, fit it with validation_data, "
        "append a new dictionary to the list.",
        "history = model.fit(x_part, y_part, ..., validation_data=(x_val, y_val), verbose=0) keeps the "
        'curve, and history.history["val_accuracy"][-1] is its last value.',
    ),
    of_rows=TABLE_SLIPS,
    misconceptions=(*TABLE_SLIPS, COLUMNS, NO_DICTIONARY, OTHER_KEYS, TOO_FEW, TOO_LOW, TOO_HIGH),
)
