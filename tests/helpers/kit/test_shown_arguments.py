"""A student can type the arguments that a message shows, or see from the advice how to."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np
import pytest

from helpers.kit.cases import Case
from helpers.kit.function_exercise import FunctionExercise
from helpers.lessons.backpropagation import exercises as backpropagation
from helpers.lessons.gradient_descent import exercises as gradient_descent
from helpers.lessons.neurons import exercises as neurons

CASES = [
    pytest.param(case, id=f"{exercise.name}-{number}")
    for lesson in (neurons, gradient_descent, backpropagation)
    for exercise in vars(lesson).values()
    if isinstance(exercise, FunctionExercise)
    for number, case in enumerate(exercise.cases)
]


@pytest.mark.parametrize("case", CASES)
def test_the_arguments_of_every_case_can_be_typed(case: Case) -> None:
    names: dict[str, Any] = {"np": np, "__builtins__": vars(builtins)}
    arguments = eval(f"dict({case.call()})", names)
    for name, value in case.arguments.items():
        assert callable(arguments[name]) == callable(value)


def test_two_sentences_do_not_end_in_two_full_stops() -> None:
    def stops(_: float) -> float:
        raise ValueError("It ends here.")

    exercise = FunctionExercise("f", 1, ("", ""), cases=(Case({"x": 1.0}, 1.0),))
    remark = exercise.outcome(stops).remark
    assert remark == "With x=1 it stopped with ValueError: It ends here."
