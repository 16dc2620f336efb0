"""The outer wall: bubblewrap around a warm parent, or around a process that starts without one."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from grader.wall.errors import WallError
from grader.wall.places import (
    CORES,
    HOME,
    MATPLOTLIB,
    TEMPORARY,
    fonts,
    of_data,
    of_python,
    of_system,
    own_cache,
)

# What a parent needs to shut its forks in; each fork gives them up.
CAPABILITIES = ("CAP_SYS_ADMIN", "CAP_NET_ADMIN")
ACCELERATORS = ("nvidia*", "kfd", "dri")
ACCOUNTS = {
    "/etc/passwd": b"root:x:0:0::/:/bin/sh\nstudent:x:1000:1000::/home/student:/bin/sh\n",
    "/etc/group": b"root:x:0:\nstudent:x:1000:\n",
    "/etc/hosts": b"127.0.0.1 localhost notebook\n::1 localhost\n",
}


def walled(program: Sequence[str], *, accelerators: bool) -> tuple[list[str], list[int]]:
    """The command that runs a program behind the wall, and the descriptors that it has to inherit besides.

    Close them once it is started. The program is the first process that it sees, and finds its other
    descriptors as they are. Raises WallError where there is no bubblewrap.
    """
    if not sys.platform.startswith("linux"):
        raise WallError(f"{platform.system()} has no namespaces: use Linux, WSL or a container.")
    bubblewrap = shutil.which("bwrap")
    if bubblewrap is None:
        raise WallError("bubblewrap is missing: install it (apt-get install bubblewrap).")
    command = [
        *(bubblewrap, "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net"),
        *("--unshare-cgroup-try", "--uid", "0", "--gid", "0", "--hostname", "notebook", "--as-pid-1"),
        *(part for capability in CAPABILITIES for part in ("--cap-add", capability)),
        *("--proc", "/proc", "--dev", "/dev", "--tmpfs", str(TEMPORARY), "--tmpfs", "/run"),
        *("--dir", str(HOME), "--dir", str(MATPLOTLIB)),
    ]
    for path in of_system():
        if path.is_symlink() and len(path.parts) == 2:
            command += ["--symlink", str(path.readlink()), str(path)]
        else:
            command += ["--ro-bind", str(path), str(path)]
    descriptors = []
    for place, content in ACCOUNTS.items():
        descriptors.append(_holding(content))
        command += ["--ro-bind-data", str(descriptors[-1]), place]
    for path in of_python():
        command += ["--ro-bind", str(path), str(path)]
    # Made now, since what is made later can then be seen as well.
    locks = own_cache() / "cores" / platform.node()
    locks.mkdir(parents=True, exist_ok=True)
    command += ["--bind", str(locks), str(CORES)]
    for here, there in of_data().items():
        command += ["--ro-bind", str(here), str(there)]
    for path in fonts():
        command += ["--ro-bind", str(path), str(MATPLOTLIB / path.name)]
    if accelerators:
        for device in _devices():
            command += ["--dev-bind", str(device), str(device)]
    return [
        *command,
        "--remount-ro",
        "/dev",
        "--remount-ro",
        "/",
        "--chdir",
        "/",
        "--",
        *program,
    ], descriptors


def _devices() -> Iterable[Path]:
    return (device for name in ACCELERATORS for device in Path("/dev").glob(name))


def _holding(content: bytes) -> int:
    """A descriptor from which this can be read."""
    reads, writes = os.pipe()
    os.write(writes, content)
    os.close(writes)
    return reads
