"""A class graded on several hosts is graded once each, although one host dies and another is cut off."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from distributed import Client, LocalCluster

from grader.classroom import cluster as clusters
from grader.classroom.jobs import Job
from grader.errors import CourseError
from grader.grading.setting import Setting
from grader.grading.spec import read_spec
from grader.limits import Limits
from suites.hosts import cluster, possible
from suites.small_lessons import answer, as_bytes, check, notebook
from tests.conftest import run_course
from tests.grader.conftest import hand_in

COURSE = Path(sys.executable).parent / "course"
CLASS = 12
SLOW_AND_RIGHT = "import time; time.sleep(2)\ndef double(x):\n    return x + x"


@pytest.mark.skipif(not possible(), reason="making hosts needs root, ip and network namespaces")
def test_a_host_that_dies_and_one_that_is_cut_off_cost_no_marks(
    released_course: Path, tmp_path: Path
) -> None:
    for number in range(CLASS):
        hand_in(released_course, f"student{number:02}", SLOW_AND_RIGHT)
    reports = released_course / "reports" / "01_small"
    with cluster(3, tmp_path) as hosts:
        grading = subprocess.Popen(
            [COURSE, "grade", "01_small", "--scheduler", hosts.address, "--notebook-seconds", "20"],
            cwd=released_course,
            env={**os.environ, "COLUMNS": "160"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        deadline = time.monotonic() + 120
        while len(list(reports.glob("*.json"))) < 2:
            assert time.monotonic() < deadline, "nothing was graded"
            time.sleep(0.1)
        hosts.hosts[0].kill()
        hosts.hosts[1].cut_off()
        printed, said = grading.communicate(timeout=240)
    assert grading.returncode == 0, said
    records = {path.stem: json.loads(path.read_text()) for path in reports.glob("*.json")}
    assert {student: record["score"] for student, record in records.items()} == {
        f"student{number:02}": 6 for number in range(CLASS)
    }
    lines = [line for line in printed.splitlines() if " of 12  student" in line]
    assert len(lines) == CLASS


def test_a_worker_with_other_versions_is_named(released_course: Path, tmp_path: Path) -> None:
    hand_in(released_course, "ada", SLOW_AND_RIGHT)
    library = tmp_path / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    (library / "other-1.0.dist-info").mkdir(parents=True)
    (library / "other-1.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: other\nVersion: 1.0\n"
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    address = f"tcp://127.0.0.1:{port}"
    dask = COURSE.with_name("dask")
    commands: tuple[list[str | Path], ...] = (
        [dask, "scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"],
        [dask, "worker", address, "--no-dashboard", "--no-nanny", "--preload", "grader.classroom.worker"],
    )
    environment = {**os.environ, "PYTHONUSERBASE": str(tmp_path)}
    with ExitStack() as stack:
        for command in commands:
            process = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL)
            stack.enter_context(process)
            stack.callback(process.kill)
        with Client(address, timeout=60) as client:
            client.wait_for_workers(1, timeout=60)
        result = run_course("grade", "--scheduler", address, cwd=released_course)
    assert result.returncode == 1
    (line,) = result.stderr.strip().splitlines()
    assert "differs from this machine in other." in line


def test_a_cluster_that_has_lost_all_its_workers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "SECONDS_WITHOUT_WORKERS", 1)
    spec = read_spec(as_bytes(notebook(answer("a", "x = 1"), check("c", "assert x == 1"))))
    job = Job("key", "ada", "01", "01", b"{}", spec, Setting(Limits(), spec.modules))
    with LocalCluster(n_workers=1, processes=False, dashboard_address=None) as local:
        ours = clusters.Cluster(local.scheduler_address)
        local.scale(0)
        try:
            with pytest.raises(CourseError, match="has had no worker for 1 s"):
                list(ours.do_all([job], {}))
        finally:
            ours.close()


def test_a_scheduler_that_is_not_there_is_one_line(released_course: Path) -> None:
    hand_in(released_course, "ada", SLOW_AND_RIGHT)
    result = subprocess.run(
        [COURSE, "grade", "--scheduler", "tcp://127.0.0.1:9"],
        cwd=released_course,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "tcp://127.0.0.1:9" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
