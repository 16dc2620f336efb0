"""A jupyter_client kernel provisioner that forks kernels from a warm parent.

Named "warm-provisioner". Its configuration in a kernel spec: {"modules": [what the parent imports]}. Where
forking is not safe it starts an ordinary kernel and logs why.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import List, Unicode

from grader.kernels.warm import PARENTS, NoWarmKernelsError


class WarmProvisioner(LocalProvisioner):
    """Kernels that are forks of a warm parent; all else is as with jupyter_client's local ones."""

    modules: list[str] = List(Unicode(), help="What the parent imports.").tag(config=True)  # type: ignore[assignment]

    _ended: asyncio.Future[int] | None = None
    _writer: asyncio.StreamWriter | None = None

    @property
    def has_process(self) -> bool:
        """Whether there is a kernel."""
        return self._ended is not None or super().has_process

    @property
    def is_warm(self) -> bool:
        """Whether the kernel is a fork of a warm parent."""
        return self._ended is not None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel, or start one with the command where that is not safe."""
        try:
            # Starting a parent takes seconds, in which other kernels of this loop go on.
            parent = await asyncio.to_thread(PARENTS.parent_for, self.modules)
        except NoWarmKernelsError as refusal:
            self.log.warning("Starting an ordinary kernel: %s.", refusal)
            return await super().launch_kernel(cmd, **kwargs)
        manager: Any = self.parent
        reader, self._writer = await asyncio.open_unix_connection(parent.address)
        request = {
            "connection_file": manager.connection_file,
            "folder": str(kwargs.get("cwd") or Path.cwd()),
            "environment": kwargs.get("env") or dict(os.environ),
        }
        self._writer.write(json.dumps(request).encode() + b"\n")
        self.pid = self.pgid = json.loads(await reader.readline())["pid"]
        self._ended = asyncio.ensure_future(self._wait_for_end(reader))
        return self.connection_info

    @staticmethod
    async def _wait_for_end(reader: asyncio.StreamReader) -> int:
        line = await reader.readline()
        # A parent that is gone has taken its kernels along.
        return int(json.loads(line)["exit"]) if line else -signal.SIGKILL

    async def poll(self) -> int | None:
        """None while the kernel runs, then its exit code."""
        if self._ended is None:
            return await super().poll()
        return self._ended.result() if self._ended.done() else None

    async def wait(self) -> int | None:
        """Wait for the kernel's end; returns its exit code."""
        if self._ended is None:
            return await super().wait()
        code = await self._ended
        if self._writer is not None:
            self._writer.close()
        self._ended = None
        return code

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel's process group."""
        if self._ended is None:
            await super().send_signal(signum)
        elif not self._ended.done() and self.pgid:
            os.killpg(self.pgid, signum)

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel's process group."""
        if self._ended is None:
            await super().kill(restart)
        else:
            await self._signal_if_there(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:
        """Ask the kernel's process group to end."""
        if self._ended is None:
            await super().terminate(restart)
        else:
            await self._signal_if_there(signal.SIGTERM)

    async def _signal_if_there(self, signum: int) -> None:
        with suppress(ProcessLookupError):
            await self.send_signal(signum)


class WarmKernelSpecs(KernelSpecManager):
    """The installed kernels, each started by the warm provisioner. modules: what its parent imports."""

    modules: list[str] = List(Unicode())  # type: ignore[assignment]

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The kernel spec of that name, with the provisioner added where it is a Python kernel."""
        spec: KernelSpec = super().get_kernel_spec(kernel_name)
        if spec.language == "python":
            spec.metadata = {
                **spec.metadata,
                "kernel_provisioner": {
                    "provisioner_name": "warm-provisioner",
                    "config": {"modules": list(self.modules)},
                },
            }
        return spec
