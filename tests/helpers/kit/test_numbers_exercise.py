"""Numbers worked out one after the other: what the first wrong one is told."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.kit.exercise import NotAttempted, NotYet
from helpers.kit.numbers_exercise import NumbersExercise
from helpers.kit.outcome import Slip

AREA = NumbersExercise(
    name="area",
    points=2,
    hints=("Side by side.", "Multiply them."),
    expected={"side": 1.23456, "square": 1.524138},
    slips=(Slip("doubled", "Twice the side is no area."), Slip("cubed", "One dimension too many.")),
    slipped=((1.23456, 2.46912), (1.23456, 1.881640)),
)


def refused(*answers: Any) -> NotYet:
    with pytest.raises(NotYet) as caught:
        AREA.examine(*answers)
    return caught.value


def slips_of(*answers: Any) -> list[str]:
    return [slip.slip for slip in refused(*answers).slips]


def test_four_decimals_will_do() -> None:
    AREA.examine(1.2346, 1.5241)


def test_numbers_that_are_all_missing_are_not_attempted() -> None:
    with pytest.raises(NotAttempted):
        AREA.examine(..., ...)


@pytest.mark.parametrize(
    ("answers", "slip"),
    [
        ((1.23456, 2.46912), "doubled"),
        ((1.23456, 1.88164), "cubed"),
        ((1.23, 1.5129), "too few decimals"),
        ((1.235, 1.5252), "too few decimals"),
        ((1.23456, ...), "still missing"),
        ((..., 1.524138), "still missing"),
        (("1.23456", 1.524138), "wrong type"),
        ((None, 1.524138), "wrong type"),
        (([1.23456, 1.23456], 1.524138), "wrong shape"),
        ((1.23456, float("nan")), "not a number"),
        ((float("inf"), ...), "not a number"),
    ],
)
def test_the_slip_of_the_first_wrong_number_is_named(answers: tuple[Any, Any], slip: str) -> None:
    assert slips_of(*answers) == [slip]


def test_a_number_that_no_slip_explains_is_named_alone() -> None:
    assert slips_of(1.23456, 7.0) == []
    assert str(refused(1.23456, 7.0)) == (
        "✗ area: not yet. Right so far: side. square is 7, which is not right yet."
    )
