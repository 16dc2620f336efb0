"""Exporting: marks and feedback come back in the files that platforms gave, and run nothing in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from grader.classroom.course import Course
from grader.classroom.database import tell_nbgrader_the_schema
from grader.classroom.lesson import Lesson
from grader.desk.collecting.platform_names import PlatformName, keep_platform_name, platform_names
from grader.desk.exporting.export import export
from grader.desk.exporting.feedback_zip import feedback_zip
from grader.desk.exporting.formats import Format, Platform
from grader.desk.feedback.give import give_feedback
from grader.desk.feedback.marks_given import marks_given
from grader.desk.feedback.stamp import stamp_of
from grader.errors import CourseError
from grader.limits import Limits
from suites.small_lessons import answer, check
from tests.course_here import run_course
from tests.grader.desk.collecting.platforms import LESSON, make_course
from tests.grader.desk.feedback import classes

STUDENTS = {
    "ada": ("Ada", "Lovelace, née Byron", "ada@x.org", "101"),
    "bo": ("=HYPERLINK(1)", "علي", "bo@x.org", "102"),
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Two students: ada with 3 by hand instead of 1, bo with 4, late for 1."""
    course = make_course(tmp_path_factory.mktemp("graded") / "course")
    tell_nbgrader_the_schema()
    with Gradebook(course.gradebook_url, "") as gradebook:
        gradebook.add_assignment(LESSON)
        gradebook.add_notebook(LESSON, LESSON)
        gradebook.add_grade_cell("check_double", LESSON, LESSON, max_score=6, cell_type="code")
        for student, (first, last, email, lms) in STUDENTS.items():
            gradebook.add_student(student, first_name=first, last_name=last, email=email, lms_user_id=lms)
            gradebook.add_submission(LESSON, student, timestamp=datetime(2026, 1, 2))
            grade = gradebook.find_grade("check_double", LESSON, LESSON, student)
            grade.auto_score, grade.manual_score = (1.0, 3.0) if student == "ada" else (4.0, None)
            grade.needs_manual_grade = False
        gradebook.find_submission_notebook(LESSON, LESSON, "bo").late_submission_penalty = 1.0
        gradebook.db.commit()
    for student, number in (("ada", 7001), ("bo", 7002)):
        label = f"{student}_{number}_assignsubmission_file"
        keep_platform_name(course, student, LESSON, PlatformName("moodle", label, "x", ()))
    return course


def test_who_has_handed_in_and_is_not_graded_is_named(graded: Course) -> None:
    folder = graded.submitted / "eve" / LESSON
    folder.mkdir(parents=True)
    told = export(graded, [LESSON], Format.CSV).notices
    shutil.rmtree(folder.parent)
    assert told[-1].startswith(f"Handed in and not graded, so without marks for {LESSON} here: eve. ")
    assert not any("eve" in notice for notice in export(graded, [LESSON], Format.CSV).notices)


def test_the_plain_table_runs_nothing_and_keeps_names(graded: Course) -> None:
    content = export(graded, [LESSON], Format.CSV).path.read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(content)))
    assert rows[1:] == [
        ["ada", "Lovelace, née Byron", "Ada", "ada@x.org", "3", "3", ""],
        ["bo", "علي", "'=HYPERLINK(1)", "bo@x.org", "3", "3", ""],
    ]


def test_json_lines_say_each_exercise(graded: Course) -> None:
    lines = export(graded, [LESSON], Format.JSON_LINES).path.read_text(encoding="utf-8").splitlines()
    ada, bo = map(json.loads, lines)
    assert ada["exercises"][0]["by_hand"] is True
    assert (bo["points"], bo["late_penalty"], bo["possible"]) == (3.0, 1.0, 6.0)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_moodles_worksheet_in_german_changes_in_its_marks_alone(
    graded: Course, tmp_path: Path, encoding: str
) -> None:
    before = (
        'ID;"Vollständiger Name";E-Mail-Adresse;Status;Bewertung;Bestwertung;"Feedback als Kommentar"\r\n'
        'Teilnehmer/in7001;"Ada ""A"" Lovelace";-;Abgegeben;-;6,00;\r\n'
        "Teilnehmer/in7002;Bo;bo@x.org;Abgegeben;;6,00;ok\r\n"
        "Teilnehmer/in7009;Cy;cy@x.org;;;6,00;\r\n"
    )
    path = tmp_path / "worksheet.csv"
    path.write_bytes(before.encode(encoding))
    exported = export(graded, [LESSON], Format.MOODLE, path)
    after = before.replace("Abgegeben;-;", "Abgegeben;3,00;").replace("Abgegeben;;", "Abgegeben;3,00;")
    assert exported.path.read_bytes() == after.encode(encoding)
    assert exported.problems == []


