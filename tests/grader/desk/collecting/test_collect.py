"""Collecting: what platforms give lies where grading looks for it, and what is unsafe or nobody's does not."""

from __future__ import annotations

import io
import shutil
import stat
import time
import zipfile
from pathlib import Path

import pytest

from grader.classroom.course import Course
from grader.classroom.database import tell_nbgrader_the_schema
from grader.desk.collecting.collect import Collected, collect
from grader.desk.collecting.placing import Placed
from grader.desk.collecting.platform_names import platform_names
from grader.desk.keeping.forget import forget
from grader.errors import CourseError
from tests.course_here import run_course
from tests.grader.desk.collecting.platforms import (
    LESSON,
    OTHER,
    another,
    make_course,
    make_zip,
    solved,
    taken,
)

ROSTER = "id,first name,last name,email,canvas id\nada,Ada,Lovelace,ada@x.org,101\nbo,Bo,Ek,bo@x.org,102\n"
NOTEBOOK = f"{LESSON}.ipynb"


@pytest.fixture(scope="session")
def gradebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty gradebook, which takes seconds to make."""
    from nbgrader.api import Gradebook

    tell_nbgrader_the_schema()
    path = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    Gradebook(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def course(tmp_path: Path, gradebook: Path) -> Course:
    made = make_course(tmp_path / "course")
    shutil.copy(gradebook, made.root)
    return made


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "roster.csv"
    path.write_text(ROSTER, encoding="utf-8")
    return path


def students_of(course: Course) -> dict[str, tuple[str, str, str, str]]:
    from nbgrader.api import Gradebook

    with Gradebook(course.gradebook_url, course.course_id) as gradebook:
        return {
            each.id: (each.first_name, each.last_name, each.email, each.lms_user_id)
            for each in gradebook.students
        }


LAYOUTS = {
    "canvas": (
        f"lovelaceada_101_9001_{NOTEBOOK}",
        f"ekbo_LATE_102_9002_{LESSON}-1.ipynb",
    ),
    "moodle": (
        f"Ada Lovelace_7001_assignsubmission_file_/{NOTEBOOK}",
        f"Bo Ek_7002_assignsubmission_file/{LESSON} (1).ipynb",
    ),
    "moodle, flat": (
        f"Gruppe B-Ada Lovelace_7001_assignsubmission_file_{NOTEBOOK}",
        f"Gruppe A-Bo Ek_7002_assignsubmission_file_{LESSON}-Kopie.ipynb",
    ),
    "ilias": (
        f"Übung 1/Abgaben/Lovelace_Ada_ada_201/{NOTEBOOK}",
        f"Übung 1/Abgaben/Ek_Bo_bo_202/Copy of {NOTEBOOK}",
    ),
    "nbgrader": (f"submitted/ada/{LESSON}/{NOTEBOOK}", f"submitted/bo/{LESSON}/{NOTEBOOK}"),
    "exchange": (
        f"inbound/ada+{LESSON}+2026-01-02 10:00:00 UTC+x/{NOTEBOOK}",
        f"inbound/bo+{LESSON}+2026-01-02 10:00:00 UTC+y/{NOTEBOOK}",
    ),
    "notebooks named by student": ("ada.ipynb", f"Copy of {LESSON}_Bo Ek.ipynb"),
    "a folder of notebooks named by student": (f"{LESSON}/ada.ipynb", f"{LESSON}/Bo Ek - {LESSON}.ipynb"),
    "folders named by student": (f"class/ada/{NOTEBOOK}", f"class/Bo Ek/work/{NOTEBOOK}"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_platforms_layout_is_taken_by_the_roster(course: Course, roster: Path, layout: str) -> None:
    files = {path: solved(says=f"return {number}") for number, path in enumerate(LAYOUTS[layout])}
    collected = collect(course, make_zip(course.root / "given.zip", files), roster=roster)
    assert collected.problems == []
    assert list(taken(course)) == [f"ada/{LESSON}/{NOTEBOOK}", f"bo/{LESSON}/{NOTEBOOK}"]
    assert "return 0" in taken(course)[f"ada/{LESSON}/{NOTEBOOK}"]
    assert students_of(course)["ada"] == ("Ada", "Lovelace", "ada@x.org", "101")


def test_gradescope_says_whose_and_when(course: Course, roster: Path) -> None:
    metadata = """\
submission_1:
  :submitters:
  - :name: Ada Lovelace
    :sid: ada
    :email: ada@x.org
  :created_at: 2026-01-02 15:05:30.123456000 Z
submission_2:
  :submitters:
  - :name: Bo Ek
    :sid: ''
    :email: bo@x.org
  :created_at: 2026-01-03 00:00:00 +0100
