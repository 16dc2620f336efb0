"""How many mutants of the solutions the checks catch."""

from __future__ import annotations

from dataclasses import dataclass

from suites.places import RESULTS

RECORD = RESULTS / "mutants.json"
LEAST_CAUGHT = 0.98


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