def test_marks_go_into_the_column_of_points_alone(graded: Course, tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    columns = ",".join(f"Assignment: {LESSON} ({kind})" for kind in ("Real", "Percentage", "Feedback"))
    path.write_text(f"First name,Last name,Email address,{columns}\nAda,Byron,ada@x.org,-,-,good\n")
    content = export(graded, [LESSON], Format.MOODLE, path).path.read_text()
    assert content.splitlines()[1] == "Ada,Byron,ada@x.org,3.00,-,good"
    path.write_text(f"Student,ID,{LESSON} (77),{LESSON} (99)\nAda,101,,\n")
    with pytest.raises(CourseError, match=rf"several columns for {LESSON}: {LESSON} \(77\), {LESSON} \(99\)"):
        export(graded, [LESSON], Format.CANVAS, path)


def test_numbers_are_written_as_the_file_writes_them(graded: Course, tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    head = f"First name;Last name;Email address;{LESSON}\n"
    for number, written in (("1.50", "3.00"), ("1,50", "3,00"), ("-", "3,00")):
        path.write_text(f"{head}Ada;Byron;ada@x.org;{number}\n")
        content = export(graded, [LESSON], Format.MOODLE, path).path.read_text()
        assert content.splitlines()[1].endswith(f";{written}")
    path.write_text(f"Student,ID,{LESSON} (5)\nAda,101,EX\nBo,102,\n")
    exported = export(graded, [LESSON], Format.CANVAS, path)
    assert exported.path.read_text().splitlines()[1:] == ["Ada,101,EX", "Bo,102,3.00"]
    assert [problem for problem in exported.problems if "ada is excused" in problem] != []


def test_a_row_of_somebody_else_with_the_same_name_gets_no_marks(graded: Course, tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    path.write_text(f'Student,ID,{LESSON} (5)\n"Lovelace, née Byron, Ada",999,\nBo,102,\n')
    exported = export(graded, [LESSON], Format.CANVAS, path)
    assert exported.path.read_text().splitlines()[1].endswith(",999,")
    assert any(problem.startswith("ada is not in") for problem in exported.problems)
    path.write_text(
        f'First name,Last name,{LESSON}\nAda,"Lovelace, née Byron",\nAda,"Lovelace, née Byron",\n'
    )
    with pytest.raises(CourseError, match="none of the students"):
        export(graded, [LESSON], Format.MOODLE, path)


def test_the_worksheet_of_another_assignment_is_refused(graded: Course, tmp_path: Path) -> None:
    path = tmp_path / "worksheet.csv"
    path.write_text("Identifier,Full name,Grade,Maximum Grade\nParticipant 9001,Ada Lovelace,,6.00\n")
    with pytest.raises(CourseError, match="is the worksheet of another assignment"):
        export(graded, [LESSON], Format.MOODLE, path)


def test_canvas_gradebook_keeps_its_columns(graded: Course, tmp_path: Path) -> None:
    before = (
        f"Student,ID,SIS User ID,SIS Login ID,Section,{LESSON} (55),Current Score\n"
        "    Points Possible,,,,,6.00,(read only)\n"
        '"Lovelace, Ada",101,,ada,One,,88\n'
        '"=cmd()",102,,,One,,\n'
        "Eve;=cmd|' /c calc'!A0;x,9,,,One,,\n"
        "Eve;\t+cmd|' /c calc'!A0;x,9,,,One,,\n"
        "Good; -2 (units),9,,,One,,\n"
        '"Student, Test",9,,,One,,\n'
    )
    path = tmp_path / "grades.csv"
    path.write_text(before, encoding="utf-8")
    after = before.replace("ada,One,,", "ada,One,3.00,").replace("102,,,One,,", "102,,,One,3.00,")
    after = after.replace("=cmd()", "'=cmd()").replace('"\'=cmd()"', "'=cmd()")
    # What another spreadsheet takes for a cell of its own.
    after = after.replace("Eve;=", "Eve;'=").replace("Eve;\t+", "Eve;\t'+")
    assert export(graded, [LESSON], Format.CANVAS, path).path.read_text(encoding="utf-8") == after


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (f"Student,ID,Section,{LESSON} (1)\nPoints,,,100\nA,101,,\n", "gives 100 points"),
        ("Student,ID,Section,other (1)\nA,101,,\n", "no column for 01_small"),
        ("Name,Mark\nA,1\n", "not a gradebook of Canvas"),
        (f"Student,ID,Section,{LESSON}\nA,999,,\n", "none of the students"),
    ],
)
def test_a_file_that_does_not_fit_is_one_line(
    graded: Course, tmp_path: Path, content: str, told: str
) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CourseError, match=told) as raised:
        export(graded, [LESSON], Format.CANVAS, path)
    assert "\n" not in str(raised.value)
    assert not (graded.root / "exports" / "wrong.csv").exists()