"""
    files = {
        "assignment_1_export/submission_metadata.yml": metadata.encode(),
        f"assignment_1_export/submission_1/{NOTEBOOK}": solved(),
        f"assignment_1_export/submission_2/{NOTEBOOK}": solved(),
        f"assignment_1_export/submission_3/{NOTEBOOK}": solved(),
    }
    collected = collect(course, make_zip(course.root / "given.zip", files), roster=roster)
    assert taken(course)[f"ada/{LESSON}/timestamp.txt"].startswith("2026-01-02 15:05:30")
    assert taken(course)[f"bo/{LESSON}/timestamp.txt"].startswith("2026-01-02 23:00:00")
    assert len(collected.problems) == 1
    assert "submission_3" in collected.problems[0]


def test_without_a_roster_students_are_called_as_on_the_platform(course: Course) -> None:
    files = {
        f"Ada Lovelace_7001_assignsubmission_file_/{NOTEBOOK}": solved(),
        f"Bo Ek_7002_assignsubmission_file_/{NOTEBOOK}": solved(),
        f"Bo Ek_7003_assignsubmission_file_/{NOTEBOOK}": solved(says="return x + x"),
    }
    collected = collect(course, make_zip(course.root / "given.zip", files))
    assert list(taken(course)) == [f"Ada-Lovelace/{LESSON}/{NOTEBOOK}"]
    assert ["--roster" in problem for problem in collected.problems] == [True, True]


def test_a_roster_of_others_enters_nobody(course: Course, tmp_path: Path) -> None:
    given = make_zip(course.root / "given.zip", {path: solved() for path in LAYOUTS["canvas"]})
    others = tmp_path / "others.csv"
    others.write_text("name,mail\nAda,a\n", encoding="utf-8")
    collected = collect(course, given, roster=others)
    assert not collected.placed
    assert f"None of them is on {others}, whose students are called a." in collected.problems[-1]
    assert students_of(course) == {}


def test_a_text_in_place_of_a_notebook_is_named(course: Course, roster: Path) -> None:
    files = {
        f"Ada Lovelace_7001_assignsubmission_file_/{NOTEBOOK}": solved(),
        "Ada Lovelace_7001_assignsubmission_onlinetext_/onlinetext.html": b"<p>as agreed</p>",
        "Bo Ek_7002_assignsubmission_onlinetext_/onlinetext.html": b"<p>def f(): ...</p>",
    }
    collected = collect(course, make_zip(course.root / "given.zip", files), roster=roster)
    assert collected.problems == [
        "Bo Ek (Moodle 7002): a text was handed in, and no notebook. Ask for the notebook."
    ]


def test_a_student_of_the_same_name_from_another_platform_is_named(course: Course) -> None:
    moodle = {f"Ada Lovelace_7001_assignsubmission_file_/{NOTEBOOK}": solved()}
    assert collect(course, make_zip(course.root / "moodle.zip", moodle)).notices == []
    exported = {
        "assignment_1_export/submission_metadata.yml": b"submission_1:\n  :submitters:\n  - :name: Ada Lovelace\n"
        b"    :sid: al01\n  :created_at: 2026-01-02 15:05:30 Z\n",
        f"assignment_1_export/submission_1/{NOTEBOOK}": solved(),
    }
    (notice,) = collect(course, make_zip(course.root / "gradescope.zip", exported)).notices
    assert notice.startswith("al01: Ada Lovelace is already in the course as Ada-Lovelace.")


@pytest.mark.parametrize("layout", ["canvas", "moodle", "moodle, flat"])
def test_a_student_of_the_course_is_not_entered_under_another_name(
    course: Course, roster: Path, layout: str
) -> None:
    given = make_zip(course.root / "given.zip", {path: solved() for path in LAYOUTS[layout]})
    collect(course, given)
    before, known = taken(course), students_of(course)
    refused = collect(course, given, roster=roster)
    assert taken(course) == before
    assert students_of(course) == known
    assert not refused.placed
    assert [line.partition(". (")[0] for line in refused.problems] == [
        f"{own}: is already in the course as {student}. Write {student} into the roster as the id, and "
        "collect again"
        for own, student in zip(("ada", "bo"), sorted(known, key=lambda id: "ek" in id.lower()), strict=True)
    ]
    for student in known:
        forget(course, student)
    assert collect(course, given, roster=roster).problems == []
    again = collect(course, given)
    assert ["the same --roster as before" in line for line in again.problems] == [True, True]


def test_who_has_handed_in_nothing_is_not_entered_under_another_name_either(
    course: Course, roster: Path
) -> None:
    empty = make_zip(course.root / "empty.zip", {f"ekbo_102_9002_{NOTEBOOK}": b""})
    collect(course, empty)
    given = make_zip(course.root / "given.zip", {f"lovelaceada_101_9001_{NOTEBOOK}": solved()})
    collected = collect(course, given, roster=roster)
    assert [line.partition(". ")[0] for line in collected.problems] == [
        "bo: is already in the course as ekbo-102"
    ]
    assert students_of(course).keys() == {"ada", "ekbo-102"}


def test_a_roster_with_new_ids_is_one_line_and_costs_nobody_a_mark(course: Course, tmp_path: Path) -> None:
    def rostered(prefix: str) -> Path:
        path = tmp_path / f"{prefix}.csv"
        rows = [f"{prefix}{number},Student,Number{number},{number}" for number in range(5)]
        path.write_text("\n".join(["id,first name,last name,canvas id", *rows]), encoding="utf-8")
        return path

    files = {f"numberstudent_{number}_90{number}_{NOTEBOOK}": solved() for number in range(5)}
    given = make_zip(course.root / "given.zip", files)
    collect(course, given, roster=rostered("s"))
    before = taken(course)
    collected = collect(course, given, roster=rostered("m"))
    assert collected.notices == []
    assert collected.problems == [
        "5 students are in the course under other ids than in this roster: m0 is s0, m1 is s1, m2 is s2 and "
        "so on. Collect with the roster you used before, or write the ids it had into this one."
    ]
    assert taken(course) == before


def test_whom_the_platform_tells_apart_are_not_named_as_one(course: Course, tmp_path: Path) -> None:
    for own, number in (("ada", 101), ("ada2", 102)):
        roster = tmp_path / f"{own}.csv"
        roster.write_text(f"id,first name,last name,canvas id\n{own},Ada,Byron,{number}\n", encoding="utf-8")
        files = {f"byronada_{number}_9001_{NOTEBOOK}": solved()}
        assert collect(course, make_zip(tmp_path / "given.zip", files), roster=roster).notices == []


def test_names_that_differ_in_capital_letters_or_accents_only_need_a_roster(course: Course) -> None:
    files = {f"{name}.ipynb": solved() for name in ("ada", "Ada", "zo\u00eb", "Bo", "ZOE\u0308")}
    collected = collect(course, make_zip(course.root / "given.zip", files))
    assert list(taken(course)) == [f"Bo/{LESSON}/{NOTEBOOK}"]
    assert len([problem for problem in collected.problems if "--roster" in problem]) == 4


@pytest.mark.parametrize("place", [".", "source", f"source/{LESSON}/{NOTEBOOK}", "autograded"])
def test_the_courses_own_notebooks_are_no_hand_ins(course: Course, place: str) -> None:
    with pytest.raises(CourseError, match="the course's own notebooks"):
        collect(course, course.root / place)
    assert not course.submitted.exists()


def test_copies_modules_and_zips_of_one_student_make_one_hand_in(course: Course, roster: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr(f"work/{OTHER}.ipynb", solved("treble"))
        archive.writestr("work/layers.py", "x = 1")
    folder = "Ada Lovelace_7001_assignsubmission_file_"
    files = {
        f"{folder}/{NOTEBOOK}": solved(says="return 0"),
        f"{folder}/{LESSON} (1).ipynb": solved(says="return 1"),
        f"{folder}/helper/mine.py": b"y = 2",
        f"{folder}/other.zip": inner.getvalue(),
        f"{folder}/timestamp.txt": b"2000-01-01 00:00:00 UTC",
        f"{folder}/__MACOSX/._{NOTEBOOK}": b"junk",
    }
    collected = collect(course, make_zip(course.root / "given.zip", files), [LESSON], roster=roster)
    there = taken(course)
    assert "return 1" in there[f"ada/{LESSON}/{NOTEBOOK}"]
    assert there[f"ada/{LESSON}/helper/mine.py"] == "y = 2"
    # A student does not say when they handed in, and only what was asked for is taken.
    assert not [path for path in there if "timestamp" in path or OTHER in path]
    assert any("newest" in notice and LESSON in notice for notice in collected.notices)


def test_a_notebook_is_known_by_its_cells(course: Course, roster: Path) -> None:
    files = {
        f"lovelaceada_101_1_{NOTEBOOK}": solved("treble"),
        "ekbo_102_2_homework.ipynb": another(),
    }
    collected = collect(course, make_zip(course.root / "given.zip", files), roster=roster)
    assert list(taken(course)) == [f"ada/{OTHER}/{OTHER}.ipynb"]
    assert collected.problems == [
        "bo: homework.ipynb has no exercise of this course. Ask for the right notebook."
    ]


def _canvas(course: Course, number: int, says: str, roster: Path) -> Collected:
    files = {f"lovelaceada_101_{number}_{NOTEBOOK}": solved(says=says)}
    return collect(course, make_zip(course.root / f"{number}.zip", files), roster=roster)


def test_lines_name_what_was_handed_in_in_place_of_a_notebook(course: Course) -> None:
    files = {"ada/essay.docx": b"x", "bo/double.py": b"x", f"cy/{NOTEBOOK}": solved(), "notes.txt": b"x"}
    files["???.ipynb"] = solved()
    collected = collect(course, make_zip(course.root / "given.zip", files))
    assert collected.problems == [
        "notes.txt was skipped: it is not a notebook.",
        collected.problems[1],
        "ada: essay.docx was handed in, and no notebook. Ask for the notebook.",
        "bo: double.py was handed in, and no notebook. Ask for the notebook.",
    ]
    assert collected.problems[1].startswith("???: its name does not identify a student (")


def test_lessons_that_were_not_asked_for_are_one_line(course: Course) -> None:
    files = {f"student{number}/{OTHER}.ipynb": solved("treble") for number in range(40)}
    files |= {f"student{number}/{NOTEBOOK}": solved() for number in range(40)}
    given = make_zip(course.root / "given.zip", files)
    result = run_course("collect", given, LESSON, cwd=course.root)
    assert result.returncode == 0, result.stderr
    said = [line for line in result.stdout.splitlines() if OTHER in line]
    assert said == [f"{OTHER} was left out of 40 hand-ins: other lessons were asked for."]


def test_canvas_test_student_is_no_student(course: Course, tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    path.write_text(
        'Student,ID,SIS Login ID,Section\n"Lovelace, Ada",101,ada,One\n"Student, Test",9,x,One\n', "utf-8"
    )
    files = {f"lovelaceada_101_1_{NOTEBOOK}": solved(), f"studenttest_9_2_{NOTEBOOK}": solved()}
    given = make_zip(course.root / "given.zip", files)
    for roster in (path, None):
        collected = collect(course, given, roster=roster)
        assert "studenttest (Canvas 9) was skipped: it is Canvas' test student." in collected.notices
        assert list(students_of(course)) == ["ada"]


def test_a_late_hand_in_is_named_only_where_it_counts(course: Course, roster: Path) -> None:
    late = make_zip(course.root / "late.zip", {f"lovelaceada_LATE_101_1_{NOTEBOOK}": solved()})
    again = {f"lovelaceada_101_2_{NOTEBOOK}": solved(says="return x + x")}
    assert collect(course, late, roster=roster).late == {LESSON: ["ada"]}
    assert collect(course, make_zip(course.root / "again.zip", again), roster=roster).late == {}
    assert collect(course, late, roster=roster).late == {}


def test_a_newer_hand_in_replaces_and_an_older_one_never_does(course: Course, roster: Path) -> None:
    assert _canvas(course, 5, "return 5", roster).placed == {(LESSON, Placed.NEW): ["ada"]}
    before = taken(course)
    assert _canvas(course, 5, "return 5", roster).placed == {(LESSON, Placed.UNCHANGED): ["ada"]}
    assert _canvas(course, 4, "return 4", roster).placed == {(LESSON, Placed.OLDER): ["ada"]}
    assert taken(course) == before
    assert _canvas(course, 6, "return 6", roster).placed == {(LESSON, Placed.REPLACED): ["ada"]}
    assert "return 6" in taken(course)[f"ada/{LESSON}/{NOTEBOOK}"]


def test_what_an_instructor_put_there_is_not_replaced(course: Course, roster: Path) -> None:
    path = course.submitted / "ada" / LESSON / NOTEBOOK
    path.parent.mkdir(parents=True)
    path.write_bytes(solved(says="return 'by hand'"))
    collected = _canvas(course, 5, "return 5", roster)
    assert "nothing says which is newer" in collected.problems[0]
    assert "by hand" in path.read_text(encoding="utf-8")


def test_what_an_instructor_writes_beside_a_hand_in_keeps_nothing_from_being_collected(
    course: Course, roster: Path
) -> None:
    _canvas(course, 5, "return 5", roster)
    folder = course.submitted / "ada" / LESSON
    beside = {
        "timestamp.txt": "2026-01-02 10:00:00 UTC",
        ".DS_Store": "x",
        "note.txt": "Came by mail.",
    }
    for name, text in beside.items():
        (folder / name).write_text(text, encoding="utf-8")
    before = taken(course)
    assert _canvas(course, 5, "return 5", roster).placed == {(LESSON, Placed.UNCHANGED): ["ada"]}
    assert _canvas(course, 4, "return 4", roster).placed == {(LESSON, Placed.OLDER): ["ada"]}
    assert taken(course) == before
    assert _canvas(course, 6, "return 6", roster).placed == {(LESSON, Placed.REPLACED): ["ada"]}
    # The time was that of the one before.
    assert list(taken(course)) == [f"ada/{LESSON}/{NOTEBOOK}", f"ada/{LESSON}/note.txt"]
    assert "return 6" in taken(course)[f"ada/{LESSON}/{NOTEBOOK}"]


def test_the_time_in_timestamp_txt_says_which_is_newer(course: Course) -> None:
    def exchanged(hour: int, says: str) -> dict[tuple[str, Placed], list[str]]:
        time = f"2026-01-02 {hour}:00:00 UTC"
        folder = f"inbound/ada+{LESSON}+{time}+x"
        files = {f"{folder}/{NOTEBOOK}": solved(says=says), f"{folder}/timestamp.txt": time.encode()}
        return collect(course, make_zip(course.root / "given.zip", files)).placed

    assert exchanged(12, "return 1") == {(LESSON, Placed.NEW): ["ada"]}
    stamp = course.submitted / "ada" / LESSON / "timestamp.txt"
    stamp.write_text("2026-01-02 11:00:00 UTC", encoding="utf-8")
    assert exchanged(12, "return 1") == {(LESSON, Placed.UNCHANGED): ["ada"]}
    assert "11:00" in stamp.read_text(encoding="utf-8")
    assert exchanged(10, "return 2") == {(LESSON, Placed.OLDER): ["ada"]}
    assert exchanged(13, "return 1") == {(LESSON, Placed.REPLACED): ["ada"]}
    assert "13:00" in stamp.read_text(encoding="utf-8")


def test_a_time_that_can_be_read_in_two_ways_makes_nobody_punctual(course: Course) -> None:
    def exchanged(time: str) -> Collected:
        folder = f"inbound/ada+{LESSON}+x"
        files = {f"{folder}/{NOTEBOOK}": solved(), f"{folder}/timestamp.txt": time.encode()}
        return collect(course, make_zip(course.root / "given.zip", files))

    refused = exchanged("05.11.2026 13:05")
    (problem,) = refused.problems
    assert "timestamp.txt does not say when it was handed in. Write it in one line, as 2026-" in problem
    assert not refused.placed
    exchanged("2026-11-05 13:05:00 UTC")
    (course.submitted / "ada" / LESSON / "timestamp.txt").write_text("05.11.2026 13:05", encoding="utf-8")
    (problem,) = exchanged("2026-11-06 13:05:00 UTC").problems
    assert "timestamp.txt does not say when it was handed in. Write it" in problem


def test_killed_between_two_folders_the_old_one_comes_back(course: Course, roster: Path) -> None:
    _canvas(course, 5, "return 5", roster)
    old = course.root / ".collecting" / "old" / "ada"
    old.mkdir(parents=True)
    (course.submitted / "ada" / LESSON).rename(old / LESSON)
    assert _canvas(course, 4, "return 4", roster).placed == {(LESSON, Placed.OLDER): ["ada"]}
    assert "return 5" in taken(course)[f"ada/{LESSON}/{NOTEBOOK}"]
    assert not (course.root / ".collecting").exists()


def test_killed_before_it_is_noted_the_same_again_notes_it(course: Course, roster: Path) -> None:
    _canvas(course, 1, "return 1", roster)
    record = course.reports / "collected" / "ada.json"
    noted = record.read_bytes()
    _canvas(course, 2, "return 2", roster)
    record.write_bytes(noted)
    _canvas(course, 2, "return 2", roster)
    assert platform_names(course, "ada")[LESSON].number == 2
    _canvas(course, 3, "return 3", roster)
    assert "return 3" in taken(course)[f"ada/{LESSON}/{NOTEBOOK}"]


def test_unsafe_files_are_refused_one_by_one(course: Course, roster: Path) -> None:
    path = course.root / "given.zip"
    link = zipfile.ZipInfo("ekbo_102_7_link.py")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"lovelaceada_101_1_{NOTEBOOK}", solved())
        archive.writestr("../../lovelaceada_101_2_out.py", b"x")
        archive.writestr("/lovelaceada_101_3_root.py", b"x")
        archive.writestr("lovelaceada_101_4_bomb.py", bytes(20_000_000))
        archive.writestr(link, "/etc/passwd")
        archive.writestr(f"strangerno_999_5_{NOTEBOOK}", solved())
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr(f"lovelaceada_101_1_{NOTEBOOK}", b"{}")
    collected = collect(course, path, roster=roster)
    assert list(taken(course)) == [f"ada/{LESSON}/{NOTEBOOK}"]
    told = "\n".join(collected.problems)
    for why in ("out of its folder", "zip bombs", "link", "another file of this name", "not on the roster"):
        assert why in told
    assert len(collected.problems) == 6
    assert not list(course.root.parent.glob("*out.py"))


@pytest.mark.parametrize(
    "path", ["lovelaceada_101_2_../x.py", "Ada Lovelace_7001_assignsubmission_file_../x.py"]
)
def test_a_path_that_is_unsafe_without_its_prefix_is_refused(course: Course, roster: Path, path: str) -> None:
    beside = path.replace("../x.py", NOTEBOOK).replace("_2_", "_1_")
    given = make_zip(course.root / "given.zip", {beside: solved(), path: b"x"})
    collected = collect(course, given, roster=roster)
    assert collected.problems == [f"ada, {LESSON}: ../x.py: its path leads out of its folder."]
    assert not course.submitted.exists()


def test_a_damaged_hand_in_costs_nobody_else_theirs(course: Course, roster: Path) -> None:
    path = course.root / "given.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"lovelaceada_101_1_{NOTEBOOK}", solved())
        archive.writestr(f"ekbo_102_2_{NOTEBOOK}", solved(says="return 'here'"))
    path.write_bytes(path.read_bytes().replace(b"here", b"HERE"))
    collected = collect(course, path, roster=roster)
    assert list(taken(course)) == [f"ada/{LESSON}/{NOTEBOOK}"]
    assert "bo: " in collected.problems[0]
    assert "damaged" in collected.problems[0]


# In a zip's list of files: where an entry says which version unpacks it, how long its name is, and its name.
ENTRY, VERSION, LENGTH, NAME = b"PK\x01\x02", 6, 28, 46


def _unreadable(place: int, value: bytes) -> bytes:
    """A zip that says so of its only file."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("\xe4.py", b"x = 1")
    content = bytearray(inner.getvalue())
    start = content.index(ENTRY) + place
    content[start : start + len(value)] = value
    return bytes(content)


