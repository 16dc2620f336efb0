"""Pipelines of data without TensorFlow's tuner, which may hold up the end of each of them.

The tuner is a thread that sleeps for about as long as its pipeline has run so far. When the pipeline ends it
is woken before it can see that it should end, and where it is quick it falls asleep again, while the program
waits for it: on one core a third of the epochs took nearly twice as long. What flows through is the same.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any


def leave_untuned(tensorflow: ModuleType) -> None:
    """Have each pipeline that is iterated from now on run without a tuner."""
    dataset = tensorflow.data.Dataset
    iterate = dataset.__iter__

    def iterate_untuned(self: Any) -> Any:
        return iterate(untuned(tensorflow, self))

    dataset.__iter__ = iterate_untuned


def untuned(tensorflow: ModuleType, dataset: Any) -> Any:
    """Give a `tf.data.Dataset` that does not tune itself, or the dataset itself where its author decided."""
    if dataset.options().autotune.enabled is not None:
        return dataset
    options = tensorflow.data.Options()
    options.autotune.enabled = False
    return dataset.with_options(options)
