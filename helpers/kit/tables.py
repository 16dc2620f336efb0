"""Tables of exercises: what `course build` worked out of a lesson's exercises, and how a check reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.kit.cases import Case
from helpers.kit.encoding import decoded
from helpers.kit.function_exercise import FunctionExercise
from helpers.kit.outcome import Slip

# The name of a lesson's table, beside the module that its notebook imports.
TABLE = "exercises.json"


@dataclass(frozen=True)
class TabledExercise(FunctionExercise):
    """A function exercise whose right results, and those of its slips, come from a table."""

    def check_hidden(self, answer: Any, *cases: Mapping[str, Any]) -> None:
        """Examine an answer in cases that students do not see, written as a table writes them.

        Raises NotYet or NotAttempted.
        """
        self.examine(answer, *map(case_from, cases))


def function_exercise(entry: Mapping[str, Any]) -> TabledExercise:
    """Read an exercise in which a function is written."""
    first, second = entry["hints"]
    return TabledExercise(
        name=entry["name"],
        points=entry["points"],
        hints=(first, second),
        results=tuple(entry["results"]),
        slips=tuple(Slip(each["slip"], each["advice"]) for each in entry["slips"]),
        cases=tuple(map(case_from, entry["cases"])),
    )


# How an exercise of each kind is read from its entry in a table.
KINDS = {"function": function_exercise}


def exercises_beside(module: str) -> dict[str, TabledExercise]:
    """The exercises of the table beside a module's file, by name; none before the first build.

    Raises ValueError, with what to do, for a table that cannot be read.
    """
    path = Path(module).with_name(TABLE)
    if not path.exists():
        return {}
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["exercises"]
        return {entry["name"]: exercise_from(entry) for entry in entries}
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path} cannot be read ({type(error).__name__}: {error}). Delete it, and build its lesson again."
        ) from None


def exercise_from(entry: Mapping[str, Any]) -> TabledExercise:
    """Read one exercise. Raises KeyError, TypeError or ValueError."""
    return KINDS[entry["kind"]](entry)


def case_from(data: Mapping[str, Any]) -> Case:
    """Read one case. Raises KeyError, TypeError or ValueError."""
    return Case(
        {name: decoded(value) for name, value in data["arguments"].items()},
        decoded(data["expected"]),
        tuple(map(decoded, data["slipped"])),
    )