@pytest.mark.parametrize(
    ("place", "value"),
    [(VERSION, b"\xff"), (NAME, b"\xff\xff"), (LENGTH, b"\0\0")],
    ids=["of a later version", "not in the letters it says", "without a name"],
)
def test_a_zip_that_makes_no_sense_costs_nobody_else_theirs(
    course: Course, roster: Path, place: int, value: bytes
) -> None:
    inner = _unreadable(place, value)
    files = {f"lovelaceada_101_1_{NOTEBOOK}": solved(), "ekbo_102_2_mine.zip": inner}
    collected = collect(course, make_zip(course.root / "given.zip", files), roster=roster)
    assert list(taken(course)) == [f"ada/{LESSON}/{NOTEBOOK}"]
    assert [problem.partition(":")[0] for problem in collected.problems] == ["bo"]
    (course.root / "whole.zip").write_bytes(inner)
    if place != LENGTH:
        with pytest.raises(CourseError, match="cut off or damaged"):
            collect(course, course.root / "whole.zip", roster=roster)


def test_a_thousand_refused_files_of_one_hide_nobody_else_s(course: Course, roster: Path) -> None:
    files = {f"ekbo_102_{n}_{n}.ipynb": another() for n in range(1000)}
    files[f"lovelaceada_101_9999_{NOTEBOOK}"] = b""
    problems = collect(course, make_zip(course.root / "given.zip", files), roster=roster).problems
    assert len(problems) < 10
    assert "bo: 995 more lines like these." in problems
    assert any(problem.startswith("ada: ") for problem in problems)


