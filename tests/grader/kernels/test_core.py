"""Kernels that run at once each keep to a core of their own, as long as there is one."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import AsyncKernelManager

from grader.kernels.provisioner import WarmKernelSpecs

SHOW = "import json, os; print(json.dumps(sorted(os.sched_getaffinity(0))), end='')"

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only there are kernels warm")


@pytest.fixture(autouse=True)
def no_other_graders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests grade at the same time, and take cores of their own."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


def cores_of(kernels: int) -> list[list[int]]:
    """The cores that each of several kernels may use, all of them running at once."""

    async def ask(everybody: asyncio.Barrier) -> list[int]:
        manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=WarmKernelSpecs(modules=[]))
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        said: list[dict[str, Any]] = []
        try:
            await client.wait_for_ready(timeout=60)
            await client.execute_interactive(SHOW, output_hook=said.append, timeout=60)
            await everybody.wait()
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)
        (text,) = [message["content"]["text"] for message in said if message["msg_type"] == "stream"]
        cores: list[int] = json.loads(text)
        return cores

    async def ask_all() -> list[list[int]]:
        everybody = asyncio.Barrier(kernels)
        return list(await asyncio.gather(*(ask(everybody) for _ in range(kernels))))

    return asyncio.run(ask_all())


def test_kernels_at_once_share_no_core_and_one_too_many_is_free() -> None:
    cores = sorted(os.sched_getaffinity(0))
    found = cores_of(len(cores) + 1)
    assert sorted(found, key=len)[-1] == cores
    assert sorted(core for mine in sorted(found, key=len)[:-1] for core in mine) == cores


def test_the_core_of_a_kernel_that_has_ended_goes_to_the_next() -> None:
    for _ in range(2):
        assert all(len(mine) == 1 for mine in cores_of(len(os.sched_getaffinity(0))))
