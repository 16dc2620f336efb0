"""Jupyter kernels behind the wall: sockets in one folder lead to their client, all else leads nowhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from traitlets import Instance

from grader.wall.environment import environment
from grader.wall.outer import walled_kernel


class WalledKernelManager(AsyncKernelManager):
    """Starts a kernel behind the wall.

    sockets: an empty folder for its sockets, with a short path. given: the folder with the files that it
    finds where it works.
    """

    sockets: Any = Instance(Path)
    given: Any = Instance(Path)

    def __init__(self, **options: Any) -> None:  # noqa: D107
        super().__init__(**options)
        self.transport = "ipc"
        self.ip = str(self.sockets / "s")
        self.connection_file = str(self.sockets / "connection.json")

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        """The kernel's own command, behind the wall."""
        command = super().format_kernel_cmd(extra_arguments)
        assert self.kernel_spec is not None
        readable = [Path(self.kernel_spec.resource_dir)]
        return walled_kernel(command, self.sockets, self.given, [path for path in readable if path.is_dir()])

    async def _async_start_kernel(self, **options: Any) -> Any:
        return await super()._async_start_kernel(**{**options, "env": environment()})

    start_kernel = _async_start_kernel
