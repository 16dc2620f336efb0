"""How the cells of a notebook ran."""

from __future__ import annotations

from dataclasses import dataclass, field

from nbformat import NotebookNode

from grader.executor.conversations import Conversation
from grader.grading.graded import Outcome, Stage
from grader.grading.rebuild import Rebuilt


@dataclass
class CellRun:
    """How one cell ran.

    ended: PASSED when it ran to its end, FAILED when it raised, or why it was stopped. error: name and text
    of what it raised. number: its last value, if that is a number. problem: why it was stopped. slips,
    relation: what the judge's check saw in the answer. remembered_seconds: how much longer it would have
    taken if it had had to do trainings that were known already.
    """

    ended: Outcome
    seconds: float = 0.0
    remembered_seconds: float = 0.0
    error: tuple[str, str] = ("", "")
    number: float | None = None
    problem: str = ""
    slips: tuple[str, ...] = ()
    relation: str = ""

    @property
    def is_left_out(self) -> bool:
        """Whether it was stopped, and left out when the other cells ran again."""
        return self.ended not in (Outcome.PASSED, Outcome.FAILED)


@dataclass
class Execution:
    """How a notebook ran.

    runs: by the place of the cell; cells without code, and those that were never reached, are missing.
    problems: what was stopped or left out, in sentences. unjudged: why a check ran in the student's process,
    by its place. drawn, shown_by_solution: of the instructor's own run, the pictures, and by the place of a
    check what the solution has shown of it. before_hidden: the notebook and how it had run before the
    student's process met any hidden test; None where such tests could not wait. waiting: the places of checks
    that have passed as students have them, and not yet with their hidden tests. differing: keys of remembered
    trainings that gave other numbers when they were done again. has_named_displays: whether cells can change
    what others have shown. conversations: by the place of a check what it has asked of the student's process;
    None where nobody could judge it again from that. bytes_printed: of all outputs.
    """

    runs: dict[int, CellRun] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    unjudged: dict[int, str] = field(default_factory=dict)
    drawn: dict[str, bytes] = field(default_factory=dict)
    shown_by_solution: dict[int, set[str]] = field(default_factory=dict)
    before_hidden: tuple[NotebookNode, Execution] | None = None
    waiting: set[int] = field(default_factory=set)
    differing: list[str] = field(default_factory=list)
    has_named_displays: bool = False
    conversations: dict[int, dict[Stage, Conversation | None]] = field(default_factory=dict)
    bytes_printed: float = 0.0

    @property
    def cell_seconds(self) -> float:
        """What all cells took together."""
        return sum(run.seconds for run in self.runs.values())

    @property
    def remembered_seconds(self) -> float:
        """How much longer they would have taken if no training had been known."""
        return sum(run.remembered_seconds for run in self.runs.values())

    def findings(self, rebuilt: Rebuilt) -> list[str]:
        """What an instructor should know of how checks were run."""
        names = {place: cell.name for place, cell in enumerate(rebuilt.spec_cells) if cell is not None}
        return [
            *(
                f"{names[place]} ran in the student's own process, because {why}: its marks can be forged."
                for place, why in self.unjudged.items()
            ),
            *(
                f"A training that was remembered gave other numbers when it was done again ({key[:8]}). It "
                "is forgotten. Run `course cache --clear`, and grade the class again."
                for key in self.differing
            ),
        ]
