"""Honest notebooks to which something odd has happened get exactly the marks they deserve, and say what was put right."""

from __future__ import annotations

import fcntl
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.classroom.course import Course
from grader.classroom.records import read_record
from suites.measured import odd_notebooks as measured
from suites.odd import LESSONS, Oddity, course_of, oddities_of
from tests.conftest import run_course

ODDITIES = [oddity for lesson in LESSONS for oddity in oddities_of(lesson)]
COMPLAINTS = "complaints.txt"


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Course]:
    """Grades a lesson's odd notebooks together when they are first asked for, for all workers once."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent

    def grade(lesson: str) -> Course:
        root = folder / "odd" / lesson
        with (folder / f"odd-{lesson}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = folder / f"odd-{lesson}.graded"
            if not done.exists():
                course = course_of(root, lesson)
                result = run_course("grade", lesson, cwd=course.root)
                assert "Traceback" not in result.stdout + result.stderr, result.stderr
                (root / COMPLAINTS).write_text(result.stderr, encoding="utf-8")
                done.touch()
        return Course.at(root)

    return grade


def complaint(course: Course, oddity: Oddity) -> str:
    lines = (course.root / COMPLAINTS).read_text(encoding="utf-8").splitlines()
    return next((line for line in lines if line.startswith(f"{oddity.student}, {oddity.lesson}:")), "")


def test_there_are_many_kinds_of_oddities() -> None:
    assert len(ODDITIES) >= 40
    assert max(Counter((oddity.lesson, oddity.student) for oddity in ODDITIES).values()) == 1


@pytest.mark.parametrize("oddity", ODDITIES, ids=lambda oddity: f"{oddity.lesson}-{oddity.student}")
def test_an_odd_notebook_gets_the_marks_it_deserves(oddity: Oddity, graded: Callable[[str], Course]) -> None:
    course = graded(oddity.lesson)
    record = read_record(course, oddity.lesson, oddity.student)
    if oddity.refused:
        assert record is None
        assert oddity.refused in complaint(course, oddity)
        assert str(Path(oddity.student, oddity.lesson)) in complaint(course, oddity)
        return
    assert record is not None, complaint(course, oddity)
    assert oddity.sample.differences(record) == []
    assert record.findings == oddity.findings
    assert not record.problem


@pytest.mark.parametrize(
    "oddity",
    [oddity for oddity in ODDITIES if "why_square" in oddity.sample.answers and not oddity.refused],
    ids=lambda oddity: oddity.student,
)
def test_an_answer_in_words_is_kept_for_a_person_to_read(
    oddity: Oddity, graded: Callable[[str], Course]
) -> None:
    record = read_record(graded(oddity.lesson), oddity.lesson, oddity.student)
    assert record is not None
    assert record.waits_for_hand == ("why_square was deleted; it was put back." not in oddity.findings)


def test_the_page_of_odd_notebooks_shows_what_was_measured() -> None:
    rows = measured.recorded()
    assert measured.PAGE.read_text(encoding="utf-8") == measured.page(rows)
    found = sorted((row.lesson, row.student, row.happened, row.deserved) for row in rows)
    assert found == sorted(
        (each.lesson, each.student, each.happened, sum(low for low, _ in each.sample.deserved.values()))
        for each in ODDITIES
    )
    assert [row.student for row in rows if not row.is_true(row.ours)] == []