def test_an_archive_that_ends_early_is_one_line_and_nothing_written(course: Course, roster: Path) -> None:
    path = make_zip(course.root / "given.zip", {f"lovelaceada_101_1_{NOTEBOOK}": solved()})
    path.write_bytes(path.read_bytes()[:-30])
    result = run_course("collect", path, "--roster", roster, cwd=course.root)
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "cut off or damaged" in result.stderr
    assert not course.submitted.exists()


def test_the_command_says_what_became_of_the_hand_ins(course: Course, roster: Path) -> None:
    files = {
        f"lovelaceada_LATE_101_1_{NOTEBOOK}": solved(),
        f"stranger_999_5_{NOTEBOOK}": solved(),
    }
    path = make_zip(course.root / "given.zip", files)
    result = run_course("collect", path, "--roster", roster, cwd=course.root)
    assert result.returncode == 1
    assert "Collected from Canvas" in result.stdout
    assert "late, and Canvas does not say how late: ada. For a penalty, write" in result.stdout
    assert "stranger (Canvas 999): not on the roster." in result.stderr


@pytest.mark.slow
def test_a_thousand_hand_ins_take_less_than_a_minute(course: Course) -> None:
    files = {f"Student {n}x_{n}_assignsubmission_file_/{NOTEBOOK}": solved() for n in range(1000)}
    path = make_zip(course.root / "given.zip", files)
    start = time.monotonic()
    collect(course, path)
    assert time.monotonic() - start < 60
    assert len(taken(course)) == 1000


