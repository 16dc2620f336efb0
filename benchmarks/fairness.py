"""How seldom a right training misses what its lesson asks for: thresholds beside measured distributions.

python -m benchmarks.fairness [LESSON …] [--seeds N] [--record]

The right answers of the bank that train are run with other seeds, on the real data and on the stand-ins. From
mean and standard deviation of the margins follows how often one would lose marks, if margins are spread
normally.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import partial

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.on_data import answer
from benchmarks.options import parser_of
from helpers.data import locate
from suites.datasets import NONE, REAL, STAND_IN, datasets
from suites.measured.fairness import MOST_FAILURES, PAGE, RECORD, Spread, page, trained

AT_ONCE = 2


def main() -> None:
    """Measure, print, and with --record write down; exit with 1 when a right answer fails too often."""
    lessons = trained()
    parser = parser_of(__doc__)
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help=", ".join(lessons))
    parser.add_argument("--seeds", type=int, default=30)
    parser.add_argument("--record", action="store_true", help=f"write {RECORD.name} and docs/{PAGE.name}")
    options = parser.parse_args()
    if unknown := set(options.lessons) - set(lessons):
        raise SystemExit(f"Nothing trains for marks in {', '.join(sorted(unknown))}: {', '.join(lessons)}.")
    console = Console()
    spreads: list[Spread] = []
    for lesson in options.lessons or lessons:
        for data in _data_of(lesson):
            spreads += measured(lesson, data, options.seeds, console)
            if options.record:
                _record(spreads)
    table = Table(title="Margins of right answers above what is asked for")
    for heading in ("lesson", "answer", "data", "smallest", "mean", "deviation", "lost"):
        table.add_column(heading)
    for each in spreads:
        table.add_row(
            each.lesson, f"{each.exercise}: {each.answer}", each.data, f"{each.smallest:.3f}",
            f"{each.mean:.3f}", f"{each.deviation:.4f}", f"{each.lost:.1e}",
        )  # fmt: skip
    console.print(table)
    unfair = [each for each in spreads if each.lost > MOST_FAILURES or each.smallest < 0]
    for each in unfair:
        console.print(f"unfair: {each.lesson}, {each.exercise}: {each.answer}, on {each.data}")
    raise SystemExit(1 if unfair else 0)


def measured(lesson: str, data: str, seeds: int, console: Console) -> list[Spread]:
    """Train with each seed, some at once, each with one thread."""
    runs: list[dict[str, dict[str, float]]] = []
    with (
        tempfile.TemporaryDirectory() as home,
        Progress(console=console) as progress,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        task = progress.add_task(f"{lesson}, {data}", total=seeds)
        run = partial(answer, "benchmarks.fairness_run", lesson, data=data, home=home)
        for found in pool.map(run, range(seeds)):
            runs.append(found)
            progress.advance(task)
    return [
        _spread(lesson, exercise, name, data, [found[exercise][name] for found in runs])
        for exercise, names in runs[0].items()
        for name in names
    ]


def _data_of(lesson: str) -> list[str]:
    if not datasets(lesson):
        return [NONE]
    return [REAL, STAND_IN] if all(locate(name).real for name in datasets(lesson)) else [STAND_IN]


def _spread(lesson: str, exercise: str, answer: str, data: str, margins: list[float]) -> Spread:
    mean, deviation = statistics.mean(margins), statistics.stdev(margins)
    lost = statistics.NormalDist(mean, deviation).cdf(0) if deviation else float(mean < 0)
    return Spread(lesson, exercise, answer, data, len(margins), min(margins), mean, deviation, lost)


def _record(spreads: list[Spread]) -> None:
    """Write these down in place of earlier figures of the same lessons and data."""
    kept = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else []
    new = {(each.lesson, each.data) for each in spreads}
    rows = [row for row in kept if (row["lesson"], row["data"]) not in new]
    for each in spreads:
        rows.append({k: float(f"{v:.3g}") if isinstance(v, float) else v for k, v in asdict(each).items()})
    rows.sort(key=lambda row: (row["lesson"], row["data"], row["exercise"], row["answer"]))
    RECORD.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(page([Spread(**row) for row in rows]), encoding="utf-8")


if __name__ == "__main__":
    main()
