"""How seldom right trainings lose marks, and the page that shows it."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from suites.places import DOCS, RESULTS, SOURCE

RECORD = RESULTS / "fairness.json"
PAGE = DOCS / "fairness.md"
HEAD = """\
# Right trainings keep their marks

No two trainings end alike. These right answers that train, not all there are, were run with other seeds, on
the real images and on the stand-ins. The margin is how far a training run is above what full marks require, as
an accuracy; below 0 it would lose some. The last column estimates how often that happens, if margins are
spread normally. Made by `python -m benchmarks.fairness --record`; a test holds this page to its figures, and
asks for an estimate of less than one in a thousand.

| lesson | exercise: answer | data | seeds | smallest margin | mean | deviation | loses marks |
|---|---|---|---|---|---|---|---|
"""
MOST_FAILURES = 0.001


def trained() -> dict[str, dict[str, Any]]:
    """What each lesson's fairness.toml says, by lesson and by the exercise whose right answers train."""
    return {
        path.parent.name: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted(SOURCE.glob("*/fairness.toml"))
    }


@dataclass(frozen=True)
class Spread:
    """Margins of one right answer over seeds. lost: the share of trainings that would lose marks."""

    lesson: str
    exercise: str
    answer: str
    data: str
    seeds: int
    smallest: float
    mean: float
    deviation: float
    lost: float

    @property
    def row(self) -> str:
        """Its row of the page's table."""
        margins = f"{self.smallest:.3f} | {self.mean:.3f} | {self.deviation:.4f} | {_chance(self.lost)}"
        return f"| {self.lesson} | {self.exercise}: {self.answer} | {self.data} | {self.seeds} | {margins} |"


def _chance(lost: float) -> str:
    return f"{lost:.1e}" if lost > 1e-9 else "less than 1e-09"


def page(spreads: Sequence[Spread]) -> str:
    """The page of docs/ that shows them."""
    return HEAD + "".join(f"{each.row}\n" for each in spreads)