def test_a_roster_is_read_in_any_form(course: Course, tmp_path: Path) -> None:
    rows = 'E-Mail-Adresse;Nachname;Vorname;Matrikelnummer\r\nÄ@x.org;"O\'Neil, von";Ägidius;7\r\nb@x.org;شمس;علی;8\r\n'
    path = tmp_path / "roster.csv"
    files = {"7.ipynb": solved(), "علی شمس.ipynb": solved()}
    given = make_zip(course.root / "given.zip", files)
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        path.write_bytes(rows.encode(encoding))
        assert collect(course, given, roster=path).problems == []
    path.write_bytes(rows.replace("شمس", "S").replace("علی", "A").encode("latin-1"))
    assert len(collect(course, given, roster=path).problems) == 1
    assert students_of(course)["7"][:2] == ("Ägidius", "O'Neil, von")


@pytest.mark.parametrize(
    ("column", "participant"),
    [("ID", "Teilnehmer/in"), ("Identifier", "Participant "), ("Identifiant", "Participant")],
)
def test_moodles_numbers_of_participants_are_nobodys_ids(
    course: Course, tmp_path: Path, column: str, participant: str
) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(
        f"{column};Vollständiger Name;E-Mail-Adresse;Bewertung;Bestwertung\n"
        f"{participant}7001;Ada Lovelace;ada@x.org;;6,00\n{participant}7002;Bo Ek;bo@x.org;;6,00\n",
        encoding="utf-8",
    )
    given = make_zip(course.root / "given.zip", {f"A_7002_assignsubmission_file_/{NOTEBOOK}": solved()})
    assert collect(course, given, roster=path).problems == []
    assert list(taken(course)) == [f"bo@x.org/{LESSON}/{NOTEBOOK}"]
    assert students_of(course).keys() == {"ada@x.org", "bo@x.org"}


