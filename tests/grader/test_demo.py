"""A class generated from the answer bank, graded by the real grader: every mark is the one its answer deserves."""

from __future__ import annotations

import shutil
from pathlib import Path

from grader.classroom.records import read_record
from grader.course import Course
from grader.sample_class import generated_class
from tests.conftest import ROOT, run_course

BANK = ROOT / "tests" / "answers"


def test_a_generated_class_gets_the_marks_it_deserves(copied_course: Path) -> None:
    shutil.copytree(BANK, copied_course / "tests" / "answers")
    # Two submissions train for ten epochs each: what is predicted afterwards is right in one and wrong in the other.
    result = run_course("demo", "--students", "2", cwd=copied_course)
    assert result.returncode == 0, result.stdout + result.stderr
    class_ = generated_class(BANK, students=2, seed=0)
    assert {submission.student for submission in class_} == {"ada", "bob"}
    demo = copied_course / "demo"
    for submission in class_:
        record = read_record(Course.at(demo), submission.lesson, submission.student)
        assert record is not None
        assert submission.differences(record) == []
        assert (demo / "autograded" / submission.student / submission.lesson).is_dir()
        page = demo / "feedback" / submission.student / submission.lesson / f"{submission.lesson}.html"
        assert page.is_file()


def test_a_class_of_lessons_without_training_gets_the_marks_it_deserves(copied_course: Path) -> None:
    shutil.copytree(BANK, copied_course / "tests" / "answers")
    lessons = ("01_neurons", "02_loss_function", "03_gradient_descent")
    result = run_course("demo", *lessons, "--students", "3", "--seed", "9", cwd=copied_course)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "All 9 submissions have exactly the marks they deserve." in result.stdout


def test_the_seed_decides_the_class() -> None:
    assert generated_class(BANK, 9, seed=1) == generated_class(BANK, 9, seed=1)
    assert generated_class(BANK, 9, seed=1) != generated_class(BANK, 9, seed=2)
    assert [each.student for each in generated_class(BANK, 8, 0, ["00_welcome"])][-1] == "student0007"


def test_a_mark_that_is_not_deserved_is_named(copied_course: Path) -> None:
    answers = copied_course / "tests" / "answers"
    shutil.copytree(BANK, answers)
    bank = answers / "00_welcome.toml"
    bank.write_text(bank.read_text(encoding="utf-8").replace("marks = 1", "marks = 0"), encoding="utf-8")
    result = run_course("demo", "00_welcome", cwd=copied_course)
    assert result.returncode == 1
    assert "Sample class: 4 submissions" in result.stdout
    assert "00_welcome, greeting: 1 marks, deserved 0" in result.stderr
