"""`course report`: every number of a class that is known, on the terminal and in what the page is made of."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from grader.classroom.course import Course
from grader.desk.collecting.platform_names import PlatformName, keep_platform_name
from grader.desk.exporting.export import export
from grader.desk.exporting.formats import Format
from grader.desk.report.class_report import ClassReport, class_report
from grader.desk.report.normal_form import LONGEST, normal_form
from grader.desk.report.notices import Kind
from grader.desk.report.page import page as page_of
from grader.desk.report.page import refuse_other_file
from grader.desk.report.statistics import Counted
from grader.desk.report.verdict import verdict
from grader.grading.grade import grade
from suites.small_lessons import answer, as_bytes, check, code, handed_in, spec_of
from tests.course_here import run_course
from tests.grader.desk.reported_class import LESSON, RELATION, SQUARED, make

# Usually some hundredths.
SECONDS_FOR_A_SOURCE = 2.0


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return make(tmp_path_factory.mktemp("reported") / "course")


@pytest.fixture(scope="module")
def report(course: Course) -> ClassReport:
    told: list[tuple[int, int]] = []
    made = class_report(course, [LESSON], lambda done, total: told.append((done, total)))
    assert told == [(done, 9) for done in range(1, 10)]
    return made


def test_exercises_are_counted_and_marks_by_hand_are_in(report: ClassReport) -> None:
    (lesson,) = report.lessons
    mse, mae, why = lesson.exercises.values()
    assert (mse.right, mse.part, mse.wrong, mse.untouched) == (1, 0, 7, 0)
    assert (mae.right, mae.part, mae.wrong, mae.untouched) == (2, 0, 3, 3)
    assert (why.part, why.waiting) == (1, ["ben", "cem", "dan", "eva", "fay", "gus", "hal"])
    assert mae.average == pytest.approx(2 / 8)
    # Nobody's answer is marked yet: that one left it out says nothing of the class.
    assert Counted(why.exercise, untouched=1, waiting=["ben"], possible=1).average is None
    ada = lesson.entries["ada"]
    assert (ada.points, ada.possible, ada.is_late, ada.waits) == (8.5, 9, True, False)
    assert [student for student, each in lesson.entries.items() if not each.is_protected] == ["dan"]


def test_what_canvas_calls_late_is_late(course: Course, tmp_path: Path) -> None:
    shutil.copytree(course.root, tmp_path / "course")
    again = Course.at(tmp_path / "course")
    keep_platform_name(
        again, "ben", LESSON, PlatformName("canvas", "ben_LATE_1_2_x.ipynb", "x", (), is_late=True)
    )
    entries = class_report(again, [LESSON], lambda *_: None).lessons[0].entries
    assert [student for student, entry in entries.items() if entry.is_late] == ["ada", "ben"]
    rows = export(again, [LESSON], Format.CSV).path.read_text(encoding="utf-8-sig").splitlines()
    assert [row.partition(",")[0] for row in rows[1:] if row.endswith(f",{LESSON}")] == ["ada", "ben"]
    lines = export(again, [LESSON], Format.JSON_LINES).path.read_text(encoding="utf-8").splitlines()
    assert [each["student"] for each in map(json.loads, lines) if each["late"]] == ["ada", "ben"]


def test_what_waits_is_in_no_average(report: ClassReport) -> None:
    (lesson,) = report.lessons
    eva, ada = lesson.entries["eva"], lesson.entries["ada"]
    assert (eva.points, eva.marked, eva.share) == (2, 6, pytest.approx(2 / 6))
    assert ada.share == pytest.approx(8.5 / 9)
    page = page_of(report)
    assert f"<td>{round(100 * (8.5 / 9 + 2 / 6) / 8)} %</td>" in page
    assert "left out of colours, averages and pictures" in page
    assert page.count('<span class="out-of">of 9</span>') == 2


def test_namesakes_are_told_apart_by_their_ids(report: ClassReport) -> None:
    assert report.called("eva") == "Kim Müller (eva)"
    assert "<bdi>Kim Müller (eva)</bdi>" in page_of(report)


def test_sentences_count_those_who_tried(report: ClassReport) -> None:
    mae = report.lessons[0].exercises["check_mae"]
    assert mae.how_many_not_right == "3 of the 5 who tried it did not get full marks"


def test_mistakes_have_their_sentence_their_students_and_the_way_back(report: ClassReport) -> None:
    mse = report.lessons[0].exercises["check_mse"]
    assert (mse.exercise.title, mse.exercise.section) == ("mse", "Squares")
    assert {what: seen.students for what, seen in mse.seen.items()} == {
        "sum instead of mean": ["ben", "cem", "dan"],
        "not averaged": ["dan"],
        RELATION: ["eva"],
        "no known slip": ["fay", "gus"],
        "took too long": ["hal"],
    }
    assert SQUARED in mse.seen["sum instead of mean"].advice
    assert [seen.what for seen in mse.shared] == ["sum instead of mean", "no known slip"]


def test_grading_keeps_the_relation_that_a_check_found() -> None:
    spec = spec_of(
        code("import numpy as np\nfrom helpers.lessons.loss_function import exercises"),
        answer("mae", "mae = None"),
        check("check_mae", "exercises.mae.check(mae)"),
    )
    twice = "def mae(y_true, y_pred):\n    return 2 * np.mean(np.abs(y_true - y_pred))"
    (cell,) = grade(as_bytes(handed_in(spec, mae=twice)), spec).cells
    assert cell.relation.endswith("twice what is expected.")
    assert cell.relation in cell.message


def test_hand_ins_to_look_at_say_why(report: ClassReport) -> None:
    found = {notice.kind: (notice.what, notice.students) for notice in report.lessons[0].notices}
    assert found[Kind.NOT_GRADED] == (
        f"submitted/ivo/{LESSON}/{LESSON}.ipynb is empty. Ask for it again.",
        ("ivo",),
    )
    assert found[Kind.SUSPICIOUS][1] == found[Kind.STOPPED][1] == ("hal",)
    assert found[Kind.STOPPED][0] == "mse took too long. A cell took longer than 60 s."
    assert found[Kind.UNPROTECTED][1] == ("dan",)
    assert found[Kind.SLOW] == ("Took 90 s; half of the class took 1.0 s or less.", ("eva",))
    assert found[Kind.REPAIRED] == ("mae was deleted; it was put back.", ("cem",))


def test_what_was_handed_in_again_is_to_be_graded_again(course: Course, tmp_path: Path) -> None:
    shutil.copytree(course.root, tmp_path / "course")
    again = Course.at(tmp_path / "course")
    for student, change in (("ben", "(y_true - y_pred)"), ("eva", "(y_pred - y_true)")):
        path = again.submitted / student / LESSON / f"{LESSON}.ipynb"
        path.write_text(path.read_text("utf-8").replace("a - b", change), encoding="utf-8")
    (again.submitted / "cem" / LESSON / "timestamp.txt").write_text(
        "2026-10-21 10:00:00 UTC", encoding="utf-8"
    )
    shutil.rmtree(again.submitted / "dan")
    report = class_report(again, [LESSON], lambda *_: None)
    found = {notice.kind: notice.students for notice in report.lessons[0].notices}
    assert found[Kind.CHANGED] == ("ben", "cem", "eva")
    said = verdict(report)
    assert said.headline.startswith("8 of 9 hand-ins are graded; 3 were handed in again since;")
    assert said.to_do[1].what == "3 hand-ins are newer than their marks"
    exported = export(again, [LESSON], Format.CSV)
    assert exported.notices[0] == (
        "Handed in again after grading, so these marks are of what came before: ben, cem, eva. "
        f"Run: course grade {LESSON}"
    )


def slow_in(report: ClassReport) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.what, each.students) for each in report.lessons[0].notices if each.kind is Kind.SLOW]


def with_seconds(course: Course, folder: Path, seconds: Mapping[str, tuple[float, float | None]]) -> Course:
    """The same class with other seconds, computed and remembered; with None records do not say the latter."""
    shutil.copytree(course.root, folder)
    for student, (computed, remembered) in seconds.items():
        path = folder / "reports" / LESSON / f"{student}.json"
        record = json.loads(path.read_text(encoding="utf-8"))
        record |= {"cell_seconds": computed, "remembered_seconds": remembered}
        if remembered is None:
            del record["remembered_seconds"]
        path.write_text(json.dumps(record), encoding="utf-8")
    return Course.at(folder)


def test_who_is_first_to_ask_for_a_training_is_not_slow(course: Course, tmp_path: Path) -> None:
    seconds = {"ada": (40.0, None), "eva": (1.0, 300.0)} | dict.fromkeys(
        ("ben", "cem", "dan", "fay", "gus", "hal"), (1.0, 39.0)
    )
    remembering = with_seconds(course, tmp_path / "course", seconds)
    report = class_report(remembering, [LESSON], lambda *_: None)
    said = "Took 301 s, including remembered trainings; half of the class took 40.0 s or less."
    assert slow_in(report) == [(said, ("eva",))]
    sentence = "Remembered trainings saved 534 s."
    page = page_of(report)
    assert sentence in page
    assert '<td class="n">534 s</td>' in page
    result = run_course("report", LESSON, "--output", tmp_path / "page.html", cwd=remembering.root)
    assert sentence in " ".join(result.stdout.split())


def test_nothing_is_said_of_trainings_where_none_was_remembered(course: Course, tmp_path: Path) -> None:
    of_before = with_seconds(course, tmp_path / "course", dict.fromkeys(("ada", "ben"), (1.0, None)))
    report = class_report(of_before, [LESSON], lambda *_: None)
    assert set(report.lessons[0].entries) == {"ada", "ben", "cem", "dan", "eva", "fay", "gus", "hal"}
    assert "emembered" not in page_of(report)


def test_only_rare_long_answers_are_called_alike(report: ClassReport) -> None:
    (alike,) = report.lessons[0].alike
    assert alike.students == ("fay", "gus")
    assert alike.cells == {"check_mse": False, "check_mae": False}


def test_the_verdict_says_what_to_do_first(report: ClassReport) -> None:
    said = verdict(report)
    assert said.headline == "8 of 9 hand-ins are graded; 7 answers wait for you."
    assert said.absent == "1 of 10 students has handed in nothing"
    assert (
        said.talk == "The exercise to talk about is mse: 3 of 8 have the same mistake, “sum instead of mean”."
    )
    assert [each.part for each in said.to_do] == [
        "hand-ins",
        "by-hand",
        "mistakes",
        "hand-ins",
        "hand-ins",
        "hand-ins",
    ]


def test_the_command_shows_it_and_writes_the_page(course: Course, tmp_path: Path) -> None:
    page = tmp_path / "new" / "class.html"
    result = run_course("report", LESSON, "--output", page, cwd=course.root)
    assert result.returncode == 0, result.stderr
    for said in (
        "sum instead of mean",
        "8.5 L",
        "fay, gus",
        "8 of 9 hand-ins are graded",
        "1 of 10 students has handed in nothing: kim.",
    ):
        assert said in result.stdout
    assert "\u202e" not in result.stdout
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    refuse_other_file(page)


@pytest.mark.parametrize("name", ["gradebook.db", "notes.html", "new.txt", "folder.html"])
def test_a_report_replaces_nothing_but_an_earlier_report(course: Course, tmp_path: Path, name: str) -> None:
    shutil.copy(course.root / "gradebook.db", tmp_path)
    (tmp_path / "notes.html").write_text("<title>Mine</title>", encoding="utf-8")
    (tmp_path / "folder.html").mkdir()
    before = {path: path.is_file() and path.read_bytes() for path in tmp_path.iterdir()}
    result = run_course("report", LESSON, "--output", tmp_path / name, cwd=course.root)
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert {path: path.is_file() and path.read_bytes() for path in tmp_path.iterdir()} == before


def test_what_cannot_be_reported_is_one_line(course: Course, tmp_path: Path) -> None:
    unwritable = run_course("report", "--output", course.root / "gradebook.db" / "page.html", cwd=course.root)
    bare = tmp_path / "course"
    shutil.copytree(course.source, bare / "source")
    ungraded = run_course("report", cwd=bare)
    shutil.copytree(course.reports, bare / "reports")
    no_gradebook = run_course("report", cwd=bare)
    for result, said in (
        (unwritable, "cannot be written"),
        (ungraded, "Run: course grade"),
        (
            no_gradebook,
            "gradebook.db is missing or empty. Restore a backup (course restore FILE --replace); or make it",
        ),
        (run_course("export", cwd=bare), "gradebook.db is missing or empty. Restore a backup"),
    ):
        assert result.returncode == 1
        assert said in result.stderr
        assert "Traceback" not in result.stderr
    assert not (bare / "gradebook.db").exists()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("np.sum(x, axis=0)", "np.sum(x, ddof=0)"),
        ("np.mean(x)", "np.median(x)"),
        ("sum(x)", "len(x)"),
        ("a - b * a", "a - b * b"),
        ("f('a')", "f('b')"),
        ("from math import exp\nf = lambda x: exp(-x)", "from math import sin\nf = lambda x: sin(-x)"),
    ],
)
def test_what_says_something_else_is_not_the_same(one: str, other: str) -> None:
    assert normal_form(one, is_code=True) != normal_form(other, is_code=True)


def test_names_that_an_answer_chose_do_not_count() -> None:
    one = "def slope(f, x):\n    a, b = f(x), 1\n    for i in range(3):\n        a += i\n    return [b for _ in [a]]"
    other = "def m(g, at):\n    p, q = g(at), 1\n    for k in range(3):\n        p += k\n    return [q for e in [p]]"
    assert normal_form(one, is_code=True) == normal_form(other, is_code=True)


@pytest.mark.parametrize(
    "source",
    [
        "(" * LONGEST,
        '"\\' * (LONGEST // 2),
        "'''" * (LONGEST // 3),
        "\x00\ud800",
        "-" * LONGEST,
        "x." * 9_000,
        "a=" * (LONGEST // 2),
    ],
)
def test_no_source_stops_or_holds_up_the_comparison(source: str) -> None:
    started = time.perf_counter()
    assert normal_form(source, is_code=True) is not None
    assert time.perf_counter() - started < SECONDS_FOR_A_SOURCE
    assert normal_form(source + " " * LONGEST, is_code=True) is None


@pytest.mark.parametrize(("width", "has_bars"), [(80, False), (120, True)])
def test_the_terminal_shows_whole_words_in_any_usual_width(
    course: Course, width: int, has_bars: bool
) -> None:
    result = subprocess.run(
        [Path(sys.executable).parent / "course", "report"],
        cwd=course.root,
        env={**os.environ, "COLUMNS": str(width)},
        capture_output=True,
        text=True,
        check=True,
    )
    table = result.stdout[result.stdout.index(f"Exercises of {LESSON}") :].partition("└")[0]
    assert "not attempted" in table
    assert ("right = part / wrong x" in table) == has_bars
    assert max(map(len, table.splitlines())) <= width
