"""What the course says to students about each slip: the sentence behind a slip's name."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from helpers.kit import general_slips
from helpers.kit.outcome import Slip
from helpers.kit.tables import TABLE


def advice_of(modules: Iterable[str]) -> Mapping[tuple[str, str], str]:
    """The advice on each slip of a lesson that imports these modules, by exercise and slip."""
    found: dict[tuple[str, str], str] = {}
    for module in sorted(modules):
        found |= _of_module(module)
    return found


@cache
def general_advice() -> Mapping[str, str]:
    """The advice on slips that can happen in any exercise, by their names."""
    return {slip.slip: slip.advice for slip in vars(general_slips).values() if isinstance(slip, Slip)}


@cache
def _of_module(module: str) -> Mapping[tuple[str, str], str]:
    parts = module.split(".")
    spec = importlib.util.find_spec("helpers") if parts[:2] == ["helpers", "lessons"] else None
    if spec is None or len(parts) < 3:
        return {}
    for folder in spec.submodule_search_locations or []:
        path = Path(folder, "lessons", parts[2], TABLE)
        if path.is_file():
            exercises = json.loads(path.read_text(encoding="utf-8"))["exercises"]
            return {
                (exercise["name"], slip["slip"]): slip["advice"]
                for exercise in exercises
                for slip in exercise["slips"]
            }
    return {}
