"""How many feedback pages a second `course feedback` makes, beside `nbgrader generate_feedback`.

python -m benchmarks.feedback_speed [--students N] [--record]

Both make the pages of one graded class on loss functions, on one core, from nothing to the last page. What
counts is processor time, which other work on the machine hardly changes. Memory must not grow with the class.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.grading_classes import numpy_class
from benchmarks.grading_speed import machine
from benchmarks.options import parser_of
from grader.authoring import sample_course
from grader.classroom.course import Course
from suites.places import ROOT

RECORD = Path(__file__).parent / "results" / "feedback_speed.json"
BIN = Path(sys.executable).parent
LESSON = "02_loss_function"
LEAST_PAGES_A_SECOND = 20.0
FEW, MOST_GROWTH = 10, 1.25


@dataclass(frozen=True)
class Made:
    """One run of a command. seconds: wall clock. cpu: processor time. memory_mb: the most that it used."""

    pages: int
    seconds: float
    cpu: float
    memory_mb: float

    @property
    def a_second(self) -> float:
        """Pages in a second of processor time."""
        return self.pages / self.cpu


def main() -> None:
    """Measure, print, and with --record write down; exit with 1 when a claim does not hold."""
    parser = parser_of(__doc__)
    parser.add_argument("--students", type=int, default=100)
    parser.add_argument("--record", action="store_true", help=f"write to {RECORD.name}")
    options = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory() as anywhere, console.status("grading the class"):
        course = sample_course.make(Course.at(ROOT), Path(anywhere) / "course", numpy_class(options.students))
        run(course.root, "course", "grade", LESSON)
        stock = run(copy_of(course.root, "stock"), "nbgrader", "generate_feedback", LESSON)
        ours = run(course.root, "course", "feedback", LESSON)
        few = run(with_students(copy_of(course.root, "few"), FEW), "course", "feedback", LESSON)
    table = Table(title=f"Feedback for {options.students} students on {machine()}")
    for heading in ("", "pages", "seconds", "processor seconds", "pages a second", "memory"):
        table.add_column(heading)
    for title, made in (("nbgrader", stock), ("course", ours), (f"course, {FEW} students", few)):
        table.add_row(
            title, str(made.pages), f"{made.seconds:.1f}", f"{made.cpu:.1f}", f"{made.a_second:.1f}",
            f"{made.memory_mb:.0f} MB",
        )  # fmt: skip
    console.print(table)
    if options.record:
        written = {"stock": asdict(stock), "ours": asdict(ours), "few": asdict(few), "machine": machine()}
        RECORD.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    holds = ours.a_second >= LEAST_PAGES_A_SECOND and ours.memory_mb < MOST_GROWTH * few.memory_mb
    raise SystemExit(0 if holds else 1)


def copy_of(folder: Path, name: str) -> Path:
    """The graded course once more, without pages."""
    return Path(shutil.copytree(folder, folder.with_name(name), ignore=shutil.ignore_patterns("feedback")))


def with_students(folder: Path, most: int) -> Path:
    """The course with the first students only."""
    for room in ("submitted", "autograded"):
        for student in sorted((folder / room).iterdir())[most:]:
            shutil.rmtree(student)
    return folder


def run(folder: Path, *command: str) -> Made:
    """Run a command in a folder, pages on one core. Raises SystemExit when it fails."""
    core = min(os.sched_getaffinity(0))
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    started = time.perf_counter()
    with (folder.parent / "log").open("w+") as log:
        process = subprocess.Popen(
            [BIN / command[0], *command[1:]], cwd=folder, env=environment, stdout=log, stderr=log,
            preexec_fn=None if command[1] == "grade" else lambda: os.sched_setaffinity(0, {core}),
        )  # fmt: skip
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        if status:
            log.seek(0)
            raise SystemExit(f"{' '.join(command)} failed:\n{log.read()}")
    pages = len(list((folder / "feedback").rglob("*.html")))
    return Made(pages, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


if __name__ == "__main__":
    main()
