"""Exercises whose function yields the shuffled batches of one epoch, in any way it likes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from helpers.kit.cases import Case
from helpers.kit.exercise import NotYet
from helpers.kit.function_exercise import FunctionExercise, Tried
from helpers.kit.general_slips import (
    NOT_A_NUMBER,
    ONLY_THE_EXAMPLE,
    RETURNS_NOTHING,
    STOPS,
    WRONG_TYPE,
)
from helpers.kit.outcome import Slip
from helpers.kit.values import as_numbers, close, show

Batch = tuple[npt.NDArray[Any], npt.NDArray[Any]]

YIELDS_NOTHING = replace(
    RETURNS_NOTHING,
    advice="Hand out each batch with yield, inside the loop. print() only shows a value.",
)
NO_PAIRS = Slip(
    "not pairs of batches",
    "Inside the loop write: yield x_batch, y_batch. A return there would end the function after the first "
    "batch.",
)
OTHER_SAMPLES = Slip(
    "samples that are not in x and y",
    "A batch holds entries of x and y exactly as they are: not their indices, and not values worked out from "
    "them.",
)
SWAPPED = Slip(
    "x and y swapped",
    "x and y have changed places: the batch of x comes first in each pair.",
)
SINGLE_SAMPLES = Slip(
    "single samples instead of batches",
    "That is one sample. A batch is an array of several: take a slice of the order, and pick all its samples "
    "at once.",
)
ONLY_BATCHES_SHUFFLED = Slip(
    "only the batches shuffled",
    "Each batch holds samples that are side by side in x, whatever order the batches come in. Shuffle the "
    "samples themselves.",
)
SHUFFLED_IN_PART = Slip(
    "shuffled in part",
    "In the long run every sample comes first as often as last. Here some never move, or hardly ever: "
    "shuffle all of them at once.",
)
ALWAYS_TOGETHER = Slip(
    "the same batches in another order",
    "The same samples share a batch in every epoch. Shuffle all samples first, and cut the batches from the "
    "new order.",
)
# From a case's seed: one epoch, the same again, and another.
OFFSETS = (0, 0, 1)
# To see in which places samples come, and of how many samples.
EPOCHS_TO_COMPARE, ENOUGH_SAMPLES = 24, 6
# In a shuffled order one sample of each epoch is in its own place, on average.
MOST_IN_PLACE = 3 * EPOCHS_TO_COMPARE
TOO_MANY = Slip(
    "does not end after one epoch",
    "Each call yields one epoch: once every sample has come up, the function ends.",
)


class Epoch(NamedTuple):
    """What can be said about the batches of one epoch, whatever their order.

    sizes: how many samples each batch has. paired: each x is still with its own y. each_once: every
    sample comes exactly once. as_they_came: every batch is a run of neighbours (for batches of one: all of
    them together are). repeats: the same seed gives the same batches again. varies: a different seed gives
    different ones. The order within a batch decides nothing, so where one batch holds all samples it may be
    any order: it never counts as a run of neighbours, and always as varying.
    """

    sizes: tuple[int, ...]
    paired: bool
    each_once: bool
    as_they_came: bool
    repeats: bool
    varies: bool


@dataclass(frozen=True, repr=False)
class BatchesExercise(FunctionExercise):
    """A function of x, y, batch_size and rng that yields pairs of arrays.

    The arguments of a case are x, y, batch_size and seed; each call gets a fresh rng made from the seed.
    No two samples of a case are equal in x, nor in y. Any order will do, as long as the rng decides it: what
    a case expects, and what a slip gives, is an Epoch.
    """

    def stops(self, case: Case) -> Slip:  # noqa: ARG002, D102
        return replace(
            STOPS,
            advice=f"Call list({self.name}(...)) with these arguments, with np.array(...) around x and y: a "
            "generator runs only as far as its batches are taken. The last line of the error says what went "
            "wrong, and the arrow shows where.",
        )

    def given(self, case: Case) -> str:  # noqa: D102
        given = {name: value for name, value in case.arguments.items() if name != "seed"}
        return f"{Case(given, ()).call()}, rng=np.random.default_rng({case.arguments['seed']})"

    def examine(self, answer: Any, *rest: Any) -> None:
        """Look at three epochs of each case, then at more of one. Raises NotYet or NotAttempted."""
        super().examine(answer, *rest)
        for case in rest or self.cases:
            samples = len(case.arguments["x"])
            if samples >= ENOUGH_SAMPLES and samples > case.arguments["batch_size"]:
                self._examine_order(answer, case)
                return

    def _examine_order(self, answer: Any, case: Case) -> None:
        x = case.arguments["x"]
        # How often each sample comes in each place.
        counts = np.zeros((len(x), len(x)), dtype=int)
        # How often two samples come in one batch.
        together = np.zeros((len(x), len(x)), dtype=int)
        for epoch in super()._result(_listed(answer, range(EPOCHS_TO_COMPARE)), case):
            batches = [self._pair(item, case) for item in epoch or []]
            samples = [_place(row, x) for xs, _ in batches for row in xs]
            for place, sample in enumerate(samples[: len(x)]):
                if sample is None:
                    raise self._unknown_samples(batches, case)
                counts[sample, place] += 1
            for batch in np.split(np.array(samples), np.cumsum([len(xs) for xs, _ in batches])[:-1]):
                together[np.ix_(batch, batch)] += 1
        np.fill_diagonal(together, 0)
        if counts.max() == EPOCHS_TO_COMPARE or np.trace(counts) > MOST_IN_PLACE:
            raise self.not_yet(
                f"With {self.given(case)}, and with {EPOCHS_TO_COMPARE - 1} other seeds, some samples stay "
                "where they are.",
                SHUFFLED_IN_PART,
            )
        if together.max() == EPOCHS_TO_COMPARE:
            raise self.not_yet(
                f"With {self.given(case)}, and with {EPOCHS_TO_COMPARE - 1} other seeds, some samples always "
                "come in one batch.",
                ALWAYS_TOGETHER,
            )

    def _result(self, answer: Any, case: Case) -> Epoch:
        runs = super()._result(_listed(answer, OFFSETS), case)
        if runs[0] is None:
            raise self.not_yet(f"With {self.given(case)} it returned None.", YIELDS_NOTHING)
        return self._epoch(runs, case)

    def _epoch(self, runs: Sequence[list[Any]], case: Case) -> Epoch:
        first, again, other = ([self._pair(item, case) for item in run] for run in runs)
        x, y = case.arguments["x"], case.arguments["y"]
        order = [[_place(row, x) for row in xs] for xs, _ in first]
        partners = [[_place(row, y) for row in ys] for _, ys in first]
        if None in [*_flat(order), *_flat(partners)]:
            raise self._unknown_samples(first, case)
        is_one = len(order) == 1
        return Epoch(
            sizes=tuple(len(batch) for batch in order),
            paired=order == partners,
            each_once=sorted(_flat(order)) == sorted(_flat(partners)) == list(range(len(x))),
            as_they_came=not is_one and _as_they_came(order),
            repeats=_equal(first, again),
            varies=is_one or not _equal(first, other),
        )

    def _unknown_samples(self, batches: list[Batch], case: Case) -> NotYet:
        """What to say of batches that hold samples which are not in x and y, and why they do."""
        x, y = case.arguments["x"], case.arguments["y"]
        if all(_are_in(xs, y) and _are_in(ys, x) for xs, ys in batches):
            return self.not_yet(
                f"With {self.given(case)} it yields y where x belongs, and x where y does.", SWAPPED
            )
        slip = OTHER_SAMPLES
        if not all(np.isfinite(xs).all() and np.isfinite(ys).all() for xs, ys in batches):
            slip = NOT_A_NUMBER
        elif self._of_an_example([row for xs, _ in batches for row in xs]):
            slip = ONLY_THE_EXAMPLE
        return self.not_yet(f"With {self.given(case)} it yields samples that are not in x and y.", slip)

    def _of_an_example(self, rows: Any) -> bool:
        """Tell whether all rows come from the x of one visible case."""
        examples = [case.arguments["x"] for case in self.cases]
        return any(all(_place(row, example) is not None for row in rows) for example in examples)

    def _pair(self, item: Any, case: Case) -> Batch:
        """Read one batch. Raises NotYet unless it is an array of x and one of y, equally long."""
        slip = NO_PAIRS
        if isinstance(item, (tuple, list)) and len(item) == 2:
            try:
                xs, ys = as_numbers(item[0]), as_numbers(item[1])
            except (TypeError, ValueError):
                xs = ys = np.empty(())
                slip = WRONG_TYPE
            dimensions = (np.ndim(case.arguments["x"]), np.ndim(case.arguments["y"]))
            if (xs.ndim, ys.ndim) == dimensions and len(xs) == len(ys):
                return xs, ys
            hidden = all(case is not visible for visible in self.cases)
            if slip is NO_PAIRS and (xs.ndim + 1, ys.ndim + 1) == dimensions:
                slip = SINGLE_SAMPLES
            elif hidden and xs.ndim and self._of_an_example(xs):
                slip = ONLY_THE_EXAMPLE
        raise self.not_yet(
            f"With {self.given(case)} each batch should be a pair of arrays, x_batch and y_batch, equally "
            f"long. One of them is {show(item)}.",
            slip,
        )

    def _compare(self, case: Case, result: Epoch, tried: Tried) -> None:
        n, sizes = len(case.arguments["x"]), Epoch(*case.expected).sizes
        faults = (
            (
                result.sizes != sizes,
                f"expected batches of {_listing(sizes)} samples, and got {_listing(result.sizes)}",
            ),
            (not result.paired, "some x is paired with the y of another sample"),
            (not result.each_once, "some samples come twice, and others not at all"),
            (result.as_they_came and n > 1, "every batch is a run of neighbours, in the order of x"),
            (not result.repeats, "an rng made from the same seed gives different batches the second time"),
            (not result.varies and n > 1, "an rng made from a different seed gives the same batches"),
        )
        for wrong, what in faults:
            if wrong:
                explained = self._explained(tried)
                if not explained and not result.sizes:
                    explained = [YIELDS_NOTHING]
                elif not explained and _never_ends(result.sizes, sizes, n):
                    explained = [TOO_MANY]
                elif not explained and result.as_they_came and result.each_once and result.varies:
                    explained = [ONLY_BATCHES_SHUFFLED]
                raise self.not_yet(f"With {self.given(case)} {what}.", *explained)

    def agree(self, seen: Any, expected: Any) -> bool:
        """Tell whether the same can be said about two epochs."""
        return bool(seen == expected)


def epoch(function: Callable[..., Iterable[Any]], arguments: Mapping[str, Any]) -> Epoch:
    """What can be said of a function's batches, for the arguments of a case.

    Raises NotYet where it yields no batches, and what the function raises.
    """
    reader = BatchesExercise(name="it", points=0, hints=("", ""), cases=())
    try:
        return reader._result(function, Case(arguments, ()))
    except NotYet as error:
        raise error.__cause__ or error from None


def _listed(
    answer: Callable[..., Iterable[Any]], offsets: Sequence[int]
) -> Callable[..., list[list[Any] | None]]:
    """Make the function that lists the batches of several epochs. offsets: of their seeds from a case's.

    None marks an epoch for which the answer returns nothing at all.
    """

    def epochs(x: Any, y: Any, batch_size: int, seed: int) -> list[list[Any] | None]:
        return [
            _in_a_list(answer(x, y, batch_size, np.random.default_rng(seed + offset)), len(x) + 1)
            for offset in offsets
        ]

    return epochs


def _in_a_list(batches: Any, most: int) -> list[Any] | None:
    if batches is None:
        return None
    try:
        items = iter(batches)
    except TypeError:
        return [batches]
    # One batch more than there can be is enough to see that there are too many.
    return list(islice(items, most))


def _never_ends(seen: tuple[int, ...], expected: tuple[int, ...], samples: int) -> bool:
    """Whether more batches came than there can be, or one epoch after the other."""
    return sum(seen) > samples and (len(seen) > samples or seen[: len(expected)] == expected)


def _are_in(rows: npt.NDArray[Any], samples: npt.NDArray[Any]) -> bool:
    return all(np.shape(row) == samples.shape[1:] and _place(row, samples) is not None for row in rows)


def _place(row: Any, samples: npt.NDArray[Any]) -> int | None:
    for number, sample in enumerate(samples):
        if close(row, sample):  # not equal: batches may come as float32
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
    return ", ".join(map(str, sizes)) or "none"
