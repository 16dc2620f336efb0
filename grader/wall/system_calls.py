"""System calls that no notebook needs, refused where libseccomp is at hand: less of the kernel to attack."""

from __future__ import annotations

import ctypes
import errno
import os
from contextlib import suppress
from typing import Any

# Namespaces and mounts; other processes and their cores; the kernel itself; memory of no process.
REFUSED = (
    "mount", "umount2", "pivot_root", "chroot", "unshare", "setns", "fsopen", "fsmount", "fsconfig",
    "fspick", "move_mount", "open_tree", "mount_setattr", "open_by_handle_at", "name_to_handle_at",
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd",
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register",
    "add_key", "request_key", "keyctl", "kexec_load", "kexec_file_load", "init_module", "finit_module",
    "delete_module", "reboot", "swapon", "swapoff", "acct", "quotactl", "quotactl_fd", "syslog",
    "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "iopl", "ioperm", "modify_ldt",
    "lookup_dcookie", "nfsservctl", "uselib", "ustat", "sysfs", "_sysctl", "vhangup", "sched_setaffinity",
    "memfd_create", "memfd_secret", "shmget", "msgget", "semget",
)  # fmt: skip
NEW_NAMESPACES = (0x80, 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000)
AF_NETLINK = 16
# What lies below it, without Unix (1), IPv4 (2) and IPv6 (10).
OLD_FAMILIES = (3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15)
# What keeps others from opening a file, or tells of what they do in a folder: F_SETLEASE, F_NOTIFY.
ON_FILES_OF_OTHERS = (1024, 1026)
TO_A_TERMINAL = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2


class _Program(ctypes.Structure):
    """The kernel's `sock_fprog`."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def compiled() -> bytes:
    """The filter as the kernel takes it; empty where libseccomp is missing."""
    try:
        import pyseccomp
    except (ImportError, RuntimeError):
        return b""
    rules: Any = pyseccomp.SyscallFilter(defaction=pyseccomp.ALLOW)
    refused = pyseccomp.ERRNO(errno.EPERM)
    for name in REFUSED:
        with suppress(OSError, RuntimeError, ValueError):  # a call that this processor does not know
            rules.add_rule(refused, name)
    for flag in NEW_NAMESPACES:
        rules.add_rule(refused, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, flag, flag))
    # Its flags cannot be looked at: the C library then uses `clone`.
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    # Some kinds of sockets lead out of all namespaces.
    rules.add_rule(refused, "socket", pyseccomp.Arg(0, pyseccomp.GT, AF_NETLINK))
    for family in OLD_FAMILIES:
        rules.add_rule(refused, "socket", pyseccomp.Arg(0, pyseccomp.EQ, family))
    for request in TO_A_TERMINAL:
        rules.add_rule(refused, "ioctl", pyseccomp.Arg(1, pyseccomp.MASKED_EQ, 0xFFFFFFFF, request))
    for command in ON_FILES_OF_OTHERS:
        rules.add_rule(refused, "fcntl", pyseccomp.Arg(1, pyseccomp.MASKED_EQ, 0xFFFFFFFF, command))
    reads, writes = os.pipe()
    with os.fdopen(reads, "rb") as reading:
        with os.fdopen(writes, "wb") as writing:
            rules.export_bpf(writing)
        return reading.read()


def refuse(program: bytes) -> None:
    """Have the kernel refuse what `compiled` says, for this process and all that it starts."""
    if program:
        filtering = _Program(len(program) // 8, program)
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(filtering), 0, 0):
            raise OSError(ctypes.get_errno(), "seccomp")
