"""Folders where cells work, by descriptor: the folder itself may be behind a wall.

What a student's cells have made there may be anything, and may change at any moment. So each step goes from
an open folder to what it holds, and follows no link.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import time
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path, PurePosixPath

MOST_FILES = 1000
# Of files and folders that are looked at. Folders may be moved while they are, and so be met again and again.
MOST_ENTRIES = 10_000
MOST_BYTES = 100 * 1024**2
MOST_FOLDERS_DEEP = 20
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
# Python would run what is in there for a module of the judge's, whatever the module holds.
BYTECODE = "__pycache__"
# What tools read as settings, or run, wherever they find it: a check's own tools must not be a student's.
SETTINGS_OF_TOOLS = frozenset(
    (
        "conftest.py", "pytest.ini", ".pytest.ini", "tox.ini", "setup.cfg", "pyproject.toml", "pytest.toml",
        ".pytest.toml", ".coveragerc", "matplotlibrc", "sitecustomize.py", "usercustomize.py",
    )
)  # fmt: skip
# When a copy of a student's file was last written, as it says: a write of the judge's changes that.
COPIED = 1
WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def remove(folder: Path) -> None:
    """Remove a folder in which a student's cells may have made anything."""
    try:
        shutil.rmtree(folder, ignore_errors=True)
    except RecursionError:
        # Folders in folders, deeper than Python can follow.
        subprocess.run(["rm", "-rf", "--", folder], stderr=subprocess.DEVNULL, check=False)


def write_files(folder: int, files: Mapping[str, bytes]) -> None:
    """Write files, by relative path, into an open folder. Raises OSError."""
    for name, content in files.items():
        _write(folder, PurePosixPath(name), content)


def copy_new_files(source: int, target: int, instructors: Container[str], until: float) -> int:
    """Copy what is new in a student's open folder to the judge's, as bytes, within limits; how many files.

    instructors: files, by relative path, that are the lesson's own. They stay as they are, and so does what
    the judge's cells have made or changed. Links and anything else that is not a file are left out: they may
    lead anywhere. until: when to stop looking, by time.monotonic().
    """
    left, number, copied = MOST_BYTES, 0, 0
    for path, folder in _files(source, instructors, until):
        # A student may have made anything there, which may be gone by now.
        with suppress(OSError):
            descriptor = os.open(path.name, READ, dir_fd=folder)
            with os.fdopen(descriptor, "rb") as file:
                status = os.fstat(descriptor)
                if not stat.S_ISREG(status.st_mode):
                    continue
                number, left = number + 1, left - status.st_size
                if number > MOST_FILES or left < 0:
                    break
                name = path.as_posix()
                if not _is_judges(target, name):
                    _write(target, path, file.read(status.st_size))
                    os.utime(name, ns=(COPIED, COPIED), dir_fd=target)
                    copied += 1
    return copied


def _is_judges(folder: int, name: str) -> bool:
    """Whether there is a file, and it is not a copy as it was left."""
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False).st_mtime_ns != COPIED
    except OSError:
        return False


def _write(folder: int, path: PurePosixPath, content: bytes) -> None:
    with (
        _inner(folder, path) as inner,
        os.fdopen(os.open(path.name, WRITE, 0o644, dir_fd=inner), "wb") as file,
    ):
        file.write(content)


@contextmanager
def _inner(folder: int, path: PurePosixPath) -> Iterator[int]:
    """The open folder in which a file of this relative path lies; it is made where it is missing."""
    inner = os.dup(folder)
    try:
        for part in path.parent.parts:
            with suppress(FileExistsError):
                os.mkdir(part, dir_fd=inner)
            further = os.open(part, FOLDER, dir_fd=inner)
            os.close(inner)
            inner = further
        yield inner
    finally:
        os.close(inner)


def _files(folder: int, left_out: Container[str], until: float) -> Iterator[tuple[PurePosixPath, int]]:
    """What is not a folder below an open one, by relative path, each with the open folder that it is in.

    left_out: relative paths of files that do not count. Bytecode and settings of tools are left out as well.
    """
    entries = 0
    for name, folders, names, descriptor in os.fwalk(".", dir_fd=folder, follow_symlinks=False):
        entries += 1 + len(names)
        if time.monotonic() > until or (entries > MOST_ENTRIES and name != "."):
            return
        above = PurePosixPath(name)
        folders[:] = folders[:MOST_FILES] if len(above.parts) < MOST_FOLDERS_DEEP else []
        folders[:] = [each for each in folders if each != BYTECODE]
        others = (
            above / each
            for each in names
            if each not in SETTINGS_OF_TOOLS and (above / each).as_posix() not in left_out
        )
        for path in islice(others, MOST_FILES):
            yield path, descriptor
