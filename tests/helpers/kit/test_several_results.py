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
    assert str(seen).splitlines()[1:] == [each.advice for each in seen.slips]
    assert [each.slip for each in seen.slips] == [slip]


def test_a_slip_is_known_by_all_its_results():
    assert [slip.slip for slip in examined(lambda x: (x.max(), [x.min()] * 2)).slips] == ["swapped"]
    assert not examined(lambda x: (x.max(), [x.max()] * 2)).slips


# Dicts of arrays, and an earlier answer

SCALED = FunctionExercise(
    name="scaled",
    points=1,
    hints=("", ""),
    results=("params", "cache"),
    free=("cache",),
    cases=(
        Case(
            {"params": {"w": np.array([1.0, 2.0]), "b": np.array([3.0])}, "by": 2},
            ({"w": np.array([2.0, 4.0]), "b": np.array([6.0])}, None),
            (np.array([2.0, 4.0]), ({"w": np.array([1.0, 2.0]), "b": np.array([3.0])}, None)),
        ),
    ),
    slips=(Slip("only the weights", "All of them."), Slip("left as it was", "Multiply it.")),
)


def scale(params, by):
    return {name: by * array for name, array in params.items()}


def test_what_is_free_may_be_anything():
    for cache in (None, ..., [1, 2], {"any": "thing"}):
        SCALED.examine(lambda params, by, cache=cache: (scale(params, by), cache))


@pytest.mark.parametrize(
    ("answer", "told", "slip"),
    [
        (lambda params, _by: (params, 0), "expected w = [2, 4], and got [1, 2].", "left as it was"),
        (lambda params, by: scale(params, by), "expected 2 results, and got", "wrong shape"),
        (lambda params, by: by * params["w"], "expected 2 results, and got [2, 4]", "only the weights"),
        (lambda params, _by: (params["w"], 0), "expected a dict with the keys w, b, and got", "wrong type"),
        (lambda params, _by: ({"w": params["w"]}, 0), "and got one with w.", "wrong shape"),
        (lambda _params, _by: ({"w": [2, 4], "b": 6}, 0), "expected b = [6] (shape (1,))", "wrong shape"),
    ],
)
def test_what_is_wrong_with_a_dict_is_said(answer, told, slip):
    seen = examined(answer, SCALED)
    assert told in str(seen)
    assert [each.slip for each in seen.slips] == [slip]


@pytest.mark.parametrize("changed", ["text", [[1.0], [2.0, 3.0]], np.array(["one", "two"]), np.zeros(2)])
def test_whatever_an_array_is_changed_to_is_noticed(changed):
    def answer(params, by):
        result = scale(params, by)
        params["w"] = changed
        return result, None

    assert [slip.slip for slip in examined(answer, SCALED).slips] == ["params changed in place"]


def test_a_wrong_array_is_related_to_the_right_one():
    message = str(examined(lambda params, by: (scale(params, 3 * by), None), SCALED))
    assert "Here yours is 3 times what is expected." in message
