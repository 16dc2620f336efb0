"""Ctrl-C ends every command with one line and the exit code that shells expect, at any moment."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import run_course
from tests.grader.conftest import lesson_of

SAID = "Stopped. What was finished before is kept.\n"
STOPS_ITSELF = "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n"
STOPS_THE_BUILD = "import os, signal, time\nos.kill(os.getppid(), signal.SIGINT)\ntime.sleep(60)"
# A Ctrl-C while the command line is still being imported.
AT_THE_START = """
import signal, sys
import grader.commands

class Stops:
    def find_spec(self, name, *_):
        if name == "typer":
            signal.raise_signal(signal.SIGINT)

sys.meta_path.insert(0, Stops())
grader.commands.run()
"""

# A Ctrl-C while it is read, before a command begins.
WHILE_IT_IS_READ = """
import signal
import typer.core
import grader.commands

typer.core.TyperGroup.parse_args = lambda *_: signal.raise_signal(signal.SIGINT)
grader.commands.run()
"""


@pytest.mark.parametrize("command", ["build", "try", "release", "grade", "feedback", "report", "backup"])
def test_any_command_says_that_it_was_stopped(command: str, released_course: Path) -> None:
    (released_course / "nbgrader_config.py").write_text(STOPS_ITSELF, encoding="utf-8")
    result = run_course(command, cwd=released_course)
    assert (result.returncode, result.stderr) == (130, SAID)


@pytest.mark.parametrize("script", [AT_THE_START, WHILE_IT_IS_READ], ids=["imported", "read"])
def test_before_a_command_begins_too(script: str) -> None:
    result = subprocess.run(
        [sys.executable, "-c", script, "report"],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert (result.returncode, result.stderr) == (130, SAID)


def test_a_build_that_is_stopped_leaves_the_notebook(released_course: Path) -> None:
    lesson = lesson_of(released_course)
    before = lesson.notebook_path.read_bytes()
    text = lesson.text_path.read_text(encoding="utf-8")
    lesson.text_path.write_text(text.replace("2 + 3", STOPS_THE_BUILD), encoding="utf-8")
    result = run_course("build", "01_small", cwd=released_course)
    assert (result.returncode, result.stderr) == (130, SAID)
    assert lesson.notebook_path.read_bytes() == before
