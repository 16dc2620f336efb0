"""Do something around the first import of a library, and nothing where it is never imported."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Sequence
from functools import partial
from types import ModuleType

# Runs a module's code.
Load = Callable[[ModuleType], None]


def when_imported(name: str, run: Callable[[Load, ModuleType], None]) -> None:
    """Have `run` load a library that is not imported yet. run: gets what loads it, and the module to load."""
    sys.meta_path.insert(0, _Finder(name, run))


class _Finder(importlib.abc.MetaPathFinder):
    """Finds one library, once."""

    def __init__(self, name: str, run: Callable[[Load, ModuleType], None]) -> None:
        self._name, self._run = name, run

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self._name:
            return None
        sys.meta_path.remove(self)
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module
            spec.loader.exec_module = partial(self._run, load)  # type: ignore[method-assign]
        return spec
