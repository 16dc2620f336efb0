"""Marks reach nbgrader's own gradebook whole, in SQLite and PostgreSQL, and leave what a person entered."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from grader import grade_class
from grader.classroom.course import CONFIG_NAME, Course
from grader.classroom.database import newest_schema
from grader.desk.report.marks_of_class import marks_of_lesson, opened
from tests.course_here import run_course
from tests.grader.conftest import hand_in

RIGHT = "def double(x):\n    return x + x"
PART = "def double(x):\n    return 3"
PLACE = ("01_small", "01_small", "ada")


def configure(course: Path, *lines: str) -> None:
    path = course / CONFIG_NAME
    path.write_text("\n".join([path.read_text(encoding="utf-8"), *lines, ""]), encoding="utf-8")


def mark_by_hand(course: Path) -> None:
    """Hand in and grade what ada has, and give points and a comment as Formgrader does."""
    hand_in(course, "ada", PART)
    run_course("grade", "01_small", cwd=course)
    with Course.at(course).api.gradebook as gradebook:
        gradebook.find_grade("check_double", *PLACE).manual_score = 1.5
        gradebook.find_grade("check_double", *PLACE).needs_manual_grade = False
        gradebook.find_comment("double", *PLACE).manual_comment = "Nearly!"
        gradebook.db.commit()


def scores(course: Path) -> dict[str, float]:
    with Course.at(course).api.gradebook as gradebook:
        return {each.student_id: each.score for each in gradebook.find_assignment("01_small").submissions}


def test_a_postgresql_gradebook_gets_the_marks_too(released_course: Path, postgresql: str) -> None:
    hand_in(released_course, "ada", RIGHT)
    hand_in(released_course, "bob", PART)
    configure(released_course, f'c.CourseDirectory.db_url = "{postgresql}"')
    result = run_course("grade", "01_small", cwd=released_course)
    assert result.returncode == 0, result.stderr
    assert scores(released_course) == {"ada": 6, "bob": 3}
    result = run_course("grade", "01_small", "--force", cwd=released_course)
    assert result.returncode == 0, result.stderr
    assert scores(released_course) == {"ada": 6, "bob": 3}
    with sqlite3.connect(released_course / "gradebook.db") as file:
        assert not file.execute("select * from grade").fetchall()


def test_a_gradebook_is_made_without_starting_a_program(
    released_course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("started a program"))
    file = released_course / "gradebook.db"
    file.unlink()
    with Course.at(released_course).api.gradebook as gradebook:
        assert gradebook.students == []
    with closing(sqlite3.connect(file)) as made:
        assert made.execute("SELECT version_num FROM alembic_version").fetchall() == [(newest_schema(),)]


def test_a_gradebook_whose_url_has_options_is_found_again(released_course: Path) -> None:
    hand_in(released_course, "ada", RIGHT)
    url = f"sqlite:///{released_course / 'gradebook.db'}?timeout=30"
    configure(released_course, f'c.CourseDirectory.db_url = "{url}"')
    grade_class(released_course, ["01_small"])
    record = released_course / "reports" / "01_small" / "ada.json"
    before = record.stat().st_mtime_ns
    grade_class(released_course, ["01_small"])
    assert record.stat().st_mtime_ns == before
    with opened(Course.at(released_course)) as gradebook:
        assert "ada" in marks_of_lesson(gradebook, "01_small")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql+psycopg://course:secret@127.0.0.1:9/none", "connection"),
        ("nonsense+what://here", "nonsense"),
    ],
)
def test_a_gradebook_that_cannot_be_opened_is_one_line_without_its_password(
    url: str, said: str, released_course: Path
) -> None:
    hand_in(released_course, "ada", RIGHT)
    configure(released_course, f'c.CourseDirectory.db_url = "{url}"')
    result = run_course("grade", "01_small", cwd=released_course)
    assert result.returncode == 1
    (line,) = result.stderr.strip().splitlines()
    assert "cannot be opened" in line
    assert said in line
    assert "secret" not in line


def test_what_is_no_url_of_a_gradebook_is_one_line(released_course: Path) -> None:
    hand_in(released_course, "ada", RIGHT)
    configure(released_course, 'c.CourseDirectory.db_url = "marks.db"')
    result = run_course("grade", "01_small", cwd=released_course)
    assert result.returncode == 1
    (line,) = result.stderr.strip().splitlines()
    assert "is not the URL of a database" in line


def test_marks_given_by_hand_stay_and_ask_to_be_looked_at_again_when_an_answer_changed(
    released_course: Path,
) -> None:
    mark_by_hand(released_course)
    for handed_in, waits in ((None, False), (PART.replace("3", "5"), True)):
        if handed_in is not None:
            shutil.rmtree(released_course / "submitted" / "ada")
            hand_in(released_course, "ada", handed_in)
        assert run_course("grade", "01_small", "--force", cwd=released_course).returncode == 0
        with Course.at(released_course).api.gradebook as gradebook:
            grade = gradebook.find_grade("check_double", *PLACE)
            assert (grade.auto_score, grade.manual_score, grade.needs_manual_grade) == (0, 1.5, waits)
            assert gradebook.find_comment("double", *PLACE).manual_comment == "Nearly!"


def test_an_answer_is_looked_at_again_though_its_marks_could_not_be_entered_at_first(
    released_course: Path,
) -> None:
    mark_by_hand(released_course)
    shutil.rmtree(released_course / "submitted" / "ada")
    hand_in(released_course, "ada", PART.replace("3", "5"))
    refuses = "CREATE TRIGGER refuses BEFORE UPDATE ON grade BEGIN SELECT RAISE(ABORT, 'not now'); END"
    for statement, code in ((refuses, 1), ("DROP TRIGGER refuses", 0)):
        with sqlite3.connect(released_course / "gradebook.db") as database:
            database.execute(statement)
        assert run_course("grade", "01_small", cwd=released_course).returncode == code
    with Course.at(released_course).api.gradebook as gradebook:
        grade = gradebook.find_grade("check_double", *PLACE)
        assert (grade.manual_score, grade.needs_manual_grade) == (1.5, True)


def test_the_table_of_marks_has_those_given_by_hand(released_course: Path) -> None:
    hand_in(released_course, "ada", PART)
    assert "3 of 6" in run_course("grade", "01_small", cwd=released_course).stdout
    with Course.at(released_course).api.gradebook as gradebook:
        gradebook.find_grade("check_double", "01_small", "01_small", "ada").manual_score = 1.5
        gradebook.db.commit()
    result = run_course("grade", "01_small", cwd=released_course)
    assert "4.5 of 6" in result.stdout
    (released_course / "gradebook.db").write_bytes(b"no gradebook" * 100)
    result = run_course("grade", "01_small", cwd=released_course)
    assert result.returncode == 1
    assert "4.5" not in result.stdout
    assert result.stderr == (
        f"The gradebook sqlite:///{released_course}/gradebook.db cannot be read: file is not a database\n"
    )


def test_a_class_without_marks_needs_no_gradebook(released_course: Path) -> None:
    (released_course / "gradebook.db").unlink()
    hand_in(released_course, "ada", RIGHT).write_bytes(b"")
    result = run_course("grade", "01_small", cwd=released_course)
    assert result.returncode == 1
    assert "not graded" in result.stdout
    assert not (released_course / "gradebook.db").exists()


def test_a_lesson_whose_points_changed_is_entered_anew(released_course: Path) -> None:
    hand_in(released_course, "ada", RIGHT)
    run_course("grade", "01_small", cwd=released_course)
    text = released_course / "source" / "01_small" / "01_small.py"
    text.write_text(text.read_text(encoding="utf-8").replace('"points": 2', '"points": 3'), encoding="utf-8")
    assert run_course("build", "01_small", cwd=released_course).returncode == 0
    assert run_course("grade", "01_small", cwd=released_course).returncode == 0
    assert scores(released_course) == {"ada": 7}


def test_a_course_that_takes_marks_for_being_late_does(released_course: Path) -> None:
    (hand_in(released_course, "ada", RIGHT).parent / "timestamp.txt").write_text("2026-03-01 12:00:00 UTC")
    (hand_in(released_course, "bob", RIGHT).parent / "timestamp.txt").write_text("2026-03-03 12:00:00 UTC")
    configure(released_course, 'c.LateSubmissionPlugin.penalty_method = "zero"')
    with Course.at(released_course).api.gradebook as gradebook:
        gradebook.update_or_create_assignment("01_small", duedate="2026-03-02 12:00:00 UTC")
    shown = run_course("grade", "01_small", cwd=released_course).stdout
    assert "† late: without the points that this costs" in shown
    assert re.search(r"ada\W+6 of 6\W+6\W+bob\W+0 of 6†\W+0\W", shown)
    with Course.at(released_course).api.gradebook as gradebook:
        penalties = {
            each.student_id: (each.score, each.late_submission_penalty)
            for each in gradebook.find_assignment("01_small").submissions
        }
    assert penalties == {"ada": (6, 0), "bob": (6, 6)}


# A plug-in in the configuration itself, of which a class may be named as well.
OWN_PENALTY = """
from nbgrader.plugins import BasePlugin
class Own(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return {}
c.AssignLatePenalties.plugin_class = Own
"""


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ('c.AssignLatePenalties.plugin_class = "nowhere.Penalty"', "TraitError: "),
        ('c.LateSubmissionPlugin.penalty_method = "some"', "TraitError: "),
        (OWN_PENALTY.format("[][0]"), "IndexError: list index out of range"),
        (OWN_PENALTY.format("'three'"), "ValueError: could not convert"),
        (OWN_PENALTY.format("float('nan')"), "ValueError: late_submission_penalty returned nan"),
    ],
)
def test_late_penalties_that_cannot_be_worked_out_are_one_line(
    released_course: Path, says: str, why: str
) -> None:
    (hand_in(released_course, "bob", RIGHT).parent / "timestamp.txt").write_text("2026-03-03 12:00:00 UTC")
    with Course.at(released_course).api.gradebook as gradebook:
        gradebook.update_or_create_assignment("01_small", duedate="2026-03-02 12:00:00 UTC")
    configure(released_course, says)
    result = run_course("grade", "01_small", cwd=released_course)
    assert result.returncode == 1
    (line,) = result.stderr.strip().splitlines()
    assert f"late penalties fails: {why}" in line


def test_a_due_date_that_changes_later_changes_what_is_lost(released_course: Path) -> None:
    (hand_in(released_course, "bob", RIGHT).parent / "timestamp.txt").write_text("2026-03-03 12:00:00 UTC")
    configure(released_course, 'c.LateSubmissionPlugin.penalty_method = "zero"')
    lost = []
    for due in ("2026-03-04 12:00:00 UTC", "2026-03-02 12:00:00 UTC", "2026-03-04 12:00:00 UTC"):
        with Course.at(released_course).api.gradebook as gradebook:
            gradebook.update_or_create_assignment("01_small", duedate=due)
        assert run_course("grade", "01_small", cwd=released_course).returncode == 0
        with Course.at(released_course).api.gradebook as gradebook:
            (submission,) = gradebook.find_assignment("01_small").submissions
            lost.append(submission.late_submission_penalty)
    assert lost == [0, 6, 0]


def test_an_older_gradebook_gets_the_marks_that_it_lacks(released_course: Path) -> None:
    hand_in(released_course, "ada", PART)
    grade_class(released_course)
    file = released_course / "gradebook.db"
    shutil.copy(file, released_course / "older.db")
    shutil.rmtree(released_course / "submitted" / "ada")
    hand_in(released_course, "ada", RIGHT)
    grade_class(released_course)
    shutil.copy(released_course / "older.db", file)
    assert scores(released_course) == {"ada": 3}
    assert grade_class(released_course).unchanged == 0
    assert scores(released_course) == {"ada": 6}
    assert grade_class(released_course).unchanged == 1
    with Course.at(released_course).api.gradebook as gradebook:
        gradebook.remove_student("ada")
    grade_class(released_course)
    assert scores(released_course) == {"ada": 6}


MORE = """
# %% nbgrader={"grade": true, "grade_id": "check_more", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
assert double(1) == 2
"""


def test_an_exercise_that_is_added_after_grading_is_refused_with_a_way_out(released_course: Path) -> None:
    hand_in(released_course, "ada", RIGHT)
    grade_class(released_course)
    text = released_course / "source" / "01_small" / "01_small.py"
    text.write_text(text.read_text(encoding="utf-8") + MORE, encoding="utf-8")
    assert run_course("build", "01_small", cwd=released_course).returncode == 0
    result = run_course("grade", "01_small", cwd=released_course)
    assert result.returncode == 1
    assert "exercises were added or removed" in result.stderr
    assert "Or give the lesson a new name" in result.stderr
    assert scores(released_course) == {"ada": 6}
