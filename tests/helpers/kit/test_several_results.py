"""Functions that return several results: which one is wrong, and what is wrong with it."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.kit.cases import Case
from helpers.kit.exercise import NotAttempted, NotYet
from helpers.kit.function_exercise import FunctionExercise
from helpers.kit.outcome import Slip

PAIR = FunctionExercise(
    name="ends",
    points=1,
    hints=("", ""),
    results=("low", "high"),
    cases=(Case({"x": np.array([3.0, 1.0, 2.0])}, (1.0, [3.0, 3.0]), ((3.0, [1.0, 1.0]),)),),
    slips=(Slip("swapped", "Swap them."),),
)


def examined(answer, exercise=PAIR):
    with pytest.raises((NotYet, NotAttempted)) as caught:
        exercise.examine(answer)
    return caught.value


@pytest.mark.parametrize("make", [tuple, list])
def test_several_results_may_come_as_a_tuple_or_a_list(make):
    PAIR.examine(lambda x: make([np.min(x), np.full(2, np.max(x))]))


def test_the_result_that_is_wrong_is_named():
    assert "expected high = [3, 3], and got [3, 4]" in str(examined(lambda _x: (1, [3, 4])))
    assert "expected low = 1, and got 0" in str(examined(lambda _x: (0, [3, 4])))


@pytest.mark.parametrize(
    ("result", "told", "slip"),
    [
        (7.0, "expected 2 results, and got 7 of type float. End with: return low, high.", "wrong shape"),
        ((1, 2, 3), "expected 2 results, and got [1, 2, 3] of type tuple", "wrong shape"),
        (
            ("one", [3, 3]),
            "expected low = 1, and got 'one' of type str, which holds no numbers",
            "wrong type",
        ),
        ((1, 3), "expected high = [3, 3] (shape (2,)), and got 3 (a single number)", "wrong shape"),
        ((np.nan, [3, 3]), "expected low = 1, and got nan", "not a number"),
        (None, "got None", "returns nothing"),
    ],
)
def test_results_that_cannot_be_compared_are_told_in_one_line_and_an_advice(result, told, slip):
    seen = examined(lambda _x: result)
    assert told in str(seen).splitlines()[0]
    assert str(seen).splitlines()[1:] == [each.advice for each in seen.misconceptions]
    assert [each.slip for each in seen.misconceptions] == [slip]


def test_a_slip_is_known_by_all_its_results():
    assert [slip.slip for slip in examined(lambda x: (x.max(), [x.min()] * 2)).misconceptions] == ["swapped"]
    assert not examined(lambda x: (x.max(), [x.max()] * 2)).misconceptions
