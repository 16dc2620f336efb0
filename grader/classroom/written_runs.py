"""How a notebook ran, as files hold it: for when checks of its lesson are changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from grader.classroom.records import read_cells, written_cells
from grader.executor.conversations import Answer, Conversation
from grader.grading.graded import Graded, Stage, Visible

if TYPE_CHECKING:
    from nbformat import NotebookNode


class _Answer(msgspec.Struct, frozen=True):
    """An answer. buffers: places in the run's own."""

    message: bytes
    buffers: tuple[int, ...]
    seconds: float


class _Conversation(msgspec.Struct, frozen=True):
    questions: tuple[str, ...]
    answers: tuple[_Answer, ...] | None
    taken: int


class WrittenRun(msgspec.Struct, frozen=True):
    """A run, but for its outputs and for what students may see of it.

    has_visible: whether what students may see of it is kept beside it. buffers: what conversations refer to;
    most checks are handed the same network.
    """

    cells: list[dict[str, Any]]
    unanswered: list[str]
    cell_seconds: float
    remembered_seconds: float
    has_visible: bool
    checks_stand_alone: bool
    bytes_printed: float
    conversations: dict[str, dict[Stage, _Conversation | None]] | None
    buffers: list[bytes]


def written_run(graded: Graded) -> WrittenRun:
    """A run as it is kept."""
    places: dict[bytes, int] = {}
    conversations = None
    if graded.conversations is not None:
        conversations = {
            check: {stage: _written(said, places) for stage, said in stages.items()}
            for check, stages in graded.conversations.items()
        }
    return WrittenRun(
        written_cells(graded.cells),
        sorted(graded.unanswered),
        graded.cell_seconds,
        graded.remembered_seconds,
        graded.visible is not None,
        graded.checks_stand_alone,
        graded.bytes_printed,
        conversations,
        list(places),
    )


def run_of(written: WrittenRun, notebook: NotebookNode, visible: Visible | None) -> Graded:
    """The run that was kept. Raises ValueError, TypeError or LookupError, also where some of it is lost."""
    if written.has_visible != (visible is not None):
        raise ValueError("what students may see of it is missing")
    conversations = None
    if written.conversations is not None:
        conversations = {
            check: {stage: _read(said, written.buffers) for stage, said in stages.items()}
            for check, stages in written.conversations.items()
        }
    return Graded(
        notebook,
        read_cells(written.cells),
        unanswered=frozenset(written.unanswered),
        cell_seconds=written.cell_seconds,
        remembered_seconds=written.remembered_seconds,
        visible=visible,
        checks_stand_alone=written.checks_stand_alone,
        bytes_printed=written.bytes_printed,
        conversations=conversations,
    )


def _written(said: Conversation | None, places: dict[bytes, int]) -> _Conversation | None:
    """places: of the buffers that are kept so far; those that are new are added."""
    if said is None:
        return None
    if said.answers is None:
        return _Conversation(said.questions, None, said.taken)
    answers = [
        _Answer(
            each.message,
            tuple(places.setdefault(buffer, len(places)) for buffer in each.buffers),
            each.seconds,
        )
        for each in said.answers
    ]
    return _Conversation(said.questions, tuple(answers), said.taken)


def _read(said: _Conversation | None, buffers: Sequence[bytes]) -> Conversation | None:
    if said is None:
        return None
    if said.answers is None:
        return Conversation(said.questions, None, said.taken)
    answers = [
        Answer(each.message, tuple(buffers[place] for place in each.buffers), each.seconds)
        for each in said.answers
    ]
    return Conversation(said.questions, tuple(answers), said.taken)


def changed_checks(before: Mapping[str, str], now: Mapping[str, str]) -> frozenset[str]:
    """The names of checks whose hashes have changed. Raises ValueError where there are others now."""
    if before.keys() != now.keys():
        raise ValueError("other checks")
    return frozenset(name for name in now if before[name] != now[name])
