"""Limits come from the command line, else from the course's configuration, lesson by lesson where it says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.classroom.course import CONFIG_NAME, Course
from grader.classroom.lesson import limits_of
from grader.limits import Limits
from tests.course_here import run_course
from tests.grader.conftest import hand_in

ENDLESS = "while True: pass"
GREEDY = "double = bytearray(600 * 1024**2)"
CHATTY = "print('x' * 3_000_000)"


@pytest.fixture
def course(tmp_path: Path) -> Course:
    (tmp_path / "source").mkdir()
    return Course(tmp_path)


def configured(course: Course, *lines: str) -> Course:
    (course.root / CONFIG_NAME).write_text("\n".join(["c = get_config()", *lines]), encoding="utf-8")
    return Course(course.root)


def test_without_settings_the_defaults_count(course: Course) -> None:
    assert limits_of(course, "01_small", {}) == Limits()


def test_the_more_special_setting_wins(course: Course) -> None:
    course = configured(
        course,
        "c.Execute.timeout = 11",
        "c.GradingLimits.memory_mb = 2000",
        'c.GradingLimits.lessons = {"02_other": {"cell_seconds": 22, "memory_mb": 3000}}',
    )
    assert limits_of(course, "01_small", {}) == Limits(cell_seconds=11, memory_mb=2000)
    assert limits_of(course, "02_other", {}) == Limits(cell_seconds=22, memory_mb=3000)
    assert limits_of(course, "02_other", {"cell_seconds": 5}) == Limits(cell_seconds=5, memory_mb=3000)


@pytest.mark.parametrize(
    ("answer", "arguments", "why"),
    [
        (ENDLESS, ["--cell-seconds", "1"], "A cell took longer than 1 s."),
        (ENDLESS, ["--notebook-seconds", "1"], "The notebook took longer than 1 s."),
        (GREEDY, ["--memory-mb", "300"], "more than 300 MiB of memory"),
        (CHATTY, ["--output-mb", "1"], "more than 1 MiB"),
    ],
)
def test_one_who_goes_over_a_limit_harms_nobody_else(
    answer: str, arguments: list[str], why: str, released_course: Path
) -> None:
    hand_in(released_course, "ada", "def double(x):\n    return 2 * x")
    hand_in(released_course, "max", answer)
    result = run_course("grade", "01_small", *arguments, cwd=released_course)
    lines = [line for line in result.stdout.splitlines() if " of 2  " in line]
    assert any("ada, 01_small: 6 of 6" in line for line in lines)
    assert any("max, 01_small: 0 of 6" in line and why in line for line in lines)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("c.GradingLimits.seconds = 5", "GradingLimits has no seconds. It has: accelerators, cell_seconds"),
        ("c.GradingLimits.cell_seconds = 0", "cell_seconds is 0: it should be a number above 0"),
        ("c.GradingLimits.memory_mb = 'much'", "memory_mb is 'much'"),
        ("c.GradingLimits.memory_mb = float('inf')", "memory_mb is inf: it should be a number above 0"),
        ("c.GradingLimits.output_mb = float('nan')", "output_mb is nan: it should be a number above 0"),
        ("c.GradingLimits.accelerators = 1", "accelerators is 1: it should be True or False"),
    ],
)
def test_a_limit_that_is_none_is_one_line(line: str, said: str, released_course: Path) -> None:
    hand_in(released_course, "ada", "")
    path = released_course / CONFIG_NAME
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    result = run_course("grade", "01_small", cwd=released_course)
    assert result.returncode == 1
    (complaint,) = result.stderr.strip().splitlines()
    assert said in complaint
