"""Which hand-ins a person should look at, why, and what to do about each."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from grader.desk.report.exercises import Exercise
from grader.desk.report.gather import HandIn, Ungraded
from grader.desk.report.statistics import STOPPED, Spread
from grader.grading.graded import FORGED_MESSAGES, MISSING

# Slow is what takes so many times the median of its lesson, and so many seconds more.
SLOW_TIMES, SLOW_SECONDS = 5, 10


class Kind(enum.Enum):
    """Why to look at a hand-in, the most urgent first."""

    NOT_GRADED = "not graded"
    CHANGED = "handed in again"
    INCOMPLETE = "incomplete"
    SUSPICIOUS = "suspicious"
    STOPPED = "stopped"
    UNPROTECTED = "unprotected"
    SLOW = "slow"
    REPAIRED = "repaired"


TO_DO = {
    Kind.NOT_GRADED: "They have no marks. The reason says what to do.",
    Kind.CHANGED: "Their marks are those of what they handed in before. Grade again.",
    Kind.INCOMPLETE: "A notebook of the lesson is missing, and earns nothing. Ask for it.",
    Kind.SUSPICIOUS: "Read these notebooks: code in them kept a check from failing. It earned no marks.",
    Kind.STOPPED: "Read the answer. If it is right and only slow or large, raise the limit and grade again.",
    Kind.UNPROTECTED: "Their code could read and change what you can. Grade them again behind the wall.",
    Kind.SLOW: "Nothing to do. A loop in place of one operation on arrays is often the reason.",
    Kind.REPAIRED: "Nothing to do: the marks are right. Mention it in class if many students have it.",
}


@dataclass(frozen=True)
class Notice:
    """One thing to know about hand-ins of a lesson."""

    kind: Kind
    what: str
    students: tuple[str, ...]


class NoticeCollector:
    """Collects what is to be known of a lesson's hand-ins, each thing once with all whose it is."""

    def __init__(self, lesson: str, exercises: Mapping[str, Exercise]) -> None:
        """Start with nothing."""
        self._lesson, self._exercises = lesson, exercises
        self._found: dict[tuple[Kind, str], list[str]] = defaultdict(list)
        self._seconds: dict[str, float] = {}
        self._any_is_remembered = False

    def add(self, hand_in: HandIn | Ungraded) -> None:
        """Note what there is to be known of one hand-in."""
        if isinstance(hand_in, Ungraded):
            self._found[Kind.NOT_GRADED, hand_in.why].append(hand_in.student)
            return
        record = hand_in.record
        told = {
            Kind.REPAIRED: record.findings,
            Kind.STOPPED: tuple(self._stopped(hand_in)),
            Kind.INCOMPLETE: tuple(cell.message for cell in record.cells if cell.message.endswith(MISSING)),
        }
        # What was stopped says so already.
        if not told[Kind.STOPPED]:
            self._seconds[record.student] = record.full_seconds
            self._any_is_remembered |= record.remembered_seconds > 0
        for kind, sentences in told.items():
            for sentence in dict.fromkeys(sentences):
                self._found[kind, sentence].append(record.student)
        for cell in record.cells:
            if cell.message in FORGED_MESSAGES:
                said = f"{self._title(cell.name)}: {cell.message}"
                self._found[Kind.SUSPICIOUS, said].append(record.student)
        if hand_in.has_changed:
            self._found[
                Kind.CHANGED, f"Handed in again or changed after grading. Run: course grade {self._lesson}"
            ].append(record.student)
        if not hand_in.is_protected:
            self._found[
                Kind.UNPROTECTED, f"Graded without a wall. Run: course grade {self._lesson} --force"
            ].append(record.student)

    def notices(self, usual: Spread | None) -> list[Notice]:
        """All of it, the most urgent first. usual: how long the lesson's hand-ins take in full."""
        order = list(Kind)
        found = [*self._found.items(), *self._slow(usual.median if usual else 0.0)]
        found.sort(key=lambda each: (order.index(each[0][0]), -len(each[1]), each[0][1]))
        return [Notice(kind, what, tuple(students)) for (kind, what), students in found]

    def _slow(self, median: float) -> Iterator[tuple[tuple[Kind, str], list[str]]]:
        included = ", including remembered trainings" if self._any_is_remembered else ""
        for student, seconds in self._seconds.items():
            if seconds > SLOW_TIMES * median and seconds > median + SLOW_SECONDS:
                said = f"Took {seconds:.0f} s{included}; half of the class took {median:.1f} s or less."
                yield (Kind.SLOW, said), [student]

    def _stopped(self, hand_in: HandIn) -> Iterator[str]:
        stopped = [cell for cell in hand_in.record.cells if cell.outcome in STOPPED]
        for cell in stopped:
            yield f"{self._title(cell.name)} {STOPPED[cell.outcome]}. {cell.message}".strip()
        problem = hand_in.record.problem
        if problem and not stopped and not problem.endswith(MISSING):
            yield problem

    def _title(self, cell: str) -> str:
        return self._exercises[cell].title if cell in self._exercises else cell
