"""Which modules a lesson imports: what a warm kernel should have imported before."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable

from grader.grading.definitions import LONGEST
from grader.syntax import parse


def imported_by(sources: Iterable[str]) -> frozenset[str]:
    """The modules that code cells import, beyond Python's own; some of the names may be no modules.

    Cells that are longer than any answer are not read.
    """
    modules: set[str] = set()
    for source in sources:
        if len(source) > LONGEST:
            continue
        try:
            tree = parse(source)
        # Magics, which import nothing, and what is nested too deep to be read.
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                modules.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                # What is imported from a package may be a module of it.
                modules.update((node.module, *(f"{node.module}.{alias.name}" for alias in node.names)))
    return frozenset(module for module in modules if module.partition(".")[0] not in sys.stdlib_module_names)
