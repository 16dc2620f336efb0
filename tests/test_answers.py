"""Each answer in the bank gets exactly its marks, and a wrong one hears which misconception it shows."""

from __future__ import annotations

import ast
import copy
import warnings
from functools import cache

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import nbformat
import pytest

from grader.sample_class import Answer, answers_of
from helpers.exercises.exercise import NotYet
from tests.conftest import ROOT

BANK = ROOT / "tests" / "answers"
# Lessons whose answers are marked here, within seconds; the others are marked through the sample class.
FAST = (
    "00_welcome",
    "01_neurons",
    "02_loss_function",
    "03_gradient_descent",
    "04_backpropagation",
    "06_digits",
    "07_mnist",
    "08_training_clinic",
)
# In lessons whose answers use earlier ones: the last that others need.
LAST_NEEDED = {"06_digits": "better_model", "07_mnist": "build_model"}
ANSWERS = [
    (lesson, answer) for lesson in FAST for answers in answers_of(BANK, lesson).values() for answer in answers
]


def source_of(lesson: str) -> nbformat.NotebookNode:
    return nbformat.read(ROOT / "source" / lesson / f"{lesson}.ipynb", as_version=4)


def check_of(lesson: str, exercise: str) -> tuple[str, float]:
    cell = next(cell for cell in source_of(lesson).cells if cell.id == f"check_{exercise}")
    return cell.source, cell.metadata.nbgrader.points


@cache
def above(lesson: str) -> dict[str, dict[str, object]]:
    """What an answer of each exercise finds: the names that the cells above it, with their solutions, leave."""
    namespace: dict[str, object] = {}
    found: dict[str, dict[str, object]] = {}
    needed = True
    for cell in source_of(lesson).cells:
        marks = cell.metadata.get("nbgrader", {})
        if cell.cell_type != "code" or marks.get("grade"):
            continue
        if marks.get("solution"):
            found[cell.id] = untouched(namespace)
            needed = needed and lesson in LAST_NEEDED
        if needed:
            exec(cell.source, namespace)
            plt.close("all")
        needed = needed and cell.id != LAST_NEEDED.get(lesson)
    return found


def untouched(namespace: dict[str, object]) -> dict[str, object]:
    """A copy that an answer may change; models are copied whole, because `fit` changes them."""
    # Keras warns that an untrained model's optimizer has no state to copy.
    with warnings.catch_warnings(action="ignore"):
        return {
            name: copy.deepcopy(value) if hasattr(value, "get_weights") else value
            for name, value in namespace.items()
        }


def marks_of(check: str, namespace: dict[str, object], points: float) -> object:
    """Run a check as nbgrader does: its last value is the marks, and no value means all of them."""
    *statements, last = ast.parse(check).body
    value = None
    if isinstance(last, ast.Expr):
        exec(compile(ast.Module(statements, []), "check", "exec"), namespace)
        value = eval(compile(ast.Expression(last.value), "check", "eval"), namespace)
    else:
        exec(check, namespace)
    return points if value is None else value


@pytest.mark.parametrize(("lesson", "answer"), ANSWERS, ids=lambda value: getattr(value, "name", value))
def test_an_answer_gets_its_marks(lesson: str, answer: Answer, capsys: pytest.CaptureFixture[str]) -> None:
    check, points = check_of(lesson, answer.exercise)
    namespace = untouched(above(lesson)[answer.exercise])
    exec(answer.source, namespace)
    if answer.marks == 0:
        with pytest.raises(NotYet) as outcome:
            exec(check, namespace)
        slips = [misconception.slip for misconception in outcome.value.misconceptions]
        assert answer.misconception in (slips or [""]), str(outcome.value)
        return
    assert marks_of(check, namespace, points) == answer.marks
    if answer.misconception:
        # With part of the marks nothing is raised: what is missing is said.
        exercise = getattr(namespace["exercises"], answer.exercise)
        advice = {slip.slip: slip.advice for slip in exercise.misconceptions}[answer.misconception]
        assert advice in " ".join(capsys.readouterr().out.split())


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
