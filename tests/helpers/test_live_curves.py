"""Curves that are drawn while `fit` runs, in a kernel with a real network, and outside of one."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
from nbformat import NotebookNode

from tests.helpers.kernels import run_in_kernel

SET_UP = """
import os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
from helpers import live_history
rng = np.random.default_rng(1)
x, y = rng.random((64, 4)), rng.integers(0, 2, 64)
shown = []
def keep(message):
    shown.append(message["content"]["data"]["text/plain"])
    return message
get_ipython().display_pub.register_hook(keep)
def fit(epochs, callbacks=(), metrics=("accuracy",), **options):
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=list(metrics))
    return model.fit(x, y, epochs=epochs, callbacks=list(callbacks), **options).history
class Breaks(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if epoch == 2:
            raise KeyboardInterrupt
live = live_history()
"""
# A clock on which an epoch takes 0.01 s and a picture 0.05 s.
LONG = """
import helpers.live_curves as module
class Clock:
    now = 0.0
    def perf_counter(self):
        return self.now
clock = module.time = Clock()
def take_time(message):
    clock.now += 0.05
    return message
get_ipython().display_pub.register_hook(take_time)
shown.clear()
live.set_params({"epochs": 10_000, "verbose": 0})
live.on_train_begin()
for epoch in range(10_000):
    clock.now += 0.01
    live.on_epoch_end(epoch, {"loss": 1 / (epoch + 1)})
live.on_train_end()
print(len(shown), round(clock.now))
"""
CELLS = {
    "set-up": SET_UP,
    "without": "without = fit(3, validation_split=0.25, verbose=0)",
    "with": "print(fit(3, [live], validation_split=0.25) == without)",
    "one epoch, no metric": "_ = fit(1, [live], metrics=(), verbose=0)",
    "own choice": "_ = fit(2, [live], verbose=2)",
    "stopped early": "_ = fit(9, [live, keras.callbacks.EarlyStopping('loss', min_delta=9, patience=1)])",
    "no brackets": "try:\n    fit(1, [live_history])\nexcept TypeError as error:\n    print(error)",
    "several numbers and nan": (
        "live.set_params({'epochs': 2, 'verbose': 0}); live.on_train_begin()\n"
        "live.on_epoch_end(0, {'loss': np.float32(2), 'f1': np.ones(3), 'note': 'text'})\n"
        "live.on_epoch_end(1, {'loss': np.float32('nan')}); live.on_train_end()"
    ),
    "interrupted": (
        "shown.clear()\n"
        "try:\n    fit(9, [live, Breaks()])\nexcept KeyboardInterrupt:\n    print(shown[-1].partition(':')[0])"
    ),
    "long": LONG,
}


@pytest.fixture(scope="module")
def cells() -> dict[str, NotebookNode]:
    notebook = run_in_kernel(*CELLS.values(), seconds=120)
    return dict(zip(CELLS, notebook.cells, strict=True))


def printed(cell: NotebookNode) -> str:
    return "".join(output.text for output in cell.outputs if output.get("name") == "stdout")


def picture(cell: NotebookNode) -> Any:
    """The only picture that a cell shows: what it was updated to last."""
    (shown,) = [output for output in cell.outputs if output.output_type == "display_data"]
    return shown


def test_it_draws_in_place_of_the_bar_and_changes_no_number(cells: dict[str, NotebookNode]) -> None:
    assert printed(cells["with"]) == "True\n"
    shown = picture(cells["with"])
    words = shown.data["text/plain"]
    assert re.fullmatch(
        r"Trained to epoch 3: loss on training data from [\d.]+ to [\d.]+; loss on validation data from .*; "
        r"accuracy on training data from .*; accuracy on validation data from .*\.",
        words,
    )
    assert shown.data["image/svg+xml"].startswith("<svg ")
    assert f'<img alt="{words}" src="data:image/svg+xml;base64,' in shown.data["text/html"]
    assert shown.metadata["image/svg+xml"]["alt"] == words


def test_one_epoch_without_accuracy_is_drawn_by_the_same_callback(cells: dict[str, NotebookNode]) -> None:
    words = picture(cells["one epoch, no metric"]).data["text/plain"]
    assert re.fullmatch(r"Trained to epoch 1: loss on training data from [\d.]+ to [\d.]+\.", words)


def test_lines_that_were_asked_for_stay(cells: dict[str, NotebookNode]) -> None:
    assert printed(cells["own choice"]).startswith("Epoch 1/2\n")
    assert picture(cells["own choice"])


def test_it_says_when_a_training_stopped_early(cells: dict[str, NotebookNode]) -> None:
    assert picture(cells["stopped early"]).data["text/plain"].startswith("Stopped after epoch 2: ")


def test_forgotten_brackets_are_named(cells: dict[str, NotebookNode]) -> None:
    said = printed(cells["no brackets"])
    assert said == "live_history needs its brackets here: callbacks=[live_history()]\n"


def test_what_is_not_one_number_is_left_out_and_nan_is_said(cells: dict[str, NotebookNode]) -> None:
    words = picture(cells["several numbers and nan"]).data["text/plain"]
    assert words == "Trained to epoch 2: loss on training data from 2 to nan (nan from epoch 2)."


def test_an_interrupted_training_leaves_the_picture_as_it_was(cells: dict[str, NotebookNode]) -> None:
    last = printed(cells["interrupted"]).strip()
    assert last.startswith(("The training has begun", "Epoch "))
    assert picture(cells["interrupted"]).data["text/plain"].startswith(last)


def test_a_long_training_is_drawn_so_rarely_that_it_costs_little(cells: dict[str, NotebookNode]) -> None:
    pictures, seconds = map(int, printed(cells["long"]).split())
    assert pictures > 20
    assert 0.05 * pictures < 0.03 * seconds


def test_importing_it_costs_no_keras_and_no_ipython() -> None:
    program = "import sys, helpers.live_curves; print({'tensorflow', 'keras', 'IPython'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
