"""Processes for cells: forks of a warm parent, or cold ones where forking is not safe; nothing outlives them."""

from __future__ import annotations

import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from grader.executor import process as processes
from grader.executor.link import Link
from grader.executor.task import JUDGE, STUDENT
from grader.executor.warm import PARENTS, NotWarmError, Outer, WarmParent, WarmParents
from grader.grading.grade import grade, grade_in
from grader.grading.setting import Setting
from grader.limits import Limits
from suites.small_lessons import as_bytes, check, code, handed_in, spec_of

# Importing this module starts a thread that never ends.
THREADED = "import threading, time\nthreading.Thread(target=time.sleep, args=(1e6,), daemon=True).start()\n"


@pytest.mark.parametrize("role", [STUDENT, JUDGE])
def test_the_parent_of_processes_has_one_thread_with_tensorflow_imported(role: str) -> None:
    parent = PARENTS.parent_for(role, {"tensorflow", "numpy", "matplotlib.pyplot"}, Outer())
    assert psutil.Process(parent.pid).num_threads() == 1


def test_a_parent_whose_number_is_not_known_is_not_used() -> None:
    # The number would be 0, and a signal to it would end the grader itself.
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        theirs.send(b'{"threads": 1}')
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        with pytest.raises(NotWarmError):
            WarmParent(ours)


@pytest.mark.parametrize("role", [STUDENT, JUDGE])
def test_a_parent_that_ended_is_replaced(role: str) -> None:
    spec = spec_of(code("import math"), check("check", "assert math.pi > 3", points=2))
    assert grade(as_bytes(handed_in(spec)), spec).points == 2
    ended = PARENTS.parent_for(role, frozenset(), Outer())
    os.kill(ended.pid, signal.SIGKILL)
    wait_until(lambda: not ended.is_alive)
    assert grade(as_bytes(handed_in(spec)), spec).points == 2


def test_a_parent_that_started_early_serves_only_notebooks_whose_modules_it_was_told() -> None:
    parents = WarmParents()
    try:
        parents.start_early(Outer())
        parents.import_early({"wave", "colorsys"}, Outer())
        early = parents.parent_for(STUDENT, {"wave"}, Outer())
        assert parents.parent_for(STUDENT, {"colorsys"}, Outer()) is early
        assert parents.parent_for(STUDENT, {"sndhdr"}, Outer()) is not early
    finally:
        parents.close()


# The error passes through Matplotlib and SciPy.
FAILING = """
import matplotlib.pyplot as plt, scipy.stats
try:
    scipy.stats.zscore([[1.0], []])
except ValueError as error:
    shown = error
figure, ax = plt.subplots(layout="constrained")
ax.text(0.5, 0.5, "$\\\\frac$")
ax.set_title(type(shown).__name__)
"""


def test_preparing_for_many_tasks_changes_no_output_and_starts_no_thread() -> None:
    spec = spec_of(code(FAILING), check("check", "assert shown", points=1))

    setting = Setting(Limits(), frozenset(("matplotlib.pyplot",)))

    def outputs() -> list[object]:
        ran = grade_in(setting, as_bytes(handed_in(spec)), spec)
        assert "ParseSyntaxException" in str(ran.notebook)
        return [re.sub(r"ipykernel_\d+|0x[0-9a-f]+", "", str(cell.outputs)) for cell in ran.notebook.cells]

    before = outputs()
    parent = PARENTS.parent_for(STUDENT, {"matplotlib.pyplot"}, Outer())
    parent.prepare_for_many(["scipy.stats", "sklearn.metrics", "pandas", "not_there"])
    used = psutil.Process(parent.pid).cpu_times

    def is_idle() -> bool:
        seconds = used().user
        time.sleep(0.4)
        return used().user == seconds

    wait_until(is_idle)
    assert psutil.Process(parent.pid).num_threads() == 1
    assert outputs() == before


def test_where_forking_is_not_safe_processes_are_cold_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "with_a_thread.py").write_text(THREADED, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(NotWarmError, match="importing with_a_thread starts 1 threads"):
        PARENTS.parent_for(STUDENT, {"with_a_thread"}, Outer())
    spec = spec_of(
        code("import with_a_thread"),
        check("passes", "assert with_a_thread.time", points=2),
        check("part", "0.5", points=2),
        check("fails", "assert False", points=2),
    )
    with caplog.at_level(logging.WARNING):
        result = grade(as_bytes(handed_in(spec)), spec)
    assert "import everything by itself" in caplog.text
    assert [cell.points for cell in result.cells] == [2, 0.5, 0]


# The grader; for students and judges a parent each, a supervisor, a process with cells; bubblewrap outside and
# inside of its namespaces.
@pytest.mark.parametrize(("wall", "processes_in_all"), [(True, 8), (False, 7)])
def test_everything_ends_when_the_grader_is_killed(wall: bool, processes_in_all: int, tmp_path: Path) -> None:
    script = tmp_path / "grade.py"
    script.write_text(
        "from grader.grading.grade import grade\n"
        "from suites.small_lessons import *\n"
        "from grader.limits import Limits\n"
        "spec = spec_of(code('import time; time.sleep(600)'), check('check', '1'))\n"
        f"grade(as_bytes(handed_in(spec)), spec, Limits(wall={wall}))\n",
        encoding="utf-8",
    )
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    grader = subprocess.Popen([sys.executable, script], env=environment)

    def family() -> list[psutil.Process]:
        return [psutil.Process(grader.pid), *psutil.Process(grader.pid).children(recursive=True)]

    wait_until(lambda: len(family()) == processes_in_all)
    members = family()
    grader.send_signal(signal.SIGKILL)
    grader.wait()
    wait_until(lambda: not any(member.is_running() for member in members))


def test_a_process_ends_when_its_link_is_closed_before_it_has_begun() -> None:
    parent = PARENTS.parent_for(STUDENT, {"numpy"}, Outer())
    before = set(psutil.Process(parent.pid).children(recursive=True))
    for _ in range(5):
        _, peer = Link.pair()
        started = processes.start(STUDENT, peer, {"numpy"}, Limits())
        started.link.close()
        started.control.close()
    wait_until(lambda: set(psutil.Process(parent.pid).children(recursive=True)) <= before)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)
