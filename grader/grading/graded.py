"""What grading one notebook gives: the notebook as it ran, and for each grade cell what it earned and why."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from grader.executor.conversations import Conversation

if TYPE_CHECKING:
    from nbformat import NotebookNode

# What is said of a check that a submission has tampered with.
CANNOT_FAIL, ENDED_ODDLY = "A test that must fail has passed.", "A cell ended in a way that cells cannot end."
FORGED_MESSAGES = (CANNOT_FAIL, ENDED_ODDLY)
# What the message of each test is whose notebook was not handed in, after the notebook's name.
MISSING = ".ipynb was not handed in."


class Outcome(enum.Enum):
    """What became of a grade cell, or of a whole notebook."""

    PASSED = "passed"
    PART_MARKS = "part marks"
    FAILED = "failed"
    NOT_ATTEMPTED = "not attempted"
    TIMED_OUT = "timed out"
    KERNEL_DIED = "kernel died"
    OUT_OF_MEMORY = "out of memory"
    TOO_MUCH_OUTPUT = "too much output"
    DID_NOT_RUN = "did not run"
    BY_HAND = "to be marked by hand"


class Extent(enum.Enum):
    """How much of a notebook ran to grade it again."""

    CHECKS = "changed checks alone"
    DOWN_TO_CHECKS = "its cells down to the last changed check"
    WHOLE = "all of it"


@dataclass(frozen=True)
class Again:
    """A submission was graded once more because checks had changed. changed: the names of these checks."""

    changed: frozenset[str]
    extent: Extent


# A check with hidden tests runs as students have it, and then with them; or whole, as all other checks do.
Stage = Literal["released", "hidden", "whole"]
RELEASED: Stage = "released"
HIDDEN: Stage = "hidden"
WHOLE: Stage = "whole"
# What one check has asked of the student's process; None where that is more than is kept.
Conversations = Mapping[Stage, Conversation | None]


@dataclass(frozen=True)
class CellMarks:
    """One grade cell.

    name: its nbgrader id. points: what it earned, None while a person has to say. possible: the most it can
    earn. message: what a failed cell said, or why it did not run; empty where there is nothing to say.
    seconds: how long the cell itself ran. slips: the names of the known slips that explain a wrong answer.
    relation: what all wrong results have to do with the right ones, as a sentence; "" where none was found.
    """

    name: str
    points: float | None
    possible: float
    outcome: Outcome
    message: str = ""
    seconds: float = 0.0
    slips: tuple[str, ...] = ()
    relation: str = ""


@dataclass(frozen=True)
class Visible:
    """A notebook as students may see it: as it ran before any hidden test, and what its checks say.

    problem: why not everything ran; empty where everything did.
    """

    notebook: NotebookNode
    cells: tuple[CellMarks, ...]
    problem: str = ""


@dataclass(frozen=True)
class Graded:
    """One submission, graded.

    notebook: as it ran, with its outputs; where the submission was unreadable, the lesson as it was released.
    cells: every grade cell of the lesson, in its order. findings: what was put right in the submission, and
    what is to be known of its marks, in sentences. unanswered: the answers that are missing or still hold
    their stub. problem: why not everything ran; empty where everything did. seconds: wall clock from start to
    end. cell_seconds: of that, what cells ran. remembered_seconds: how much longer cells would have run if no
    training had been known. drawn: the pictures of an instructor's own run, by what is drawn in them.
    shown_by_solution: by the name of a check, what that run has shown of it. end_in_numbers: the checks whose
    last value was a number. visible: what students may see
    of it; None where only another run could tell. conversations: by the name of a check what it has asked,
    for when checks are changed; None where any change needs a whole run. checks_stand_alone: whether each
    could be judged without the others. bytes_printed: of all that cells have printed and drawn. again: why it
    was graded once more.
    """

    notebook: NotebookNode
    cells: tuple[CellMarks, ...]
    findings: tuple[str, ...] = ()
    unanswered: frozenset[str] = frozenset()
    problem: str = ""
    seconds: float = 0.0
    cell_seconds: float = 0.0
    remembered_seconds: float = 0.0
    drawn: Mapping[str, bytes] = field(default_factory=dict)
    shown_by_solution: Mapping[str, Sequence[str]] = field(default_factory=dict)
    end_in_numbers: frozenset[str] = frozenset()
    visible: Visible | None = None
    conversations: Mapping[str, Conversations] | None = None
    checks_stand_alone: bool = False
    bytes_printed: float = 0.0
    again: Again | None = None

    @property
    def points(self) -> float:
        """What all cells earned so far."""
        return sum(cell.points or 0 for cell in self.cells)

    @property
    def possible(self) -> float:
        """The most that all cells can earn."""
        return sum(cell.possible for cell in self.cells)


@dataclass(frozen=True)
class Earlier:
    """How a submission was graded before. changed: the names of the checks that were changed since."""

    graded: Graded
    changed: frozenset[str]
