"""How many mutants of the solutions the checks catch, and which mutants are right."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from suites.places import RESULTS

RECORD = RESULTS / "mutants.json"
RIGHT = Path(__file__).parent / "right_mutants.toml"
LEAST_CAUGHT = 0.98
# Why a mutant is right: the keys of its entry in right_mutants.toml.
SAME, FREE = "same", "task"


@dataclass
class Found:
    """What became of a lesson's mutants.

    made: how many there are. caught: got less than all marks. stopped: those of them that took too long.
    same, free: got all marks, and rightly so, as they give the same or do what the task leaves free.
    survivors: all others that got all marks.
    """

    lesson: str
    made: int = 0
    caught: int = 0
    stopped: int = 0
    same: int = 0
    free: int = 0
    survivors: tuple[str, ...] = ()

    @property
    def wrong(self) -> int:
        """How many are wrong answers."""
        return self.made - self.same - self.free

    @property
    def share(self) -> float:
        """The share of the wrong ones that is caught."""
        return self.caught / self.wrong if self.wrong else 1.0


def right_mutants() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The entries of right_mutants.toml: lesson, exercise (a pattern), and mutants with same or task."""
    for lesson, exercises in tomllib.loads(RIGHT.read_text(encoding="utf-8")).items():
        for exercise, entries in exercises.items():
            for entry in entries:
                yield lesson, exercise, entry
