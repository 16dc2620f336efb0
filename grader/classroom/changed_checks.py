"""Say what had to run again because checks of a lesson were changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from grader.grading.graded import Again, Extent

MOST_NAMES = 3


def told_of_changed_checks(again: Mapping[Again, int]) -> str:
    """How many notebooks needed how much, and why. again: how often each was found; at least one."""
    names = sorted(frozenset().union(*(each.changed for each in again)))
    shown = ", ".join(names[:MOST_NAMES]) + (
        f" and {len(names) - MOST_NAMES} more" if names[MOST_NAMES:] else ""
    )
    extents = Counter[Extent]()
    for each, number in again.items():
        extents[each.extent] += number
    said = []
    if number := extents[Extent.CHECKS]:
        said.append(f"{_notebooks(number)} judged again from what the answers gave before")
    if number := extents[Extent.DOWN_TO_CHECKS]:
        said.append(
            f"{_notebooks(number)} run down to the last of these checks, which look at very much data"
        )
    if number := extents[Extent.WHOLE]:
        said.append(
            f"{_notebooks(number)} run as a whole, as the checks ask the answers for something else now"
        )
    return f"changed since it was graded: {shown}. {'; '.join(said)}."


def _notebooks(number: int) -> str:
    return "1 notebook was" if number == 1 else f"{number} notebooks were"
