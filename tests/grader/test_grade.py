"""`course grade`: true marks for a class, whatever some of its submissions are like."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.classroom.course import Course
from tests.course_here import run_course
from tests.grader.classroom.courses import nbgrader_
from tests.grader.conftest import hand_in

RIGHT = "def double(x):\n    return x + x"
WRONG_ELSEWHERE = "def double(x):\n    return x ** 2"  # right for the visible 2, wrong for the hidden 3
PART = "def double(x):\n    return 3"
PRINTS = "def double(x):\n    print(2 * x)"


def digests(folder: Path) -> dict[Path, str]:
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def marks_in_record(course: Path) -> dict[str, float]:
    return {student: record["score"] for student, record in records(course).items()}


def records(course: Path) -> dict[str, Any]:
    paths = sorted((course / "reports" / "01_small").glob("*.json"))
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths}


def test_each_answer_gets_its_marks(released_course: Path) -> None:
    for student, answer in {"ada": RIGHT, "bob": WRONG_ELSEWHERE, "cem": PART, "dan": PRINTS}.items():
        hand_in(released_course, student, answer)
    result = run_course("grade", "01_small", cwd=released_course)
    assert result.returncode == 0, result.stderr
    assert marks_in_record(released_course) == {"ada": 6, "bob": 4, "cem": 3, "dan": 0}
    assert "6 of 6" in result.stdout


def test_stock_nbgrader_gives_the_same_marks(released_course: Path) -> None:
    for student, answer in {"ada": RIGHT, "bob": WRONG_ELSEWHERE, "cem": PART}.items():
        hand_in(released_course, student, answer)
    stock = Path(shutil.copytree(released_course, released_course.with_name("stock")))
    assert run_course("grade", "01_small", cwd=released_course).returncode == 0
    for step in ("generate_assignment", "autograde"):
        nbgrader_(step, "01_small", "--force", cwd=stock)
    with Course.at(stock).api.gradebook as gradebook:
        theirs = {each.student_id: each.score for each in gradebook.find_assignment("01_small").submissions}
    assert theirs == marks_in_record(released_course) == {"ada": 6, "bob": 4, "cem": 3}


def empty(path: Path) -> None:
    path.write_bytes(b"")


def no_json(path: Path) -> None:
    path.write_text("these are my thoughts", encoding="utf-8")


def json_of_something_else(path: Path) -> None:
    path.write_text('{"marks": 20}', encoding="utf-8")


def other_lesson(path: Path) -> None:
    course = path.parents[3]
    shutil.copy(course / "notebooks" / "02_other" / "02_other.ipynb", path)


def no_time(path: Path) -> None:
    path.with_name("timestamp.txt").write_text("just in time", encoding="utf-8")


def no_notebook(path: Path) -> None:
    path.rename(path.with_name("homework (1).ipynb"))


SPOILT = {
    "max": (empty, "is empty"),
    "mia": (no_json, "cannot be read as JSON"),
    "ned": (json_of_something_else, "holds no cells"),
    "pam": (other_lesson, "belongs to 02_other"),
    "rob": (no_notebook, "homework (1).ipynb"),
    "tom": (no_time, "does not say when"),
}


def test_bad_submissions_are_named_and_the_rest_of_the_class_is_marked(released_course: Path) -> None:
    hand_in(released_course, "ada", RIGHT)
    hand_in(released_course, "zoe", RIGHT)
    for student, (spoil, _) in SPOILT.items():
        spoil(hand_in(released_course, student, RIGHT))
    before = digests(released_course / "submitted")
    result = run_course("grade", "01_small", cwd=released_course)
    assert result.returncode == 1
    for student, (_, said) in SPOILT.items():
        (complaint,) = [
            line for line in result.stderr.splitlines() if line.startswith(f"{student}, 01_small:")
        ]
        assert said in complaint
        assert str(released_course / "submitted" / student / "01_small") in complaint
    assert "Traceback" not in result.stdout + result.stderr
    assert marks_in_record(released_course) == {"ada": 6, "zoe": 6}
    assert digests(released_course / "submitted") == before


@pytest.mark.parametrize("command", ["grade", "collect"])
def test_folders_in_folders_without_end_cost_nobody_else_anything(
    command: str, released_course: Path, tmp_path: Path
) -> None:
    hand_in(released_course, "ada", RIGHT)
    folder = hand_in(released_course, "max", RIGHT).parent
    here = Path.cwd()
    try:
        os.chdir(folder)
        for _ in range(1200):
            Path("d").mkdir()
            os.chdir("d")
    finally:
        os.chdir(here)
    if command == "collect":
        given = (released_course / "submitted").rename(tmp_path / "given")
        result = run_course("collect", str(given), cwd=released_course)
        assert {path.name for path in (released_course / "submitted").iterdir()} == {"ada", "max"}
    else:
        result = run_course("grade", "01_small", cwd=released_course)
        assert marks_in_record(released_course) == {"ada": 6}
    assert "Traceback" not in result.stderr
    assert "/d/d/d" in result.stderr
    subprocess.run(["rm", "-rf", folder if command == "grade" else given], check=True)


def test_a_file_name_that_is_not_text_costs_nobody_else_anything(released_course: Path) -> None:
    hand_in(released_course, "ada", RIGHT)
    folder = hand_in(released_course, "max", RIGHT).parent
    (folder / os.fsdecode(b"data of a long name " * 4 + b"\xff.csv")).write_text("1,2", encoding="utf-8")
    result = run_course("grade", "01_small", cwd=released_course)
    assert "Traceback" not in result.stderr
    assert marks_in_record(released_course) == {"ada": 6, "max": 6}


def test_what_grading_keeps_of_students_only_its_owner_may_read(released_course: Path) -> None:
    hand_in(released_course, "ada", RIGHT)
    before = set(released_course.rglob("*"))
    for command in (["grade", "01_small"], ["feedback", "01_small"], ["report"], ["export"]):
        assert run_course(*command, cwd=released_course).returncode == 0
    new = set(released_course.rglob("*")) - before
    assert {"ada.json", "01_small.html", "report.html", "marks.csv"} <= {path.name for path in new}
    assert [path for path in new if path.stat().st_mode & 0o077] == []


def test_grading_says_and_records_on_which_data(released_course: Path) -> None:
    hand_in(released_course, "ada", RIGHT)
    result = run_course("grade", "01_small", cwd=released_course)
    assert records(released_course)["ada"]["run"]["data"][0]["dataset"] == "digits"
    assert "01_small is graded on digits" in result.stdout


def test_one_student_can_be_graded_again_and_the_others_keep_their_marks(released_course: Path) -> None:
    hand_in(released_course, "ada", RIGHT)
    notebook = hand_in(released_course, "bob", PART)
    run_course("grade", "01_small", cwd=released_course)
    shutil.rmtree(notebook.parent)
    hand_in(released_course, "bob", RIGHT)
    result = run_course("grade", "01_small", "--student", "bob", cwd=released_course)
    assert result.returncode == 0
    assert "ada" not in result.stdout
    assert marks_in_record(released_course) == {"ada": 6, "bob": 6}


def test_a_student_without_a_lesson_means_what_this_student_handed_in_once(released_course: Path) -> None:
    hand_in(released_course, "ada", RIGHT)
    hand_in(released_course, "bob", RIGHT)
    result = run_course("grade", "--student", "ada", "--student", "ada", cwd=released_course)
    assert result.returncode == 0, result.stderr
    assert "1 of 1  ada, 01_small: 6 of 6" in result.stdout
    result = run_course("grade", "01_small", "01_small", "--force", cwd=released_course)
    assert "2 of 2" in result.stdout
    assert "3 of" not in result.stdout


def test_grading_again_keeps_marks_and_comments_given_by_hand(released_course: Path) -> None:
    hand_in(released_course, "ada", PART)
    run_course("grade", "01_small", cwd=released_course)
    place = ("01_small", "01_small", "ada")
    with Course.at(released_course).api.gradebook as gradebook:
        gradebook.find_grade("check_double", *place).manual_score = 1.5
        gradebook.find_comment("double", *place).manual_comment = "Nearly!"
        gradebook.db.commit()
    assert run_course("grade", "01_small", cwd=released_course).returncode == 0
    with Course.at(released_course).api.gradebook as gradebook:
        assert gradebook.find_grade("check_double", *place).manual_score == 1.5
        assert gradebook.find_comment("double", *place).manual_comment == "Nearly!"


def test_a_handed_in_module_does_not_stand_in_for_a_real_one(released_course: Path) -> None:
    notebook = hand_in(released_course, "eve", PRINTS)
    forged = notebook.with_name("helpers.py")
    forged.write_text("raise SystemExit('forged')", encoding="utf-8")
    run_course("grade", "01_small", cwd=released_course)
    assert not list((released_course / "autograded").rglob("helpers.py"))


def test_what_an_earlier_hand_in_brought_along_does_not_stay(released_course: Path) -> None:
    folder = hand_in(released_course, "ada", RIGHT).parent
    (folder / "data").mkdir()
    (folder / "data" / "mine.csv").write_text("1\n")
    (folder / "timestamp.txt").write_text("2026-03-01 12:00:00 UTC")
    assert run_course("grade", "01_small", cwd=released_course).returncode == 0
    graded = released_course / "autograded" / "ada" / "01_small"
    assert sorted(path.name for path in graded.rglob("*.*")) == [
        "01_small.ipynb",
        "mine.csv",
        "timestamp.txt",
    ]
    shutil.rmtree(folder / "data")
    (folder / "timestamp.txt").unlink()
    assert run_course("grade", "01_small", cwd=released_course).returncode == 0
    assert [path.name for path in graded.rglob("*")] == ["01_small.ipynb"]


def test_in_a_folder_of_the_course_its_own_folder_is_named(released_course: Path) -> None:
    result = run_course("report", cwd=released_course / "source" / "01_small")
    assert result.returncode == 1
    assert f"Change to {released_course}, or name it with --course." in result.stderr


def test_a_folder_of_no_lesson_is_named(released_course: Path) -> None:
    hand_in(released_course, "ada", RIGHT).parent.rename(released_course / "submitted" / "ada" / "01_smal")
    result = run_course("grade", cwd=released_course)
    assert result.returncode == 1
    assert "Not graded: the folder 01_smal of ada in " in result.stdout
    assert "Nothing was handed in: " in result.stderr


def test_hand_ins_in_no_folder_of_a_student_and_a_lesson_are_named(released_course: Path) -> None:
    handed_in, submitted = hand_in(released_course, "ada", RIGHT), released_course / "submitted"
    for place in submitted / "loose.ipynb", submitted / "bob" / "01_small.ipynb":
        place.parent.mkdir(exist_ok=True)
        shutil.copy(handed_in, place)
    for name in ".hidden", os.fsdecode(b"eve\xff"):
        shutil.copytree(submitted / "ada", submitted / name)
    result = run_course("grade", "01_small", cwd=released_course)
    assert result.returncode == 0
    said = " ".join(result.stdout.split())
    assert f"Not graded: {submitted / 'bob' / '01_small.ipynb'} and 1 more." in said
    assert f"Not graded: the folder 'eve\\udcff' in {submitted}." in said
    assert "hidden" not in result.stdout
    made = run_course("feedback", "01_small", cwd=released_course)
    assert made.returncode == 0, made.stderr
    assert [path.name for path in (released_course / "feedback").iterdir()] == ["ada"]


# Files may have so many kilobytes, as if the disk had room for no more: enough for the gradebook.
ROOM = 300


@pytest.mark.parametrize("command", ["grade", "feedback"])
def test_a_full_disk_is_one_line_and_what_was_graded_before_is_kept(
    command: str, released_course: Path
) -> None:
    hand_in(released_course, "ada", RIGHT)
    hand_in(released_course, "bob", f"{RIGHT}\n# {'x' * 1024 * ROOM}")
    assert run_course("grade", "--student", "ada", cwd=released_course).returncode == 0
    if command == "feedback":
        assert run_course("grade", cwd=released_course).returncode == 0
        shutil.rmtree(released_course / "reports" / "01_small" / ".visible")
    course = Path(sys.executable).parent / "course"
    result = subprocess.run(
        ["bash", "-c", f"ulimit -f {ROOM}; {course} {command}"],
        cwd=released_course,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "cannot be written: File too large" in result.stderr
    assert "ada" in marks_in_record(released_course)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["grade", "09_nothing"], "The lessons are: 01_small, 02_other."),
        (["grade", "01_small", "--student", "nobody"], "There is no student 'nobody' in"),
        (["grade", "--student", "adda"], "Did you mean ada?"),
        (["grade", "--student", "zoe"], "'zoe' handed in nothing: see "),
        (["grade", "01_small", "02_other", "--student", "ada"], "'ada' handed in nothing for 02_other: see "),
        (["grade", "02_other"], "Nothing was handed in for 02_other: "),
        (["feedback"], "Nothing has been graded yet. Run: course grade"),
        (["feedback", "01_small"], "01_small has not been graded yet. Run: course grade 01_small"),
        (["export"], "Nothing has been graded yet. Run: course grade"),
        (["report"], "Nothing has been graded yet. Run: course grade"),
        (["grade", "--course", "/nonexistent"], "is not a course"),
        (["export", "--course", "/My%20course"], "takes '%20' in a folder's name for something else"),
        (["grade", "--course", "/[red]"], "Rename the folder, then run the command again."),
    ],
)
def test_a_wrong_name_is_one_line_and_exit_code_1(
    arguments: list[str], said: str, released_course: Path
) -> None:
    hand_in(released_course, "ada", RIGHT)
    (released_course / "submitted" / "zoe").mkdir()
    result = run_course(*arguments, cwd=released_course)
    assert result.returncode == 1
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
