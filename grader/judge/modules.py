"""Which modules the judge imports: none that a student's process has left in its folder."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

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
