"""A class generated from the answer bank, graded by the real grader: every mark is the one its answer deserves."""

from __future__ import annotations

from pathlib import Path

from grader.authoring.sample_class import Habits, answers_of, generated_class, sample_class
from grader.classroom.course import Course
from grader.classroom.records import read_record
from tests.conftest import ROOT, run_course

SOURCE = ROOT / "source"


def test_the_sample_class_gets_the_marks_it_deserves(copied_course: Path) -> None:
    result = run_course("demo", "--students", "6", cwd=copied_course)
    assert result.returncode == 0, result.stdout + result.stderr
    class_ = sample_class(SOURCE, students=6, seed=0)
    assert f"All {len(class_)} submissions have exactly the marks they deserve." in result.stdout
    demo = copied_course / "demo"
    for submission in class_:
        record = read_record(Course.at(demo), submission.lesson, submission.student)
        assert record is not None
        assert submission.differences(record) == []
        assert (demo / "autograded" / submission.student / submission.lesson).is_dir()
        page = demo / "feedback" / submission.student / submission.lesson / f"{submission.lesson}.html"
        assert page.is_file()


def test_lessons_students_and_seed_can_be_chosen(copied_course: Path) -> None:
    result = run_course("demo", "00_welcome", "--students", "1", "--seed", "9", cwd=copied_course)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "The submission has exactly the marks it deserves." in result.stdout
    assert [path.name for path in (copied_course / "demo" / "submitted").glob("*/*")] == ["00_welcome"]


def test_the_seed_decides_the_class() -> None:
    assert sample_class(SOURCE, 9, seed=1) == sample_class(SOURCE, 9, seed=1)
    assert sample_class(SOURCE, 9, seed=1) != sample_class(SOURCE, 9, seed=2)


def test_the_sample_class_looks_like_a_class() -> None:
    shares: dict[str, float] = {}
    class_ = sample_class(SOURCE, 12, seed=0)
    for student in {each.student for each in class_}:
        handed_in = [each for each in class_ if each.student == student]
        assert len(handed_in) > 1
        deserved = [marks for each in handed_in for marks in each.deserved.values()]
        assert all(low == high for low, high in deserved)
        best = [
            max(answer.marks for answer in answers)
            for each in handed_in
            for answers in answers_of(SOURCE, each.lesson).values()
        ]
        shares[student] = sum(low for low, _ in deserved) / sum(best)
    assert shares["001-amina"] == 1
    assert sum(share > 0.85 for share in shares.values()) >= 7
    assert sum(0.3 < share < 0.8 for share in shares.values()) >= 1
    assert sum(share < 0.3 for share in shares.values()) == 1


def test_ids_sort_in_classes_of_any_size() -> None:
    for students in (8, 30, 1001):
        ids = [each.student for each in sample_class(SOURCE, students, 0, ["00_welcome"])]
        assert len(set(ids)) == students
        assert ids == sorted(ids)


def test_a_generated_class_has_the_habits_it_is_given() -> None:
    idle = Habits(["02_loss_function"], right=0, wrong=0, untouched=100)
    careless = Habits(["00_welcome"], right=0, wrong=100, untouched=0)
    class_ = generated_class(SOURCE, 4, 0, [idle, careless])
    assert [each.lesson for each in class_] == ["02_loss_function", "00_welcome"] * 2
    assert [[answer.kind for answer in each.answers.values()] for each in class_] == [[], ["wrong"]] * 2


def test_a_mark_that_is_not_deserved_is_named(copied_course: Path) -> None:
    bank = copied_course / "source" / "00_welcome" / "answers.toml"
    bank.write_text(bank.read_text(encoding="utf-8").replace("marks = 1", "marks = 0"), encoding="utf-8")
    result = run_course("demo", "00_welcome", "--students", "2", cwd=copied_course)
    assert result.returncode == 1
    assert "00_welcome, greeting: 1 marks, deserved 0" in result.stderr
