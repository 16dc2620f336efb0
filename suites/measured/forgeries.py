"""What forgeries got from both graders, and the page that shows it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from suites.places import DOCS, RESULTS

RECORD = RESULTS / "forgeries.json"
PAGE = DOCS / "forgeries.md"
HEAD = """\
# Forgeries

The marks of wrong answers that try to get marks all the same. Each row is a whole notebook. Unless the row says
that it deserves something, every answer in it is wrong: what it tries, it tries on the grader. All of them
were graded by stock `nbgrader autograde` and by `course grade`, with two honest students in each class. They
are data in `suites/forgeries/`, and `make test` grades them again. Made by
`python -m benchmarks.forgeries --record`; a test holds this page to its figures.

More marks than deserved are in bold.

| kind | lesson | what it tries | deserves | `nbgrader autograde` | `course grade` |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Row:
    """One submission, graded twice.

    kind, tries: as in Forgery, "" for an honest student. lowest, highest: the marks that it deserves. stock,
    ours: what it got. beyond: why no judge can refuse it, "" if one can.
    """

    lesson: str
    student: str
    kind: str
    tries: str
    lowest: float
    highest: float
    stock: float
    ours: float
    beyond: str = ""

    @property
    def is_honest(self) -> bool:
        """Whether an honest student handed it in."""
        return not self.kind

    def gained(self, marks: float) -> float:
        """How many of these marks are not deserved."""
        return max(0.0, marks - self.highest)

    def is_true(self, marks: float) -> bool:
        """Whether these marks are the deserved ones."""
        return self.lowest - 1e-9 <= marks <= self.highest + 1e-9

    @property
    def line(self) -> str:
        """Its line of the table."""
        deserved = f"{self.lowest:g}" + (f" to {self.highest:g}" if self.highest > self.lowest else "")
        marks = (f"**{each:g}**" if self.gained(each) else f"{each:g}" for each in (self.stock, self.ours))
        return f"| {self.kind} | {self.lesson[:2]} | {self.tries} | {deserved} | {' | '.join(marks)} |"


def page(rows: Sequence[Row]) -> str:
    """The page of docs/ that shows them."""
    forgeries = [row for row in rows if not row.is_honest]
    honest = [row for row in rows if row.is_honest]
    kinds = list(dict.fromkeys(row.kind for row in forgeries))
    lines = [row.line for kind in kinds for row in forgeries if row.kind == kind]
    totals = [
        _total(
            f"all {len(forgeries)}: marks that they do not deserve",
            sum(row.gained(row.stock) for row in forgeries),
            sum(row.gained(row.ours) for row in forgeries),
        ),
        _total(
            "forgeries that got such marks",
            sum(row.gained(row.stock) > 0 for row in forgeries),
            sum(row.gained(row.ours) > 0 for row in forgeries),
        ),
        _total(
            f"honest students, of {len(honest)}, who got their marks",
            sum(row.is_true(row.stock) for row in honest),
            sum(row.is_true(row.ours) for row in honest),
        ),
    ]
    beyond = [f"- {row.tries} {row.beyond}" for row in forgeries if row.beyond]
    notes = ["", "No judge can refuse these by itself:", "", *beyond] if beyond else []
    return HEAD + "\n".join([*lines, *totals, *notes]) + "\n"


def _total(what: str, stock: float, ours: float) -> str:
    return f"| **{what}** | | | | **{stock:g}** | **{ours:g}** |"


def recorded() -> list[Row]:
    """What was written down at the last time."""
    return [Row(**row) for row in json.loads(RECORD.read_text(encoding="utf-8"))] if RECORD.exists() else []
