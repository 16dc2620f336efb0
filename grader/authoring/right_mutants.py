"""Mutants of a lesson's solutions that are right answers too, as its author says."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from grader.errors import CourseError

# In a lesson's folder; many lessons need none.
RIGHT_MUTANTS = "right_mutants.toml"
# Why a mutant is right: it gives the same, or it does what the words of the task leave free.
SAME, FREE = "same", "task"


# An exercise (a pattern), and its entry: mutants (patterns), and `same` or `task`.
Listed = tuple[str, dict[str, Any]]


def right_mutants(folder: Path) -> list[Listed]:
    """What the file in a lesson's folder lists. Raises CourseError for a file that cannot be read."""
    path = folder / RIGHT_MUTANTS
    found: list[Listed] = []
    if not path.exists():
        return found
    try:
        written: dict[str, list[dict[str, Any]]] = tomllib.loads(path.read_text(encoding="utf-8"))
        for exercise, entries in written.items():
            for entry in entries:
                if not isinstance(entry["mutants"], list) or len({SAME, FREE} & entry.keys()) != 1:
                    raise ValueError(f"{exercise}: an entry needs mutants, and either {SAME} or {FREE}")
                found.append((exercise, entry))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CourseError(f"{path} cannot be read: {error}") from None
    return found


def why_right(listed: Sequence[Listed], exercise: str, what: str) -> str | None:
    """Why the author calls a mutant right: SAME or FREE; None if it is not listed."""
    for pattern, entry in listed:
        if fnmatchcase(exercise, pattern) and any(fnmatchcase(what, each) for each in entry["mutants"]):
            return SAME if SAME in entry else FREE
    return None
