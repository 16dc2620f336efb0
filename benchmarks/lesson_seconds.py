"""How long each lesson's code runs: measured on the instructor's notebooks, stated in the lessons' openers.

python -m benchmarks.lesson_seconds [LESSON …] [--runs N] [--record]
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.options import parser_of
from grader.authoring.build import run
from grader.authoring.lesson_source import LessonSource
from suites.measured.lesson_seconds import FACTOR, RECORD, stated
from suites.places import ROOT


def measured(folder: Path, runs: int) -> float:
    """The median wall clock, in seconds, of a lesson's notebook from kernel start to its last cell."""
    seconds = []
    for _ in range(runs):
        notebook = LessonSource(folder).paired()
        with tempfile.TemporaryDirectory() as anywhere:
            started = time.perf_counter()
            run(notebook, Path(anywhere))
            seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def main() -> None:
    """Measure all lessons, compare with what they state, and with --record write the figures down."""
    parser = parser_of(__doc__)
    parser.add_argument("lessons", nargs="*", help="only these lessons")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--record", action="store_true", help="write the medians to benchmarks/results/")
    options = parser.parse_args()
    console = Console()
    table = Table(title=f"Seconds a lesson's code runs, median of {options.runs}")
    for heading in ("lesson", "measured", "stated", ""):
        table.add_column(heading)
    medians, off = {}, False
    folders = {each.name: each for each in sorted((ROOT / "source").iterdir()) if each.is_dir()}
    if unknown := set(options.lessons) - set(folders):
        raise SystemExit(f"There is no lesson {', '.join(sorted(unknown))} in source/.")
    for folder in [folders[name] for name in options.lessons or folders]:
        with console.status(f"Running {folder.name}"):
            medians[folder.name] = round(measured(folder, options.runs), 1)
        ratio = medians[folder.name] / stated(folder)
        within = 1 / FACTOR <= ratio <= FACTOR
        off |= not within
        verdict = "" if within else "[red]off by more than 2[/red]"
        table.add_row(folder.name, f"{medians[folder.name]:.1f}", str(stated(folder)), verdict)
    console.print(table)
    if options.record:
        RECORD.parent.mkdir(exist_ok=True)
        kept = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
        recorded = dict(sorted({**kept, **medians}.items()))
        RECORD.write_text(json.dumps(recorded, indent=1) + "\n", encoding="utf-8")
    raise SystemExit(1 if off else 0)


if __name__ == "__main__":
    main()
