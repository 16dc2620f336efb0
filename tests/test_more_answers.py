"""Answers that were once treated otherwise than they deserve get their marks, though most are in no bank."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from grader.authoring.marking import marks_of, untouched
from helpers.kit.exercise import NotYet
from suites.marking import SLOW, TRAINING, above, check_of
from tests.conftest import ROOT

ANSWERS: list[dict[str, Any]] = tomllib.loads(
    (ROOT / "tests" / "more_answers.toml").read_text(encoding="utf-8")
)["answers"]


def _params() -> list[Any]:
    return [
        pytest.param(
            answer,
            id=f"{answer['lesson']}-{answer['exercise']}-{answer['name']}",
            marks=[pytest.mark.slow] if (answer["lesson"], answer["exercise"]) in SLOW | TRAINING else [],
        )
        for answer in ANSWERS
    ]


@pytest.mark.parametrize("answer", _params())
def test_an_answer_gets_its_marks(answer: dict[str, Any]) -> None:
    lesson, exercise = answer["lesson"], answer["exercise"]
    check, points = check_of(lesson, exercise)
    namespace = untouched(above(lesson)[exercise])
    exec(answer["source"], namespace)
    if answer["marks"]:
        assert marks_of(check, namespace, points) == answer["marks"]
        return
    with pytest.raises((NotYet, AssertionError)) as outcome:
        exec(check, namespace)
    if "misconception" in answer:
        assert isinstance(outcome.value, NotYet)
        assert answer["misconception"] in [slip.slip for slip in outcome.value.slips]
