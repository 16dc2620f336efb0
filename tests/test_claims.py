"""Each number of the prose about a result is a claim, and held when it was measured last."""

from __future__ import annotations

import json
import re

import nbformat
import pytest

from suites.datasets import NONE, REAL, STAND_IN
from suites.measured.claims import RECORD, Claim, holds, ledger
from tests.conftest import LESSONS, ROOT

CLAIMS = [claim for chapter in ledger() for claim in chapter.claims]
MEASURED = {
    (entry["lesson"], entry["says"], entry["value"]): entry
    for entry in json.loads(RECORD.read_text(encoding="utf-8"))
}
# A band: two numbers, at least one of them with decimals, or two powers of ten.
BAND = re.compile(
    r"between \d+\.\d+ and \d+(?:\.\d+)?|\d+\.\d+ (?:to|–) \d+\.\d+|10\^\{-\d+\}\$ and \$10|"
    r"(?:below|above|at least) 0\.\d+ °C|to below \d\.\d|\d\.\d+ or more"
)
FEWEST_SEEDS = 5


def prose_of(lesson: str) -> str:
    """A lesson's text on one line, without the code in it."""
    notebook = nbformat.read(ROOT / "source" / lesson / f"{lesson}.ipynb", as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return " ".join(text.split())


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim.lesson}: {claim.says}")
def test_a_claim_is_what_the_lesson_says_and_what_was_measured(claim: Claim) -> None:
    assert prose_of(claim.lesson).count(claim.says) == 1
    entry = MEASURED[claim.lesson, claim.says, claim.value]
    assert (entry["low"], entry["high"], entry["of"]) == (claim.low, claim.high, claim.of)
    assert set(entry["measured"]) == set(claim.data) <= {REAL, STAND_IN, NONE}
    assert all(figures["seeds"] >= FEWEST_SEEDS for figures in entry["measured"].values())
    assert holds(entry)


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_band_of_the_prose_is_a_claim(lesson: str) -> None:
    prose = prose_of(lesson)
    covered = [
        range(prose.index(claim.says), prose.index(claim.says) + len(claim.says))
        for claim in CLAIMS
        if claim.lesson == lesson
    ]
    uncovered = [
        band.group()
        for band in BAND.finditer(prose)
        if not any(band.start() in part and band.end() - 1 in part for part in covered)
    ]
    assert uncovered == []


def test_nothing_is_recorded_that_the_ledger_no_longer_holds() -> None:
    assert set(MEASURED) == {(claim.lesson, claim.says, claim.value) for claim in CLAIMS}
