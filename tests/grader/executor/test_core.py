"""Trainings that run at once each keep to a core of their own, as long as there is one."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.grader.grading.lessons import printed

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="elsewhere no process has a core"
)

# Says which cores it may use inside and, once told to go on, after; its other thread must be there too.
TRAINING = """
import os, threading
from grader.executor.core import own_core
threading.Thread(target=threading.Event().wait, daemon=True).start()
cores = lambda: sorted({core for task in os.listdir("/proc/self/task") for core in os.sched_getaffinity(int(task))})
with own_core():
    print(cores(), flush=True)
    input()
print(cores())
"""
FIT = """
import os
import keras, numpy as np
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
model.compile(loss="mean_squared_error")
tell = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: print(len(os.sched_getaffinity(0)), end=" "))
model.fit(np.ones((8, 2)), np.ones((8, 1)), epochs=2, verbose=0, callbacks=[tell])
print(len(os.sched_getaffinity(0)), end="")
"""


@pytest.fixture(autouse=True)
def no_other_trainings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests train at the same time, on cores of their own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def training() -> tuple[subprocess.Popen[str], list[int]]:
    """A process that is inside a training, and its cores."""
    process = subprocess.Popen(
        [sys.executable, "-c", TRAINING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    return process, ast.literal_eval(process.stdout.readline())


def cores_after(process: subprocess.Popen[str]) -> list[int]:
    return list(ast.literal_eval(process.communicate("\n", timeout=60)[0]))


def test_trainings_at_once_share_no_core_and_one_too_many_is_free() -> None:
    cores = sorted(os.sched_getaffinity(0))
    *at_once, (one_too_many, free) = [training() for _ in range(len(cores) + 1)]
    assert [own for _, own in at_once] == [[core] for core in cores]
    assert free == cores
    for process in (one_too_many, *(process for process, _ in at_once)):
        assert cores_after(process) == cores


def test_a_core_goes_to_the_next_training_also_when_the_last_one_was_killed() -> None:
    for end in (cores_after, subprocess.Popen.kill):
        process, own = training()
        assert own == sorted(os.sched_getaffinity(0))[:1]
        end(process)
        process.wait()


def test_a_fit_that_is_graded_has_a_core_of_its_own() -> None:
    assert printed(FIT) == f"1 1 {len(os.sched_getaffinity(0))}"
