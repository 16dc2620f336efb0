"""What a grading run shows: a bar with what is slow on a terminal, plain lines elsewhere, tables at the end."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

from tests.course_here import run_course
from tests.grader.conftest import hand_in

COURSE = Path(sys.executable).parent / "course"
RIGHT = "def double(x):\n    return x + x"
SLOW = f"import time; time.sleep(3)\n{RIGHT}"
DIES = "import os; os._exit(1)"
CODES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


def on_a_terminal(course: Path) -> str:
    """All that `course grade` writes on a terminal of 160 columns."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "160"}
    run = subprocess.Popen([COURSE, "grade"], cwd=course, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    written = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # how Linux says that the other end is closed
            break
        if not piece:
            break
        written += piece
    os.close(ours)
    assert run.wait() == 0
    return CODES.sub("", written.decode())


def test_a_terminal_shows_a_bar_what_is_slow_and_failures_as_they_come(released_course: Path) -> None:
    hand_in(released_course, "ada", SLOW)
    hand_in(released_course, "bob", RIGHT)
    hand_in(released_course, "cem", DIES)
    shown = on_a_terminal(released_course)
    assert re.search(r"Grading .* 2/3 ", shown)
    assert "left:" in shown
    assert re.search(r"longest running: ada 01_small, [123] s", shown)
    assert "cem, 01_small: 0 of 6" in shown
    assert "The kernel died." in shown
    # Who has no trouble needs no line of his own where there is a bar.
    assert "bob, 01_small: 6 of 6" not in shown


def test_elsewhere_each_submission_is_a_line_and_seconds_are_told_by_lesson(released_course: Path) -> None:
    hand_in(released_course, "ada", RIGHT)
    hand_in(released_course, "ada", RIGHT.replace("double", "treble"), lesson="02_other")
    result = run_course("grade", cwd=released_course)
    assert result.returncode == 0
    assert "Grading 2 submissions" in result.stdout
    assert re.search(r"1 of 2  ada, 0\d_\w+: 6 of 6 \(\d\.\d s\)", result.stdout)
    assert "\x1b" not in result.stdout
    assert re.search(r"│ 01_small │ +1 │ +\d\.\d │ +\d\.\d │ +\d\.\d │", result.stdout)
    assert re.search(r"│ 02_other │ +1 │ +\d\.\d │", result.stdout)
