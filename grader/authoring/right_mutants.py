"""Mutants of a lesson's solutions that are right answers too, as its author says."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from grader.errors import CourseError

# In a lesson's folder; many lessons need none.
RIGHT_MUTANTS = "right_mutants.toml"
# Why a mutant is right: it gives the same, or it does what the words of the task leave free.
SAME, FREE = "same", "task"


def right_mutants(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The exercises (patterns) of a lesson's folder, each with mutants (patterns), and `same` or `task`.

    Raises CourseError for a file that cannot be read.
    """
    path = folder / RIGHT_MUTANTS
    if not path.exists():
        return
    try:
        written: dict[str, list[dict[str, Any]]] = tomllib.loads(path.read_text(encoding="utf-8"))
        for exercise, entries in written.items():
            for entry in entries:
                if not isinstance(entry["mutants"], list) or len({SAME, FREE} & entry.keys()) != 1:
                    raise ValueError(f"{exercise}: an entry needs mutants, and either {SAME} or {FREE}")
                yield exercise, entry
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CourseError(f"{path} cannot be read: {error}") from None


def why_right(folder: Path, exercise: str, what: str) -> str | None:
    """Why the author calls a mutant right: SAME or FREE; None if it is not listed."""
    for pattern, entry in right_mutants(folder):
        if fnmatchcase(exercise, pattern) and any(fnmatchcase(what, each) for each in entry["mutants"]):
            return SAME if SAME in entry else FREE
    return None