def test_where_nothing_can_be_written_is_one_line(graded: Course) -> None:
    shutil.rmtree(graded.root / "exports", ignore_errors=True)
    (graded.root / "exports").write_text("A file, where a folder should be.", encoding="utf-8")
    page = graded.feedback / "ada" / LESSON / f"{LESSON}.html"
    page.parent.mkdir(parents=True)
    page.write_text("A page.", encoding="utf-8")
    for write in (
        lambda: export(graded, [LESSON], Format.CSV),
        lambda: feedback_zip(graded, LESSON, Platform.MOODLE),
    ):
        with pytest.raises(CourseError, match=r"exports/.* cannot be written: File exists"):
            write()
    (graded.root / "exports").unlink()
    shutil.rmtree(graded.feedback)


def test_marks_without_a_gradebook_are_one_line_and_make_none(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    with pytest.raises(CourseError, match="has not been graded yet"):
        export(course, [LESSON], Format.CSV)
    assert not (course.root / "gradebook.db").exists()


def test_feedback_is_packed_as_the_platform_named_the_hand_ins(graded: Course) -> None:
    for student in ("ada", "bo", "cy"):
        page = graded.feedback / student / LESSON / f"{LESSON}.html"
        page.parent.mkdir(parents=True)
        with Gradebook(graded.gradebook_url, "") as gradebook:
            given = marks_given(gradebook, LESSON, student)
        stamp = stamp_of(Lesson(graded, LESSON, Limits()), student, given)
        page.write_text(f'<meta name="made-from" content="{stamp}">', encoding="utf-8")
    label = f"ekbo_LATE_102_9002_{LESSON}-1.ipynb"
    keep_platform_name(graded, "bo", LESSON, PlatformName("canvas", label, "x", ()))
    moodle = feedback_zip(graded, LESSON, Platform.MOODLE)
    canvas = feedback_zip(graded, LESSON, Platform.CANVAS)
    assert zipfile.ZipFile(moodle.path).namelist() == [f"ada_7001_assignsubmission_file/{LESSON}.html"]
    assert zipfile.ZipFile(canvas.path).namelist() == [f"ekbo_LATE_102_9002_{LESSON}.html"]
    assert [problem.partition(":")[0] for problem in moodle.problems] == ["bo", "cy"]
    keep_platform_name(graded, "bo", LESSON, platform_names(graded, "ada")[LESSON])
    doubled = feedback_zip(graded, LESSON, Platform.MOODLE)
    assert (doubled.pages, len(doubled.problems)) == (0, 3)
    assert doubled.problems[0].startswith("ada: not in the zip, as bo has the same hand-in.")


def test_a_page_of_an_earlier_hand_in_is_not_handed_back(tmp_path: Path) -> None:
    made = classes.make_course(
        tmp_path / "course", answer("double", "double = 2"), check("check_double", "assert double == 2")
    )
    course = Course.at(made)
    for student in ("ada", "bob"):
        classes.hand_in(made, student, double="double = 1")
        keep_platform_name(course, student, LESSON, PlatformName("moodle", student, "x", ()))
    classes.grade(made)
    classes.feedback(made)
    assert feedback_zip(course, LESSON, Platform.MOODLE).pages == 2
    classes.hand_in(made, "ada", double="double = 2")
    packed = feedback_zip(course, LESSON, Platform.MOODLE)
    assert zipfile.ZipFile(packed.path).namelist() == [f"bob/{LESSON}.html"]
    assert packed.problems == [
        "ada: not in the zip, as the page is older than what was handed in. "
        f"Run: course grade {LESSON} --student ada, then course feedback {LESSON}"
    ]
    refused = give_feedback(course, LESSON, ["ada"], lambda _done, _student: None)
    assert "was changed after it was graded" in refused.problems[0]
    classes.grade(made)
    result = run_course("hand-back", LESSON, "--for", "moodle", cwd=made)
    assert result.returncode == 1
    assert result.stderr == (
        f"ada: not in the zip, as the page is older than the marks. Run: course feedback {LESSON}\n"
    )
    classes.feedback(made)
    assert feedback_zip(course, LESSON, Platform.MOODLE).problems == []
    with Gradebook(course.gradebook_url, "") as gradebook:
        gradebook.find_grade("check_double", LESSON, LESSON, "bob").manual_score = 0.5
        gradebook.db.commit()
    assert feedback_zip(course, LESSON, Platform.MOODLE).problems == [
        f"bob: not in the zip, as the page is older than the marks. Run: course feedback {LESSON}"
    ]
