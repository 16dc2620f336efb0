"""Files that a student's cells have left beside the notebook: a check of the lesson may want to read them."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Container
from pathlib import Path

MOST_FILES = 1000
MOST_BYTES = 100 * 1024**2
MOST_FOLDERS_DEEP = 20


def remove(folder: Path) -> None:
    """Remove a folder in which a student's cells may have made anything."""
    try:
        shutil.rmtree(folder, ignore_errors=True)
    except RecursionError:
        # Folders in folders, deeper than Python can follow.
        subprocess.run(["rm", "-rf", "--", folder], stderr=subprocess.DEVNULL, check=False)


def copy_new_files(source: Path, target: Path, instructors: Container[str]) -> None:
    """Copy what is new in a student's folder to the judge's, as bytes, within limits.

    instructors: files, by relative path, that are the lesson's own and stay as they are. Links and anything
    else that is not a file are left out: they may lead anywhere.
    """
    left = MOST_BYTES
    for number, (path, size) in enumerate(_files(source)):
        name = path.relative_to(source)
        copy = target / name
        if number >= MOST_FILES or size > left:
            return
        left -= size
        if name.as_posix() in instructors:
            continue
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(descriptor, "rb") as file:
                if stat.S_ISREG(os.fstat(descriptor).st_mode):
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    copy.write_bytes(file.read(size))
        except OSError:  # a student may have made anything there
            continue


def _files(folder: Path) -> list[tuple[Path, int]]:
    found = []
    for parent, folders, names in os.walk(folder):
        is_deep = len(Path(parent).relative_to(folder).parts) >= MOST_FOLDERS_DEEP
        inner = [] if is_deep else folders[:MOST_FILES]
        folders[:] = [name for name in inner if not Path(parent, name).is_symlink()]
        for name in names[:MOST_FILES]:
            path = Path(parent, name)
            try:
                status = path.lstat()
            except OSError:
                continue
            if stat.S_ISREG(status.st_mode):
                found.append((path, status.st_size))
        if len(found) > MOST_FILES:
            break
    return found
