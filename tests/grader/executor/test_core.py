"""Processes that train at once each keep to a core of their own, as long as there is one."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.limits import Limits
from suites.small_lessons import printed

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="elsewhere no process has a core"
)

# Says which cores it may use, and ends when it is told to.
TRAINING = """
import os, sys
from pathlib import Path
from grader.executor.core import take_core
lock = take_core(Path(sys.argv[1]))
print(sorted(os.sched_getaffinity(0)), flush=True)
input()
"""
CORES = "import keras, os; print(len(os.sched_getaffinity(0)), end='')"


def training(locks: Path) -> tuple[subprocess.Popen[str], list[int]]:
    """A process that trains, and its cores."""
    process = subprocess.Popen(
        [sys.executable, "-c", TRAINING, locks], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    return process, ast.literal_eval(process.stdout.readline())


def test_trainings_at_once_share_no_core_and_one_too_many_runs_on_all(tmp_path: Path) -> None:
    cores = sorted(os.sched_getaffinity(0))
    *at_once, (one_too_many, free) = [training(tmp_path) for _ in range(len(cores) + 1)]
    assert [own for _, own in at_once] == [[core] for core in cores]
    assert free == cores
    for process in (one_too_many, *(process for process, _ in at_once)):
        process.communicate("\n", timeout=60)


def test_a_core_goes_to_the_next_training_also_when_the_last_one_was_killed(tmp_path: Path) -> None:
    for end in (lambda process: process.communicate("\n"), subprocess.Popen.kill):
        process, own = training(tmp_path)
        assert own == sorted(os.sched_getaffinity(0))[:1]
        end(process)
        process.wait()


@pytest.mark.parametrize("wall", [True, False])
def test_a_notebook_that_trains_has_a_core_of_its_own(
    wall: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Other tests train at the same time.
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert printed(CORES, Limits(wall=wall)) == "1"
