"""What was measured about the marks' truth is of the answers as they are now, and is as good as promised."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest

from grader.authoring.mutations import mutants as mutants_of
from grader.authoring.right_mutants import FREE, SAME, right_mutants
from grader.authoring.sample_class import RIGHT, answers_of
from suites.datasets import NONE, REAL, STAND_IN, datasets
from suites.marking import source_of
from suites.measured import answer_bank, fairness, mutants
from suites.places import SOURCE
from tests.conftest import LESSONS

EXERCISES = [(lesson, exercise) for lesson in LESSONS for exercise in answers_of(SOURCE, lesson)]
TRAINED = [(lesson, exercise) for lesson, exercises in fairness.trained().items() for exercise in exercises]


def recorded(path: Any) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_page_of_the_answer_bank_shows_what_was_measured() -> None:
    verdicts = [answer_bank.Verdict(**row) for row in recorded(answer_bank.RECORD)]
    assert answer_bank.PAGE.read_text(encoding="utf-8") == answer_bank.page(verdicts)
    assert [(verdict.lesson, verdict.exercise) for verdict in verdicts] == EXERCISES


@pytest.mark.parametrize("row", recorded(answer_bank.RECORD), ids=lambda row: row["exercise"])
def test_every_answer_of_the_bank_was_treated_as_it_should_be(row: dict[str, Any]) -> None:
    answers = answers_of(SOURCE, row["lesson"])[row["exercise"]]
    right = sum(answer.kind == RIGHT for answer in answers)
    wrong = len(answers) - right
    assert (row["right"], row["accepted"]) == (right, right)
    assert (row["wrong"], row["refused"], row["named"]) == (wrong, wrong, wrong)


def mutants_made(lesson: str) -> dict[str, list[str]]:
    """What was changed in each mutant, by exercise."""
    sources = {cell.id: cell.source for cell in source_of(lesson).cells}
    return {
        exercise: [what for what, _ in mutants_of(sources[exercise])]
        for exercise in answers_of(SOURCE, lesson)
    }


@pytest.mark.parametrize("lesson", LESSONS)
def test_all_mutants_of_a_lesson_were_tried_and_enough_of_the_wrong_ones_are_caught(lesson: str) -> None:
    found = mutants.Found(**recorded(mutants.RECORD)[lesson])
    assert found.made == sum(map(len, mutants_made(lesson).values()))
    assert found.share >= mutants.LEAST_CAUGHT


@pytest.mark.parametrize(
    ("lesson", "exercise", "entry"),
    [(lesson, *entry) for lesson in LESSONS for entry in right_mutants(SOURCE / lesson)],
)
def test_a_mutant_that_counts_as_right_exists_and_the_task_leaves_it_free(
    lesson: str, exercise: str, entry: dict[str, Any]
) -> None:
    made = [what for of, all_ in mutants_made(lesson).items() if fnmatchcase(of, exercise) for what in all_]
    assert made
    for pattern in entry["mutants"]:
        assert any(fnmatchcase(what, pattern) for what in made), f"{pattern} fits no mutant"
    if FREE in entry:
        prose = "".join(cell.source for cell in source_of(lesson).cells if cell.cell_type == "markdown")
        assert entry[FREE] in " ".join(prose.split())
    else:
        assert entry[SAME]


def test_the_page_about_fairness_shows_what_was_measured() -> None:
    spreads = [fairness.Spread(**row) for row in recorded(fairness.RECORD)]
    assert fairness.PAGE.read_text(encoding="utf-8") == fairness.page(spreads)


@pytest.mark.parametrize(("lesson", "exercise"), TRAINED)
def test_right_trainings_keep_their_marks_with_any_seed(lesson: str, exercise: str) -> None:
    asked = fairness.trained()[lesson][exercise]
    right = [answer.name for answer in answers_of(SOURCE, lesson)[exercise] if answer.kind == RIGHT]
    chosen = asked.get("answers", right)
    assert set(chosen) <= set(right)
    data = [REAL, STAND_IN] if datasets(lesson) else [NONE]
    rows = [
        row for row in recorded(fairness.RECORD) if (row["lesson"], row["exercise"]) == (lesson, exercise)
    ]
    assert sorted((row["answer"], row["data"]) for row in rows) == sorted(
        (answer, where) for answer in chosen for where in data
    )
    for row in rows:
        assert row["seeds"] >= 30
        assert row["smallest"] >= 0
        assert row["lost"] < fairness.MOST_FAILURES
