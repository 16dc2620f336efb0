"""A grading run that is stopped, at any moment and in any way, goes on as if nothing had been."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from grader.classroom.course import CONFIG_NAME, Course
from tests.course_here import run_course
from tests.grader.conftest import hand_in

COURSE = Path(sys.executable).parent / "course"
ANSWERS = {
    "ada": "def double(x):\n    return x + x",
    "bob": "def double(x):\n    return x ** 2",
    "cem": "def double(x):\n    return 3",
    "dan": "def double(x):\n    print(2 * x)",
    "eve": "import os; os._exit(1)",
    "fay": "def double(x):\n    return 2 * x",
}
SLOW = "import time; time.sleep(2)\ndef double(x):\n    return 2 * x"
# KILLED_RUNS=100 kills more; each third begins from the start, so that kills hit what only a first run does.
KILLS = int(os.environ.get("KILLED_RUNS", "9"))


def start(course: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [COURSE, "grade", "01_small"], cwd=course, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def in_gradebook(course: Path) -> list[Any]:
    with Course.at(course).api.gradebook as gradebook:
        submissions = gradebook.find_assignment("01_small").submissions
        return sorted(
            (
                each.student_id,
                [
                    (grade.name, grade.auto_score, grade.manual_score, grade.needs_manual_grade)
                    for notebook in each.notebooks
                    for grade in sorted(notebook.grades, key=lambda grade: grade.name)
                ],
                [comment.auto_comment for notebook in each.notebooks for comment in notebook.comments],
            )
            for each in submissions
        )


def in_records(course: Path) -> dict[str, Any]:
    paths = sorted((course / "reports" / "01_small").glob("*.json"))
    timed = ("seconds", "cell_seconds", "remembered_seconds", "graded_at")
    records = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths}
    for record in records.values():
        for part in (record, *record["cells"]):
            for key in timed:
                part.pop(key, None)
    return records


def files(course: Path) -> set[str]:
    """All files but what is only kept to save time."""
    paths = (path for path in course.rglob("*") if path.is_file() and path.name != ".own_run")
    return {path.relative_to(course).as_posix() for path in paths}


def left_of(course: Path) -> list[psutil.Process]:
    """Processes with the environment that a test gave to a run: graders, parents of warm kernels, kernels."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("TEST_OF") == str(course):
                found.append(process)
        except psutil.Error:
            continue
    return found


def all_end(course: Path) -> None:
    deadline = time.monotonic() + 10
    while left_of(course) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not left_of(course)


def test_killed_at_any_moment_the_next_run_ends_as_if_nothing_had_been(
    released_course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for student, answer in ANSWERS.items():
        hand_in(released_course, student, answer)
    undisturbed = Path(shutil.copytree(released_course, released_course.with_name("undisturbed")))
    started = time.monotonic()
    run = start(undisturbed)
    run.communicate()
    assert run.returncode == 0
    whole = time.monotonic() - started
    monkeypatch.setenv("TEST_OF", str(released_course))
    chance = random.Random(0)
    # One kill in each part of a run's time, in any order.
    parts = chance.sample(range(KILLS), KILLS)
    for kill, part in enumerate(parts):
        if kill % 3 == 0:
            for folder in ("autograded", "reports"):
                shutil.rmtree(released_course / folder, ignore_errors=True)
            (released_course / "gradebook.db").unlink(missing_ok=True)
        run = start(released_course)
        time.sleep((0.2 + 0.9 * (part + chance.random()) / KILLS) * whole)
        run.kill()
        run.communicate()
    monkeypatch.delenv("TEST_OF")
    assert run_course("grade", "01_small", cwd=released_course).returncode == 0
    assert in_gradebook(released_course) == in_gradebook(undisturbed)
    assert in_records(released_course) == in_records(undisturbed)
    assert files(released_course) == files(undisturbed)
    all_end(released_course)


def test_ctrl_c_stops_in_order_and_says_how_to_go_on(released_course: Path) -> None:
    for number in range(6):
        hand_in(released_course, f"student{number}", SLOW)
    run = subprocess.Popen(
        [COURSE, "grade", "01_small"],
        cwd=released_course,
        env={**os.environ, "TEST_OF": str(released_course)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Tests that run in the background hand down that Ctrl-C is ignored.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    assert run.stdout is not None
    first = next(line for line in run.stdout if "1 of 6" in line)
    assert "6 of 6" in first
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=30)
    assert run.returncode == 130
    assert "Run the same command again to continue." in said
    assert "Traceback" not in said
    all_end(released_course)
    kept = len(in_records(released_course))
    assert 1 <= kept < 6
    result = run_course("grade", "01_small", cwd=released_course)
    assert f"{kept} unchanged" in result.stdout
    assert {record["score"] for record in in_records(released_course).values()} == {6}


def test_only_what_changed_is_graded_again(released_course: Path) -> None:
    hand_in(released_course, "ada", ANSWERS["ada"])
    path = hand_in(released_course, "bob", ANSWERS["bob"])
    for arguments in ([], ["--force"]):
        run_course("grade", "01_small", *arguments, cwd=released_course)
    assert "2 unchanged" in run_course("grade", "01_small", cwd=released_course).stdout
    shutil.rmtree(path.parent)
    hand_in(released_course, "bob", ANSWERS["ada"])
    assert "1 unchanged" in run_course("grade", "01_small", cwd=released_course).stdout
    with (released_course / CONFIG_NAME).open("a", encoding="utf-8") as config:
        config.write(f'# Moved.\nc.CourseDirectory.db_url = "sqlite:///{released_course}/gradebook.db"\n')
    assert "2 unchanged" in run_course("grade", "01_small", cwd=released_course).stdout
    assert (
        "unchanged" not in run_course("grade", "01_small", "--cell-seconds", "99", cwd=released_course).stdout
    )
    assert {record["score"] for record in in_records(released_course).values()} == {6}


@pytest.mark.parametrize("lost", ["gradebook.db", "autograded", "reports"])
def test_what_was_lost_is_made_again(lost: str, released_course: Path) -> None:
    hand_in(released_course, "ada", ANSWERS["ada"])
    run_course("grade", "01_small", cwd=released_course)
    before, marks = files(released_course), in_gradebook(released_course)
    path = released_course / lost
    path.unlink() if path.is_file() else shutil.rmtree(path)
    result = run_course("grade", "01_small", cwd=released_course)
    assert result.returncode == 0
    assert ("marks that you gave by hand are in your backups only." in result.stdout) == path.match("*.db")
    assert files(released_course) == before
    assert in_gradebook(released_course) == marks


def test_two_runs_at_once_in_one_course_are_refused(released_course: Path) -> None:
    hand_in(released_course, "ada", SLOW)
    first = start(released_course)
    assert first.stdout is not None
    next(line for line in first.stdout if "Grading" in line)
    second = run_course("grade", "01_small", cwd=released_course)
    assert second.returncode == 1
    assert "is being graded by another" in second.stderr
    assert len(second.stderr.strip().splitlines()) == 1
    first.communicate()
    assert first.returncode == 0


@pytest.mark.parametrize("command", [["grade"], ["feedback"], ["forget", "ada", "--yes"], ["backup"]])
def test_a_folder_that_cannot_be_written_is_one_line(command: list[str], released_course: Path) -> None:
    hand_in(released_course, "ada", ANSWERS["ada"])
    assert run_course("grade", "01_small", cwd=released_course).returncode == 0
    shutil.rmtree(released_course / "reports")
    (released_course / "reports").touch()
    result = run_course(*command, cwd=released_course)
    assert result.returncode == 1
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith(f"{released_course}/reports is a file, and the folder for reports has that name.")
