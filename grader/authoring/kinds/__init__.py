"""What the build makes of each kind of exercise: one module a kind.

To add a kind, write its class for authors (`helpers/kit/author.py`), its reader (`KINDS` in
`helpers/kit/tables.py`) and its entry here, all under one name.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from grader.authoring.entries import Entry
from helpers.kit.author import Exercise

# Imported when a lesson has an exercise of that kind.
KINDS = {
    "accuracy": "grader.authoring.kinds.measuring:AccuracyEntry",
    "arrays": "grader.authoring.kinds.measuring:ArraysEntry",
    "axes": "grader.authoring.kinds.own:AxesEntry",
    "batches": "grader.authoring.kinds.batches:BatchesEntry",
    "broken_training": "grader.authoring.kinds.broken_training:BrokenTrainingEntry",
    "function": "grader.authoring.kinds.function:FunctionEntry",
    "labels": "grader.authoring.kinds.measuring:LabelsEntry",
    "names": "grader.authoring.kinds.names:NamesEntry",
    "network": "grader.authoring.kinds.network:NetworkEntry",
    "network_function": "grader.authoring.kinds.network:NetworkFunctionEntry",
    "numbers": "grader.authoring.kinds.numbers:NumbersEntry",
    "own": "grader.authoring.kinds.own:OwnEntry",
    "predictions": "grader.authoring.kinds.measuring:PredictionsEntry",
    "record": "grader.authoring.kinds.measuring:RecordEntry",
}


def entry_of(
    where: str, name: str, written: Exercise, namespace: Mapping[str, Any], solution: str = ""
) -> Entry:
    """The entry of an exercise, of its kind's class; the arguments are those of every Entry."""
    return kind_of(written)(where, name, written, namespace, solution)


def kind_of(written: Exercise) -> type[Entry]:
    """The class of entries that an exercise's kind has."""
    module, _, kind = KINDS[written.kind].partition(":")
    made: type[Entry] = getattr(importlib.import_module(module), kind)
    return made
