"""Simple relations between wrong results and right ones: what can still be said where no known slip fits.

A relation is said only where it holds in every case, and as what is seen: whether it is the mistake itself or
an accident is for the student to find out. So it has to be seen in two numbers at least.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from helpers.kit.values import as_numbers, close

Numbers = npt.NDArray[np.float64]
# A relation is said only if at least so many numbers show it.
FEWEST_NUMBERS = 2


@dataclass(frozen=True)
class Compared:
    """What an answer gave in one case beside what is right there, and the arguments of the case."""

    seen: Numbers
    expected: Numbers
    arguments: Mapping[str, Any]

    @property
    def is_right(self) -> bool:
        """Whether the answer is right in this case."""
        return close(self.seen, self.expected, equal_nan=True)


def relation(cases: Sequence[Compared]) -> str:
    """The first relation that holds in all cases, as a sentence; "" where none does."""
    # Zeros may come from anything, such as numbers that were never worked out.
    if all(case.is_right for case in cases) or not any(case.seen.any() for case in cases):
        return ""
    with np.errstate(all="ignore"):
        for find in (*map(_of_made, MADE), _offset, _factor, _in_place_of_mean):
            said = find(cases)
            if said:
                return f"{_where(len(cases))} {said}."
    return ""


def _where(cases: int) -> str:
    if cases == 1:
        return "Here"
    return "In both cases" if cases == 2 else f"In all {_NUMBERS.get(cases, str(cases))} cases"


_NUMBERS = {3: "three", 4: "four", 5: "five", 6: "six"}


# Relations without a number of their own: what is right decides what the answer gives.


def _shifted(expected: Numbers, seen: Numbers, by: int) -> Numbers | None:
    """The right numbers moved by one place; in the place that they left may be anything."""
    if seen.shape != expected.shape or len(expected) <= FEWEST_NUMBERS:
        return None
    moved = np.roll(expected, by, axis=0)
    end = 0 if by > 0 else -1
    moved[end] = seen[end]
    return moved


def _with_more(expected: Numbers, seen: Numbers, *, before: bool) -> Numbers | None:
    """The right numbers and one more, whichever that is."""
    if seen.shape != (len(expected) + 1, *expected.shape[1:]):
        return None
    return np.concatenate([seen[:1], expected] if before else [expected, seen[-1:]])


def _one_of(expected: Numbers, place: int) -> Numbers | None:
    return np.asarray(expected[place]) if len(expected) > 1 else None


# What an answer would give if a relation held, from what is right and what was seen in a case; None where it
# cannot hold.
Made = Callable[[Numbers, Numbers], Numbers | None]
# How many axes a result may have.
ANY, ROWS, ROW, TABLE = range(64), range(1, 64), (1,), (2,)
MADE: tuple[tuple[Made, Sequence[int], str], ...] = (
    (lambda right, _: -right, ANY, "the expected result comes out with the opposite sign"),
    (lambda right, _: np.abs(right), ANY, "the expected result comes out without its sign"),
    (lambda right, _: np.round(right), ANY, "the expected result comes out rounded to whole numbers"),
    (lambda right, _: np.round(right, 1), ANY, "the expected result comes out rounded to one decimal"),
    (lambda right, _: np.round(right, 2), ANY, "the expected result comes out rounded to two decimals"),
    (lambda right, _: np.round(right, 3), ANY, "the expected result comes out rounded to three decimals"),
    (lambda right, _: np.trunc(right), ANY, "the expected result comes out with its decimals cut off"),
    (lambda right, _: np.reciprocal(right), ANY, "yours is 1 divided by what is expected"),
    (lambda right, _: np.sqrt(right), ANY, "yours is the square root of what is expected"),
    (lambda right, _: np.square(right), ANY, "yours is the square of what is expected"),
    (lambda right, _: right.T, TABLE, "rows and columns are exchanged"),
    (
        lambda right, _: right[::-1],
        ROWS,
        "the order is the other way round: what should come first comes last",
    ),
    (lambda right, _: right[:, ::-1], TABLE, "the order within each row is the other way round"),
    (lambda right, _: np.sort(right), ROW, "the right numbers are there, but sorted by size"),
    (
        lambda right, _: np.sort(right)[::-1],
        ROW,
        "the right numbers are there, but sorted by size, the largest first",
    ),
    (lambda right, seen: _shifted(right, seen, 1), ROWS, "the numbers come one place too late"),
    (lambda right, seen: _shifted(right, seen, -1), ROWS, "the numbers come one place too early"),
    (lambda right, _: right[1:], ROWS, "the first one is missing"),
    (lambda right, _: right[:-1], ROWS, "the last one is missing"),
    (
        lambda right, seen: _with_more(right, seen, before=True),
        ROWS,
        "there is one too many at the beginning",
    ),
    (lambda right, seen: _with_more(right, seen, before=False), ROWS, "there is one too many at the end"),
    (lambda right, _: _one_of(right, 0), ROWS, "only the first of the expected results comes out"),
    (lambda right, _: _one_of(right, -1), ROWS, "only the last of the expected results comes out"),
)


def _of_made(kind: tuple[Made, Sequence[int], str]) -> Callable[[Sequence[Compared]], str]:
    make, axes, said = kind

    def find(cases: Sequence[Compared]) -> str:
        seen_in = 0
        for case in cases:
            made = make(case.expected, case.seen) if case.expected.ndim in axes else None
            if made is None or not close(case.seen, made, equal_nan=True):
                return ""
            if not np.isfinite(made).all():
                return ""
            # Where the relation changes nothing (the sign of 0), the case does not speak for it.
            seen_in += 0 if case.is_right else _changed(made, case.expected)
        return said if seen_in >= FEWEST_NUMBERS else ""

    return find


def _changed(made: Numbers, expected: Numbers) -> int:
    if made.shape != expected.shape:
        return max(int(made.size), 1)
    return int(np.sum(~np.isclose(made, expected)))


# Relations with a number of their own, which has to be the same everywhere.


def _offset(cases: Sequence[Compared]) -> str:
    numbers = _side_by_side(cases)
    if numbers is None:
        return ""
    seen, expected = numbers
    differences = seen - expected
    if len(np.unique(expected)) < FEWEST_NUMBERS or not close(
        differences, np.full_like(seen, differences[0])
    ):
        return ""
    amount = float(differences[0])
    return f"yours is {abs(amount):.6g} {'more' if amount > 0 else 'less'} than what is expected"


def _factor(cases: Sequence[Compared]) -> str:
    numbers = _side_by_side(cases)
    if numbers is None:
        return ""
    seen, expected = numbers
    counts = expected != 0
    if len(np.unique(expected[counts])) < FEWEST_NUMBERS:
        return ""
    factor = float((seen[counts] / expected[counts])[0])
    if factor == 0 or not close(seen, factor * expected):
        return ""
    for times, said in ((0.5, "half of"), (2.0, "twice"), (1 / 3, "a third of"), (0.25, "a quarter of")):
        if close(factor, times):
            return f"yours is {said} what is expected"
    return f"yours is {factor:.6g} times what is expected"


def _side_by_side(cases: Sequence[Compared]) -> tuple[Numbers, Numbers] | None:
    """All numbers seen, and all expected, each in one line; None where these do not correspond."""
    if any(case.seen.shape != case.expected.shape for case in cases):
        return None
    seen = np.concatenate([case.seen.ravel() for case in cases])
    expected = np.concatenate([case.expected.ravel() for case in cases])
    finite = np.isfinite(seen).all() and np.isfinite(expected).all()
    return (seen, expected) if finite and len(seen) >= FEWEST_NUMBERS else None


# Where what is expected is the mean of numbers that the arguments give: what else could be made of them?

IN_PLACE_OF_MEAN: tuple[tuple[Callable[[Numbers], Any], str], ...] = (
    (np.median, "yours is a median where a mean is expected"),
    (np.max, "yours is the largest of several numbers whose mean is expected"),
    (np.min, "yours is the smallest of several numbers whose mean is expected"),
    (np.sum, "yours is the sum of several numbers whose mean is expected"),
    (lambda numbers: numbers.flat[0], "yours is the first of several numbers whose mean is expected"),
    (lambda numbers: numbers.flat[-1], "yours is the last of several numbers whose mean is expected"),
)


def _in_place_of_mean(cases: Sequence[Compared]) -> str:
    if any(case.expected.ndim or case.seen.ndim for case in cases):
        return ""
    for averaged in zip(*map(_averaged, cases), strict=False):
        if any(
            numbers is None or not close(np.mean(numbers), case.expected)
            for numbers, case in zip(averaged, cases, strict=True)
        ):
            continue
        for make, said in IN_PLACE_OF_MEAN:
            made = [make(numbers) for numbers in averaged]
            fits = all(close(case.seen, number) for case, number in zip(cases, made, strict=True))
            differ = sum(not close(case.expected, number) for case, number in zip(cases, made, strict=True))
            if fits and differ >= FEWEST_NUMBERS:
                return said
    return ""


def _averaged(case: Compared) -> Iterator[Numbers | None]:
    """What a mean may be taken of: each argument by itself, and any two of equal shape together."""
    arrays: list[Numbers | None] = []
    for value in case.arguments.values():
        try:
            numbers = as_numbers(value)
        except (TypeError, ValueError):
            arrays.append(None)
        else:
            arrays.append(numbers if numbers.ndim and numbers.size else None)
    for place, one in enumerate(arrays):
        yield one
        for other in arrays[place + 1 :]:
            if one is None or other is None or one.shape != other.shape:
                yield from (None, None, None, None)
            else:
                yield from (one - other, np.abs(one - other), (one - other) ** 2, one * other)
