"""Exercises whose class belongs to one lesson: their slips and their words are in a table all the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from helpers.kit.models import TrainingExercise
from helpers.kit.outcome import Slip
from helpers.kit.tables import common


@dataclass(frozen=True, repr=False)
class OwnExercise(TrainingExercise):
    """An exercise of a lesson's own class. given: by what each slip is known: a word, or a sign."""

    given: tuple[Any, ...] = field(kw_only=True)

    @classmethod
    def from_entry(cls, entry: Mapping[str, Any]) -> Self:
        """Read an exercise from its table. Raises KeyError, TypeError or ValueError."""
        given = tuple(each["given"] for each in entry["slips"])
        return cls(**common(entry), **entry["parts"], given=given)

    def check_hidden(self, answers: Any, *cases: Mapping[str, Any]) -> None:
        """Examine an answer, or a tuple of them, as the visible check does not. Raises as `examine`."""
        for case in cases:
            self.examine(*(answers if isinstance(answers, tuple) else (answers,)), **case)

    def with_given(self, given: Any) -> list[Slip]:
        """The slips that are known by this."""
        return [slip for slip, each in zip(self.slips, self.given, strict=True) if each == given]
