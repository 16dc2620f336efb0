"""Start a kernel for one notebook, warm where that is safe, and end it with everything that it started."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager

from grader.kernels.processes import MARK, kill_all
from grader.kernels.provisioner import WarmKernelSpecs, WarmProvisioner
from grader.kernels.warm import SETTINGS

SECONDS_TO_START = 60.0
PREPARE = "from grader.kernels.settings import prepare; prepare(); del prepare"


class KernelStartError(Exception):
    """No kernel could be started; the message says why."""


@dataclass(frozen=True)
class Kernel:
    """A kernel that is ready. bears_witness: whether it tells which grade cells ran to their end."""

    manager: AsyncKernelManager
    client: AsyncKernelClient
    pid: int
    bears_witness: bool

    async def death(self) -> None:
        """Return when the kernel has ended."""
        while await self.manager.is_alive():
            await asyncio.sleep(0.1)


@asynccontextmanager
async def start_kernel(name: str, modules: frozenset[str], folder: Path) -> AsyncIterator[Kernel]:
    """Start a kernel by the name of its kernel spec. modules: what a warm parent should have imported.

    folder: where it works. Raises KernelStartError.
    """
    with tempfile.TemporaryDirectory(prefix="kernel-", dir=_short_folder()) as sockets:
        manager = AsyncKernelManager(
            kernel_name=name,
            kernel_spec_manager=WarmKernelSpecs(modules=sorted(modules)),
            transport="ipc" if sys.platform != "win32" else "tcp",
            connection_file=str(Path(sockets) / "connection.json"),
        )
        if manager.transport == "ipc":
            manager.ip = str(Path(sockets) / "socket")
        environment = {
            **os.environ,
            **SETTINGS,
            MARK: manager.connection_file,
            # A folder of the submission must not provide modules in place of the installed ones.
            "PYTHONSAFEPATH": "1",
            # As nbgrader says it to the notebooks that it grades.
            "NBGRADER_EXECUTION": "autograde",
        }
        try:
            await manager.start_kernel(cwd=str(folder), env=environment)
        except Exception as error:
            raise KernelStartError(f"No kernel {name!r} could be started: {error}") from error
        provisioner: Any = manager.provisioner
        pid = provisioner.pid
        client: AsyncKernelClient = manager.client()
        try:
            async with asyncio.timeout(SECONDS_TO_START):
                await _wait_for_sockets(manager)
                client.start_channels(shell=True, iopub=True, stdin=False, hb=False, control=True)
                await _wait_until_ready(client)
                is_warm = isinstance(provisioner, WarmProvisioner) and provisioner.is_warm
                bears_witness = is_warm or await _prepare(client)
            yield Kernel(manager, client, pid, bears_witness)
        except TimeoutError:
            raise KernelStartError(
                f"The kernel {name!r} did not answer for {SECONDS_TO_START:g} s."
            ) from None
        finally:
            client.stop_channels()
            kill_all(pid, manager.connection_file)
            if isinstance(provisioner, WarmProvisioner):
                # At once, where jupyter_client would look every tenth of a second.
                await provisioner.wait()
            with suppress(Exception):
                await manager.shutdown_kernel(now=True)
            await manager.cleanup_resources()


def _short_folder() -> str | None:
    # A socket's path has at most 108 bytes, and folders for temporary files may be deep.
    return "/tmp" if Path("/tmp").is_dir() else None


async def _wait_for_sockets(manager: AsyncKernelManager) -> None:
    """Wait until a kernel listens: connecting too early costs a tenth of a second before the next try."""
    while manager.transport == "ipc" and await manager.is_alive():
        if all(Path(f"{manager.ip}-{port}").exists() for port in (manager.shell_port, manager.iopub_port)):
            return
        await asyncio.sleep(0.002)


async def _wait_until_ready(client: AsyncKernelClient) -> None:
    """Ask the kernel who it is until the answer comes on both channels: only then is nothing it says lost."""
    while True:
        request = client.kernel_info()
        await _message(client.get_shell_msg, request)
        with suppress(TimeoutError):
            await asyncio.wait_for(_message(client.get_iopub_msg, request), 0.05)
            return


async def _message(get: Callable[..., Awaitable[dict[str, Any]]], request: str) -> dict[str, Any]:
    """The first message on a channel that answers a request."""
    while True:
        message = await get(timeout=None)
        if message["parent_header"].get("msg_id") == request:
            return message


async def _prepare(client: AsyncKernelClient) -> bool:
    """Set an ordinary kernel up as a warm one is; tells whether that went well."""
    request = client.execute(PREPARE, silent=True, store_history=False)
    reply = await _message(client.get_shell_msg, request)
    return bool(reply["content"]["status"] == "ok")
