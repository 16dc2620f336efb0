"""Batches of samples, and how many updates they make."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from helpers.exercises.batches_exercise import BatchesExercise
from helpers.exercises.gradient_descent.walking import Numbers
from helpers.kit.cases import Case
from helpers.kit.exercise import Misconception
from helpers.kit.function_exercise import FunctionExercise


def _batches(x: Numbers, y: Numbers, batch_size: int, order: Numbers, y_order: Numbers) -> Iterator[Any]:
    for start in range(0, len(order), batch_size):
        part = slice(start, start + batch_size)
        yield x[order[part]], y[y_order[part]]


def _in_order(x: Numbers, y: Numbers, batch_size: int, _rng: np.random.Generator) -> Iterator[Any]:
    return _batches(x, y, batch_size, np.arange(len(x)), np.arange(len(x)))


def _apart(x: Numbers, y: Numbers, batch_size: int, rng: np.random.Generator) -> Iterator[Any]:
    return _batches(x, y, batch_size, rng.permutation(len(x)), rng.permutation(len(x)))


def _full_only(x: Numbers, y: Numbers, batch_size: int, rng: np.random.Generator) -> Iterator[Any]:
    order = rng.permutation(len(x))[: len(x) // batch_size * batch_size]
    return _batches(x, y, batch_size, order, order)


def _drawn_again(x: Numbers, y: Numbers, batch_size: int, rng: np.random.Generator) -> Iterator[Any]:
    order = rng.integers(0, len(x), len(x))
    return _batches(x, y, batch_size, order, order)


def _equal_parts(x: Numbers, y: Numbers, batch_size: int, rng: np.random.Generator) -> Iterator[Any]:
    for part in np.array_split(rng.permutation(len(x)), math.ceil(len(x) / batch_size)):
        yield x[part], y[part]


def _of_four(x: Numbers, y: Numbers, _batch_size: int, rng: np.random.Generator) -> Iterator[Any]:
    order = rng.permutation(len(x))
    return _batches(x, y, 4, order, order)


def _of_ten(x: Numbers, y: Numbers, batch_size: int, rng: np.random.Generator) -> Iterator[Any]:
    order = rng.permutation(10)
    order = order[order < len(x)]
    return _batches(x, y, batch_size, order, order)


def _of_ten_and_none(x: Numbers, y: Numbers, batch_size: int, rng: np.random.Generator) -> Iterator[Any]:
    order = rng.permutation(10)
    order = order[order < len(x)]
    for start in range(0, len(x), batch_size):
        part = order[start : start + batch_size]
        yield x[part], y[part]


def _own_rng(seed: int | None) -> Callable[[Numbers, Numbers, int, np.random.Generator], Iterator[Any]]:
    def batches(x: Numbers, y: Numbers, batch_size: int, _rng: np.random.Generator) -> Iterator[Any]:
        order = np.random.default_rng(seed).permutation(len(x))
        return _batches(x, y, batch_size, order, order)

    return batches


_NOT_TEN = "The example has 10 samples. Here x says how many there are."


minibatches = BatchesExercise(
    name="minibatches",
    points=3,
    hints=(
        "Shuffle the indices of the samples, not the samples: one order can then be used for x and for y.",
        "order = rng.permutation(len(x)) shuffles the indices. In a loop over range(0, len(x), batch_size), "
        "cut out part = order[start:start + batch_size], and yield x[part], y[part].",
    ),
    cases=(
        Case(
            {
                "x": np.arange(1.0, 11.0),
                "y": 10 * np.arange(1.0, 11.0),
                "batch_size": 4,
                "seed": 1,
            },
            "batches of 4, 4 and 2 samples",
        ),
    ),
    misconceptions=(
        Misconception(
            "not shuffled",
            _in_order,
            "Each batch holds samples that are side by side in x. Shuffle first: data often come sorted.",
        ),
        Misconception(
            "x and y shuffled separately",
            _apart,
            "x and y are no longer in the same order, and the pairs are torn apart. Use one order for both.",
        ),
        Misconception(
            "last smaller batch dropped",
            _full_only,
            "The samples left over at the end are never seen. They make one more batch, a smaller one.",
        ),
        Misconception(
            "drawn with replacement",
            _drawn_again,
            "Each sample is drawn as if none had been taken before. In one epoch every sample comes once.",
        ),
        Misconception(
            "a new generator instead of rng",
            _own_rng(None),
            "The numbers come from a generator other than rng. With the one that is passed in, the same seed "
            "gives the same order again.",
        ),
        Misconception(
            "a fixed seed instead of rng",
            _own_rng(0),
            "The order is always the same, whatever rng is. Let rng decide it, or no epoch differs from "
            "another.",
        ),
        Misconception(
            "batches made equal in size",
            _equal_parts,
            "The samples are spread evenly over the batches. All batches but the last have batch_size "
            "samples.",
        ),
        Misconception(
            "batches of 4, whatever batch_size is",
            _of_four,
            "The batches in the example hold 4 samples. Here batch_size says how many they hold.",
        ),
        Misconception("10 samples, whatever x holds", _of_ten, _NOT_TEN),
        Misconception("10 samples, whatever x holds", _of_ten_and_none, _NOT_TEN),
    ),
)


count_updates = FunctionExercise(
    name="count_updates",
    points=1,
    hints=(
        "First one epoch: how many batches does it have, when the last one may be smaller? Then all epochs.",
        "math.ceil(n / batch_size) rounds up to whole batches. Multiply by the epochs after rounding.",
    ),
    cases=(
        Case({"n": 60_000, "batch_size": 10, "epochs": 2}, 12_000),
        Case({"n": 60_000, "batch_size": 128, "epochs": 5}, 2_345),
    ),
    misconceptions=(
        Misconception(
            "rounded down",
            lambda n, batch_size, epochs: n // batch_size * epochs,
            "The smaller batch at the end of each epoch is missing. It makes an update too.",
        ),
        Misconception(
            "not rounded",
            lambda n, batch_size, epochs: n / batch_size * epochs,
            "There is no such thing as part of an update: a smaller batch counts as a whole one.",
        ),
        Misconception(
            "rounded after all epochs",
            lambda n, batch_size, epochs: math.ceil(n * epochs / batch_size),
            "Every epoch ends with a batch of its own, so round up before multiplying by the epochs.",
        ),
        Misconception(
            "epochs left out",
            lambda n, batch_size, _epochs: math.ceil(n / batch_size),
            "That is one epoch. Training goes through the data several times.",
        ),
        Misconception(
            "one update per sample",
            lambda n, _batch_size, epochs: n * epochs,
            "That counts samples. All samples of a batch share one update.",
        ),
        Misconception(
            "one more batch in any case",
            lambda n, batch_size, epochs: (n // batch_size + 1) * epochs,
            "A smaller batch is added even where nothing is left over: does your rounding leave whole "
            "numbers alone?",
        ),
        Misconception(
            "rounded to the nearest",
            lambda n, batch_size, epochs: round(n / batch_size) * epochs,
            "round goes to the nearest whole number, up or down. However few samples are left over, they "
            "make a batch.",
        ),
        Misconception(
            "divided by the epochs",
            lambda n, batch_size, epochs: math.ceil(n / batch_size) / epochs,
            "Do more epochs make more updates, or fewer?",
        ),
        Misconception(
            "batch size taken for the number of batches",
            lambda _n, batch_size, epochs: batch_size * epochs,
            "batch_size says how many samples a batch has. How many batches does it take to hold all n?",
        ),
    ),
)
