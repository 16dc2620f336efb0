"""What grading one submission comes to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CellMarks:
    """The marks of one graded cell.

    points: earned, or None while it waits to be marked by hand.
    """

    grade_id: str
    points: float | None
    max_points: float


@dataclass(frozen=True)
class SubmissionMarks:
    """The marks of one submission, or why there are none.

    seconds: wall clock that grading took.
    problem: one line for the instructor when it could not be graded; then there are no cells.
    """

    student: str
    lesson: str
    cells: tuple[CellMarks, ...]
    seconds: float
    problem: str = ""

    @property
    def score(self) -> float:
        """Points earned so far."""
        return sum(cell.points or 0.0 for cell in self.cells)

    @property
    def max_score(self) -> float:
        """Points to be had, those marked by hand included."""
        return sum(cell.max_points for cell in self.cells)

    @property
    def waits_for_hand(self) -> bool:
        """Whether a person has to mark some of it."""
        return any(cell.points is None for cell in self.cells)
