"""Several hosts on one machine: network namespaces on a bridge, each with a dask worker in it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

BIN = Path(sys.executable).parent
NETWORK = "10.213.77"
SECONDS_TO_START = 60


def possible() -> bool:
    """Whether this machine lets us make hosts."""
    return (
        hasattr(os, "geteuid")
        and os.geteuid() == 0
        and shutil.which("ip") is not None
        and subprocess.run(["unshare", "--net", "true"], check=False, capture_output=True).returncode == 0
    )


def ip(*arguments: str, check: bool = True) -> None:
    """Call `ip`."""
    subprocess.run(["ip", *arguments], check=check, capture_output=True)


@dataclass
class Host:
    """A network namespace. address: its own. worker: the dask worker in it."""

    name: str
    address: str
    worker: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End the worker, its nanny and all its kernels at once, as a power cut does."""
        family = [self.worker.pid, *(child.pid for child in psutil.Process(self.worker.pid).children(True))]
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.worker.wait()

    def cut_off(self) -> None:
        """Unplug the network: what runs there goes on, and nobody hears of it."""
        ip("link", "set", f"{self.name}-out", "down")


@dataclass
class Cluster:
    """A scheduler and its hosts."""

    address: str
    hosts: list[Host] = field(default_factory=list)


@contextmanager
def cluster(count: int, folder: Path) -> Iterator[Cluster]:
    """Start a scheduler here and a worker with one slot in each of `count` hosts; end them all afterwards."""
    bridge = f"gb{os.getpid() % 100_000}"
    names = [f"gh{os.getpid() % 100_000}-{number}" for number in range(count)]
    processes: list[subprocess.Popen[bytes]] = []
    environment = {
        **os.environ,
        # A host that was cut off is given up after this.
        "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "6s",
        "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "5s",
        "DASK_DISTRIBUTED__COMM__TIMEOUTS__TCP": "15s",
    }

    def start(*command: str) -> subprocess.Popen[bytes]:
        with (folder / f"log-{len(processes)}.txt").open("wb") as log:
            process = subprocess.Popen(
                command, env=environment, stdout=log, stderr=log, cwd=folder, start_new_session=True
            )
        processes.append(process)
        return process

    try:
        ip("link", "add", bridge, "type", "bridge")
        ip("addr", "add", f"{NETWORK}.1/24", "dev", bridge)
        ip("link", "set", bridge, "up")
        with socket.socket() as probe:
            probe.bind((f"{NETWORK}.1", 0))
            port = probe.getsockname()[1]
        address = f"tcp://{NETWORK}.1:{port}"
        start(str(BIN / "dask"), "scheduler", "--host", f"{NETWORK}.1", "--port", str(port), "--no-dashboard")
        made = Cluster(address)
        for number, name in enumerate(names):
            own = f"{NETWORK}.{10 + number}"
            ip("netns", "add", name)
            ip("link", "add", f"{name}-out", "type", "veth", "peer", "name", "inside", "netns", name)
            ip("link", "set", f"{name}-out", "master", bridge, "up")
            ip("-n", name, "addr", "add", f"{own}/24", "dev", "inside")
            ip("-n", name, "link", "set", "inside", "up")
            ip("-n", name, "link", "set", "lo", "up")
            worker = start(
                "ip", "netns", "exec", name, str(BIN / "dask"), "worker", address, "--nthreads", "1",
                "--host", own, "--no-dashboard", "--preload", "grader.classroom.worker",
                "--local-directory", str(folder / name),
            )  # fmt: skip
            made.hosts.append(Host(name, own, worker))
        _wait_for_workers(address, count)
        yield made
    finally:
        for process in processes:
            with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
                for child in psutil.Process(process.pid).children(recursive=True):
                    with contextlib.suppress(psutil.NoSuchProcess):
                        child.kill()
                process.kill()
            process.wait()
        for name in names:
            ip("netns", "delete", name, check=False)
            ip("link", "delete", f"{name}-out", check=False)
        ip("link", "delete", bridge, check=False)


def _wait_for_workers(address: str, count: int) -> None:
    from distributed import Client

    deadline = time.monotonic() + SECONDS_TO_START
    with Client(address, timeout=SECONDS_TO_START) as client:
        client.wait_for_workers(count, timeout=max(1, deadline - time.monotonic()))