@pytest.mark.parametrize(
    "content",
    [
        '"Id",first name,"Mark,\nin points; of 10"\nada,Ada,3\n',
        '"Id";first name;"Mark\nin points"\nada;Ada;3\n',
        'note\t"Id"\nx\tada\n',
    ],
)
def test_a_header_may_have_quotes_and_several_lines(course: Course, tmp_path: Path, content: str) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(content, encoding="utf-8")
    given = make_zip(course.root / "given.zip", {"ada.ipynb": solved()})
    assert collect(course, given, roster=path).problems == []
    assert list(students_of(course)) == ["ada"]


def test_full_names_are_told_apart_in_both_orders(course: Course, tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text('id,full name\nada,"Lovelace, Ada"\nbo,Bo Erik Ek\ncy,Cy\n', encoding="utf-8")
    collect(course, make_zip(course.root / "given.zip", {"ada.ipynb": solved()}), roster=path)
    names = {student: each[:2] for student, each in students_of(course).items()}
    assert names == {"ada": ("Ada", "Lovelace"), "bo": ("Bo Erik", "Ek"), "cy": (None, "Cy")}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("id,name\nada,A\nbo,B\nada,C\n", "rows 2 and 4: both have the id 'ada'"),
        ("id,name\nada,A\nAda,B\n", "rows 2 and 3: both have the id 'Ada'"),
        ('id,name\n\nada,A\n"",""\nada,C\n', "rows 3 and 5: both have the id 'ada'"),
        ("colour,name\nred,A\n", "no column with students' ids"),
        ("id,name\n../x,A\n", "row 2: '../x' cannot be an id"),
        ('id,name\nada,"A\n', "a quote is not closed"),
        ("id,name\n,A\n", "row 2: this student has no id"),
        ("id,name\n", "no rows below its header"),
    ],
)
def test_a_wrong_roster_is_one_line(course: Course, tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(content, encoding="utf-8")
    given = make_zip(course.root / "given.zip", {"ada.ipynb": solved()})
    with pytest.raises(CourseError, match=told.replace("(", r"\(")) as raised:
        collect(course, given, roster=path)
    assert "\n" not in str(raised.value)
    assert not course.submitted.exists()


@pytest.mark.parametrize(("name", "told"), [("class.zip", "is a zip"), ("class.csv", "is a spreadsheet")])
def test_a_roster_that_is_not_a_csv_file_is_named_for_what_it_is(
    course: Course, name: str, told: str
) -> None:
    given = make_zip(course.root / name, {"ada.ipynb": solved()})
    with pytest.raises(CourseError, match=told):
        collect(course, given, roster=given)


CLASS = ("ada", "bo", "cy")
NAMED_BY_ADA = {
    "like Canvas' files": "x_1_2_notes.txt",
    "like a student's folder of ILIAS": f"Boo_Bo_bo_7/{NOTEBOOK}",
    "like a folder of nbgrader": f"{LESSON}/{NOTEBOOK}",
    "like Moodle's": f"Bo Ek_7002_assignsubmission_file_/{NOTEBOOK}",
    "like Gradescope's": "submission_metadata.yml",
}


@pytest.mark.parametrize("own", NAMED_BY_ADA.values(), ids=NAMED_BY_ADA)
@pytest.mark.parametrize("folder", ["{}", "Ek_Erik_{}_20"])
def test_what_a_student_calls_a_file_decides_nothing_for_others(
    course: Course, tmp_path: Path, own: str, folder: str
) -> None:
    files = {f"{folder.format(student)}/{NOTEBOOK}": solved(says=student) for student in CLASS}
    given = make_zip(tmp_path / "given.zip", {**files, f"{folder.format('ada')}/{own}": solved(says="eve")})
    collect(course, given)
    theirs = {path: text for path, text in taken(course).items() if path.startswith(("bo/", "cy/"))}
    assert theirs.keys() == {f"{student}/{LESSON}/{NOTEBOOK}" for student in ("bo", "cy")}
    assert all("eve" not in text for text in theirs.values())


@pytest.mark.parametrize(
    "names",
    [
        ("Bo Ek_7001_assignsubmission_file_", "Bo Ek_7002_assignsubmission_file_"),
        ("ekbo_102_9001", "ekbo_555_9002"),
    ],
)
def test_who_takes_a_classmates_name_does_not_replace_the_hand_in(
    course: Course, roster: Path, names: tuple[str, str]
) -> None:
    separator = "/" if "assign" in names[0] else "_"
    files = {
        f"{name}{separator}{NOTEBOOK}": solved(says=f"return {place}") for place, name in enumerate(names)
    }
    collected = collect(course, make_zip(course.root / "given.zip", files), roster=roster)
    assert collected.problems != []
    assert [text for text in taken(course).values() if "return 1" in text] == []


def test_a_hyphen_in_a_name_is_that_of_a_group_only_where_all_have_one(course: Course, roster: Path) -> None:
    files = {
        f"X-Bo Ek_7001_assignsubmission_file_/{NOTEBOOK}": solved(),
        f"Ada Lovelace_7002_assignsubmission_file_/{NOTEBOOK}": solved(),
    }
    collected = collect(course, make_zip(course.root / "given.zip", files), roster=roster)
    assert collected.problems == ["X-Bo Ek (Moodle 7001): not on the roster."]


def test_the_files_of_one_student_do_not_hold_up_the_others(course: Course, tmp_path: Path) -> None:
    many = {f"ada/env/lib/f{number}.txt": b"" for number in range(20_000)}
    given = make_zip(tmp_path / "given.zip", {**many, f"bo/{NOTEBOOK}": solved()})
    started = time.perf_counter()
    collect(course, given)
    assert time.perf_counter() - started < 20
    assert list(taken(course)) == [f"bo/{LESSON}/{NOTEBOOK}"]


def test_a_student_who_is_called_otherwise_on_another_roster_is_named(course: Course, tmp_path: Path) -> None:
    told = []
    for number, (own, lesson) in enumerate((("ada@x.org", "double"), ("123", "treble"))):
        roster = tmp_path / f"{number}.csv"
        roster.write_text(f"id,first name,last name\n{own},Ada,Byron\n", encoding="utf-8")
        file = LESSON if lesson == "double" else OTHER
        files = {f"Ada Byron_{number}_assignsubmission_file_/{file}.ipynb": solved(lesson)}
        told.append(collect(course, make_zip(tmp_path / f"{number}.zip", files), roster=roster).notices)
    assert told[0] == []
    assert told[1][0].startswith("123: Ada Byron is already in the course as ada@x.org.")


def test_the_same_files_handed_in_once_more_are_the_newer_hand_in(course: Course, tmp_path: Path) -> None:
    def hand_in(name: str, says: str) -> Collected:
        return collect(course, make_zip(tmp_path / "given.zip", {f"{name}_{NOTEBOOK}": solved(says=says)}))

    hand_in("ekbo_LATE_102_700", "return 2 * x")
    student = next(course.submitted.iterdir()).name
    hand_in("ekbo_102_800", "return 2 * x")
    known = platform_names(course, student)[LESSON]
    assert (known.number, known.is_late, known.label) == (800, False, f"ekbo_102_800_{NOTEBOOK}")
    older = hand_in("ekbo_102_750", "return x + x")
    assert older.placed == {(LESSON, Placed.OLDER): [student]}


def test_who_hands_in_another_lesson_than_most_is_named(course: Course, tmp_path: Path) -> None:
    collect(course, make_zip(tmp_path / "first.zip", {"ekbo_102_700_a.ipynb": solved("treble")}))
    files = {
        f"{name}_{900 + number}_b.ipynb": solved() for number, name in enumerate(("cy_1", "di_2", "eva_3"))
    }
    newer = solved("treble", "return x + x + x")
    told = collect(
        course, make_zip(tmp_path / "second.zip", {**files, "ekbo_102_950_b.ipynb": newer})
    ).notices
    assert told == [
        f"ekbo-102: handed in {OTHER} here, where most handed in {LESSON}. It replaced what was there for "
        f"{OTHER}. To take one lesson alone, name it: course collect … {LESSON}"
    ]


def test_a_login_may_have_underscores(course: Course, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("login,name\nbo_k,Bo Okeke\nk,Kim\n", encoding="utf-8")
    given = make_zip(tmp_path / "given.zip", {f"Okeke_Bo_bo_k_4712/{NOTEBOOK}": solved()})
    assert collect(course, given, roster=roster).problems == []
    assert list(taken(course)) == [f"bo_k/{LESSON}/{NOTEBOOK}"]


def test_folders_for_the_lesson_inside_of_some_students_folders_change_nothing(
    course: Course, tmp_path: Path
) -> None:
    inside = {f"{student}/{LESSON}/{NOTEBOOK}": solved() for student in ("ada", "bo", "cy")}
    given = make_zip(tmp_path / "given.zip", {**inside, f"di/{NOTEBOOK}": solved()})
    assert collect(course, given).problems == []
    assert list(taken(course)) == [f"{student}/{LESSON}/{NOTEBOOK}" for student in ("ada", "bo", "cy", "di")]


def test_an_account_that_comes_later_with_a_classmates_name_is_refused(
    course: Course, tmp_path: Path
) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\nbo,Bo Ek\n", encoding="utf-8")
    for account, says in (("102_700", "return 2 * x"), ("555_800", "return 1"), ("102_900", "return x + x")):
        given = make_zip(tmp_path / "given.zip", {f"ekbo_{account}_{NOTEBOOK}": solved(says=says)})
        problems = collect(course, given, roster=roster).problems
        assert bool(problems) == (says == "return 1")
    assert "return x + x" in taken(course)[f"bo/{LESSON}/{NOTEBOOK}"]
