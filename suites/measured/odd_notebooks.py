"""What odd but honest notebooks got from both graders, and the page that shows it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from suites.places import DOCS, RESULTS

RECORD = RESULTS / "odd_notebooks.json"
PAGE = DOCS / "odd_notebooks.md"
HEAD = """\
# Odd notebooks

The marks of honest notebooks to which something odd has happened: what editors, hosts, browsers, copies and
beginners do to them. Each row is a whole notebook. All answers in it are right, unless the row says that it is wrong at
home as well. All of them were graded by stock `nbgrader autograde` and by `course grade`. They are data
in `suites/odd/`, and `make test` grades them again. Made by `python -m benchmarks.odd_notebooks --record`; a
test holds this page to its figures.

Fewer marks than deserved are in bold. What cannot be graded is refused in words; stock nbgrader gives
it 0 or stops. `course grade` shows what it has put right, and keeps it under `findings` in
`reports/<lesson>/<student>.json`.

| kind | lesson | what happened | deserves | `nbgrader autograde` | `course grade` | what it says |
|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Row:
    """One submission, graded twice.

    kind, happened, refused: as in Oddity. deserved: its marks. stock, ours: what it got; None where it was
    not graded. findings: what `course grade` has put right.
    """

    lesson: str
    student: str
    kind: str
    happened: str
    refused: str
    deserved: float
    stock: float | None
    ours: float | None
    findings: Sequence[str]

    def is_true(self, marks: float | None) -> bool:
        """Whether these marks are the deserved ones, or nothing that cannot be graded was graded."""
        if self.refused:
            return marks is None
        return marks is not None and abs(marks - self.deserved) < 1e-9

    @property
    def line(self) -> str:
        """Its line of the table."""
        deserved = "asking for it again" if self.refused else f"{self.deserved:g}"
        says = f"… {self.refused} …" if self.refused else " ".join(self.findings)
        marks = f"{self._shown(self.stock)} | {self._shown(self.ours)}"
        return f"| {self.kind} | {self.lesson[:2]} | {self.happened} | {deserved} | {marks} | {says} |"

    def _shown(self, marks: float | None) -> str:
        written = "not graded" if marks is None else f"{marks:g}"
        return written if self.refused or (marks or 0.0) >= self.deserved else f"**{written}**"


def page(rows: Sequence[Row]) -> str:
    """The page of docs/ that shows them."""
    kinds = list(dict.fromkeys(row.kind for row in rows))
    lines = [row.line for kind in kinds for row in rows if row.kind == kind]
    graded = [row for row in rows if not row.refused]
    refused = len(rows) - len(graded)
    totals = [
        _total(
            f"{len(graded)} that can be graded: with the marks that they deserve",
            sum(row.is_true(row.stock) for row in graded),
            sum(row.is_true(row.ours) for row in graded),
        ),
        _total(
            "marks that they lose",
            sum(max(0.0, row.deserved - (row.stock or 0.0)) for row in graded),
            sum(max(0.0, row.deserved - (row.ours or 0.0)) for row in graded),
        ),
        _total(
            f"{refused} that cannot: graded all the same",
            sum(row.stock is not None for row in rows if row.refused),
            sum(row.ours is not None for row in rows if row.refused),
        ),
    ]
    return HEAD + "\n".join([*lines, *totals]) + "\n"


def _total(what: str, stock: float, ours: float) -> str:
    return f"| **{what}** | | | | **{stock:g}** | **{ours:g}** | |"


def recorded() -> list[Row]:
    """What was written down at the last time."""
    return [Row(**row) for row in json.loads(RECORD.read_text(encoding="utf-8"))] if RECORD.exists() else []
