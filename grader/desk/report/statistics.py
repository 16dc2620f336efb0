"""Count what a class did, hand-in by hand-in, so that no more than figures and examples is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median, quantiles

from grader.desk.report.advice import general_advice
from grader.desk.report.exercises import Exercise
from grader.grading.graded import CellMarks, Outcome

STOPPED = {
    Outcome.TIMED_OUT: "took too long",
    Outcome.KERNEL_DIED: "ended Python itself",
    Outcome.OUT_OF_MEMORY: "needed too much memory",
    Outcome.TOO_MUCH_OUTPUT: "printed or drew too much",
    Outcome.DID_NOT_RUN: "was not run",
}
LONGEST_EXAMPLE = 600
# In a large class, what fewer than one of so many students have is rare.
ONE_OF = 50


@dataclass
class Seen:
    """One thing that went wrong in an exercise, and whose it was.

    what: a slip's name, a relation, or what ended the answer. advice: what the check says to students about
    it. example: what it said to one of them. is_explained: whether the check knew what it was.
    """

    exercise: Exercise
    what: str
    advice: str
    example: str
    is_explained: bool
    students: list[str] = field(default_factory=list)


@dataclass
class Counted:
    """What became of one exercise. points: the sum of what was earned of `possible`, where it is marked."""

    exercise: Exercise
    right: int = 0
    part: int = 0
    wrong: int = 0
    untouched: int = 0
    waiting: list[str] = field(default_factory=list)
    points: float = 0.0
    possible: float = 0.0
    seen: dict[str, Seen] = field(default_factory=dict)

    @property
    def all(self) -> int:
        """How many hand-ins had this exercise."""
        return self.right + self.part + self.wrong + self.untouched + len(self.waiting)

    @property
    def average(self) -> float | None:
        """The average share of its points, None where nothing is marked, or all who tried it still wait."""
        unmarked = bool(self.waiting) and not self.tried
        return self.points / self.possible if self.possible and not unmarked else None

    @property
    def not_right(self) -> int:
        """How many tried it and did not get all of it."""
        return self.part + self.wrong

    @property
    def tried(self) -> int:
        """How many tried it, of whom that is marked."""
        return self.right + self.not_right

    @property
    def how_many_not_right(self) -> str:
        """The same in words."""
        return f"{self.not_right} of the {self.tried} who tried it did not get full marks"

    @property
    def commonest(self) -> Seen | None:
        """What most students have of what the check could name; None where no two have the same."""
        known = [seen for seen in self.seen.values() if seen.is_explained and len(seen.students) > 1]
        return max(known, key=lambda seen: len(seen.students), default=None)

    @property
    def shared(self) -> list[Seen]:
        """What went wrong for several students, the commonest first; in a large class, for one of fifty."""
        fewest = max(2, self.all / ONE_OF)
        return [seen for seen in self._ordered if len(seen.students) >= fewest]

    @property
    def rare(self) -> list[Seen]:
        """What else went wrong."""
        return self._ordered[len(self.shared) :]

    @property
    def _ordered(self) -> list[Seen]:
        return sorted(self.seen.values(), key=lambda seen: (-len(seen.students), not seen.is_explained))

    def add(self, student: str, cell: CellMarks, advice: Mapping[tuple[str, str], str]) -> None:
        """Count one hand-in."""
        if cell.points is None:
            self.waiting.append(student)
            return
        self.points += cell.points
        self.possible += cell.possible
        if cell.points >= cell.possible:
            self.right += 1
        elif cell.outcome is Outcome.NOT_ATTEMPTED and not cell.points:
            self.untouched += 1
        else:
            self.part += cell.points > 0
            self.wrong += cell.points <= 0
            if not self.exercise.by_hand:
                self._note(student, cell, advice)

    def _note(self, student: str, cell: CellMarks, advice: Mapping[tuple[str, str], str]) -> None:
        name = self.exercise.cell.removeprefix("check_")
        for slip in dict.fromkeys(cell.slips):
            said = advice.get((name, slip)) or general_advice().get(slip, "")
            self._see(student, slip, said, cell.message, is_explained=True)
        if cell.relation:
            self._see(student, cell.relation, "", cell.message, is_explained=True)
        if not cell.slips and not cell.relation:
            self._see(student, _otherwise(cell), "", cell.message, is_explained=False)

    def _see(self, student: str, what: str, advice: str, example: str, *, is_explained: bool) -> None:
        short = example if len(example) <= LONGEST_EXAMPLE else f"{example[:LONGEST_EXAMPLE]}…"
        seen = self.seen.setdefault(what, Seen(self.exercise, what, advice, short, is_explained))
        seen.students.append(student)


def _otherwise(cell: CellMarks) -> str:
    """What to call a wrong answer that the check could not explain."""
    if cell.outcome in STOPPED:
        return STOPPED[cell.outcome]
    if cell.outcome is Outcome.PART_MARKS:
        return "part of the marks"
    name = cell.message.partition(":")[0]
    return f"stops with {name}" if name.isidentifier() and name.endswith("Error") else "no known slip"


@dataclass(frozen=True)
class Spread:
    """Seconds that a lesson's hand-ins ran: shortest, quartiles, longest, and whose is the longest."""

    shortest: float
    low: float
    median: float
    high: float
    longest: float
    slowest: str


def spread(seconds: Mapping[str, float]) -> Spread | None:
    """The spread of seconds by student; None where nothing ran."""
    if not seconds:
        return None
    times = sorted(seconds.values())
    low, _, high = quantiles(times, n=4, method="inclusive") if len(times) > 1 else times * 3
    slowest = max(seconds, key=lambda student: seconds[student])
    return Spread(times[0], low, median(times), high, times[-1], slowest)
