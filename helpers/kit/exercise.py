"""What every exercise has in common: a name, points, hints, and a check with three outcomes."""

from __future__ import annotations

import textwrap
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from helpers.kit.outcome import Outcome, Slip, Verdict

# Pages made from notebooks do not wrap what a check says.
LINE_WIDTH = 100
# A cell that stops leaves the name as the stub wrote it.
NOT_ATTEMPTED_YET = (
    "not attempted yet. Write it in the cell above, then run both cells. "
    "Or did the cell above stop with an error?"
)


def in_lines(error: Exception) -> list[str]:
    """What IPython shows in place of a stack trace, which would tell a student nothing."""
    return [line for text in str(error).splitlines() for line in textwrap.wrap(text, LINE_WIDTH)]


class NotYet(AssertionError):  # noqa: N818 - an outcome, named as messages name it
    """An answer was given and is not right yet; `outcome` says what was seen and what was expected."""

    def __init__(self, outcome: Outcome) -> None:  # noqa: D107
        super().__init__(str(outcome))
        self.outcome = outcome

    @property
    def slips(self) -> tuple[Slip, ...]:
        """The known wrong ways that give exactly what was seen (often none, sometimes several)."""
        return self.outcome.slips

    def _render_traceback_(self) -> list[str]:
        return in_lines(self)


class NotDoneYet(NotImplementedError):  # noqa: N818 - students read it in every stub
    """What the stub of an exercise raises until a student has replaced it."""

    def __str__(self) -> str:
        """Name the function whose stub raised, or the cell."""
        if self.args:
            return str(self.args[0])
        frames = traceback.extract_tb(self.__traceback__)
        where = frames[-1].name if frames else "<module>"
        if where.startswith("<"):
            return "Not done yet: write your code in this cell."
        return f"{where} is not done yet: write it in its cell first."

    def _render_traceback_(self) -> list[str]:
        return in_lines(self)


class NotAttempted(NotDoneYet):
    """The stub of an exercise is still as it was released: no mistake, and no marks."""

    def __init__(self, outcome: Outcome) -> None:  # noqa: D107
        super().__init__(str(outcome))
        self.outcome = outcome


@dataclass(frozen=True, repr=False)
class Exercise:
    """One graded task.

    name: the name that the student writes, also the nbgrader id of the answer's cell.
    points: what its grade cell is worth in total.
    hints: the first nudges, the second nearly tells.
    slips: known wrong ways; what each gives is for the kind of exercise to know.
    """

    name: str
    points: int
    hints: tuple[str, str]
    slips: tuple[Slip, ...] = field(default=(), kw_only=True)

    def __repr__(self) -> str:
        """Say what to do: a student sees it who has left out the brackets after a method."""
        return f"exercises.{self.name}: call check(...), hint() or hint(2)"

    def among(self, exercises: Mapping[str, Exercise]) -> Exercise:  # noqa: ARG002
        """The exercise among the earlier ones of its lesson, by name, where it needs one of them."""
        return self

    def examine(self, *answers: Any) -> None:
        """Compare the answers with what the task asks for. Raises NotYet or NotAttempted."""
        raise NotImplementedError

    def outcome(self, *answers: Any) -> Outcome:
        """What `examine` finds out, as data. Raises nothing that an answer can cause."""
        try:
            self.examine(*answers)
        except (NotYet, NotAttempted) as found:
            return found.outcome
        return Outcome(self.name, Verdict.PASSED)

    def check(self, *answers: Any) -> None:
        """Say that the answer is right, or raise NotYet or NotAttempted with what to look at."""
        self.examine(*answers)
        print(Outcome(self.name, Verdict.PASSED))

    def hint(self, number: int = 1) -> None:
        """Print the hint of that number: 1 nudges, 2 nearly tells."""
        if number not in (1, 2):
            print(f"{self.name} has two hints: hint() and hint(2).")
            return
        print(f"Hint {number} of 2: {self.hints[number - 1]}")

    def not_attempted(self, remark: str = NOT_ATTEMPTED_YET) -> NotAttempted:
        """The exception that says so for this exercise, or what has to come first."""
        return NotAttempted(Outcome(self.name, Verdict.NOT_ATTEMPTED, remark))

    def not_yet(self, remark: str, *slips: Slip, **shown: str) -> NotYet:
        """The exception that says what was seen, with the advice on slips that explain it.

        shown: what else is known of it: given, expected, seen, relation, as an Outcome has them.
        """
        return NotYet(Outcome(self.name, Verdict.NOT_YET, remark, slips=slips, **shown))


def require(**answers: Any) -> None:
    """Stop a cell that needs answers which are not there yet, and name them.

    answers: the variables that the cell is about to use, by name. Raises NotDoneYet.
    """
    missing = [name for name, answer in answers.items() if answer is ...]
    if missing:
        names = missing[0] if len(missing) == 1 else f"{', '.join(missing[:-1])} and {missing[-1]}"
        raise NotDoneYet(f"This cell needs {names}: do the exercises above first.")
