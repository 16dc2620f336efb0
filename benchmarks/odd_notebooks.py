"""Grade odd but honest notebooks by stock `nbgrader autograde` and by `course grade`: docs/odd_notebooks.md.

python -m benchmarks.odd_notebooks [LESSON …] [--keep] [--record]

What editors, hosts, browsers and beginners do to notebooks: see `tests/odd/`.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track

from benchmarks.both_graders import our_marks, read_options, run, stock_marks
from grader.classroom.records import read_record
from tests.odd import LESSONS, ROOT, course_of, oddities_of

RECORD = Path(__file__).parent / "results" / "odd_notebooks.json"
PAGE = ROOT / "docs" / "odd_notebooks.md"
STOCK_SECONDS = 120
HEAD = """\
# Odd notebooks

What honest notebooks get to which something has happened: what editors, hosts, browsers, copies and beginners
do to them. Each row is a whole notebook. All answers in it are right, unless the row says that it is wrong at
home as well. All of them were graded by stock `nbgrader autograde` and by `course grade`. They stand as data
in `tests/odd/`, and `make test` grades them again. Made by `python -m benchmarks.odd_notebooks --record`; a
test holds this page to its figures.

Fewer marks than are deserved stand in bold. What cannot be graded is refused in words; stock nbgrader gives
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


def main() -> None:
    """Grade, print what is not as it should be, and with --record write down; exit with 1 if anything is."""
    options = read_options(__doc__ or "", LESSONS, "docs/odd_notebooks.md")
    console = Console()
    false = []
    for lesson in options.lessons or LESSONS:
        rows = graded(lesson, _kept_of(lesson) if options.keep else {})
        false += [row for row in rows if not row.is_true(row.ours)]
        by_stock = sum(row.is_true(row.stock) for row in rows)
        console.print(f"{lesson}: {by_stock} of {len(rows)} got from nbgrader what they deserve.")
        if options.record:
            _record(rows)
    for row in false:
        console.print(f"{row.lesson}, {row.student}: {row.line}", markup=False, soft_wrap=True)
    console.print(f"{len(false)} did not get what they deserve." if false else "All as it should.")
    raise SystemExit(1 if false else 0)


def graded(lesson: str, by_stock: Mapping[str, float | None]) -> list[Row]:
    """Grade the odd notebooks of a lesson by both. by_stock: marks that nbgrader need not give again."""
    oddities = oddities_of(lesson)
    with tempfile.TemporaryDirectory() as anywhere:
        ours = course_of(Path(anywhere) / "ours", lesson)
        stock = Path(shutil.copytree(ours.root, Path(anywhere) / "stock"))
        run(ours.root, "course", "grade", lesson)
        by_us = our_marks(ours, lesson, [oddity.student for oddity in oddities])
        records = {oddity.student: read_record(ours, lesson, oddity.student) for oddity in oddities}
        waiting = [oddity for oddity in oddities if oddity.student not in by_stock]
        for oddity in track(waiting, f"{lesson}, nbgrader"):
            # Each by itself: one that nbgrader cannot read may stop it.
            run(stock, "nbgrader", "autograde", lesson, f"--student={oddity.student}", seconds=STOCK_SECONDS)
        by_stock = {**stock_marks(stock, lesson), **by_stock}
    return [
        Row(
            lesson=lesson,
            student=oddity.student,
            kind=oddity.kind,
            happened=oddity.happened,
            refused=oddity.refused,
            deserved=sum(low for low, _ in oddity.sample.deserved.values()),
            stock=by_stock.get(oddity.student),
            ours=by_us.get(oddity.student),
            findings=record.findings if (record := records[oddity.student]) is not None else (),
        )
        for oddity in oddities
    ]


def recorded() -> list[Row]:
    """What was written down at the last time."""
    return [Row(**row) for row in json.loads(RECORD.read_text(encoding="utf-8"))] if RECORD.exists() else []


def _kept_of(lesson: str) -> dict[str, float | None]:
    return {row.student: row.stock for row in recorded() if row.lesson == lesson}


def _record(rows: list[Row]) -> None:
    others = [row for row in recorded() if row.lesson != rows[0].lesson]
    together = sorted([*others, *rows], key=lambda row: row.lesson)
    RECORD.write_text(
        json.dumps([asdict(row) for row in together], indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    PAGE.write_text(page(together), encoding="utf-8")


if __name__ == "__main__":
    main()
