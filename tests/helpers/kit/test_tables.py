"""Exercises read from a table: their slips are data, and what a check finds is data as well."""

from __future__ import annotations

import builtins
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.kit.cases import Stopped
from helpers.kit.exercise import NotDoneYet, NotYet
from helpers.kit.function_exercise import FunctionExercise
from helpers.kit.outcome import Verdict
from helpers.kit.tables import TABLE, exercise_from, exercises_beside
from helpers.lessons.backpropagation import exercises as backpropagation
from helpers.lessons.gradient_descent import exercises as gradient_descent
from helpers.lessons.loss_function import exercises as loss_function
from helpers.lessons.neurons import exercises as neurons

ENTRY: dict[str, Any] = {
    "name": "ends",
    "kind": "function",
    "points": 2,
    "hints": ["Look at both ends.", "Take np.min and np.max."],
    "results": ["low", "high"],
    "slips": [
        {"slip": "swapped", "advice": "Swap them."},
        {"slip": "divided by the first", "advice": "Do not divide."},
        {"slip": "text made a number", "advice": "Read it first."},
    ],
    "cases": [
        {
            "arguments": {"x": {"array": [3.0, 1.0, 2.0], "dtype": "float64"}},
            "expected": {"tuple": [1.0, 3.0]},
            "slipped": [
                {"tuple": [3.0, 1.0]},
                {"tuple": [{"float": "nan"}, 1.0]},
                {"stops": ["ValueError", "a"]},
            ],
        },
        {
            "arguments": {"x": {"array": [0.0, 5.0], "dtype": "float64"}},
            "expected": {"tuple": [0.0, 5.0]},
            "slipped": [
                {"tuple": [5.0, 0.0]},
                {"stops": ["ZeroDivisionError", "division by zero"]},
                {"stops": ["ValueError", "a"]},
            ],
        },
    ],
}
HIDDEN = {
    "arguments": {"x": {"array": [4.0, 9.0, 6.0], "dtype": "float64"}},
    "expected": {"tuple": [4.0, 9.0]},
    "slipped": [{"tuple": [9.0, 4.0]}, {"tuple": [1.0, 2.0]}, {"stops": ["ValueError", "a"]}],
}


@pytest.fixture
def ends() -> FunctionExercise:
    return exercise_from(json.loads(json.dumps(ENTRY)))


def right(x: Any) -> Any:
    return np.min(x), np.max(x)


def test_the_outcome_of_a_right_answer(ends: FunctionExercise, capsys: pytest.CaptureFixture[str]) -> None:
    assert ends.outcome(right).verdict is Verdict.PASSED
    ends.check(right)
    ends.check_hidden(right, HIDDEN)
    assert capsys.readouterr().out == "✓ ends: right.\n"


def test_the_outcome_of_a_known_slip_says_all_of_it_as_data(ends: FunctionExercise) -> None:
    outcome = ends.outcome(lambda x: (np.max(x), np.min(x)))
    assert outcome.verdict is Verdict.NOT_YET
    assert (outcome.given, outcome.expected, outcome.seen) == ("x=[3, 1, 2]", "1", "3")
    assert [slip.slip for slip in outcome.slips] == ["swapped"]
    assert str(outcome) == ("✗ ends: not yet. With x=[3, 1, 2] expected low = 1, and got 3.\nSwap them.")


def test_what_a_check_raises_carries_its_outcome(ends: FunctionExercise) -> None:
    with pytest.raises(NotYet) as caught:
        ends.check(lambda x: (np.max(x), np.min(x)))
    assert caught.value.outcome.slips == caught.value.slips
    assert str(caught.value) == str(caught.value.outcome)


def test_an_answer_that_was_not_attempted(ends: FunctionExercise) -> None:
    def stub(_x: Any) -> Any:
        raise NotDoneYet("ends is not done yet: write it in its cell first.")

    for answer in (stub, ...):
        outcome = ends.outcome(answer)
        assert outcome.verdict is Verdict.NOT_ATTEMPTED
        assert str(outcome).startswith("○ ends: not attempted yet.")


def test_a_slip_is_known_by_nan_and_by_how_it_stops(ends: FunctionExercise) -> None:
    def divides(x: Any) -> Any:
        if x[0] == 0:
            return 1 / 0
        return np.nan, 1.0

    assert [slip.slip for slip in ends.outcome(divides).slips] == ["divided by the first"]

    # An error alone may come from any mistake: its text decides.
    def stops(text: str) -> Any:
        def answer(_x: Any) -> Any:
            raise ValueError(text)

        return answer

    assert [slip.slip for slip in ends.outcome(stops("a")).slips] == ["text made a number"]
    assert [slip.slip for slip in ends.outcome(stops("b")).slips] == ["stops with an error"]


def test_a_hidden_case_is_explained_by_its_slip(ends: FunctionExercise) -> None:
    def only_small(x: Any) -> Any:
        return right(x) if np.max(x) <= 5 else (np.max(x), np.min(x))

    assert ends.outcome(only_small).verdict is Verdict.PASSED
    with pytest.raises(NotYet) as caught:
        ends.check_hidden(only_small, HIDDEN)
    assert [slip.slip for slip in caught.value.slips] == ["swapped"]


def test_a_relation_is_said_where_no_slip_fits(ends: FunctionExercise) -> None:
    assert "In both cases yours is 1 more than what is expected." in str(
        ends.outcome(lambda x: (np.min(x) + 1, np.max(x) + 1))
    )


def test_results_of_another_kind_are_a_general_slip(ends: FunctionExercise) -> None:
    assert [slip.slip for slip in ends.outcome(lambda x: np.min(x)).slips] == ["wrong shape"]
    assert [slip.slip for slip in ends.outcome(lambda _x: None).slips] == ["returns nothing"]


def test_without_a_table_there_are_no_exercises(tmp_path: Path) -> None:
    assert exercises_beside(str(tmp_path / "__init__.py")) == {}


@pytest.mark.parametrize("text", ["", "{}", '{"exercises": [{"name": "ends"}]}'])
def test_a_table_that_cannot_be_read_says_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / TABLE).write_text(text)
    with pytest.raises(ValueError, match=r"cannot be read .* Delete it, and build its lesson again"):
        exercises_beside(str(tmp_path / "__init__.py"))


MODULES = {
    "01_neurons": neurons,
    "02_loss_function": loss_function,
    "03_gradient_descent": gradient_descent,
    "04_backpropagation": backpropagation,
}
TABLED = [
    pytest.param(exercise, id=exercise.name)
    for module in MODULES.values()
    for exercise in vars(module).values()
    if type(exercise) is FunctionExercise and not exercise.earlier
]


@pytest.mark.parametrize("exercise", TABLED)
def test_an_answer_with_a_slip_hears_of_it(exercise: FunctionExercise) -> None:
    for place, slip in enumerate(exercise.slips):
        results = iter([case.slipped[place] for case in exercise.cases])

        def answer(*_arguments: Any, results: Any = results) -> Any:
            result = next(results)
            if isinstance(result, Stopped):
                raise getattr(builtins, result.kind)(result.text)
            return result

        outcome = exercise.outcome(answer)
        # Some are right in all visible cases, and found in the hidden ones.
        assert outcome.verdict is Verdict.PASSED or slip in outcome.slips
