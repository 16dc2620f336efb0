"""Limits on memory and processes, and fair shares of the processor, where the grader may make control groups.

The grader makes a group for each parent, outside the wall. In it, a supervisor makes one for its process,
which joins it and cannot leave. Where groups cannot be made, the supervisor's own watch is all there is.

The kernel only holds a process back at its limit on memory; its supervisor ends it. Where the kernel itself
ends a process for its memory, managers of services and containers may end all else there with it: the grader.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

# Groups share the processor fairly, however many processes each of them has.
CONTROLLERS = ("memory", "pids", "cpu")
NEEDED = frozenset(("memory", "pids"))
UNIFIED = "unified"
NAME = "grading-"
SECONDS_TO_EMPTY = 1.0
# Files with limits on memory at which the kernel holds a process back, as version 1 of control groups calls
# them, and version 2.
MEMORY_FILES = ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes", "memory.high")
# Version 2 holds a process back between two steps. One step may go this far beyond the limit.
MOST_IN_ONE_STEP = 1.25
_numbers = itertools.count()


def make_groups() -> dict[str, Path]:
    """Make a group for a parent in each hierarchy where that is possible, by the name of the hierarchy."""
    made = {}
    for hierarchy, folder in _own().items():
        with suppress(OSError):
            _sweep(folder)
            group = folder / f"{NAME}{os.getpid()}-{next(_numbers)}"
            group.mkdir()
            made[hierarchy] = group
            if hierarchy == UNIFIED:
                for controller in CONTROLLERS:
                    _write(group / "cgroup.subtree_control", f"+{controller}")
    return made


def remove_groups(groups: dict[str, Path]) -> None:
    """Remove groups and those in them, once their processes have ended."""
    for group in groups.values():
        _remove(group)


class OwnGroups:
    """The groups of one process, made by its supervisor behind the outer wall."""

    def __init__(self, places: Path, memory: float, threads: int) -> None:
        """Make them. places: where the parent's groups are seen. memory: in bytes."""
        self._groups: list[Path] = []
        self._memory = memory
        for place in sorted(places.iterdir()) if places.is_dir() else []:
            with suppress(OSError):
                group = place / str(os.getpid())
                group.mkdir()
                self._groups.append(group)
                _write(group / "memory.oom_control", "1")
                for name in MEMORY_FILES:
                    _write(group / name, str(int(memory)))
                _write(group / "memory.max", str(int(memory * MOST_IN_ONE_STEP)))
                _write(group / "memory.swap.max", "0")
                _write(group / "pids.max", str(threads))

    def join(self) -> None:
        """Move the process that calls this into the groups."""
        for group in self._groups:
            _write(group / "cgroup.procs", "0")

    def limit_memory_of(self, pid: int) -> bool:
        """Whether a process has joined a group in which the kernel limits memory."""
        return any(
            str(pid) in _read(group / "cgroup.procs").split() and self._is_limited(_read(group / name))
            for group in self._groups
            for name in MEMORY_FILES
        )

    def _is_limited(self, written: str) -> bool:
        return written.strip().isdecimal() and int(written) <= self._memory

    @property
    def ran_out_of_memory(self) -> bool:
        """Whether a process in them needs more memory than it may have."""
        return any(
            self._is_held_back(group)
            or _ended_by_kernel(group / "memory.oom_control")
            or _ended_by_kernel(group / "memory.events")
            for group in self._groups
        )

    def _is_held_back(self, group: Path) -> bool:
        used = _read(group / "memory.current").strip()
        return _counts(group / "memory.oom_control").get("under_oom", 0) > 0 or (
            used.isdecimal() and int(used) > self._memory
        )

    def remove(self) -> None:
        """Remove them, once their processes have ended."""
        for group in self._groups:
            _remove(group)


def _own() -> dict[str, Path]:
    """The folders of groups below which groups can be made, by hierarchy."""
    inside = {}
    for line in _read(Path("/proc/self/cgroup")).splitlines():
        _, controllers, path = line.split(":", 2)
        for name in controllers.split(",") if controllers else [UNIFIED]:
            inside[name] = path.lstrip("/")
    found = {}
    for kind, mounted, options in _mounts():
        if kind == "cgroup2":
            group = mounted / inside.get(UNIFIED, "")
            if set(_read(group / "cgroup.subtree_control").split()) >= NEEDED:
                found[UNIFIED] = group
        else:
            for name in set(CONTROLLERS) & options & inside.keys():
                found[name] = mounted / inside[name]
    return {name: group for name, group in found.items() if os.access(group, os.W_OK)}


def _mounts() -> Iterator[tuple[str, Path, set[str]]]:
    for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2)
        if kind in ("cgroup", "cgroup2"):
            yield kind, Path(before.split()[4]), set(options.split(","))


def _sweep(folder: Path) -> None:
    """Remove what graders that were killed have left."""
    for group in folder.glob(f"{NAME}*"):
        grader = group.name.removeprefix(NAME).partition("-")[0]
        if grader.isdecimal() and not Path("/proc", grader).exists():
            _remove(group)


def _remove(group: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_EMPTY
    for each in (*(path for path in group.glob("*") if path.is_dir()), group):
        while True:
            try:
                each.rmdir()
            except FileNotFoundError:
                break
            except OSError:
                if time.monotonic() > deadline:
                    return
                time.sleep(0.002)
            else:
                break


def _ended_by_kernel(path: Path) -> bool:
    return _counts(path).get("oom_kill", 0) > 0


def _counts(path: Path) -> dict[str, int]:
    """The numbers in a file with a name and a number in each line."""
    words = (line.split() for line in _read(path).splitlines())
    return {name: int(number) for name, number in words}


def _write(path: Path, text: str) -> None:
    with suppress(OSError):
        path.write_text(text, encoding="ascii")


def _read(path: Path) -> str:
    with suppress(OSError):
        return path.read_text(encoding="ascii")
    return ""
