"""A class with marks, comments, late penalties and pages, graded once and copied for each test."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from grader.classroom.course import CONFIG_NAME, Course
from suites.small_lessons import answer, check, question
from tests.course_here import run_course
from tests.grader.desk.feedback.classes import LESSON, hand_in, make_course

STUDENTS = ("ada", "adam", "Zoë Müller")
COMMENT = "Würde ich so nicht sagen – 3 × 2 ist 6.\nSiehe Blatt 4."


@pytest.fixture(scope="session")
def _kept_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = make_course(
        tmp_path_factory.mktemp("kept") / "course",
        answer("double", "def double(x):\n    return 2 * x"),
        check("check_double", "assert double(2) == 4", points=2, hidden="assert double(3) == 6"),
        question("why", points=3),
    )
    (course / CONFIG_NAME).write_text(
        'c = get_config()\nc.LateSubmissionPlugin.penalty_method = "zero"\n', encoding="utf-8"
    )
    for student in STUDENTS:
        hand_in(course, student, double=f"def double(x): return x + x  # {student}", why="So.")
        written = "2026-03-03 12:00:00 UTC" if student == "adam" else "2026-03-01 12:00:00 UTC"
        (course / "submitted" / student / LESSON / "timestamp.txt").write_text(written)
    with Course.at(course).api.gradebook as gradebook:
        gradebook.update_or_create_assignment(LESSON, duedate="2026-03-02 12:00:00 UTC")
    for command in ("grade", "feedback"):
        result = run_course(command, cwd=course)
        assert result.returncode == 0, result.stderr
    with Course.at(course).api.gradebook as gradebook:
        for student, points in zip(STUDENTS, (2.5, 1 / 3, 0.0), strict=True):
            place = (LESSON, LESSON, student)
            gradebook.find_grade("why", *place).manual_score = points
            gradebook.find_grade("why", *place).extra_credit = 0.25
            gradebook.find_comment("double", *place).manual_comment = f"{student}: {COMMENT}"
        gradebook.update_or_create_student("ada", first_name="Ada", last_name="O'Neil", email="a@example.org")
        gradebook.find_submission(LESSON, "ada").extension = timedelta(days=1, microseconds=5)
        gradebook.find_submission(LESSON, "ada").timestamp = datetime(2026, 3, 1, 12, 0, 0, 123456)
        gradebook.db.commit()
    return course


@pytest.fixture
def kept_course(_kept_course: Path, tmp_path: Path) -> Path:
    """A graded class with hand marks, comments and pages; to be spoilt at will."""
    return Path(shutil.copytree(_kept_course, tmp_path / "course"))
