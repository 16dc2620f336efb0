"""What a wrong function gives in the visible cases names one slip alone."""

from __future__ import annotations

import importlib
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from helpers.kit.cases import Stopped
from helpers.kit.function_exercise import FunctionExercise
from suites.places import ROOT


def _exercises() -> list[Any]:
    rooms = sorted(path.parent.name for path in (ROOT / "helpers" / "lessons").glob("*/exercises.py"))
    modules = [importlib.import_module(f"helpers.lessons.{room}.exercises") for room in rooms]
    of_kind = {each.name: each for module in modules for each in vars(module).values() if _has_slips(each)}
    return [pytest.param(each, id=name) for name, each in of_kind.items()]


def _has_slips(value: Any) -> bool:
    return isinstance(value, FunctionExercise) and all(case.slipped for case in value.cases)


@pytest.mark.parametrize("exercise", _exercises())
def test_two_slips_with_different_advice_differ_in_some_visible_case(exercise: FunctionExercise) -> None:
    def are_alike(one: Any, other: Any) -> bool:
        if isinstance(one, Stopped) or isinstance(other, Stopped):
            return isinstance(one, Stopped) and isinstance(other, Stopped)
        return exercise.agree(one, other)

    with np.errstate(all="ignore"):
        seen = [
            place
            for place, _ in enumerate(exercise.slips)
            if not all(are_alike(case.slipped[place], case.expected) for case in exercise.cases)
        ]
        confused = [
            (exercise.slips[one].slip, exercise.slips[other].slip)
            for one, other in combinations(seen, 2)
            if exercise.slips[one].advice != exercise.slips[other].advice
            and all(are_alike(case.slipped[one], case.slipped[other]) for case in exercise.cases)
        ]
    assert confused == []
