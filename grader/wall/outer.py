"""The outer wall: bubblewrap around a warm parent, or around a process that starts without one."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from grader.wall.errors import WallError
from grader.wall.places import (
    CORES,
    GROUPS,
    HOME,
    LOCKS,
    MATPLOTLIB,
    MOST_BYTES,
    MOST_OPEN_FILES,
    TEMPORARY,
    WORK,
    fonts,
    of_data,
    of_python,
    of_system,
    own_cache,
)

NAMESPACES = (
    "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net",
    "--unshare-cgroup-try", "--hostname", "notebook",
)  # fmt: skip
# What a parent needs to shut its forks in; each fork gives them up. The last one lets a fork map the root of
# the outer wall to a user of its own.
CAPABILITIES = ("CAP_SYS_ADMIN", "CAP_NET_ADMIN", "CAP_SETFCAP")
ACCELERATORS = ("nvidia*", "kfd", "dri")
ACCOUNTS = Path(__file__).resolve().parent / "etc"


def walled(program: Sequence[str], groups: Mapping[str, Path], *, accelerators: bool) -> list[str]:
    """The command that runs a parent of processes for cells behind the wall.

    groups: control groups in which it can make others, by name. The parent is the first process that it sees,
    and finds its descriptors as they are. Raises WallError where there is no bubblewrap.
    """
    return [
        _bubblewrap(), *NAMESPACES, "--uid", "0", "--gid", "0", "--as-pid-1",
        *(part for capability in CAPABILITIES for part in ("--cap-add", capability)),
        "--proc", "/proc", "--dev", "/dev", "--tmpfs", str(TEMPORARY), "--tmpfs", "/run",
        "--dir", str(HOME), "--dir", str(MATPLOTLIB),
        *_locks(),
        *_readable(of_python()),
        *(part for name, path in groups.items() for part in ("--bind", str(path), str(GROUPS / name))),
        *(part for path in fonts() for part in ("--ro-bind", str(path), str(MATPLOTLIB / path.name))),
        *(part for device in _devices(accelerators) for part in ("--dev-bind", str(device), str(device))),
        "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/", "--", *program,
    ]  # fmt: skip


def walled_kernel(
    program: Sequence[str], folder: Path, given: Path, readable: Iterable[Path], refused: int | None
) -> list[str]:
    """The command that runs a Jupyter kernel behind the wall.

    folder: for the sockets between kernel and client. given: a folder with the files that the kernel finds
    where it works. readable: what else it can read. refused: a descriptor from which the system calls are
    read that it is refused, compiled. Raises WallError where there is no bubblewrap.
    """
    memory = ("--size", str(MOST_BYTES), "--tmpfs")
    start = f'ulimit -c 0; ulimit -n {MOST_OPEN_FILES}; cp -rT "$0" {WORK} && cd {WORK} && exec "$@"'
    return [
        # Kernels take a parent with the number 1 for a sign that their own has ended.
        _bubblewrap(), *NAMESPACES, "--die-with-parent", "--new-session", "--as-pid-1",
        "--proc", "/proc", "--dev", "/dev", *memory, str(TEMPORARY), *memory, str(HOME),
        *memory, "/dev/shm", "--dir", str(WORK), *_readable([*of_python(), *readable]),
        "--bind", str(folder), str(folder), "--ro-bind", str(given), str(given),
        *(("--seccomp", str(refused)) if refused is not None else ()),
        "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", str(WORK),
        "--", "/bin/sh", "-c", start, str(given), *program,
    ]  # fmt: skip


def _bubblewrap() -> str:
    if not sys.platform.startswith("linux"):
        raise WallError(f"{platform.system()} has no namespaces: use Linux, WSL or a container.")
    program = shutil.which("bwrap")
    if program is None:
        raise WallError("bubblewrap is missing: install it (apt-get install bubblewrap).")
    return program


def _readable(more: Iterable[Path]) -> list[str]:
    """What shows this machine's programs, these folders, and the data, all to be read only."""
    command: list[str] = []
    for path in of_system():
        if path.is_symlink() and len(path.parts) == 2:
            command += ["--symlink", str(path.readlink()), str(path)]
        else:
            command += ["--ro-bind", str(path), str(path)]
    for path in sorted(ACCOUNTS.iterdir()):
        command += ["--ro-bind", str(path), f"/etc/{path.name}"]
    shown = {**{path: path for path in more}, **of_data()}
    for here, there in shown.items():
        command += ["--ro-bind", str(here), str(there)]
    if (own_cache() / LOCKS).is_dir():
        # Whoever holds the lock of a core keeps others from it.
        hidden = str(shown[own_cache()] / LOCKS)
        command += ["--tmpfs", hidden, "--remount-ro", hidden]
    return command


def _locks() -> list[str]:
    """What shows the folder for the locks of cores, which all grading on this machine shares.

    Where it cannot be written, the parent gets one of its own: other parents' processes may take its cores.
    """
    folder = own_cache() / LOCKS / platform.node()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return ["--dir", str(CORES)]
    return ["--bind", str(folder), str(CORES)]


def _devices(accelerators: bool) -> Iterable[Path]:
    patterns = ACCELERATORS if accelerators else ()
    return (device for name in patterns for device in Path("/dev").glob(name))
