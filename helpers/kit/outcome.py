"""What a check found out about an answer, as data: the check prints it, and a grader keeps it."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Verdict(enum.Enum):
    """The three things that a check can find."""

    PASSED = "passed"
    NOT_YET = "not yet"
    NOT_ATTEMPTED = "not attempted"


@dataclass(frozen=True)
class Slip:
    """A known wrong way.

    slip: its short name, for reports ("sum instead of mean").
    advice: one or two sentences that help without giving the solution away.
    """

    slip: str
    advice: str


@dataclass(frozen=True)
class Outcome:
    """What a check found out about one answer.

    exercise: its name.
    remark: what was seen and expected, or what is missing, in whole sentences.
    given, expected, seen: the input, its right result and what the answer gave, as a message shows them; ""
    where the remark is not about a result.
    slips: the known wrong ways that give exactly what was seen (often none, sometimes several).
    relation: what all wrong results have to do with the right ones, where that was found; else "".
    """

    exercise: str
    verdict: Verdict
    remark: str = ""
    given: str = ""
    expected: str = ""
    seen: str = ""
    slips: tuple[Slip, ...] = ()
    relation: str = ""

    def __str__(self) -> str:
        """The message for students: what was seen first, what to think about on the lines after it."""
        if self.verdict is Verdict.PASSED:
            return f"✓ {self.exercise}: right."
        if self.verdict is Verdict.NOT_ATTEMPTED:
            return f"○ {self.exercise}: {self.remark}"
        lines = [f"✗ {self.exercise}: not yet. {self.remark}"]
        # Slips that are made in several ways have one piece of advice.
        advice = list(dict.fromkeys(slip.advice for slip in self.slips))
        if len(advice) == 1:
            lines += advice
        elif advice:
            lines.append("More than one slip gives exactly these numbers:")
            lines.extend(f"- {each}" for each in advice)
        if self.relation:
            lines.append(self.relation)
        return "\n".join(lines)
