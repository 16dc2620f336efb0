"""The table of what was tried: whether its rows are there, and plausible as far as numbers can tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from helpers.kit.general_slips import NOT_A_NUMBER, WRONG_TYPE
from helpers.kit.outcome import Slip
from helpers.kit.own_exercise import OwnExercise
from helpers.kit.signs import value_of
from helpers.kit.values import as_numbers, show

SETTINGS = ("hidden", "epochs", "batch_size")
RESULT = "val_accuracy"
KEYS = ", ".join(f'"{key}"' for key in (*SETTINGS, RESULT))
# By these words slips are known that are seen before there are numbers, and those of rows by themselves.
COLUMNS, NO_DICTIONARY, OTHER_KEYS = "columns", "no dictionary", "other keys"
TOO_FEW, TOO_LOW, TOO_HIGH = "too few", "too low", "too high"
WORDS = (COLUMNS, NO_DICTIONARY, OTHER_KEYS, TOO_FEW, TOO_LOW, TOO_HIGH)

NO_LIST = replace(WRONG_TYPE, advice="Start with an empty list, and append a dictionary after each training.")
NO_LIST_OF_ONE = replace(
    WRONG_TYPE, advice="That is one dictionary. Put the dictionaries of all trainings into a list."
)
NO_LIST_OF_VALUES = replace(
    WRONG_TYPE, advice="That is a dictionary of dictionaries. Put the inner ones into a list, without names."
)


@dataclass(frozen=True)
class Row:
    """One training: its setting (hidden, epochs, batch_size), and val_accuracy, usually a single number."""

    setting: tuple[float, ...]
    results: tuple[float, ...]

    def __str__(self) -> str:
        """The setting as the task writes it."""
        return "hidden {:g}, {:g} epochs, batches of {:g}".format(*self.setting)


@dataclass(frozen=True, repr=False)
class TrialsExercise(OwnExercise):
    """A list of dictionaries, one for each training.

    fewest: how many settings there should be. bands: for some settings, the accuracies between which such a
    training ends, on the real images and on the stand-ins.
    """

    fewest: int = field(kw_only=True)
    bands: Mapping[str, Sequence[Sequence[float]]] = field(kw_only=True)

    def examine(self, *answers: Any) -> None:
        """Read the table and look for what is impossible. Raises NotYet or NotAttempted."""
        (answer,) = answers
        if answer is ...:
            raise self.not_attempted()
        rows = self._rows(answer)
        signs = _signs(rows)
        for slip, sign in zip(self.slips, self.given, strict=True):
            if sign not in WORDS and value_of(sign, signs.get):
                raise self.not_yet(f"Your table: {_summary(rows)}.", slip)
        if len({row.setting for row in rows}) < self.fewest:
            raise self.not_yet(
                f"{len(rows)} rows, expected at least {self.fewest} different settings.",
                *self.with_given(TOO_FEW),
            )
        here, elsewhere = ("real", "stand-ins") if _has_real_images() else ("stand-ins", "real")
        # A table may come from a machine with the other images.
        if not all(self._place(row, elsewhere) == "" for row in rows):
            for row in rows:
                self._compare(row, here)

    def _rows(self, answer: Any) -> list[Row]:
        if isinstance(answer, (str, Mapping)) or not isinstance(answer, (Sequence, np.ndarray)):
            raise self.not_yet(
                f"{self.name} is of type {type(answer).__name__}. Make it a list, with a dictionary of its "
                f"own for each training; the keys are {KEYS}.",
                *self._in_place_of_a_list(answer),
            )
        return [self._row(f"{self.name}[{number}]", each) for number, each in enumerate(answer)]

    def _in_place_of_a_list(self, answer: Any) -> Sequence[Slip]:
        if not isinstance(answer, Mapping):
            return self.with_given(COLUMNS) if hasattr(answer, "keys") else [NO_LIST]
        values = list(answer.values())
        if values and all(isinstance(each, Mapping) for each in values):
            return [NO_LIST_OF_VALUES]
        is_row = values and not any(hasattr(each, "__len__") for each in values)
        return [NO_LIST_OF_ONE] if is_row else self.with_given(COLUMNS)

    def _row(self, called: str, row: Any) -> Row:
        if not isinstance(row, Mapping):
            raise self.not_yet(
                f"{called} is {show(row)}: make it a dictionary, with {KEYS}.",
                *self.with_given(NO_DICTIONARY),
            )
        missing = [key for key in (*SETTINGS, RESULT) if key not in row]
        if missing:
            raise self.not_yet(
                f"{called} has no {missing[0]!r}. Its keys should be {KEYS}.", *self.with_given(OTHER_KEYS)
            )
        try:
            setting = tuple(float(as_numbers(row[key])) for key in SETTINGS)
            results = tuple(float(result) for result in np.atleast_1d(as_numbers(row[RESULT])).ravel())
        except (TypeError, ValueError):
            raise self.not_yet(
                f"{called} is {show(row)}. Each of {KEYS} should be a number.", WRONG_TYPE
            ) from None
        if not results or not np.all(np.isfinite(results)):
            raise self.not_yet(
                f"{called}[{RESULT!r}] is {show(row[RESULT])}, which is not an accuracy.", NOT_A_NUMBER
            )
        return Row(setting, results)

    def _band(self, row: Row, images: str) -> tuple[float, float]:
        for *setting, low, high in self.bands[images]:
            if tuple(setting) == row.setting:
                return low, high
        return 0, 1

    def _place(self, row: Row, images: str) -> str:
        """Where a result is outside of its band; "" for inside."""
        low, high = self._band(row, images)
        return TOO_LOW if row.results[0] < low else TOO_HIGH if row.results[0] > high else ""

    def _compare(self, row: Row, images: str) -> None:
        place, (low, high) = self._place(row, images), self._band(row, images)
        if place:
            raise self.not_yet(
                f"{row}: {show(row.results[0])}. "
                f"Training runs with this setting end between {low} and {high}.",
                *self.with_given(place),
            )


def _signs(rows: Sequence[Row]) -> dict[str, Any]:
    """What a table shows: of each row's accuracy, the first."""
    results = [row.results[0] for row in rows]
    return {
        "rows": len(rows),
        "different_rows": len(set(rows)),
        "longest": max((len(row.results) for row in rows), default=0),
        "results": results,
        "different_results": len(set(results)),
        "percentages": sum(1 < result <= 100 for result in results),
        "highest": max(results, default=0.0),
    }


SIGNS = tuple(_signs([]))


def _has_real_images() -> bool:
    from helpers.data import locate

    return locate("mnist").real


def _summary(rows: Sequence[Row]) -> str:
    shown = [f"{row} → {show(row.results if len(row.results) > 1 else row.results[0])}" for row in rows[:3]]
    return "; ".join(shown) + ("; …" if len(rows) > len(shown) else "")
