"""How much longer `course grade` takes for lessons that train than their cells do.

python -m benchmarks.grading_overhead [--record]

The overhead is the wall clock over what all cells took together, divided by the cores: starting, copying,
checking and writing, and cores without work at the end.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from benchmarks.grading_classes import training_class
from benchmarks.grading_speed import OURS, our_records, seconds
from benchmarks.options import parser_of
from grader.authoring import sample_course
from grader.classroom.course import Course
from grader.classroom.schedule import cores
from suites.places import ROOT

RECORD = Path(__file__).parent / "results" / "grading_overhead.json"
MOST_OVERHEAD = 1.15


@dataclass(frozen=True)
class Class:
    """A class that trains the network on Fashion-MNIST for so many epochs."""

    students: int
    epochs: int


CLASSES = {"one_epoch": Class(students=30, epochs=1), "ten_epochs": Class(students=12, epochs=10)}


def main() -> None:
    """Measure, print, and with --record write down; exit with 1 when a claim does not hold."""
    parser = parser_of(__doc__)
    parser.add_argument("--record", action="store_true", help=f"write to {RECORD.name}")
    options = parser.parse_args()
    console = Console()
    kept, worst = {}, 0.0
    for name, chosen in CLASSES.items():
        title = f"{name}, {chosen.students} students"
        with console.status(title):
            wall, in_cells = measure(chosen)
        overhead = wall / in_cells
        worst = max(worst, overhead)
        console.print(
            f"{title}: {wall:.1f} s, {overhead:.2f} times the {in_cells:.1f} s that the cells took "
            f"(limit {MOST_OVERHEAD})"
        )
        kept[name] = {
            "students": chosen.students, "seconds": round(wall, 1),
            "in_cells": round(in_cells, 1), "overhead": round(overhead, 2),
        }  # fmt: skip
    if options.record:
        RECORD.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    raise SystemExit(1 if worst > MOST_OVERHEAD else 0)


def measure(chosen: Class) -> tuple[float, float]:
    """Grade a class: the seconds that took, and those that its cells took on each core."""
    with tempfile.TemporaryDirectory() as anywhere:
        submissions = training_class(chosen.students, chosen.epochs)
        course = sample_course.make(Course.at(ROOT), Path(anywhere) / "course", submissions)
        (lesson,) = course.lessons
        wall = seconds(course.root, *OURS, lesson)
        return wall, sum(record.cell_seconds for record in our_records(course.root, lesson)) / cores()


if __name__ == "__main__":
    main()
