"""Each answer in the bank gets exactly its marks, and a wrong one hears which misconception it shows."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import nbformat
import pytest

from grader.authoring.marking import marks_of, untouched
from grader.authoring.sample_class import Answer, answers_of
from grader.executor import quick_training
from helpers.kit.exercise import NotAttempted, NotDoneYet, NotYet
from suites.marking import LESSONS, SLOW, TRAINING, above, check_of, source_of
from suites.places import SOURCE
from tests.conftest import ROOT


def _params() -> Iterator[object]:
    """All answers. Of an exercise whose answers train, all but the first right and the first wrong one are slow."""
    for lesson in LESSONS:
        for exercise, answers in answers_of(SOURCE, lesson).items():
            seen = set[str]()
            for answer in answers:
                is_slow = (lesson, exercise) in SLOW or (
                    (lesson, exercise) in TRAINING and answer.kind in seen
                )
                seen.add(answer.kind)
                yield pytest.param(lesson, answer, marks=[pytest.mark.slow] if is_slow else [])


@pytest.fixture(scope="module", autouse=True)
def quick_trainings() -> Iterator[None]:
    """Train as the grader does, for the same numbers in half the time, and leave Keras as it was."""
    import keras
    import tensorflow

    trainer = next(base for base in keras.Model.__mro__ if "compile" in vars(base))
    changed = [(keras.Model, name) for name in ("fit", "evaluate", "predict")]
    changed += [(trainer, "compile"), (tensorflow.data.Dataset, "__iter__")]
    with pytest.MonkeyPatch.context() as patch:
        for owner, name in changed:
            patch.setattr(owner, name, getattr(owner, name))
        quick_training.patch(keras, seed=0)
        yield


@pytest.mark.parametrize(
    ("lesson", "answer"), list(_params()), ids=lambda value: getattr(value, "name", value)
)
def test_an_answer_gets_its_marks(lesson: str, answer: Answer, capsys: pytest.CaptureFixture[str]) -> None:
    check, points = check_of(lesson, answer.exercise)
    namespace = untouched(above(lesson)[answer.exercise])
    exec(answer.source, namespace)
    if answer.marks == 0:
        with pytest.raises(NotYet) as outcome:
            exec(check, namespace)
        slips = [slip.slip for slip in outcome.value.slips]
        assert answer.misconception in slips, str(outcome.value)
        return
    assert marks_of(check, namespace, points) == answer.marks
    if answer.kind == "wrong":
        # With part of the marks nothing is raised: what is missing is said.
        exercise = getattr(namespace["exercises"], answer.exercise)
        advice = {slip.slip: slip.advice for slip in exercise.slips}[answer.misconception]
        assert advice in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_students_get_is_not_attempted(lesson: str) -> None:
    released = nbformat.read(ROOT / "notebooks" / lesson / f"{lesson}.ipynb", as_version=4)
    stubs = {cell.id: cell.source for cell in released.cells}
    exercises = list(answers_of(SOURCE, lesson))
    namespace = untouched(above(lesson)[exercises[0]])
    for exercise in exercises:
        with contextlib.suppress(NotDoneYet):
            exec(stubs[exercise], namespace)
        with pytest.raises(NotAttempted):
            exec(check_of(lesson, exercise)[0], namespace)


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_bank_has_many_answers_of_both_kinds_for_every_exercise(lesson: str) -> None:
    bank = answers_of(SOURCE, lesson)
    exercises = {
        cell.id
        for cell in source_of(lesson).cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution")
    }
    assert set(bank) == exercises
    for exercise, answers in bank.items():
        _, points = check_of(lesson, exercise)
        assert len({answer.name for answer in answers}) == len(answers)
        assert sum(answer.kind == "right" for answer in answers) >= 5, exercise
        assert sum(answer.kind == "wrong" for answer in answers) >= 6, exercise
        for answer in answers:
            assert answer.kind in ("right", "wrong")
            assert (answer.marks == points) == (answer.kind == "right"), answer.name
            assert bool(answer.misconception) == (answer.kind == "wrong"), answer.name
