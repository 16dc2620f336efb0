"""How much longer a notebook takes with the judge than with its checks in the student's own process.

python -m benchmarks.judge_overhead [--runs N] [--record]

The instructor's own notebook is graded in turns: checks with the judge, and all checks beside the student's
code. Each notebook draws all of its pictures. The overhead is that of the medians.
"""

from __future__ import annotations

import json
import statistics
import time
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from benchmarks.options import parser_of
from grader.grading.grade import grade
from grader.grading.spec import Spec, read_spec
from suites.places import ROOT

RECORD = Path(__file__).parent / "results" / "judge_overhead.json"


@dataclass(frozen=True)
class Kind:
    """A lesson, and how much longer it may take with the judge. change: of its text, before it is read."""

    lesson: str
    most: float
    change: tuple[str, str] = ("", "")


KINDS = {
    "numpy": Kind("02_loss_function", 1.10),
    "one_epoch": Kind("05_fashion_mnist", 1.05, ("epochs=10", "epochs=1")),
    "ten_epochs": Kind("05_fashion_mnist", 1.05),
}


def main() -> None:
    """Measure, print, and with --record write down; exit with 1 when a claim does not hold."""
    parser = parser_of(__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--record", action="store_true", help=f"write to {RECORD.name}")
    options = parser.parse_args()
    console = Console()
    kept = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    failed = False
    for name in options.kinds or KINDS:
        judged, beside = measured(KINDS[name], options.runs)
        overhead = judged / beside
        failed |= overhead > KINDS[name].most
        console.print(
            f"{name}: {judged:.2f} s with the judge, {beside:.2f} s without: {overhead:.3f} times as long "
            f"(limit {KINDS[name].most})"
        )
        kept[name] = {"judged": round(judged, 2), "beside": round(beside, 2), "overhead": round(overhead, 3)}
        if options.record:
            RECORD.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    raise SystemExit(1 if failed else 0)


def measured(kind: Kind, runs: int) -> tuple[float, float]:
    """The median seconds of a notebook with the judge, and with its checks beside the student's code."""
    text = (ROOT / "source" / kind.lesson / f"{kind.lesson}.ipynb").read_text(encoding="utf-8")
    content = text.replace(*kind.change).encode()
    spec = read_spec(content)
    names = {cell.name: "it is measured" for cell in spec.cells if cell.is_test and cell.name is not None}
    ways = {"judged": spec, "beside": replace(spec, in_student=names)}
    taken: dict[str, list[float]] = {"judged": [], "beside": []}
    for way in ways.values():  # the first of each starts the parents
        _seconds(content, way)
    for _ in range(runs):
        for name, way in ways.items():
            taken[name].append(_seconds(content, way))
    return statistics.median(taken["judged"]), statistics.median(taken["beside"])


def _seconds(content: bytes, spec: Spec) -> float:
    started = time.perf_counter()
    graded = grade(content, spec)
    if any(cell.points is not None and cell.points < cell.possible for cell in graded.cells):
        raise SystemExit(f"A check failed: {[cell.message for cell in graded.cells]}")
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
