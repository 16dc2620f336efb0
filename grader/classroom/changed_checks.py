"""Say what had to run again because checks of a lesson were changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from grader.grading.graded import Again, Extent
from grader.sentences import some

MOST_NAMES = 3
RAN = {
    Extent.CHECKS: "judged again from what the answers gave before",
    Extent.DOWN_TO_CHECKS: "run down to the last changed check, as these look at much data",
    Extent.WHOLE: "run as a whole, because their earlier runs do not show what these checks need",
}


def told_of_changed_checks(again: Mapping[Again, int]) -> str:
    """How many notebooks needed how much, and why. again: how often each was found; at least one."""
    names = sorted(frozenset().union(*(each.changed for each in again)))
    shown = some(names, MOST_NAMES)
    counted = Counter[Extent]()
    for each, number in again.items():
        counted[each.extent] += number
    said = (f"{_notebooks(counted[extent])} {ran}" for extent, ran in RAN.items() if counted[extent])
    return f"changed since the last grading: {shown}. {'; '.join(said)}."


def _notebooks(number: int) -> str:
    return "1 notebook was" if number == 1 else f"{number} notebooks were"
