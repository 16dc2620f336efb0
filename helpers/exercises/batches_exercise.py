"""Exercises whose function yields the shuffled batches of one epoch: how they come about is free."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from helpers.exercises.function_exercise import Case, FunctionExercise
from helpers.exercises.values import as_numbers, show

Batch = tuple[npt.NDArray[Any], npt.NDArray[Any]]


@dataclass(frozen=True)
class Epoch:
    """What can be said of the batches of one epoch, whatever their order is.

    sizes: how many samples each batch has. paired: each x still stands with its own y. each_once: every
    sample comes exactly once. as_they_came: every batch is a run of neighbours (batches of one: so are all of
    them together). repeats: the same seed gives the same batches again. varies: another seed gives others.
    """

    sizes: tuple[int, ...]
    paired: bool
    each_once: bool
    as_they_came: bool
    repeats: bool
    varies: bool


def batch_sizes(n: int, batch_size: int) -> tuple[int, ...]:
    """The sizes of the batches of n samples: all equal, and what is left over in the last one."""
    return tuple(min(batch_size, n - start) for start in range(0, n, batch_size))


@dataclass(frozen=True)
class BatchesExercise(FunctionExercise):
    """A function of x, y, batch_size and rng that yields pairs of arrays.

    The arguments of a case are x, y, batch_size and seed, of which each call gets a fresh rng. No two samples
    of a case are equal in x, nor in y. Nothing is expected of the order but that the rng decides it.
    """

    def _result(self, answer: Any, case: Case) -> Epoch:
        return self._epoch(super()._result(_listed(answer), case), case)

    def _epoch(self, runs: tuple[list[Any], list[Any], list[Any]], case: Case) -> Epoch:
        first, again, other = ([self._pair(item, case) for item in run] for run in runs)
        x, y = case.arguments["x"], case.arguments["y"]
        order = [[_place(row, x) for row in xs] for xs, _ in first]
        partners = [[_place(row, y) for row in ys] for _, ys in first]
        if None in [*_flat(order), *_flat(partners)]:
            raise self.not_yet(f"With {case.call()} it yields samples that are not in x and y.")
        return Epoch(
            sizes=tuple(len(batch) for batch in order),
            paired=order == partners,
            each_once=sorted(_flat(order)) == sorted(_flat(partners)) == list(range(len(x))),
            as_they_came=_as_they_came(order),
            repeats=_equal(first, again),
            varies=not _equal(first, other),
        )

    def _pair(self, item: Any, case: Case) -> Batch:
        """Read one batch. Raises NotYet unless it is an array of x and one of y, equally long."""
        if isinstance(item, (tuple, list)) and len(item) == 2:
            try:
                xs, ys = as_numbers(item[0]), as_numbers(item[1])
            except (TypeError, ValueError):
                xs = ys = np.empty(())
            dimensions = (np.ndim(case.arguments["x"]), np.ndim(case.arguments["y"]))
            if (xs.ndim, ys.ndim) == dimensions and len(xs) == len(ys):
                return xs, ys
        raise self.not_yet(
            f"With {case.call()} each batch should be a pair of arrays, x_batch and y_batch, equally long. "
            f"One of them is {show(item)}. Inside the loop write: yield x_batch, y_batch."
        )

    def _compare(self, case: Case, result: Epoch, tried: list[tuple[Case, Any]]) -> None:
        n, batch_size = len(case.arguments["x"]), case.arguments["batch_size"]
        sizes = batch_sizes(n, batch_size)
        faults = (
            (
                result.sizes != sizes,
                f"expected batches of {_listing(sizes)} samples, and got {_listing(result.sizes)}",
            ),
            (not result.paired, "some x stands with the y of another sample"),
            (not result.each_once, "some samples come twice, and others not at all"),
            (result.as_they_came and n > 1, "every batch is a run of neighbours, as they stand in x"),
            (not result.repeats, "an rng made from the same seed gives other batches the second time"),
            (not result.varies and n > 1, "an rng made from another seed gives the same batches"),
        )
        for wrong, what in faults:
            if wrong:
                raise self.not_yet(f"With {case.call()} {what}.", *self._explained(tried))

    def _explained(self, tried: list[tuple[Case, Any]]) -> list[Any]:
        return [
            misconception
            for misconception in self.misconceptions
            if all(
                seen == self._epoch(_listed(misconception.result)(*case.arguments.values()), case)
                for case, seen in tried
            )
        ]


def _listed(answer: Callable[..., Iterable[Any]]) -> Callable[..., tuple[list[Any], list[Any], list[Any]]]:
    """Make the function that lists the batches of three epochs: a seed, the same again, and another."""

    def epochs(x: Any, y: Any, batch_size: int, seed: int) -> tuple[list[Any], list[Any], list[Any]]:
        def run(number: int) -> list[Any]:
            batches: Any = answer(x, y, batch_size, np.random.default_rng(number))
            # One batch more than there can be is enough to see that there are too many.
            return list(islice(batches, len(x) + 1)) if isinstance(batches, Iterable) else [batches]

        return run(seed), run(seed), run(seed + 1)

    return epochs


def _place(row: Any, samples: npt.NDArray[Any]) -> int | None:
    for number, sample in enumerate(samples):
        if np.array_equal(row, sample):
            return number
    return None


def _as_they_came(order: list[list[Any]]) -> bool:
    if all(len(batch) < 2 for batch in order):
        order = [_flat(order)]
    return all(batch == list(range(batch[0], batch[0] + len(batch))) for batch in order if batch)


def _flat(batches: list[list[Any]]) -> list[Any]:
    return [place for batch in batches for place in batch]


def _equal(first: list[Batch], other: list[Batch]) -> bool:
    return len(first) == len(other) and all(
        np.array_equal(xs, other_xs) and np.array_equal(ys, other_ys)
        for (xs, ys), (other_xs, other_ys) in zip(first, other, strict=True)
    )


def _listing(sizes: tuple[int, ...]) -> str:
    return ", ".join(map(str, sizes)) or "no"
