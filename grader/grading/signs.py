"""What a notebook is known by: which of a course's notebooks was this one once?"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import cached_property
from typing import TypeVar

from grader.grading.definitions import definitions
from grader.grading.submitted_notebook import SubmittedCell

# Shorter texts, such as imports, are found in notebooks of all kinds.
LONG_TEXT = 80

Which = TypeVar("Which", bound=Hashable)


class Signs:
    """What a notebook has of its own, from the surest to the least sure; worked out when it is asked for."""

    def __init__(self, cells: Iterable[SubmittedCell], with_code: Iterable[SubmittedCell]) -> None:
        """cells: all of them. with_code: those whose definitions count."""
        self._cells, self._with_code = list(cells), list(with_code)

    @cached_property
    def names(self) -> frozenset[str]:
        """The nbgrader ids of its cells."""
        return frozenset(cell.name for cell in self._cells if cell.name is not None)

    @cached_property
    def ids(self) -> frozenset[str]:
        """The notebook ids of its cells."""
        return frozenset(cell.id for cell in self._cells if cell.id is not None)

    @cached_property
    def texts(self) -> frozenset[str]:
        """Its long texts."""
        texts = (" ".join(cell.source.split()) for cell in self._cells)
        return frozenset(text for text in texts if len(text) >= LONG_TEXT)

    @cached_property
    def defines(self) -> frozenset[str]:
        """The names that its code gives a value."""
        codes = (cell for cell in self._with_code if cell.kind == "code")
        return frozenset().union(*(definitions(cell.source).defines for cell in codes))


def signs_of_lesson(cells: Iterable[SubmittedCell]) -> Signs:
    """The signs of an instructor's notebook. Of what is defined, only answers and tests count."""
    every = list(cells)
    return Signs(every, [cell for cell in every if cell.name is not None])


def signs_of_submission(cells: Iterable[SubmittedCell]) -> Signs:
    """The signs of a notebook that was handed in."""
    every = list(cells)
    return Signs(every, every)


def closest(found: Signs, known: Mapping[Which, Signs], expected: Which) -> Which | None:
    """Which notebook shares most with the one found, the expected one if in doubt; None if none shares any.

    A less sure sign counts only where no notebook shares a surer one; what is defined only where it is half
    of what the notebook's answers define.
    """
    sharing: tuple[Callable[[Signs], int], ...] = (
        lambda each: len(found.names & each.names),
        lambda each: len(found.ids & each.ids),
        lambda each: len(found.texts & each.texts),
        lambda each: _share_of_definitions(found, each),
    )
    for share in sharing:
        shares = {which: share(each) for which, each in known.items()}
        best = max(shares, key=lambda which: (shares[which], which == expected), default=None)
        if best is not None and shares[best]:
            return best
    return None


def _share_of_definitions(found: Signs, of_notebook: Signs) -> int:
    shared = len(found.defines & of_notebook.defines)
    return shared if 2 * shared >= len(of_notebook.defines) else 0
