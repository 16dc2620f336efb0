"""Each answer in the bank gets exactly its marks, and a wrong one hears which misconception it shows."""

from __future__ import annotations

import nbformat
import pytest

from grader.sample_class import Answer, answers_of
from helpers.exercises.exercise import NotYet
from tests.conftest import ROOT

BANK = ROOT / "tests" / "answers"
# Lessons whose answers need no training; the others are marked through the sample class.
FAST = ("00_welcome", "01_neurons", "02_loss_function", "03_gradient_descent", "04_backpropagation")
ANSWERS = [
    (lesson, answer) for lesson in FAST for answers in answers_of(BANK, lesson).values() for answer in answers
]


def source_of(lesson: str) -> nbformat.NotebookNode:
    return nbformat.read(ROOT / "source" / lesson / f"{lesson}.ipynb", as_version=4)


def check_of(lesson: str, exercise: str) -> tuple[str, float]:
    cell = next(cell for cell in source_of(lesson).cells if cell.id == f"check_{exercise}")
    return cell.source, cell.metadata.nbgrader.points


@pytest.mark.parametrize(("lesson", "answer"), ANSWERS, ids=lambda value: getattr(value, "name", value))
def test_an_answer_gets_its_marks(lesson: str, answer: Answer) -> None:
    imports = next(cell.source for cell in source_of(lesson).cells if cell.cell_type == "code")
    check, points = check_of(lesson, answer.exercise)
    namespace: dict[str, object] = {}
    exec(imports, namespace)
    exec(answer.source, namespace)
    if answer.marks == points:
        exec(check, namespace)
        return
    assert answer.marks == 0
    with pytest.raises(NotYet) as outcome:
        exec(check, namespace)
    slips = [misconception.slip for misconception in outcome.value.misconceptions]
    assert answer.misconception in (slips or [""]), str(outcome.value)


@pytest.mark.parametrize("lesson", sorted(path.stem for path in BANK.glob("[0-9]*.toml")))
def test_the_bank_has_answers_of_both_kinds_for_every_exercise(lesson: str) -> None:
    bank = answers_of(BANK, lesson)
    exercises = {
        cell.id
        for cell in source_of(lesson).cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution")
    }
    assert set(bank) == exercises
    for exercise, answers in bank.items():
        _, points = check_of(lesson, exercise)
        assert len({answer.name for answer in answers}) == len(answers)
        assert sum(answer.kind == "right" for answer in answers) >= 3, exercise
        assert sum(answer.kind == "wrong" for answer in answers) >= 4, exercise
        for answer in answers:
            assert answer.kind in ("right", "wrong")
            assert (answer.marks == points) == (answer.kind == "right"), answer.name
