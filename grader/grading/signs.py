"""What a notebook is known by: which of a course's notebooks was this one once?"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from grader.grading.definitions import definitions
from grader.grading.submitted_notebook import SubmittedCell

# Shorter texts, such as imports, stand in notebooks of all kinds.
LONG_TEXT = 80

Which = TypeVar("Which", bound=Hashable)


@dataclass(frozen=True)
class Signs:
    """What a notebook has of its own, from the surest to the least sure.

    names: nbgrader ids. ids: the notebook ids of cells. texts: long texts. defines: the names that its code
    gives a value.
    """

    names: frozenset[str]
    ids: frozenset[str]
    texts: frozenset[str]
    defines: frozenset[str]


def signs_of_lesson(cells: Iterable[SubmittedCell]) -> Signs:
    """The signs of an instructor's notebook. Of what is defined, only answers and tests count."""
    every = list(cells)
    return _signs(every, [cell for cell in every if cell.name is not None])


def signs_of_submission(cells: Iterable[SubmittedCell]) -> Signs:
    """The signs of a notebook that was handed in."""
    every = list(cells)
    return _signs(every, every)


def closest(found: Signs, known: Mapping[Which, Signs], expected: Which) -> Which | None:
    """Which notebook shares most with the one found, the expected one if in doubt; None if none shares any.

    A less sure sign counts only where no notebook shares a surer one; what is defined only where it is half
    of what the notebook's answers define.
    """
    by_sign = (
        {which: len(found.names & each.names) for which, each in known.items()},
        {which: len(found.ids & each.ids) for which, each in known.items()},
        {which: len(found.texts & each.texts) for which, each in known.items()},
        {
            which: shared if 2 * (shared := len(found.defines & each.defines)) >= len(each.defines) else 0
            for which, each in known.items()
        },
    )
    for shares in by_sign:
        best = max(shares, key=lambda which: (shares[which], which == expected), default=None)
        if best is not None and shares[best]:
            return best
    return None


def _signs(cells: list[SubmittedCell], with_code: list[SubmittedCell]) -> Signs:
    texts = (" ".join(cell.source.split()) for cell in cells)
    return Signs(
        frozenset(cell.name for cell in cells if cell.name is not None),
        frozenset(cell.id for cell in cells if cell.id is not None),
        frozenset(text for text in texts if len(text) >= LONG_TEXT),
        frozenset().union(*(definitions(cell.source).defines for cell in with_code if cell.kind == "code")),
    )
