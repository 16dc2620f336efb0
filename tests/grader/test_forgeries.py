"""Wrong answers that try to get marks get exactly the deserved ones, and honest classmates get theirs."""

from __future__ import annotations

import fcntl
import os
from collections import Counter
from collections.abc import Callable

import pytest

from grader.authoring.sample_class import SampleSubmission
from grader.classroom.course import Course
from grader.classroom.records import read_record
from suites.forgeries import LESSONS, Forgery, classmates_of, course_of, forgeries_of
from suites.measured import forgeries as measured
from tests.conftest import run_course

FORGERIES = [forgery for lesson in LESSONS for forgery in forgeries_of(lesson)]
CLASSMATES = [sample for lesson in LESSONS for sample in classmates_of(lesson)]
# Its class trains for minutes; those of the other lessons are graded on every change.
SLOW = "06_digits"
# Some forgeries hang. Nothing honest here takes as long, ten epochs on a busy machine included.
CELL_SECONDS = {"02_loss_function": "20", "05_fashion_mnist": "90", "06_digits": "90"}


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Course]:
    """Grades a lesson's forgeries and their classmates when they are first asked for, for all workers once."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent

    def grade(lesson: str) -> Course:
        with (folder / f"{lesson}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done, root = folder / f"{lesson}.graded", folder / "forgeries" / lesson
            if not done.exists():
                course = course_of(root, lesson)
                result = run_course("grade", lesson, "--cell-seconds", CELL_SECONDS[lesson], cwd=course.root)
                assert result.returncode == 0, result.stdout + result.stderr
                done.touch()
        return Course.at(root)

    return grade


def differences(sample: SampleSubmission, course: Course) -> list[str]:
    record = read_record(course, sample.lesson, sample.student)
    assert record is not None
    return sample.differences(record)


def test_there_are_many_kinds_of_forgeries() -> None:
    assert len(FORGERIES) >= 60
    assert len({forgery.kind for forgery in FORGERIES}) >= 12
    assert max(Counter((forgery.lesson, forgery.student) for forgery in FORGERIES).values()) == 1


@pytest.mark.parametrize(
    "forgery",
    [
        pytest.param(
            forgery,
            marks=[
                *([pytest.mark.xfail(reason=forgery.beyond, strict=True)] if forgery.beyond else []),
                *([pytest.mark.slow] if forgery.lesson == SLOW else []),
            ],
            id=f"{forgery.lesson}-{forgery.student}",
        )
        for forgery in FORGERIES
    ],
)
def test_a_forgery_gets_the_marks_it_deserves(forgery: Forgery, graded: Callable[[str], Course]) -> None:
    assert differences(forgery.sample, graded(forgery.lesson)) == []


@pytest.mark.parametrize(
    "sample",
    [
        pytest.param(
            sample,
            id=f"{sample.lesson}-{sample.student}",
            marks=[pytest.mark.slow] if sample.lesson == SLOW else [],
        )
        for sample in CLASSMATES
    ],
)
def test_an_honest_classmate_gets_all_marks(
    sample: SampleSubmission, graded: Callable[[str], Course]
) -> None:
    assert differences(sample, graded(sample.lesson)) == []


def test_the_page_of_forgeries_shows_what_was_measured() -> None:
    rows = measured.recorded()
    assert measured.PAGE.read_text(encoding="utf-8") == measured.page(rows)
    forged = [(each.lesson, each.student) for each in FORGERIES]
    honest = [(each.lesson, each.student) for each in CLASSMATES]
    assert sorted((row.lesson, row.student) for row in rows) == sorted([*forged, *honest])
    assert [row.student for row in rows if not row.is_true(row.ours) and not row.beyond] == []
