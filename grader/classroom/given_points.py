"""What points a cell and a submission have by what the gradebook holds: one rule for all that ask."""

from __future__ import annotations

from datetime import datetime, timedelta


def given_points(
    by_hand: float | None, by_machine: float | None, extra: float | None, *, waits: bool
) -> float | None:
    """The points of a cell with its extra credit; None while a person has to say.

    waits: whether the gradebook says so. An answer that has changed since it was marked by hand keeps its old
    mark there, and waits.
    """
    points = by_machine if by_hand is None else by_hand
    return None if waits or points is None else points + (extra or 0.0)


def after_penalty(points: float, penalty: float) -> float:
    """What is left of points when some are taken off for being late: never less than none."""
    return max(0.0, points - penalty)


def late_by(handed_in_at: datetime | None, due: datetime | None, extension: timedelta | None) -> timedelta:
    """How long after its due date something was handed in; nothing where there is none, or it was in time."""
    if handed_in_at is None or due is None:
        return timedelta()
    return max(handed_in_at - due - (extension or timedelta()), timedelta())
