"""Forgetting a student removes all of the student and nothing of anybody else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from grader.classroom.course import Course
from grader.classroom.grading_lock import grading_lock
from grader.desk.keeping.forget import forget
from grader.errors import CourseError
from tests.course_here import run_course
from tests.grader.desk.feedback.classes import LESSON
from tests.grader.desk.keeping.contents import files, rows, sqlite


def bytes_with(text: str, folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


def test_all_of_a_student_goes_and_nothing_of_the_others(kept_course: Path) -> None:
    files_before, rows_before = files(kept_course), rows(sqlite(kept_course))
    (kept_course / ".nbgrader.log").write_text("[INFO] Autograding ada\n")
    (kept_course / "reports" / "report.html").write_text("<td>ada")
    # What a platform's file was called, and what a command that was killed had written so far.
    (kept_course / "exports").mkdir()
    (kept_course / "exports" / "Grades.TXT").write_text("ada: 3")
    (kept_course / "reports" / LESSON / ".ada.json.partial").write_text("ada: ")
    result = run_course("forget", "ada", "--yes", cwd=kept_course)
    assert result.returncode == 0, result.stderr
    for place in (
        "submitted",
        "autograded",
        "feedback",
        "small/ada.json",
        ".visible/ada.json",
        ".runs/ada.msgpack",
        "1 submission",
    ):
        assert place in result.stdout

    assert files(kept_course) == {
        path: digest
        for path, digest in files_before.items()
        if "/ada/" not in path and not path.endswith("/ada.json")
    }
    left = rows(sqlite(kept_course))
    gone = {name: len(rows_before[name]) - len(left[name]) for name in left}
    assert {name: count for name, count in gone.items() if count} == {
        "student": 1, "submitted_assignment": 1, "submitted_notebook": 1, "grade": 2, "comment": 2,
    }  # fmt: skip
    assert all(row in rows_before[name] for name in left for row in left[name])
    runs = kept_course / "reports" / LESSON / ".runs"
    assert {path.stem for path in runs.iterdir()} == {"adam", "Zoë Müller"}
    # Not even in parts of the gradebook's file that are not in use.
    assert not bytes_with("ada:", kept_course)
    assert not bytes_with("O'Neil", kept_course)
    assert not (kept_course / ".nbgrader.log").exists()
    assert not (kept_course / "reports" / "report.html").exists()
    assert run_course("grade", cwd=kept_course).returncode == 0


def test_comments_are_counted_that_somebody_wrote(kept_course: Path) -> None:
    assert "1 comment," in run_course("forget", "ada", "--yes", cwd=kept_course).stdout
    with Course.at(kept_course).api.gradebook as gradebook:
        gradebook.find_comment("double", LESSON, LESSON, "adam").manual_comment = None
        gradebook.db.commit()
    assert " comment" not in run_course("forget", "adam", "--yes", cwd=kept_course).stdout


def test_a_link_in_place_of_a_folder_goes_and_what_it_leads_to_stays(kept_course: Path) -> None:
    before = files(kept_course)
    (kept_course / "submitted" / "eve").symlink_to(kept_course / "submitted" / "ada")
    assert run_course("forget", "eve", "--yes", cwd=kept_course).returncode == 0
    assert files(kept_course) == before
    assert not (kept_course / "submitted" / "eve").is_symlink()


@pytest.mark.parametrize(
    "name",
    [
        "../submitted/ada",
        "a*",
        "Ada",
        "ada ",
        "",
        ".",
        "..",
        "ada/01_small",
        "nobody",
        "01_small",
        "%",
        "a\nb",
    ],
)
def test_other_names_remove_nothing_and_are_one_line(name: str, kept_course: Path) -> None:
    files_before, rows_before = files(kept_course), rows(sqlite(kept_course))
    with pytest.raises(CourseError, match="name") as refused:
        forget(Course.at(kept_course), name)
    assert "\n" not in str(refused.value)
    assert files(kept_course) == files_before
    assert rows(sqlite(kept_course)) == rows_before


def test_it_asks_first_and_waits_for_the_lock(kept_course: Path) -> None:
    before = files(kept_course)
    course = Path(sys.executable).parent / "course"
    asked = subprocess.run(
        [course, "forget", "ada"], cwd=kept_course, input="n\n", capture_output=True, text=True, check=False
    )
    assert asked.returncode == 1
    assert "Remove all of it?" in asked.stdout
    with grading_lock(Course.at(kept_course)):
        refused = run_course("forget", "ada", "--yes", cwd=kept_course)
    assert refused.returncode == 1
    assert len(refused.stderr.strip().splitlines()) == 1
    assert "Wait until it has ended" in refused.stderr
    assert files(kept_course) == before
