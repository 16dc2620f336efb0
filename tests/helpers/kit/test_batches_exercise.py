"""Exercises on batches: any order that rng decides is right, and what is wrong is said."""

from __future__ import annotations

import numpy as np
import pytest

from helpers import NotDoneYet
from helpers.kit.batches_exercise import epoch
from helpers.kit.cases import Case
from helpers.kit.exercise import NotAttempted, NotYet
from helpers.lessons.gradient_descent import exercises


def shuffled(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        part = order[start : start + batch_size]
        yield x[part], y[part]


MINIBATCHES = vars(exercises)["minibatches"]


def case(arguments):
    return Case(arguments, epoch(shuffled, arguments))


def outcome(answer):
    with pytest.raises((NotYet, NotAttempted)) as caught:
        MINIBATCHES.examine(answer)
    return caught.value


def test_batches_of_any_order_that_rng_decides_are_right():
    MINIBATCHES.examine(shuffled)
    MINIBATCHES.examine(lambda x, y, size, rng: list(shuffled(x, y, size, rng))[:])


@pytest.mark.parametrize("batch_size", [10, 11])
def test_one_batch_with_all_samples_may_hold_them_in_any_order(batch_size):
    arguments = {"x": np.arange(10.0), "y": np.arange(10.0), "batch_size": batch_size, "seed": 1}
    for answer in (shuffled, lambda x, y, _size, _rng: [(x, y)]):
        MINIBATCHES.examine(answer, case(arguments))


@pytest.mark.parametrize("batch_size", [1, 4, 9])
def test_batches_of_every_size_are_told_from_unshuffled_ones(batch_size):
    arguments = {"x": np.arange(10.0), "y": np.arange(10.0), "batch_size": batch_size, "seed": 1}
    MINIBATCHES.examine(shuffled, case(arguments))
    with pytest.raises(NotYet, match="run of neighbours"):
        MINIBATCHES.examine(
            lambda x, y, size, _rng: (
                (x[at : at + size], y[at : at + size]) for at in range(0, len(x), size)
            ),
            case(arguments),
        )


def test_a_sample_seen_twice_is_noticed_though_all_sizes_fit():
    def one_twice(x, y, batch_size, rng):
        for xs, ys in shuffled(x, y, batch_size, rng):
            xs[-1], ys[-1] = x[0], y[0]
            yield xs, ys

    assert "some samples come twice" in str(outcome(one_twice))


def test_made_up_samples_are_noticed():
    altered = outcome(lambda *rest: ((xs + 0.5, ys) for xs, ys in shuffled(*rest)))
    assert "samples that are not in x and y" in str(altered)


@pytest.mark.parametrize(
    ("item", "slip"),
    [
        (None, "not pairs of batches"),
        (3, "not pairs of batches"),
        (([1], [2, 3]), "not pairs of batches"),
        ((1.0, 2.0), "single samples instead of batches"),
        (([[1], [2, 3]], [1]), "wrong type"),
        (("ab", "cd"), "wrong type"),
    ],
)
def test_batches_that_are_no_pairs_are_told_in_one_line_and_an_advice(item, slip):
    seen = outcome(lambda *_arguments: iter([item]))
    assert "each batch should be a pair of arrays" in str(seen).splitlines()[0]
    assert str(seen).splitlines()[1:] == [each.advice for each in seen.slips]
    assert [each.slip for each in seen.slips] == [slip]


@pytest.mark.parametrize(
    ("answer", "slip"),
    [
        (lambda *_arguments: None, "returns nothing"),
        (lambda *_arguments: [], "returns nothing"),
        (lambda *rest: [*shuffled(*rest), *shuffled(*rest)], "does not end after one epoch"),
        (
            lambda *rest: [batch for batch in shuffled(*rest) if len(batch[0]) == rest[2]],
            "last smaller batch dropped",
        ),
        (lambda *rest: ((xs / 0, ys) for xs, ys in shuffled(*rest)), "not a number"),
    ],
)
def test_epochs_that_are_too_short_or_too_long_are_named(answer, slip):
    with np.errstate(all="ignore"):
        assert [each.slip for each in outcome(answer).slips] == [slip]


def test_batches_in_random_order_of_neighbours_are_named():
    def parts(x, y, batch_size, rng):
        for start in batch_size * rng.permutation(len(x) // batch_size):
            yield x[start : start + batch_size], y[start : start + batch_size]

    arguments = {"x": np.arange(20.0), "y": np.arange(20.0), "batch_size": 2, "seed": 1}
    with pytest.raises(NotYet, match="run of neighbours") as caught:
        MINIBATCHES.examine(parts, case(arguments))
    assert [each.slip for each in caught.value.slips] == ["only the batches shuffled"]


def test_batches_in_float32_are_right():
    x, y = np.linspace(-1, 1, 13), np.linspace(3, 9, 13)
    MINIBATCHES.examine(
        lambda *rest: ((np.float32(xs), np.float32(ys)) for xs, ys in shuffled(*rest)),
        case({"x": x, "y": y, "batch_size": 6, "seed": 3}),
    )


def test_a_stub_is_not_attempted():
    def minibatches(_x, _y, _batch_size, _rng):
        raise NotDoneYet

    assert isinstance(outcome(minibatches), NotAttempted)


def test_an_error_inside_the_generator_can_be_seen_again_with_the_arguments_shown():
    def stopping(x, y, batch_size, rng):
        yield from shuffled(x, y, batch_size, rng)
        yield 1 / 0

    message = str(outcome(stopping))
    assert "batch_size=4, rng=np.random.default_rng(1) it stopped with ZeroDivisionError" in message
    assert "Call list(minibatches(...)) with these arguments" in message
