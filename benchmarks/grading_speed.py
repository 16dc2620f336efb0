"""How much faster `course grade` is than `nbgrader autograde`, on the same classes with the same marks.

python -m benchmarks.grading_speed [CLASS …] [--runs N] [--record]

The two take turns on fresh copies of one course. The ratio is that of the medians. Both have to give the same
marks, and the same number of pictures.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import platformdirs
from rich.console import Console
from rich.table import Table

from benchmarks.both_graders import stock_marks
from benchmarks.cores_together import together
from benchmarks.grading_classes import numpy_class, training_class
from benchmarks.options import parser_of
from grader.authoring import sample_course
from grader.authoring.sample_class import SampleSubmission
from grader.classroom.course import Course
from grader.classroom.records import Record, read_record
from grader.classroom.schedule import cores
from grader.grading.known_trainings import FOLDER
from suites.places import ROOT

RECORD = Path(__file__).parent / "results" / "grading_speed.json"
BIN = Path(sys.executable).parent
STOCK = ("nbgrader", "autograde", "--force")
OURS = ("course", "grade", "--force")
UNCHANGED = ("course", "grade")
MOST_SECONDS_UNCHANGED = 2.0


@dataclass(frozen=True)
class Class:
    """A class to grade. at_least: how many times faster than stock grading has to be."""

    title: str
    make: Callable[[], list[SampleSubmission]]
    at_least: float


CLASSES = {
    "single": Class("loss functions, 1 student", lambda: numpy_class(1), 4.0),
    "numpy": Class("loss functions, 30 students", lambda: numpy_class(30), 10.0),
    "numpy_100": Class("loss functions, 100 students", lambda: numpy_class(100), 14.0),
    "one_epoch": Class("Fashion-MNIST, 1 epoch, 12 students", lambda: training_class(12, 1), 4.5),
    "ten_epochs": Class("Fashion-MNIST, 10 epochs, 6 students", lambda: training_class(6, 10), 5.0),
}


@dataclass(frozen=True)
class Measured:
    """Medians, in seconds.

    cores_together: how much arithmetic the cores did at once, as a multiple of one alone.
    """

    title: str
    stock: float
    ours: float
    unchanged: float
    ratio: float
    cores_together: float
    runs: int


def main() -> None:
    """Measure, print, and with --record write down; exit with 1 when a claim does not hold."""
    parser = parser_of(__doc__)
    parser.add_argument("classes", nargs="*", metavar="CLASS", help=", ".join(CLASSES))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--record", action="store_true", help=f"write to {RECORD.name}")
    options = parser.parse_args()
    if unknown := set(options.classes) - set(CLASSES):
        raise SystemExit(f"There is no class {', '.join(sorted(unknown))}: {', '.join(CLASSES)}.")
    console = Console()
    table = Table(title=f"Seconds for a class on {machine()}")
    for heading in ("class", "nbgrader", "course", "times faster", "unchanged", "cores", ""):
        table.add_column(heading)
    failed = False
    kept = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    for name in options.classes or CLASSES:
        found = measure(CLASSES[name], options.runs, console)
        holds = found.ratio >= CLASSES[name].at_least and found.unchanged < MOST_SECONDS_UNCHANGED
        failed |= not holds
        table.add_row(
            found.title, f"{found.stock:.1f}", f"{found.ours:.1f}", f"{found.ratio:.1f}",
            f"{found.unchanged:.1f}", f"{found.cores_together:.2f}",
            "" if holds else "[red]does not hold[/red]",
        )  # fmt: skip
        kept[name] = {key: round(value, 2) if isinstance(value, float) else value
                      for key, value in asdict(found).items()}  # fmt: skip
        if options.record:
            kept["machine"] = machine()
            RECORD.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    console.print(table)
    raise SystemExit(1 if failed else 0)


def measure(chosen: Class, runs: int, console: Console) -> Measured:
    """Let both graders take turns. Raises SystemExit when they disagree on a mark."""
    stock, ours, unchanged, gains = [], [], [], []
    with tempfile.TemporaryDirectory() as anywhere:
        course = sample_course.make(Course.at(ROOT), Path(anywhere) / "course", chosen.make())
        (lesson,) = course.lessons
        for number in range(runs):
            with console.status(f"{chosen.title}: run {number + 1} of {runs}, nbgrader"):
                folder = Path(shutil.copytree(course.root, Path(anywhere) / "stock"))
                stock.append(seconds(folder, *STOCK, lesson))
                theirs = stock_marks(folder, lesson), pictures(folder, lesson)
                shutil.rmtree(folder)
            with console.status(f"{chosen.title}: run {number + 1} of {runs}, course"):
                folder = Path(shutil.copytree(course.root, Path(anywhere) / "ours"))
                cache = _cache_without_trainings(Path(anywhere) / "cache")
                ours.append(seconds(folder, *OURS, lesson, XDG_CACHE_HOME=str(cache)))
                unchanged.append(seconds(folder, *UNCHANGED, lesson, XDG_CACHE_HOME=str(cache)))
                marks = our_marks(folder, lesson), pictures(folder, lesson)
                shutil.rmtree(folder)
                shutil.rmtree(cache)
            gains.append(together())
            if marks != theirs:
                raise SystemExit(f"Marks or pictures differ: nbgrader {theirs}, course {marks}.")
            console.print(f"{chosen.title}: nbgrader {stock[-1]:.1f} s, course {ours[-1]:.1f} s")
    return Measured(
        title=chosen.title,
        stock=statistics.median(stock),
        ours=statistics.median(ours),
        unchanged=statistics.median(unchanged),
        ratio=statistics.median(stock) / statistics.median(ours),
        cores_together=statistics.median(gains),
        runs=runs,
    )


def _cache_without_trainings(folder: Path) -> Path:
    """A folder for caches with all that this machine has, but for the trainings that are remembered."""
    folder.mkdir()
    for path in platformdirs.user_cache_path().iterdir():
        if path.name != FOLDER:
            (folder / path.name).symlink_to(path)
    return folder


def seconds(folder: Path, *command: str, **variables: str) -> float:
    """The wall clock of a command in a folder. variables: of its environment.

    Raises SystemExit when it fails.
    """
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **variables}
    started = time.perf_counter()
    result = subprocess.run(
        [BIN / command[0], *command[1:]],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    took = time.perf_counter() - started
    if result.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{result.stdout}{result.stderr}")
    return took


def pictures(folder: Path, lesson: str) -> int:
    """How many pictures the graded notebooks of a lesson hold."""
    notebooks = (folder / "autograded").glob(f"*/{lesson}/*.ipynb")
    return sum(path.read_text(encoding="utf-8").count('"image/png": "') for path in notebooks)


def our_marks(folder: Path, lesson: str) -> dict[str, float]:
    """What `course grade` awarded, by student."""
    return {record.student: record.score for record in our_records(folder, lesson)}


def our_records(folder: Path, lesson: str) -> list[Record]:
    """What `course grade` wrote down of each student."""
    course = Course.at(folder)
    records = [read_record(course, lesson, student) for student in course.students(lesson)]
    return [record for record in records if record is not None]


def machine() -> str:
    """What this machine is, in a few words."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text(encoding="utf-8").splitlines() if "model name" in line]
        model = names[0].partition(": ")[2] if names else model
    return f"{cores()} cores ({model}), Python {platform.python_version()}"


if __name__ == "__main__":
    main()
