"""Measure again every number that a lesson's prose gives for a result: the claims in its claims.toml.

python -m benchmarks.claims [LESSON …] [--seeds N] [--record]

A lesson's own cells run, with the instructor's solutions and other seeds, on the real data and on the
stand-ins. A claim holds when every run's number lies in its band.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.on_data import answer
from benchmarks.options import parser_of
from helpers.data import locate
from suites.datasets import NONE, REAL, STAND_IN, datasets
from suites.measured.claims import RECORD, Chapter, Claim, holds, ledger
from suites.places import ROOT


def _run(chapter: Chapter, data: str, seed: int, home: str) -> dict[str, list[float]]:
    questions = {"then": chapter.then, "values": sorted({claim.value for claim in chapter.claims})}
    found: dict[str, list[float]] = answer(
        "benchmarks.lesson_run", chapter.lesson, seed, data, home, json.dumps(questions)
    )
    return found


def measure(chapters: list[Chapter], seeds: int) -> list[dict[str, Any]]:
    """Run all lessons of the chapters, two at a time, and sum up what each claim's value was."""
    jobs = []
    for chapter in chapters:
        present = sorted({data for claim in chapter.claims for data in claim.data})
        if REAL in present and not all(locate(name).real for name in datasets(chapter.lesson)):
            raise SystemExit(
                f"The real data of {chapter.lesson} are not here: set COURSE_DATA, or run `course data`."
            )
        jobs += [(chapter, data, seed) for data in present for seed in range(seeds)]
    with tempfile.TemporaryDirectory() as home, Progress() as progress, ThreadPoolExecutor(2) as pool:
        task = progress.add_task("Running lessons", total=len(jobs))

        def run(job: tuple[Chapter, str, int]) -> dict[str, list[float]]:
            found = _run(*job, home)
            progress.advance(task)
            return found

        runs = list(zip(jobs, pool.map(run, jobs), strict=True))
    return [
        _summed_up(
            claim,
            {
                data: [found[claim.value] for job, found in runs if job[:2] == (chapter, data)]
                for data in claim.data
            },
        )
        for chapter in chapters
        for claim in chapter.claims
    ]


def _summed_up(claim: Claim, runs: dict[str, list[list[float]]]) -> dict[str, Any]:
    measured = {}
    for data, lists in runs.items():
        flat = [number for numbers in lists for number in numbers]
        measured[data] = {
            "seeds": len(lists),
            "lowest": min(flat),
            "median": statistics.median(flat),
            "highest": max(flat),
        }
    return {
        "lesson": claim.lesson,
        "says": claim.says,
        "value": claim.value,
        "low": claim.low,
        "high": claim.high,
        "of": claim.of,
        "measured": measured,
    }


def _table(entries: list[dict[str, Any]], seeds: int) -> Table:
    table = Table(title=f"What the lessons claim, measured with {seeds} seeds: median (lowest to highest)")
    for heading in ("lesson", "claim", "band", REAL, STAND_IN, ""):
        table.add_column(heading)
    for entry in entries:
        cells = [
            f"{figures['median']:.4g} ({figures['lowest']:.4g} to {figures['highest']:.4g})"
            if (figures := entry["measured"].get(data) or entry["measured"].get(NONE))
            else ""
            for data in (REAL, STAND_IN)
        ]
        verdict = "holds" if holds(entry) else "[red]does not hold[/red]"
        band = f"{entry['low']:g} to {entry['high']:g}" + (" (median)" if entry["of"] == "median" else "")
        table.add_row(entry["lesson"], f"“{entry['says']}”: {entry['value']}", band, *cells, verdict)
    return table


def main() -> None:
    """Measure, show, and with --record write down what was measured; exit with 1 when a claim fails."""
    parser = parser_of(__doc__)
    parser.add_argument("lessons", nargs="*", help="only these lessons")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--record", action="store_true", help=f"write {RECORD.relative_to(ROOT)}")
    options = parser.parse_args()
    chapters = [chapter for chapter in ledger() if chapter.lesson in (options.lessons or [chapter.lesson])]
    if unknown := set(options.lessons) - {chapter.lesson for chapter in chapters}:
        raise SystemExit(f"The ledger has no claims of {', '.join(sorted(unknown))}.")
    entries = measure(chapters, options.seeds)
    Console().print(_table(entries, options.seeds))
    if options.record:
        measured = {chapter.lesson for chapter in chapters}
        kept = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else []
        kept = [entry for entry in kept if entry["lesson"] not in measured]
        kept = sorted([*kept, *entries], key=lambda entry: entry["lesson"])
        RECORD.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    raise SystemExit(0 if all(map(holds, entries)) else 1)


if __name__ == "__main__":
    main()
