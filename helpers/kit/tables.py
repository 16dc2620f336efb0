"""Tables of exercises: what `course build` worked out of a lesson's exercises, and how a check reads it."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers.kit.cases import Case
from helpers.kit.encoding import decoded
from helpers.kit.exercise import Exercise
from helpers.kit.outcome import Slip

# The name of a lesson's table, beside the module that its notebook imports.
TABLE = "exercises.json"


# The class of each kind of exercise, imported when the first of its kind is read. It has a class method
# `from_entry`, which takes an entry of a table, and `check_hidden`, which takes what the build writes. An
# exercise of a lesson's own class says in its entry which that is.
KINDS = {
    "accuracy": "helpers.kit.accuracy_exercise:AccuracyExercise",
    "arrays": "helpers.kit.arrays_exercise:ArraysExercise",
    "axes": "helpers.kit.axes_exercise:AxesExercise",
    "batches": "helpers.kit.batches_exercise:BatchesExercise",
    "broken_training": "helpers.kit.broken_training_exercise:BrokenTrainingExercise",
    "function": "helpers.kit.function_exercise:FunctionExercise",
    "labels": "helpers.kit.prediction_exercise:LabelsExercise",
    "names": "helpers.kit.names_exercise:NamesExercise",
    "network": "helpers.kit.network_exercise:NetworkExercise",
    "network_function": "helpers.kit.network_function_exercise:NetworkFunctionExercise",
    "numbers": "helpers.kit.numbers_exercise:NumbersExercise",
    "predictions": "helpers.kit.prediction_exercise:PredictionExercise",
    "record": "helpers.kit.record_exercise:RecordExercise",
}


def exercises_beside(module: str) -> dict[str, Exercise]:
    """The exercises of the table beside a module's file, by name; none before the first build.

    Raises ValueError, with what to do, for a table that cannot be read.
    """
    path = Path(module).with_name(TABLE)
    if not path.exists():
        return {}
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["exercises"]
        exercises: dict[str, Exercise] = {}
        for entry in entries:
            exercises[entry["name"]] = exercise_from(entry).among(exercises)
        return exercises
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path} cannot be read ({type(error).__name__}: {error}). Delete it, and build its lesson again."
        ) from None


def exercise_from(entry: Mapping[str, Any]) -> Any:
    """Read one exercise. Raises KeyError, TypeError or ValueError."""
    module, _, kind = (entry.get("class") or KINDS[entry["kind"]]).partition(":")
    return getattr(importlib.import_module(module), kind).from_entry(entry)


def common(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What every entry holds, as arguments of its class. Raises KeyError, TypeError or ValueError."""
    first, second = entry["hints"]
    return {
        "name": entry["name"],
        "points": entry["points"],
        "hints": (first, second),
        "slips": tuple(Slip(each["slip"], each["advice"]) for each in entry["slips"]),
    }


def case_from(data: Mapping[str, Any]) -> Case:
    """Read one case. Raises KeyError, TypeError or ValueError."""
    return Case(
        {name: decoded(value) for name, value in data["arguments"].items()},
        decoded(data["expected"]),
        tuple(map(decoded, data["slipped"])),
    )
