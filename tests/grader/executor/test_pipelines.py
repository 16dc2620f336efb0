"""Pipelines of data that are graded run without TensorFlow's tuner, unless their author wants it."""

from __future__ import annotations

import pytest

from suites.small_lessons import printed

ITERATE = """
import keras, numpy as np, tensorflow as tf
seen, with_options = [], tf.data.Dataset.with_options
def spy(self, options):
    seen.append(options.autotune.enabled)
    return with_options(self, options)
dataset = tf.data.Dataset.range(6).map(lambda number: number * number, num_parallel_calls=tf.data.AUTOTUNE)
"""
TUNED = """
options = tf.data.Options()
options.autotune.enabled = True
dataset = dataset.with_options(options)
"""
SHOW = """
tf.data.Dataset.with_options = spy
print([int(number) for number in dataset.batch(4).unbatch()], seen, end="")
"""


@pytest.mark.parametrize(("chosen", "given"), [("", [False]), (TUNED, [])])
def test_a_pipeline_is_tuned_only_where_that_was_chosen(chosen: str, given: list[bool]) -> None:
    assert printed(ITERATE + chosen + SHOW) == f"{[0, 1, 4, 9, 16, 25]} {given}"


def test_the_pipelines_of_a_training_are_not_tuned() -> None:
    # With a callback it is done in this process, and not elsewhere.
    fit = """
tf.data.Dataset.with_options = spy
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
model.compile(loss="mean_squared_error")
model.fit(np.ones((8, 2)), np.ones((8, 1)), verbose=0, callbacks=[keras.callbacks.Callback()])
print(False in seen, end="")
"""
    assert printed(ITERATE + fit) == "True"
