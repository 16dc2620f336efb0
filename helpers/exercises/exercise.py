"""What every exercise has in common: a name, points, hints, and a check with three outcomes."""

from __future__ import annotations

import textwrap
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Misconception:
    """A known wrong way, told apart by what it results in.

    slip: its short name, for reports ("sum instead of mean").
    result: what an answer with this slip gives for the same arguments as the right answer.
    advice: one or two sentences that help without giving the solution away.
    """

    slip: str
    result: Callable[..., Any]
    advice: str


@dataclass(frozen=True)
class GeneralSlip:
    """A wrong way that a check sees for itself, whatever the task is. slip and advice: as above."""

    slip: str
    advice: str


# Pages made from notebooks do not wrap what a check says.
LINE_WIDTH = 100


def _lines(error: Exception) -> list[str]:
    """What IPython shows in place of a stack trace, which would tell a student nothing."""
    return [line for text in str(error).splitlines() for line in textwrap.wrap(text, LINE_WIDTH)]


class NotYet(AssertionError):  # noqa: N818 - an outcome, named as messages name it
    """An answer was given and is not right yet; the message says what was seen and what was expected.

    misconceptions: the known wrong ways that give exactly what was seen (often none, sometimes several).
    """

    def __init__(self, message: str, misconceptions: tuple[Misconception | GeneralSlip, ...] = ()) -> None:  # noqa: D107
        super().__init__(message)
        self.misconceptions = misconceptions

    def _render_traceback_(self) -> list[str]:
        return _lines(self)


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
        return _lines(self)


class NotAttempted(NotDoneYet):
    """The stub of an exercise is still as it was released: no mistake, and no marks."""


@dataclass(frozen=True)
class Exercise:
    """One graded task.

    name: the name that the student writes, also the nbgrader id of the answer's cell.
    points: what its grade cell is worth in total.
    hints: the first nudges, the second nearly tells.
    """

    name: str
    points: int
    hints: tuple[str, str]
    misconceptions: tuple[Misconception, ...] = field(default=(), kw_only=True)

    def examine(self, *answers: Any) -> None:
        """Compare the answers with what the task asks for. Raises NotYet or NotAttempted."""
        raise NotImplementedError

    def check(self, *answers: Any) -> None:
        """Say that the answer is right, or raise NotYet or NotAttempted with what to look at."""
        self.examine(*answers)
        print(f"✓ {self.name}: right.")

    def hint(self, number: int = 1) -> None:
        """Print the hint of that number: 1 nudges, 2 nearly tells."""
        if number not in (1, 2):
            print(f"{self.name} has two hints: hint() and hint(2).")
            return
        print(f"Hint {number} of 2: {self.hints[number - 1]}")

    def not_attempted(self) -> NotAttempted:
        """The exception that says so for this exercise."""
        return NotAttempted(
            f"○ {self.name}: not attempted yet. Write it in the cell above, then run both cells."
        )

    def not_yet(self, seen: str, *misconceptions: Misconception | GeneralSlip) -> NotYet:
        """The exception that says what was seen, with the advice on misconceptions that explain it."""
        lines = [f"✗ {self.name}: not yet. {seen}"]
        if len(misconceptions) == 1:
            lines.append(misconceptions[0].advice)
        elif misconceptions:
            lines.append("More than one slip gives exactly these numbers:")
            lines.extend(f"- {misconception.advice}" for misconception in misconceptions)
        return NotYet("\n".join(lines), misconceptions)


def require(**answers: Any) -> None:
    """Stop a cell that needs answers which are not there yet, and name them.

    answers: the variables that the cell is about to use, by name. Raises NotDoneYet.
    """
    missing = [name for name, answer in answers.items() if answer is ...]
    if missing:
        verb = "comes" if len(missing) == 1 else "come"
        raise NotDoneYet(
            f"This cell shows something once {' and '.join(missing)} {verb} first: see the exercise above."
        )
