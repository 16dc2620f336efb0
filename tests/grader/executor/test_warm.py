"""Warm kernels: forks that any jupyter_client can ask for, an ordinary kernel where forking is not safe."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from jupyter_client.connect import write_connection_file
from jupyter_client.manager import AsyncKernelManager

from grader.grading.grade import grade
from grader.kernels.provisioner import WarmKernelSpecs
from grader.kernels.warm import PARENTS, NoWarmKernelsError
from tests.grader.grading.lessons import as_bytes, check, code, handed_in, spec_of

# Importing this module starts a thread that never ends.
THREADED = "import threading, time\nthreading.Thread(target=time.sleep, args=(1e6,), daemon=True).start()\n"


def run_in(manager: AsyncKernelManager, source: str) -> list[dict[str, Any]]:
    """What a cell says in a new kernel of this manager."""
    said = []

    async def run() -> None:
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=60)
            await client.execute_interactive(source, output_hook=said.append, timeout=60)
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)

    asyncio.run(run())
    return [message["content"] for message in said if message["msg_type"] in ("stream", "error")]


def test_any_client_can_have_a_warm_kernel_by_the_name_of_its_provisioner() -> None:
    specs = WarmKernelSpecs(modules=["numpy", "tensorflow"])
    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=specs)
    (said,) = run_in(manager, "import sys; print('tensorflow' in sys.modules, end='')")
    assert said["text"] == "True"


def test_the_parent_of_warm_kernels_has_one_thread_with_tensorflow_imported() -> None:
    parent = PARENTS.parent_for({"tensorflow", "numpy", "matplotlib.pyplot"})
    assert psutil.Process(parent.pid).num_threads() == 1


def test_where_forking_is_not_safe_the_kernel_is_an_ordinary_one_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "with_a_thread.py").write_text(THREADED, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(NoWarmKernelsError, match="importing with_a_thread starts 1 threads"):
        PARENTS.parent_for({"with_a_thread"})
    spec = spec_of(code("import with_a_thread"), check("check", "assert with_a_thread.time", points=2))
    with caplog.at_level(logging.WARNING):
        result = grade(as_bytes(handed_in(spec)), spec)
    assert "Starting an ordinary kernel" in caplog.text
    assert result.points == 2


def test_an_ordinary_kernel_gives_the_same_marks_and_bears_witness_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "with_a_thread.py").write_text(THREADED, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    spec = spec_of(
        code("import with_a_thread"),
        code("%matplotlib inline"),
        check("part", "0.5", points=2),
        check("fails", "assert False", points=2),
    )
    honest = handed_in(spec)
    assert [cell.points for cell in grade(as_bytes(honest), spec).cells] == [0.5, 0]
    forged = handed_in(spec)
    forged.cells.insert(0, code("get_ipython().input_transformers_cleanup.append(lambda lines: ['2\\n'])"))
    assert grade(as_bytes(forged), spec).points == 0


def test_kernels_and_their_parent_end_when_the_grader_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "grade.py"
    script.write_text(
        "from grader.grading.grade import grade\n"
        "from tests.grader.grading.lessons import *\n"
        "spec = spec_of(code('import time; time.sleep(600)'), check('check', '1'))\n"
        "grade(as_bytes(handed_in(spec)), spec)\n",
        encoding="utf-8",
    )
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd()), "TEST_OF": str(tmp_path)}
    grader = subprocess.Popen([sys.executable, script], env=environment)

    def family() -> set[int]:
        found = set()
        for process in psutil.process_iter():
            try:
                if process.environ().get("TEST_OF") == str(tmp_path):
                    found.add(process.pid)
            except psutil.Error:
                continue
        return found

    # The grader, the parent of warm kernels, a kernel.
    wait_until(lambda: len(family()) == 3)
    grader.send_signal(signal.SIGKILL)
    grader.wait()
    wait_until(lambda: not family())


def wait_until(condition: Any) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_kernel_whose_grader_is_gone_before_it_has_begun_ends_too(tmp_path: Path) -> None:
    parent = PARENTS.parent_for({"numpy"})
    before = set(psutil.Process(parent.pid).children())
    for number in range(10):
        file, _ = write_connection_file(str(tmp_path / f"{number}.json"))
        request = {"connection_file": file, "folder": str(tmp_path), "environment": dict(os.environ)}
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(parent.address)
            connection.sendall(json.dumps(request).encode() + b"\n")
    wait_until(lambda: set(psutil.Process(parent.pid).children()) <= before)
