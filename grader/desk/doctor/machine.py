"""The machine: versions of what grades, cores, memory, room on the disk."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import psutil
from packaging.requirements import Requirement

from grader.desk.doctor.finding import Finding, State
from grader.limits import MEBIBYTE, Limits

# The folders of a course that grading writes.
WRITTEN = ("reports", "autograded", "feedback")
PROJECT = "training-neural-networks"
SHOWN = ("tensorflow", "nbgrader")
GIGABYTE = 1e9
# A graded notebook with its pictures and pages takes about a megabyte; a class of hundreds fits into this.
ROOM = 5 * GIGABYTE
LEAST_ROOM = 0.5 * GIGABYTE
# Where version 2 and version 1 of control groups keep the most that this container may use.
MEMORY_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def versions() -> Finding:
    """Python and the packages that decide marks, and whether they are those that the course needs."""
    told = [f"Python {sys.version.split()[0]}"]
    wrong = []
    for requirement in map(Requirement, requires(PROJECT) or []):
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            there = version(requirement.name)
        except PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
            continue
        if requirement.name in SHOWN:
            told.append(f"{requirement.name} {there}")
        if not requirement.specifier.contains(there, prereleases=True):
            wrong.append(f"{requirement.name} {there} is not {requirement.specifier}")
    told.append(f"course {version(PROJECT)}")
    found = ", ".join(told)
    if wrong:
        advice = "Install the course's own versions: make setup"
        return Finding("versions", State.FAILS, f"{found}; {'; '.join(wrong)}", advice)
    return Finding("versions", State.OK, found)


def cores() -> Finding:
    """How many notebooks run at once."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Finding("cores", State.OK, f"{count} notebooks are graded at once")


def memory(limits: Limits) -> Finding:
    """Whether a submission may use what its limit gives it."""
    there = psutil.virtual_memory()
    total, free = there.total, there.available
    for path in MEMORY_LIMITS:
        with suppress(OSError, ValueError):
            total = min(total, int(Path(path).read_text(encoding="ascii")))
    free = min(free, total)
    found = f"{free / GIGABYTE:.1f} GB free of {total / GIGABYTE:.1f} GB"
    if free < limits.memory_mb * MEBIBYTE:
        return Finding(
            "memory",
            State.WARNING,
            f"{found}; one submission may use {limits.memory_mb * MEBIBYTE / GIGABYTE:.1f} GB",
            "Close other programs, or grade with a lower --memory-mb",
        )
    return Finding("memory", State.OK, found)


def disk(folder: Path) -> Finding:
    """Whether what grading writes can be written, and has room."""
    for place in (folder, *(folder / name for name in WRITTEN)):
        try:
            if place.exists():
                with tempfile.TemporaryFile(dir=place):
                    pass
        except OSError as error:
            found = f"{place} cannot be written: {error.strerror}"
            return Finding("disk", State.FAILS, found, "Fix that, or move the course to another folder")
    free = shutil.disk_usage(folder).free
    found = f"{free / GIGABYTE:.1f} GB free at {folder}"
    if free < LEAST_ROOM:
        return Finding("disk", State.FAILS, f"{found}: too little to grade", "Make room on this disk")
    if free < ROOM:
        found += ": enough for a small class"
        return Finding("disk", State.WARNING, found, f"Make room, {ROOM / GIGABYTE:.0f} GB in all")
    return Finding("disk", State.OK, found)
