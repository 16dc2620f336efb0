"""How a notebook ran, as files hold it: for when checks of its lesson are changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from grader.classroom.records import read_cells, written_cells
from grader.grading.graded import Conversations, Graded, Visible

if TYPE_CHECKING:
    from nbformat import NotebookNode


class WrittenRun(msgspec.Struct, frozen=True):
    """A run, but for its outputs and for what students may see of it."""

    cells: list[dict[str, Any]]
    unanswered: list[str]
    cell_seconds: float
    remembered_seconds: float
    conversations: Mapping[str, Conversations]


def written_run(graded: Graded) -> WrittenRun | None:
    """A run as it is kept; None for one that tells nothing of another."""
    if graded.conversations is None:
        return None
    return WrittenRun(
        written_cells(graded.cells),
        sorted(graded.unanswered),
        graded.cell_seconds,
        graded.remembered_seconds,
        graded.conversations,
    )


def run_of(written: WrittenRun, notebook: NotebookNode, visible: Visible | None) -> Graded:
    """The run that was kept. Raises ValueError, TypeError or KeyError."""
    return Graded(
        notebook,
        read_cells(written.cells),
        unanswered=frozenset(written.unanswered),
        cell_seconds=written.cell_seconds,
        remembered_seconds=written.remembered_seconds,
        visible=visible,
        conversations=written.conversations,
    )


def changed_checks(before: Mapping[str, str], now: Mapping[str, str]) -> frozenset[str]:
    """The names of checks whose hashes have changed. Raises ValueError where there are others now."""
    if before.keys() != now.keys():
        raise ValueError("other checks")
    return frozenset(name for name in now if before[name] != now[name])
