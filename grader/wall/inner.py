"""The inner wall: a fork of a walled parent shuts itself in, away from its parent and its neighbours.

What it does here needs the outer wall's capabilities, which it gives up at the end. All of it is Linux's.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import socket
import struct
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from grader.wall.places import (
    HOME,
    MOST_BYTES,
    MOST_OPEN_FILES,
    PARENTS_TO_STUDENTS,
    TEMPORARY,
    WORK,
    grader_folder,
    of_data,
    of_python,
)
from grader.wall.system_calls import refuse

NEW_MOUNTS, NEW_NAMES, NEW_IPC, NEW_USERS = 0x20000, 0x4000000, 0x8000000, 0x10000000
NEW_PROCESSES, NEW_NETWORK = 0x20000000, 0x40000000
READ_ONLY, NO_SUID, NO_DEVICES, NO_PROGRAMS, REMOUNT = 1, 2, 4, 8, 32
BIND, RECURSIVE, PRIVATE = 1 << 12, 1 << 14, 1 << 18
PLAIN = NO_SUID | NO_DEVICES
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 24, 38
CAPABILITIES_VERSION = 0x20080522
LAST_CAPABILITY = 63
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
STUDENT = 1000
# What the kernel tells about itself, and lets its owner change.
OF_KERNEL = ("sys", "sysrq-trigger", "irq", "bus", "fs", "acpi", "scsi")
HIDDEN = ("kcore", "keys", "kmsg", "sched_debug", "timer_list", "key-users", "kallsyms")
# In each folder that can be written to.
MOST_FILES = 50_000
MOST_THREADS = 1024

_libc = ctypes.CDLL(None, use_errno=True)


@cache
def shown_below(folder: Path) -> list[Path]:
    """What the outer wall shows below a folder. A parent asks once, for all its forks."""
    return [path for path in (*of_python(), *of_data().values()) if path.is_relative_to(folder)]


def own_folder() -> int:
    """Give this process mounts of its own with an empty home, and in it the folder where cells work.

    Returns a descriptor of that folder. Called by a supervisor.
    """
    _unshare(NEW_MOUNTS)
    _mount(None, "/", None, RECURSIVE | PRIVATE)
    data = [(os.open(there, os.O_PATH), there) for there in shown_below(HOME)]
    _mount_memory(HOME)
    for descriptor, there in data:
        _show(descriptor, there)
    WORK.mkdir()
    # The next processes are the first that they see.
    _unshare(NEW_PROCESSES)
    return os.open(WORK, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def shut_in(refused: bytes, *, hides_grader: bool) -> None:
    """Confine this process, which nothing can undo. refused: system calls, compiled. Raises OSError.

    hides_grader: whether this project's own code disappears as well.
    """
    _unshare(NEW_MOUNTS | NEW_NAMES | NEW_IPC | NEW_NETWORK)
    _loopback()
    _mount("proc", "/proc", "proc", PLAIN | NO_PROGRAMS)
    for name in OF_KERNEL:
        if os.path.exists(f"/proc/{name}"):  # noqa: PTH110
            _mount(f"/proc/{name}", f"/proc/{name}", None, BIND | RECURSIVE)
            _mount(None, f"/proc/{name}", None, REMOUNT | BIND | READ_ONLY | PLAIN | NO_PROGRAMS)
    for name in HIDDEN:
        if os.path.exists(f"/proc/{name}"):  # noqa: PTH110
            _mount("/dev/null", f"/proc/{name}", None, BIND)
    _mount("devpts", "/dev/pts", "devpts", NO_SUID | NO_PROGRAMS, "newinstance,ptmxmode=0666,mode=600")
    _mount_memory("/dev/shm")
    _mount("tmpfs", "/run", "tmpfs", PLAIN | READ_ONLY, "size=4k")
    shown = [(os.open(path, os.O_PATH), path) for path in shown_below(TEMPORARY)]
    _mount_memory(TEMPORARY)
    for descriptor, path in shown:
        _show(descriptor, path)
    if hides_grader:
        _mount("tmpfs", str(grader_folder()), "tmpfs", PLAIN | READ_ONLY, "size=4k")
    os.chdir(WORK)
    _become_student()
    for limit, most in _limits():
        resource.setrlimit(limit, (most, most))
    _check(_libc.prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0), "end with its parent")
    _check(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "give up privileges")
    refuse(refused)


def _limits() -> Iterable[tuple[int, int]]:
    yield resource.RLIMIT_CORE, 0
    yield resource.RLIMIT_FSIZE, MOST_BYTES
    of_parent, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield resource.RLIMIT_NOFILE, min(MOST_OPEN_FILES, of_parent // PARENTS_TO_STUDENTS)
    # It counts for users other than root; for root, only control groups do.
    yield resource.RLIMIT_NPROC, MOST_THREADS


def _become_student() -> None:
    """Become a user without any capability, in a namespace of its own."""
    _unshare(NEW_USERS)
    for name, text in (
        ("setgroups", "deny"), ("uid_map", f"{STUDENT} 0 1"), ("gid_map", f"{STUDENT} 0 1"),
    ):  # fmt: skip
        Path(f"/proc/self/{name}").write_text(text, encoding="ascii")
    for capability in range(LAST_CAPABILITY + 1):
        if _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0):
            break
    header = struct.pack("Ii", CAPABILITIES_VERSION, 0)
    _check(_libc.capset(header, bytes(24)), "give up capabilities")


def _loopback() -> None:
    """Start the loopback interface: it leads to this process's own family only."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))


def _mount_memory(place: Path | str) -> None:
    _mount("tmpfs", str(place), "tmpfs", PLAIN, f"size={MOST_BYTES},nr_inodes={MOST_FILES},mode=755")


def _show(descriptor: int, place: Path) -> None:
    """Show what a descriptor leads to, at this place, as it was shown before."""
    place.mkdir(parents=True, exist_ok=True)
    _mount(f"/proc/self/fd/{descriptor}", str(place), None, BIND | RECURSIVE)
    _mount(None, str(place), None, REMOUNT | BIND | READ_ONLY | PLAIN)
    os.close(descriptor)


def _mount(source: str | None, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    encoded = [text.encode() if text is not None else None for text in (source, target, kind, options)]
    _check(_libc.mount(*encoded[:3], ctypes.c_ulong(flags), encoded[3]), f"mount {target}")


def _unshare(flags: int) -> None:
    _check(_libc.unshare(flags), "unshare namespaces")


def _check(failed: int, what: str) -> None:
    if failed:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
