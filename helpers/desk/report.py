"""What was found out about a notebook that is to be handed in, for people and for programs."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from helpers.desk.results import NOT_ATTEMPTED, NOT_YET, PART, RIGHT, STOPPED

LINE_WIDTH = 100
DID_NOT_RUN, ANSWERED, NOT_ANSWERED = "did not run", "answered", "not answered"
SIGNS = {
    RIGHT: "✓", PART: "◐", NOT_YET: "✗", NOT_ATTEMPTED: "○", STOPPED: "✗", DID_NOT_RUN: "?",
    ANSWERED: "✎", NOT_ANSWERED: "○",
}  # fmt: skip
READY, TO_MEND, NOT_LOOKED_AT = 0, 1, 2


@dataclass(frozen=True)
class Exercise:
    """One exercise. by_hand: whether an instructor marks it. marks, points: of the visible check."""

    name: str
    outcome: str
    points: float
    marks: float = 0
    by_hand: bool = False
    slip: str = ""
    message: str = ""


@dataclass(frozen=True)
class Finding:
    """Something to know. kind: a word for programs. mend: whether to do something before handing in."""

    kind: str
    text: str
    mend: bool = True


@dataclass(frozen=True)
class Report:
    """All that was found out about a notebook. ran: whether it was run in a fresh kernel."""

    notebook: str
    lesson: str
    exercises: Sequence[Exercise]
    findings: Sequence[Finding]
    ran: bool

    @property
    def is_ready(self) -> bool:
        """Whether nothing is left to do."""
        done = all(each.outcome in (RIGHT, PART, ANSWERED) for each in self.exercises)
        return done and not any(finding.mend for finding in self.findings)

    def as_data(self) -> dict[str, Any]:
        """The report as plain data; docs/instructors.md says what each part means."""
        visible = [each for each in self.exercises if not each.by_hand]
        by_hand = [each for each in self.exercises if each.by_hand]
        return {
            "notebook": self.notebook,
            "lesson": self.lesson,
            "ready": self.is_ready,
            "ran": self.ran,
            "visible": {"marks": _sum(visible, "marks"), "points": _sum(visible, "points")},
            "by_hand": {"points": _sum(by_hand, "points")},
            "exercises": [vars(each) for each in self.exercises],
            "findings": [vars(finding) for finding in self.findings],
        }

    def __str__(self) -> str:
        """The report for people, in lines that fit a page."""
        visible = [each for each in self.exercises if not each.by_hand]
        by_hand = [each for each in self.exercises if each.by_hand]
        marks, points = _sum(visible, "marks"), _sum(visible, "points")
        head = f"{self.notebook}, visible checks: {marks:g} of {points:g} point{'' if points == 1 else 's'}."
        if by_hand:
            head += f" {_of_points(_sum(by_hand, 'points'))} marked by your instructor."
        lines = [
            head,
            "",
            *(_line(each, max(len(one.name) for one in self.exercises)) for each in self.exercises),
        ]
        to_mend = [finding.text for finding in self.findings if finding.mend]
        notes = [finding.text for finding in self.findings if not finding.mend]
        for title, texts in (("What to fix:", to_mend), ("Good to know:", notes)):
            if texts:
                lines += ["", title, *(_wrapped("- ", text) for text in texts)]
        lines += ["", "Ready to hand in." if self.is_ready else _left(self)]
        return printable("\n".join(lines))


def printable(text: str) -> str:
    """Text whose parts come from a notebook, without what would steer a terminal."""
    return "".join(each if each.isprintable() or each == "\n" else "�" for each in text)


def _left(report: Report) -> str:
    if any(finding.mend for finding in report.findings):
        return "Not ready yet: see what to fix."
    left = [each.name for each in report.exercises if each.outcome not in (RIGHT, PART, ANSWERED)]
    return _wrapped("", f"Left to do: {', '.join(left)}. You may still hand in what you have.")


def _line(exercise: Exercise, width: int) -> str:
    said = exercise.outcome
    if exercise.outcome == PART:
        said = f"right, for {exercise.marks:g} of {exercise.points:g} points"
    elif exercise.outcome == ANSWERED:
        said = "answered. Your instructor marks it"
    elif exercise.outcome == NOT_YET and exercise.slip:
        said = f"not yet: {exercise.slip}"
    elif exercise.outcome == STOPPED:
        said = f"its check stopped: {exercise.message}"
    return _wrapped(f"{SIGNS[exercise.outcome]} {exercise.name.ljust(width)}  ", said)


def _wrapped(start: str, text: str) -> str:
    return textwrap.fill(text, LINE_WIDTH, initial_indent=start, subsequent_indent=" " * len(start))


def _of_points(points: float) -> str:
    return "1 point is" if points == 1 else f"{points:g} points are"


def _sum(exercises: Sequence[Exercise], what: str) -> float:
    return round(float(sum(getattr(each, what) for each in exercises)), 2)
