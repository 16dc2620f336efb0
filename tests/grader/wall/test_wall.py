"""Where there is a wall, it holds; where there is none, nothing is graded unless somebody says so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from grader.classroom.course import Course
from grader.classroom.records import read_record
from grader.executor import process as processes
from grader.executor.task import JUDGE, STUDENT
from grader.executor.trial import ATTEMPTS, try_wall
from grader.executor.warm import PARENTS, Outer
from grader.grading.grade import grade
from grader.limits import Limits
from suites.small_lessons import as_bytes, check, code, handed_in, spec_of
from tests.conftest import ROOT, run_course
from tests.grader.conftest import hand_in

RIGHT = "def double(x):\n    return 2 * x"
REFUSES = "#!/bin/sh\necho 'bwrap: No permissions to create a new namespace' >&2\nexit 1\n"


def test_nothing_that_a_submission_may_not_do_can_be_done() -> None:
    trial = try_wall()
    assert trial.refusal == ""
    assert trial.succeeded.keys() == {attempt.name for attempt in ATTEMPTS}
    assert trial.protects


def test_the_trial_tells_where_there_is_no_wall_from_where_there_is_one() -> None:
    before = sorted(Path(np.__file__).parent.iterdir())
    trial = try_wall(Limits(wall=False))
    assert sorted(Path(np.__file__).parent.iterdir()) == before
    assert not trial.protects
    assert {
        "read files of this machine",
        "see other processes",
        "signal other processes",
        "reach the network",
        "leave files for others",
    } <= {name for name, done in trial.succeeded.items() if done}


@pytest.fixture(params=["missing", "refused"])
def without_wall(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A machine without bubblewrap, or with one that may not make namespaces; what is said of it."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for folder in os.environ["PATH"].split(os.pathsep):
        for program in Path(folder).iterdir() if Path(folder).is_dir() else []:
            link = programs / program.name
            if program.name != "bwrap" and not link.exists() and not link.is_symlink():
                link.symlink_to(program)
    if request.param == "refused":
        (programs / "bwrap").write_text(REFUSES, encoding="ascii")
        (programs / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    return "install it" if request.param == "missing" else "No permissions to create a new namespace"


def test_a_cache_that_cannot_be_written_changes_no_mark(
    released_course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(released_course, "ada", RIGHT)
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")
    result = run_course("grade", "01_small", cwd=released_course)
    assert result.returncode == 0, result.stderr
    assert "ada, 01_small: 6 of 6" in result.stdout


def test_without_a_wall_nothing_is_graded_unless_that_is_typed(
    released_course: Path, without_wall: str
) -> None:
    hand_in(released_course, "ada", RIGHT)
    result = run_course("grade", "01_small", cwd=released_course)
    assert result.returncode == 1
    assert without_wall in result.stderr
    assert "--no-wall" in result.stderr
    course = Course.at(released_course)
    assert read_record(course, "01_small", "ada") is None
    assert not (released_course / "autograded" / "ada").exists()

    result = run_course("grade", "01_small", "--no-wall", cwd=released_course)
    assert result.returncode == 0, result.stderr
    record = read_record(course, "01_small", "ada")
    assert record is not None
    assert record.score == 6
    assert "without a wall" in record.findings[0]


def test_a_configuration_cannot_take_the_wall_away(released_course: Path, without_wall: str) -> None:
    hand_in(released_course, "ada", RIGHT)
    config = released_course / "nbgrader_config.py"
    config.write_text(config.read_text() + "\nc.GradingLimits.wall = False\n", encoding="utf-8")
    result = run_course("grade", "01_small", cwd=released_course)
    assert result.returncode == 1
    assert without_wall in result.stderr


def test_doctor_says_what_is_missing(without_wall: str) -> None:
    result = run_course("doctor")
    assert result.returncode == 1
    assert without_wall in result.stdout


@pytest.mark.parametrize("role", [STUDENT, JUDGE])
def test_a_parent_that_does_not_answer_is_replaced(role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "SECONDS_TO_START", 3.0)
    spec = spec_of(code("import math"), check("check", "assert math.pi > 3", points=2))
    stopped = PARENTS.parent_for(role, frozenset(), Outer())
    os.kill(stopped.pid, signal.SIGSTOP)
    assert grade(as_bytes(handed_in(spec)), spec).points == 2
    assert not stopped.is_alive


def test_data_in_the_course_s_own_folder_are_seen_from_behind_it(tmp_path: Path) -> None:
    (tmp_path / "helpers").mkdir()
    (tmp_path / "helpers" / "__init__.py").touch()
    (tmp_path / "data").mkdir()
    script = "from grader.wall.places import of_data; print(*of_data().values(), sep='\\n')"
    told = subprocess.run(
        [sys.executable, "-P", "-c", script],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(tmp_path / "data") in told.stdout.splitlines()
