"""The hidden test of train_model: other images in x_part tell what a function really trains on."""

from __future__ import annotations

import pytest

from grader.authoring.marking import marks_of, untouched
from helpers.kit.exercise import NotYet
from suites.marking import above, check_of

LESSON, EXERCISE = "07_mnist", "train_model"
FUNCTION = """
def train_model(seed):
    keras.utils.set_random_seed({seed})
    model = build_model(32)
    {training}
    return model
"""
RIGHT = {
    "fit": "model.fit(x_part, y_part, epochs=1, batch_size=128, verbose=0)",
    "whole batches by number": (
        "for i in range(len(x_part) // 128): "
        "model.train_on_batch(x_part[128 * i:128 * i + 128], y_part[128 * i:128 * i + 128])"
    ),
    "whole batches by shape": (
        "for xs, ys in zip(x_part.reshape(-1, 128, 784), y_part.reshape(-1, 128, 10)): "
        "model.train_on_batch(xs, ys)"
    ),
    "whole batches of a data set": (
        "model.fit(tf.data.Dataset.from_tensor_slices((x_part, y_part)).shuffle(12_800)"
        ".batch(128, drop_remainder=True), verbose=0)"
    ),
    "the first images of x": "model.fit(x[:12_800], y[:12_800], batch_size=128, verbose=0)",
}
WRONG = {
    "two epochs of larger batches": "model.fit(x_part, y_part, epochs=2, batch_size=256, verbose=0)",
    "half of the images in smaller batches": (
        "model.fit(x_part[:6_400], y_part[:6_400], batch_size=64, verbose=0)"
    ),
    "the last images of x": "model.fit(x[-12_800:], y[-12_800:], batch_size=128, verbose=0)",
}


def marks_for(source: str) -> float:
    check, points = check_of(LESSON, EXERCISE)
    namespace = untouched(above(LESSON)[EXERCISE])
    given = [namespace[name] for name in ("x_part", "y_part", "x", "y")]
    exec(source, namespace)
    try:
        return float(marks_of(check, namespace, points))
    finally:
        left = [namespace[name] for name in ("x_part", "y_part", "x", "y")]
        assert all(one is other for one, other in zip(given, left, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("training", RIGHT.values(), ids=RIGHT)
def test_each_way_to_take_whole_batches_has_its_marks(training: str) -> None:
    assert marks_for(FUNCTION.format(seed="seed", training=training)) == 4


@pytest.mark.parametrize("training", WRONG.values(), ids=WRONG)
def test_as_many_updates_on_other_images_or_batches_have_none(training: str) -> None:
    # The visible check passes, since the updates are as many as asked for.
    with pytest.raises(AssertionError) as caught:
        marks_for(FUNCTION.format(seed="seed", training=training))
    assert not isinstance(caught.value, NotYet)


def test_seeds_that_are_all_even_have_to_give_different_weights() -> None:
    with pytest.raises(AssertionError) as caught:
        marks_for(FUNCTION.format(seed="seed % 2", training=RIGHT["fit"]))
    assert not isinstance(caught.value, NotYet)
