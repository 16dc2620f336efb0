"""What attacks got from both graders, and the page that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from suites.places import DOCS, RESULTS

RECORD = RESULTS / "hostile.json"
PAGE = DOCS / "hostile.md"
HEAD = """\
# Attacks on the grader

What submissions get out of attacking the machine that grades them, their classmates, or the files around
them. Each row is a whole notebook; its answers are right unless it deserves less than all marks. All
were graded together with honest classmates by `course grade`, behind its wall. Those that do no harm without
a wall were graded by stock `nbgrader autograde` as well, each by itself. They are data in
`suites/hostile/`, and `make test` grades them again. Made by `python -m benchmarks.hostile --record`; a test
holds this page to its figures. What stops them, and what is not defended, is in [threats.md](threats.md).

What was planted can be found again: keys in a home folder, names in the gradebook, an exam beside the course.
What an attack got besides its marks is in bold.

| kind | lesson | what it tries | deserves | `nbgrader autograde` | `course grade` |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Got:
    """What one submission got: marks, None where it was not graded, and all else, in words."""

    marks: float | None
    more: list[str] = field(default_factory=list)

    def line(self, highest: float) -> str:
        """As a table shows it. highest: the marks that it deserves."""
        shown = "not graded" if self.marks is None else f"{self.marks:g}"
        shown = f"**{shown}**" if (self.marks or 0.0) > highest else shown
        return "; ".join([shown, *([f"**{', '.join(self.more)}**"] if self.more else [])])


@dataclass(frozen=True)
class Row:
    """One submission, graded by both.

    kind, tries: as in Attack, "" for an honest student. lowest, highest: the marks that it deserves. stock:
    None where that would do harm.
    """

    lesson: str
    student: str
    kind: str
    tries: str
    lowest: float
    highest: float
    stock: Got | None
    ours: Got

    @property
    def is_honest(self) -> bool:
        """Whether an honest student handed it in."""
        return not self.kind

    @property
    def is_true(self) -> bool:
        """Whether it got from `course grade` what it deserves and nothing else."""
        return not self.ours.more and self.lowest - 1e-9 <= (self.ours.marks or 0.0) <= self.highest + 1e-9

    @property
    def line(self) -> str:
        """Its line of the table."""
        deserved = f"{self.lowest:g}" + (f" to {self.highest:g}" if self.highest > self.lowest else "")
        stock = "not run" if self.stock is None else self.stock.line(self.highest)
        graded = f"{stock} | {self.ours.line(self.highest)}"
        return f"| {self.kind} | {self.lesson[:2]} | {self.tries} | {deserved} | {graded} |"


@dataclass(frozen=True)
class GradedClass:
    """What came of a whole class: what was written around it, left running, or heard, and its rows."""

    rows: list[Row]
    changed: int
    left: int
    heard: int


def page(classes: Sequence[GradedClass]) -> str:
    """The page of docs/ that shows them."""
    rows = [row for each in classes for row in each.rows]
    attacks = [row for row in rows if not row.is_honest]
    honest = [row for row in rows if row.is_honest]
    kinds = list(dict.fromkeys(row.kind for row in attacks))
    lines = [row.line for kind in kinds for row in attacks if row.kind == kind]
    run = [row.stock for row in attacks if row.stock is not None]
    totals = [
        f"| **all {len(attacks)}: that got something besides their marks** | | | | "
        f"**{sum(bool(each.more) for each in run)} of {len(run)}** | "
        f"**{sum(bool(row.ours.more) for row in attacks)} of {len(attacks)}** |",
        f"| **honest classmates who got their marks, of {len(honest)}** | | | | | "
        f"**{sum(row.is_true for row in honest)}** |",
        f"| **files written around the classes, processes left, calls to the network** | | | | | "
        f"**{sum(each.changed for each in classes)}, {sum(each.left for each in classes)}, "
        f"{sum(each.heard for each in classes)}** |",
    ]
    return HEAD + "\n".join([*lines, *totals]) + "\n"


def recorded() -> dict[str, GradedClass]:
    """What was written down at the last time, by lesson."""
    if not RECORD.exists():
        return {}
    return msgspec.json.decode(RECORD.read_bytes(), type=dict[str, GradedClass])
