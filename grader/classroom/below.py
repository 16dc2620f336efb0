"""What lies below a folder that came from a student: any number of folders may be in one another there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

# Python follows folders in folders no further than some hundreds.
MOST_FOLDERS = 50


def entries_below(folder: Path, most_folders: int = MOST_FOLDERS) -> Iterator[os.DirEntry[str]]:
    """All that is not a folder; folders only where they are too deep, or nobody may open them.

    Links are not followed. most_folders: how many may be in one another. Raises OSError where the folder
    itself cannot be opened.
    """
    with os.scandir(folder) as found:
        left = [(entry, 1) for entry in found]
    while left:
        entry, depth = left.pop()
        if not entry.is_dir(follow_symlinks=False) or depth > most_folders:
            yield entry
            continue
        try:
            with os.scandir(entry) as found:
                left += [(inner, depth + 1) for inner in found]
        except OSError:
            yield entry


def files_below(folder: Path) -> list[Path]:
    """All files below a folder, links left out. Raises OSError where some cannot be found."""
    found = []
    for entry in entries_below(folder):
        if entry.is_dir(follow_symlinks=False):
            raise OSError(f"{entry.path[:200]} cannot be opened, or is in more than {MOST_FOLDERS} folders")
        if entry.is_file(follow_symlinks=False):
            found.append(Path(entry.path))
    return sorted(found)
