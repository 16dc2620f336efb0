"""Grade each forgery by stock `nbgrader autograde` and by `course grade`, for the table in docs/forgeries.md.

python -m benchmarks.forgeries [LESSON …] [--keep] [--record]

A forgery is a submission that is wrong and tries to get marks all the same: see `suites/forgeries/`. Two
honest students hand in right answers beside those of each lesson.
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
from suites.forgeries import LESSONS, classmates_of, course_of, forgeries_of
from suites.measured.forgeries import PAGE, RECORD, Row, page, recorded

# Some forgeries hang. Nothing honest here takes as long.
CELL_SECONDS = 90
STOCK_SECONDS = 300


def main() -> None:
    """Grade, print what is wrong, and with --record write down; exit with 1 if anything is."""
    options = read_options(__doc__ or "", LESSONS, "docs/forgeries.md")
    console = Console()
    false = []
    for lesson in options.lessons or LESSONS:
        rows = graded(lesson, _kept_of(lesson) if options.keep else {})
        false += [row for row in rows if not row.beyond and not row.is_true(row.ours)]
        won = sum(row.gained(row.stock) > 0 for row in rows)
        number = sum(not row.is_honest for row in rows)
        console.print(f"{lesson}: {won} of {number} got marks from nbgrader that they do not deserve.")
        if options.record:
            _record(rows)
    for row in false:
        console.print(f"{row.lesson}, {row.student}: {row.line}", markup=False, soft_wrap=True)
    console.print(
        f"{len(false)} did not get the marks that they deserve." if false else "All got what they deserve."
    )
    raise SystemExit(1 if false else 0)


def graded(lesson: str, by_stock: Mapping[str, float]) -> list[Row]:
    """Grade the forgeries of a lesson and their honest classmates by both.

    by_stock: marks by student that nbgrader need not give again.
    """
    forgeries = {forgery.student: forgery for forgery in forgeries_of(lesson)}
    samples = [*classmates_of(lesson), *(forgery.sample for forgery in forgeries.values())]
    with tempfile.TemporaryDirectory() as anywhere:
        ours = course_of(Path(anywhere) / "ours", lesson)
        stock = Path(shutil.copytree(ours.root, Path(anywhere) / "stock"))
        run(ours.root, "course", "grade", lesson, "--cell-seconds", str(CELL_SECONDS))
        by_us = our_marks(ours, lesson, [sample.student for sample in samples])
        for sample in track(
            [each for each in samples if each.student not in by_stock], f"{lesson}, nbgrader"
        ):
            # Each by itself: some hang nbgrader for good, and the class with it.
            run(stock, "nbgrader", "autograde", lesson, f"--student={sample.student}", seconds=STOCK_SECONDS)
        by_stock = {**stock_marks(stock, lesson), **by_stock}
    rows = []
    for sample in samples:
        forgery = forgeries.get(sample.student)
        rows.append(
            Row(
                lesson=lesson,
                student=sample.student,
                kind=forgery.kind if forgery else "",
                tries=forgery.tries if forgery else "",
                lowest=sum(low for low, _ in sample.deserved.values()),
                highest=sum(high for _, high in sample.deserved.values()),
                stock=by_stock.get(sample.student, 0.0),
                ours=by_us.get(sample.student, 0.0),
                beyond=forgery.beyond if forgery else "",
            )
        )
    return rows


def _kept_of(lesson: str) -> dict[str, float]:
    return {row.student: row.stock for row in recorded() if row.lesson == lesson}


def _record(rows: list[Row]) -> None:
    others = [row for row in recorded() if row.lesson != rows[0].lesson]
    together = sorted([*others, *rows], key=lambda row: row.lesson)
    RECORD.write_text(json.dumps([asdict(row) for row in together], indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(together), encoding="utf-8")


if __name__ == "__main__":
    main()
