"""How many answers of the bank were treated as they deserve, and the page that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.authoring.sample_class import RIGHT, Answer
from suites.places import DOCS, RESULTS

RECORD = RESULTS / "answer_bank.json"
PAGE = DOCS / "answers.md"
HEAD = """\
# The answer bank

How well the checks tell right from wrong: every answer in `source/<lesson>/answers.toml` was handed in within a whole
notebook and marked by `course grade`. Made by `python -m benchmarks.answer_bank --record`; a test holds this
page to its figures.

| lesson | exercise | right answers accepted | wrong answers refused | misconception named |
|---|---|---|---|---|
"""


@dataclass
class Verdict:
    """Of one exercise: how many answers there are of each kind, and how many were treated as they deserve."""

    lesson: str
    exercise: str
    right: int = 0
    accepted: int = 0
    wrong: int = 0
    refused: int = 0
    named: int = 0

    def add(self, answer: Answer, true: bool, named: bool) -> None:
        """Count an answer. true: whether it got its marks. named: whether its misconception was named."""
        if answer.kind == RIGHT:
            self.right += 1
            self.accepted += true
        else:
            self.wrong += 1
            self.refused += true
            self.named += named

    @property
    def row(self) -> str:
        """Its row of the table."""
        shares = (self.accepted, self.right), (self.refused, self.wrong), (self.named, self.wrong)
        cells = (f"{share / total:.0%} of {total}" for share, total in shares)
        return f"| {self.lesson} | {self.exercise} | {' | '.join(cells)} |"


def page(verdicts: Sequence[Verdict]) -> str:
    """The page of docs/ that shows them."""
    return HEAD + "".join(f"{verdict.row}\n" for verdict in verdicts)
