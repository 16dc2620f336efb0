"""Grade odd but honest notebooks by stock `nbgrader autograde` and by `course grade`: docs/odd_notebooks.md.

python -m benchmarks.odd_notebooks [LESSON …] [--keep] [--record]

What editors, hosts, browsers and beginners do to notebooks: see `suites/odd/`.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import track

from benchmarks.both_graders import our_marks, read_options, run, stock_marks
from grader.classroom.records import read_record
from suites.measured.odd_notebooks import PAGE, RECORD, Row, page, recorded
from suites.odd import LESSONS, course_of, oddities_of

STOCK_SECONDS = 120


def main() -> None:
    """Grade, print what is wrong, and with --record write down; exit with 1 if anything is."""
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
    console.print(f"{len(false)} did not get what they deserve." if false else "All got what they deserve.")
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
