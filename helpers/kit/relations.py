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


# From one case, what the answer would give if the relation held; None where it says nothing about the case.
Made = Callable[[Compared], Numbers | None]


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


def _sign(case: Compared) -> Numbers:
    return -case.expected


def _size(case: Compared) -> Numbers:
    return np.abs(case.expected)


def _reciprocal(case: Compared) -> Numbers:
    return np.asarray(1 / case.expected)


def _root(case: Compared) -> Numbers:
    return np.sqrt(case.expected)


def _square(case: Compared) -> Numbers:
    return case.expected**2


def _rounded(case: Compared) -> Numbers:
    return np.round(case.expected)


def _rounded_to(decimals: int) -> Made:
    return lambda case: np.round(case.expected, decimals)


def _cut(case: Compared) -> Numbers:
    return np.trunc(case.expected)


def _transposed(case: Compared) -> Numbers | None:
    return case.expected.T if case.expected.ndim == 2 else None


def _reversed(case: Compared) -> Numbers | None:
    return case.expected[::-1] if case.expected.ndim else None


def _reversed_rows(case: Compared) -> Numbers | None:
    return case.expected[:, ::-1] if case.expected.ndim == 2 else None


def _shifted_on(case: Compared) -> Numbers | None:
    return _shifted(case, 1)


def _shifted_back(case: Compared) -> Numbers | None:
    return _shifted(case, -1)


def _shifted(case: Compared, by: int) -> Numbers | None:
    """The right numbers moved by one place; in the place that they left may be anything."""
    if (
        case.seen.shape != case.expected.shape
        or not case.expected.ndim
        or len(case.expected) <= FEWEST_NUMBERS
    ):
        return None
    moved = np.roll(case.expected, by, axis=0)
    end = 0 if by > 0 else -1
    moved[end] = case.seen[end]
    return moved


def _sorted(case: Compared) -> Numbers | None:
    return np.sort(case.expected, axis=None) if case.expected.ndim == 1 else None


def _sorted_down(case: Compared) -> Numbers | None:
    return np.sort(case.expected)[::-1] if case.expected.ndim == 1 else None


def _without_first(case: Compared) -> Numbers | None:
    return case.expected[1:] if case.expected.ndim else None


def _without_last(case: Compared) -> Numbers | None:
    return case.expected[:-1] if case.expected.ndim else None


def _one_more_before(case: Compared) -> Numbers | None:
    return _with_more(case, slice(1))


def _one_more_after(case: Compared) -> Numbers | None:
    return _with_more(case, slice(-1, None))


def _with_more(case: Compared, where: slice) -> Numbers | None:
    if not case.expected.ndim or case.seen.ndim != case.expected.ndim:
        return None
    if len(case.seen) != len(case.expected) + 1 or case.seen.shape[1:] != case.expected.shape[1:]:
        return None
    parts = [case.seen[where], case.expected]
    return np.concatenate(parts if where.start is None else parts[::-1])


def _first(case: Compared) -> Numbers | None:
    return np.asarray(case.expected[0]) if case.expected.ndim and len(case.expected) > 1 else None


def _last(case: Compared) -> Numbers | None:
    return np.asarray(case.expected[-1]) if case.expected.ndim and len(case.expected) > 1 else None


MADE: tuple[tuple[Made, str], ...] = (
    (_sign, "what is expected comes out with the other sign"),
    (_size, "what is expected comes out without its sign"),
    (_rounded, "what is expected comes out rounded to whole numbers"),
    (_rounded_to(1), "what is expected comes out rounded to one decimal"),
    (_rounded_to(2), "what is expected comes out rounded to two decimals"),
    (_rounded_to(3), "what is expected comes out rounded to three decimals"),
    (_cut, "what is expected comes out with its decimals cut off"),
    (_reciprocal, "yours is 1 divided by what is expected"),
    (_root, "yours is the square root of what is expected"),
    (_square, "yours is the square of what is expected"),
    (_transposed, "rows and columns are exchanged"),
    (_reversed, "the order is the other way round: what should come first comes last"),
    (_reversed_rows, "the order within each row is the other way round"),
    (_sorted, "the right numbers are there, but sorted by size"),
    (_sorted_down, "the right numbers are there, but sorted by size, the largest first"),
    (_shifted_on, "the numbers come one place too late"),
    (_shifted_back, "the numbers come one place too early"),
    (_without_first, "the first one is missing"),
    (_without_last, "the last one is missing"),
    (_one_more_before, "there is one too many at the beginning"),
    (_one_more_after, "there is one too many at the end"),
    (_first, "only the first of what is expected comes out"),
    (_last, "only the last of what is expected comes out"),
)


def _of_made(kind: tuple[Made, str]) -> Callable[[Sequence[Compared]], str]:
    make, said = kind

    def find(cases: Sequence[Compared]) -> str:
        seen_in = 0
        for case in cases:
            made = make(case)
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
