"""What is said of wrong results that no slip explains: only what holds in every case, and never of a right answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from helpers.kit.relations import Compared, relation
from helpers.kit.values import as_numbers

ROWS = [np.array([[1.0, 2.5], [3.25, 4.0], [-5.5, 6.0]]), np.array([[0.5, -1.0, 2.0], [7.0, 8.5, 9.0]])]
LINES = [np.array([3.5, 1.25, -2.75, 9.0]), np.array([0.5, 8.0, 4.25])]
NUMBERS = [np.array(2.25), np.array(-6.5), np.array(0.0)]


def said(
    make: Callable[[Any], Any], results: list[Any], arguments: list[dict[str, Any]] | None = None
) -> str:
    """What is said where an answer gives `make` of each right result."""
    return relation(
        [
            Compared(as_numbers(make(right)), as_numbers(right), given)
            for right, given in zip(results, arguments or [{} for _ in results], strict=True)
        ]
    )


@pytest.mark.parametrize(
    ("make", "results", "what"),
    [
        (lambda right: right / 2, NUMBERS, "In all three cases yours is half of what is expected."),
        (lambda right: 3.5 * right, LINES, "In both cases yours is 3.5 times what is expected."),
        (lambda right: right + 1, NUMBERS, "In all three cases yours is 1 more than what is expected."),
        (lambda right: right - 0.25, LINES, "In both cases yours is 0.25 less than what is expected."),
        (lambda right: -right, NUMBERS, "the expected result comes out with the opposite sign"),
        (np.abs, [np.array(-2.5), np.array(4.0), np.array(-1.5)], "without its sign"),
        (lambda right: 1 / right, LINES, "yours is 1 divided by what is expected"),
        (np.sqrt, [np.array(2.0), np.array(9.0)], "yours is the square root of what is expected"),
        (np.square, LINES, "yours is the square of what is expected"),
        (np.round, LINES, "rounded to whole numbers"),
        (
            lambda right: np.round(right, 1),
            [np.array(10 / 3), np.array(0.0), np.array(5.3125)],
            "to one decimal",
        ),
        (lambda right: np.round(right, 2), [np.array([2 / 3, 1 / 3]), np.array([0.5])], "to two decimals"),
        (lambda right: np.round(right, 3), [np.array([2 / 3, 1 / 3])], "to three decimals"),
        (np.trunc, LINES, "with its decimals cut off"),
        (np.transpose, ROWS, "rows and columns are exchanged"),
        (lambda right: right[::-1], LINES, "the order is the other way round"),
        (lambda right: right[:, ::-1], ROWS, "the order within each row is the other way round"),
        (np.sort, LINES, "sorted by size"),
        (lambda right: np.sort(right)[::-1], LINES, "sorted by size, the largest first"),
        (lambda right: np.roll(right, 1), LINES, "the numbers come one place too late"),
        (lambda right: np.append(right[1:], 0.0), LINES, "the numbers come one place too early"),
        (lambda right: right[1:], LINES, "the first one is missing"),
        (lambda right: right[:-1], ROWS, "the last one is missing"),
        (lambda right: np.append(17.0, right), LINES, "there is one too many at the beginning"),
        (lambda right: np.append(right, 17.0), LINES, "there is one too many at the end"),
        (lambda right: right[0], LINES, "only the first of the expected results comes out"),
        (lambda right: right[-1], ROWS, "only the last of the expected results comes out"),
    ],
)
def test_each_relation_is_said_where_it_holds_in_all_cases(
    make: Callable[[Any], Any], results: list[Any], what: str
) -> None:
    assert what in said(make, results)


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (np.median, "a median where a mean is expected"),
        (np.max, "the largest of several numbers whose mean is expected"),
        (np.min, "the smallest of several numbers"),
        (np.sum, "the sum of several numbers"),
        (lambda numbers: numbers[0], "the first of several numbers"),
        (lambda numbers: numbers[-1], "the last of several numbers"),
    ],
)
def test_what_comes_in_place_of_a_mean_is_known_by_the_arguments(
    make: Callable[[Any], Any], what: str
) -> None:
    given = [
        {"y_true": np.array([1.0, 4.0, -2.0, 7.5]), "y_pred": np.array([3.0, 1.0, 2.5, 0.5])},
        {"y_true": np.array([2.0, 9.0, 4.0]), "y_pred": np.array([1.0, 2.0, 8.0])},
        {"y_true": np.array([0.0, 5.0, 3.0]), "y_pred": np.array([4.5, 1.0, 1.0])},
    ]
    errors = [np.abs(case["y_true"] - case["y_pred"]) for case in given]
    compared = [
        Compared(as_numbers(make(sizes)), as_numbers(np.mean(sizes)), case)
        for sizes, case in zip(errors, given, strict=True)
    ]
    assert what in relation(compared)


def test_a_relation_that_fails_in_one_case_is_not_said() -> None:
    results = [np.array(2.0), np.array(3.0), np.array(5.0)]
    assert said(lambda right: right / 2 if right < 5 else right, results) == ""
    assert said(lambda right: -right if right < 5 else right + 1, results) == ""


@pytest.mark.parametrize("results", [[np.array(2.5)], [np.array(2.5), np.array(0.0)], [np.array(2.5)] * 3])
def test_one_number_alone_proves_no_factor(results: list[Any]) -> None:
    assert "times" not in said(lambda right: 3.7 * right, results)


def test_one_changed_number_is_not_enough() -> None:
    assert said(np.round, [np.array(2.0), np.array(3.0), np.array(4.5)]) == ""
    assert said(lambda right: -right, [np.array(0.0), np.array(2.5)]) == ""


def test_nan_and_infinity_have_no_relation() -> None:
    assert said(lambda right: right * np.nan, LINES) == ""
    assert said(lambda right: right * np.inf, LINES) == ""


def test_nothing_is_said_of_what_is_right() -> None:
    assert said(lambda right: right, [*ROWS, *LINES, *NUMBERS]) == ""
    assert said(lambda right: right, [np.array([0.0, 0.0]), np.array([1.0, 1.0])]) == ""
    assert relation([]) == ""


def test_random_results_have_no_relation() -> None:
    rng = np.random.default_rng(0)
    for _ in range(300):
        shape = [(), (4,), (3, 2)][rng.integers(3)]
        results = [rng.normal(size=shape) for _ in range(3)]
        assert said(lambda right: rng.normal(size=right.shape), results) == ""


@pytest.mark.parametrize("results", [ROWS, LINES, [np.array([0.3, 0.2]), np.array([-0.4, 0.1])]])
def test_nothing_is_said_of_results_that_are_all_0(results: list[Any]) -> None:
    assert said(lambda right: 0 * right, results) == ""
