"""What was measured about the marks' truth is of the answers as they are now, and is as good as promised."""

from __future__ import annotations

import json
from typing import Any

import pytest

from benchmarks import answer_bank, mutants
from benchmarks.mutations import mutants as mutants_of
from grader.sample_class import RIGHT, answers_of
from tests.conftest import LESSONS
from tests.marking import BANK, source_of

EXERCISES = [(lesson, exercise) for lesson in LESSONS for exercise in answers_of(BANK, lesson)]


def recorded(path: Any) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_page_of_the_answer_bank_shows_what_was_measured() -> None:
    verdicts = [answer_bank.Verdict(**row) for row in recorded(answer_bank.RECORD)]
    assert answer_bank.PAGE.read_text(encoding="utf-8") == answer_bank.page(verdicts)
    measured = {verdict.lesson for verdict in verdicts}
    assert [(verdict.lesson, verdict.exercise) for verdict in verdicts] == [
        (lesson, exercise) for lesson, exercise in EXERCISES if lesson in measured
    ]


@pytest.mark.parametrize("row", recorded(answer_bank.RECORD), ids=lambda row: row["exercise"])
def test_every_answer_of_the_bank_was_treated_as_it_should_be(row: dict[str, Any]) -> None:
    answers = answers_of(BANK, row["lesson"])[row["exercise"]]
    right = sum(answer.kind == RIGHT for answer in answers)
    wrong = len(answers) - right
    assert (row["right"], row["accepted"]) == (right, right)
    assert (row["wrong"], row["refused"], row["named"]) == (wrong, wrong, wrong)


@pytest.mark.parametrize("lesson", recorded(mutants.RECORD))
def test_the_mutants_of_a_lesson_were_caught(lesson: str) -> None:
    found = recorded(mutants.RECORD)[lesson]
    sources = [cell.source for cell in source_of(lesson).cells if cell.id in answers_of(BANK, lesson)]
    assert found["made"] == sum(len(list(mutants_of(source))) for source in sources)
    assert found["caught"] >= mutants.LEAST_CAUGHT * (found["made"] - found["same"])
    assert found["made"] - found["same"] - found["caught"] == len(found["survivors"])
