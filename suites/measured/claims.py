"""What the lessons' prose says about results: each lesson's claims.toml, and RECORD, which was measured last."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Any

from suites.datasets import NONE, REAL, STAND_IN, datasets
from suites.places import RESULTS, SOURCE

RECORD = RESULTS / "claims.json"


@dataclass(frozen=True)
class Claim:
    """One number of the prose.

    says: the words of the lesson that state it. value: an expression in the lesson's variables that measures
    it. low, high: the band. data: on which data it is claimed to hold. of: whether "each" run's number lies
    in the band, or, where the lesson says "usually", their "median".
    """

    lesson: str
    says: str
    value: str
    low: float
    high: float
    data: tuple[str, ...]
    of: str = "each"


@dataclass(frozen=True)
class Chapter:
    """What one lesson claims. then: code that runs after the lesson's own cells."""

    lesson: str
    then: str
    claims: tuple[Claim, ...]


def ledger() -> list[Chapter]:
    """All claims, lesson by lesson."""
    chapters = []
    for path in sorted(SOURCE.glob("*/claims.toml")):
        lesson, chapter = path.parent.name, tomllib.loads(path.read_text(encoding="utf-8"))
        everywhere = (REAL, STAND_IN) if datasets(lesson) else (NONE,)
        claims = tuple(
            Claim(lesson, **{**claim, "data": tuple(claim.get("data", everywhere))})
            for claim in chapter["claims"]
        )
        chapters.append(Chapter(lesson, chapter.get("then", ""), claims))
    return chapters


def holds(entry: dict[str, Any]) -> bool:
    """Tell whether all that was measured lies in the claim's band."""
    ends = ("median",) if entry["of"] == "median" else ("lowest", "highest")
    return all(
        entry["low"] <= figures[end] <= entry["high"]
        for figures in entry["measured"].values()
        for end in ends
    )
