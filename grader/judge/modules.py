"""What Python code the judge runs from its folder: none that a student's process has left there."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

from grader.executor.folders import COPIED


class NoneOfStudents:
    """Refuses modules from copies of a student's files, where a lesson adds its folder to `sys.path`."""

    def __init__(self, folder: Path) -> None:
        """Start. folder: where the judge works, and such copies are."""
        self._folder = folder.resolve()

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Leave a module to others to find. Raises ImportError for one that was handed in."""
        if any(map(self._is_within, sys.path if path is None else path)):
            found = PathFinder.find_spec(name, path, target)
            origin = found.origin if found is not None else None
            if origin and self._is_within(origin) and Path(origin).stat().st_mtime_ns <= COPIED:
                raise ImportError(f"{name} is not a module of the lesson: a cell has written it.", name=name)
        return None

    def _is_within(self, path: str) -> bool:
        return Path(path).resolve().is_relative_to(self._folder)


def refuse_code_of_students(folder: Path) -> None:
    """From now on have no copy of a student's file compiled or run, by whatever library finds it there.

    Test runners and other tools look for files by themselves, with import systems of their own. folder: where
    the judge works. Nothing can undo it.
    """
    inside = folder.resolve()

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "compile":
            name = arguments[1]
        elif event == "exec":
            name = getattr(arguments[0], "co_filename", None)
        else:
            return
        if isinstance(name, bytes):
            name = os.fsdecode(name)
        if isinstance(name, str) and not name.startswith("<") and _is_copy(Path(name), inside):
            raise ImportError(f"{name} is not the lesson's: a cell has written it.")

    sys.addaudithook(audit)


def _is_copy(path: Path, folder: Path) -> bool:
    try:
        return path.stat().st_mtime_ns <= COPIED and path.resolve().is_relative_to(folder)
    except (OSError, ValueError):
        return False
