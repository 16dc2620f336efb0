"""Seconds of trainings that were known already are told apart from those that were computed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from nbformat import NotebookNode

from grader.classroom.course import Course
from grader.classroom.grade_class import grade_class
from grader.classroom.records import read_record
from grader.grading import one_pass
from grader.grading.grade import grade
from grader.grading.graded import Graded
from grader.grading.known_trainings import KnownTrainings
from grader.grading.trainings import Trainings
from suites.small_lessons import answer, as_bytes, check, code, handed_in, spec_of
from tests.grader.desk.feedback.classes import LESSON, hand_in, make_course

TRAINING = """\
keras.utils.set_random_seed(1)
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
history = model.fit(x, x[:, :1], epochs=2, verbose=2)"""
LEARNS = "assert history.history['loss'][-1] < history.history['loss'][0]"


@pytest.fixture(autouse=True)
def nothing_is_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(one_pass, "TRAININGS", Trainings(KnownTrainings(tmp_path / "trainings")))


def cells(hidden: str = "") -> list[NotebookNode]:
    return [
        code("import keras\nimport numpy as np\nx = np.random.default_rng(0).random((64, 3), np.float32)"),
        answer("training", TRAINING),
        check("check_training", LEARNS, hidden=hidden),
    ]


def graded(source: str = TRAINING, hidden: str = "") -> Graded:
    spec = spec_of(*cells(hidden))
    return grade(as_bytes(handed_in(spec, training=source)), spec)


def test_only_a_training_that_was_known_is_remembered() -> None:
    first, second = graded(), graded()
    assert first.remembered_seconds == 0
    assert second.remembered_seconds > 0
    assert [cell.get("outputs") for cell in second.notebook.cells] == [
        cell.get("outputs") for cell in first.notebook.cells
    ]
    assert "Epoch 2/2" in second.notebook.cells[1].outputs[0].text
    assert [(cell.points, cell.outcome) for cell in second.cells] == [
        (cell.points, cell.outcome) for cell in first.cells
    ]
    assert first.points == 2


def test_another_training_is_computed() -> None:
    graded()
    assert graded(TRAINING.replace("epochs=2", "epochs=3")).remembered_seconds == 0


def test_of_a_notebook_that_runs_twice_only_the_run_that_counts_is_remembered() -> None:
    first, again = (graded(hidden="assert len(history.history['loss']) == 7") for _ in range(2))
    once = graded()
    assert (first.points, again.points, once.points) == (0, 0, 2)
    assert once.remembered_seconds > 0
    assert first.remembered_seconds == pytest.approx(once.remembered_seconds, rel=0.2)
    assert again.remembered_seconds == pytest.approx(once.remembered_seconds, rel=0.2)


def test_who_waits_for_a_like_training_is_not_spared_the_wait() -> None:
    long = TRAINING.replace("epochs=2", "epochs=100")
    with ThreadPoolExecutor() as threads:
        together = list(threads.map(graded, [long, long]))
    assert [each.points for each in together] == [2, 2]
    assert sum(each.remembered_seconds for each in together) < 0.9 * graded(long).remembered_seconds


def test_records_keep_remembered_seconds(tmp_path: Path) -> None:
    folder = make_course(tmp_path / "course", *cells())
    hand_in(folder, "ada", training=TRAINING)
    course = Course.at(folder)
    (first,) = grade_class(course, [LESSON]).records
    (second,) = grade_class(course, [LESSON], force=True).records
    # The lesson's own run, which comes first, trains the same network.
    assert first.remembered_seconds > 0
    assert second.remembered_seconds > 0
    assert read_record(course, LESSON, "ada") == second
    assert first.score == second.score == second.max_score
