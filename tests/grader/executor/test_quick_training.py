"""Training in a grading kernel gives bit for bit what it gives in an ordinary Python."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.executor.process import Process
from grader.executor.quick_training import STEPS
from grader.executor.settings import ONE_THREAD
from grader.executor.trainings import NotTrained, encoder
from grader.grading import one_pass
from grader.grading.grade import grade
from grader.grading.known_trainings import KnownTrainings
from grader.grading.trainings import Spared, Trainings
from suites.small_lessons import answer, as_bytes, check, code, handed_in, spec_of

SPEC = spec_of(
    code("import keras\nimport numpy as np"), answer("train", "pass"), check("check_train", "pass")
)
DATA = """
import hashlib
import keras
import numpy as np
keras.utils.set_random_seed(7)
rng = np.random.default_rng(7)
x = rng.random((1000, 12, 12), dtype="float32")
y = rng.integers(0, 10, 1000)
def digest(*arrays):
    return hashlib.sha256(b"".join(np.ascontiguousarray(array).tobytes() for array in arrays)).hexdigest()
"""
DENSE = """
model = keras.Sequential([
    keras.Input((12, 12)), keras.layers.Flatten(),
    keras.layers.Dense(32, activation="relu"), {layer}
    keras.layers.Dense(10, activation="softmax"),
])
model.compile({optimizer}, "sparse_categorical_crossentropy", metrics=["accuracy"])
"""
SHOW = """
import tensorflow as tf
print(history.history, history.epoch, digest(*model.get_weights(), *model.optimizer.variables),
      digest(model.predict(x, verbose=0)), model.evaluate(x, y, verbose=0), history.model is model,
      model.history is history, np.random.random(), keras.random.uniform((2,)), tf.random.uniform((2,)))
"""
END = "=== end of a program ==="
FIT = "history = model.fit(x, y, epochs=3, batch_size=32, validation_split=0.2, verbose={verbose})"
PROGRAMS = {
    "adam": DENSE.format(layer="", optimizer='"adam"') + FIT.format(verbose=0),
    "progress bars": DENSE.format(layer="", optimizer='"adam"') + FIT.format(verbose=1),
    "momentum": DENSE.format(layer="", optimizer="keras.optimizers.SGD(0.1, momentum=0.9)")
    + FIT.format(verbose=2),
    "dropout": DENSE.format(layer="keras.layers.Dropout(0.3),", optimizer='"rmsprop"')
    + FIT.format(verbose=0),
    "batch normalisation": DENSE.format(layer="keras.layers.BatchNormalization(),", optimizer='"adam"')
    + FIT.format(verbose=0),
    "several groups and a rest": DENSE.format(layer="", optimizer='"adam"')
    + FIT.format(verbose=0).replace("batch_size=32", "batch_size=5"),
    "evaluated first, trained twice": DENSE.format(layer="", optimizer='"adam"')
    + "model.evaluate(x, y, verbose=0); model.predict(x, verbose=0)\n"
    + FIT.format(verbose=0)
    + "\n"
    + FIT.format(verbose=0),
    "functional, with names": """
images = keras.Input((12, 12), name="images")
hidden = keras.layers.Dense(32, activation="tanh", kernel_regularizer="l2", name="hidden")(keras.layers.Flatten()(images))
model = keras.Model(images, keras.layers.Dense(10, activation="softmax")(hidden), name="network")
model.compile(
    optimizer=keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(0.01, 20, 0.9)),
    loss=keras.losses.SparseCategoricalCrossentropy(),
    metrics=[keras.metrics.SparseCategoricalAccuracy(name="share_right")],
)
"""
    + FIT.format(verbose=0)
    + "\nmodel.fit(x[:500] * 2, y[:500], batch_size=50, shuffle=False, epochs=5, initial_epoch=3, verbose=0)"
    + "\nhistory = model.fit(x, y, validation_data=(x[:100], y[:100]), epochs=2, verbose=0)",
    "built by its data, of scores": """
model = keras.Sequential()
for layer in (keras.layers.Flatten(), keras.layers.Dense(16), keras.layers.Dropout(0.2), keras.layers.Dense(10)):
    model.add(layer)
model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
"""
    + FIT.format(verbose=0),
    "stops early": DENSE.format(layer="", optimizer='"adam"')
    + "history = model.fit(x, y, epochs=9, validation_split=0.2, verbose=0, callbacks=[keras.callbacks.EarlyStopping(patience=1)])",
    "looked at between epochs": DENSE.format(layer="", optimizer='"adam"')
    + """
class Looks(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        seen.append(digest(self.model.predict(x, verbose=0), *self.model.evaluate(x, y, verbose=0)))
seen = []
history = model.fit(x, y, epochs=3, verbose=0, callbacks=[Looks()])
history.history["seen"] = seen
""",
    "drawn live": DENSE.format(layer="", optimizer='"adam"')
    + """
from helpers import live_history
class Steps(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        print("steps", self.model.steps_per_execution, sep="=")
history = model.fit(x, y, epochs=3, batch_size=32, verbose=0, callbacks=[live_history(), Steps()])
""",
    "compiled anew, trained batch by batch in between": DENSE.format(layer="", optimizer='"adam"')
    + FIT.format(verbose=0)
    + """
model.train_on_batch(x[:32], y[:32])
model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
"""
    + FIT.format(verbose=0),
    "copied": DENSE.format(layer="", optimizer='"adam"')
    + "import copy\nmodel = copy.deepcopy(model)\n"
    + FIT.format(verbose=0),
    "saved and loaded": DENSE.format(layer="keras.layers.Dropout(0.3),", optimizer='"adam"')
    + FIT.format(verbose=0)
    + """
import tempfile
with tempfile.TemporaryDirectory() as folder:
    model.save(folder + "/model.keras")
    model = keras.models.load_model(folder + "/model.keras")
"""
    + FIT.format(verbose=0),
    "cloned, with a list of metrics for its output": """
model = keras.models.clone_model(keras.Sequential([
    keras.Input((12, 12)), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")
]))
model.compile("adam", "sparse_categorical_crossentropy", metrics=[["accuracy"]])
"""
    + FIT.format(verbose=0),
    "each kind of layer, normalised by its data": """
normal = keras.layers.Normalization(axis=None)
normal.adapt(50 * x)
layers = keras.layers
model = keras.Sequential([
    keras.Input((12, 12)), normal, layers.Rescaling(0.5), layers.Reshape((144,)), layers.Flatten(), layers.Dense(16),
    layers.BatchNormalization(), layers.PReLU(), layers.Dropout(0.1), layers.ReLU(), layers.LeakyReLU(), layers.ELU(),
    layers.Activation("tanh"), layers.Dense(10), layers.Softmax(),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
"""
    + FIT.format(verbose=0).replace("fit(x", "fit(50 * x"),
    "a callback for batches": DENSE.format(layer="", optimizer='"adam"')
    + """
class Counts(keras.callbacks.Callback):
    batches = 0
    def on_train_batch_end(self, batch, logs=None):
        Counts.batches += 1
history = model.fit(x, y, epochs=2, verbose=0, callbacks=[Counts()])
print(Counts.batches)
""",
    "steps chosen by the student": """
model = keras.Sequential([keras.Input((12, 12)), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", steps_per_execution=4)
history = model.fit(x, y, epochs=2, verbose=0)
print(model.steps_per_execution)
""",
    "steps chosen by the student, by position": """
model = keras.Sequential([keras.Input((12, 12)), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", None, None, None, False, 4)
history = model.fit(x, y, epochs=2, verbose=0)
print(model.steps_per_execution)
""",
    "a number of steps": """
model = keras.Sequential([keras.Input((12, 12)), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
history = model.fit(x, y, epochs=2, batch_size=32, steps_per_epoch=3, verbose=0)
print(int(model.optimizer.iterations))
""",
    "batches without end": """
import tensorflow as tf
model = keras.Sequential([keras.Input((12, 12)), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
batches = tf.data.Dataset.from_tensor_slices((x, y)).batch(32)
history = model.fit(
    batches.repeat(), epochs=1, steps_per_epoch=5, validation_data=batches.repeat(), validation_steps=3, verbose=0
)
print(int(model.optimizer.iterations))
""",
    "batches from a generator": """
model = keras.Sequential([keras.Input((12, 12)), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
def batches():
    for start in range(0, len(x), 32):
        yield x[start : start + 32], y[start : start + 32]
history = model.fit(batches(), epochs=1, verbose=0)
print(int(model.optimizer.iterations))
""",
    "convolution": """
model = keras.Sequential([
    keras.Input((12, 12, 1)), keras.layers.Conv2D(4, 3, activation="relu"), keras.layers.Flatten(),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy")
history = model.fit(x[..., None], y, epochs=1, verbose=0)
print(model.steps_per_execution)
x = x[..., None]
""",
}


# How many lines of a program are numbers, where that is not its last one alone.
LINES = {
    "a callback for batches": 2, "steps chosen by the student": 2, "steps chosen by the student, by position": 2,
    "a number of steps": 2, "batches without end": 2, "batches from a generator": 2,
}  # fmt: skip
TRAINED_HERE = (
    "stops early", "looked at between epochs", "drawn live", "cloned, with a list of metrics for its output",
    "a callback for batches", "steps chosen by the student", "steps chosen by the student, by position",
    "a number of steps", "batches without end", "batches from a generator", "convolution",
)  # fmt: skip


def not_trained(student: Process, *_: Any, **_options: Any) -> Spared:
    student.link.send(encoder.encode(NotTrained("not now")))
    return Spared()


def in_an_ordinary_python(*names: str, **environment: str) -> dict[str, list[str]]:
    """The lines that programs print, one after the other in one process, each with names of its own."""
    # With all threads that this machine has, unless the test says otherwise.
    inherited = {name: value for name, value in os.environ.items() if name not in ONE_THREAD}
    parts = [f"exec({DATA + PROGRAMS[name] + SHOW!r}, {{}})\nprint({END!r})" for name in names]
    printed = subprocess.run(
        [sys.executable, "-c", "\n".join(parts)],
        capture_output=True,
        text=True,
        check=True,
        env={**inherited, **environment, "TF_CPP_MIN_LOG_LEVEL": "3"},
    ).stdout
    return {name: part.strip().splitlines() for name, part in zip(names, printed.split(END), strict=False)}


def when_graded(*names: str) -> dict[str, list[str]]:
    """The lines that programs print, each in a cell of one notebook."""
    cells = [answer(str(place), "pass") for place, _ in enumerate(names)]
    spec = spec_of(code("import keras\nimport numpy as np"), *cells)
    programs = {str(place): DATA + PROGRAMS[name] + SHOW for place, name in enumerate(names)}
    result = grade(as_bytes(handed_in(spec, **programs)), spec)
    assert result.problem == ""
    return {
        name: [
            line
            for output in cell.outputs
            if output.output_type == "stream" and output.name == "stdout"
            for line in output.text.splitlines()
        ]
        for name, cell in zip(names, result.notebook.cells[1:], strict=True)
    }


def numbers(printed: dict[str, list[str]]) -> dict[str, list[str]]:
    """What must be the same: all lines but those of `fit`, which say how long it took."""
    return {name: lines[-LINES.get(name, 1) :] for name, lines in printed.items()}


def test_the_numbers_are_those_of_an_ordinary_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Convolutions take sums in another order with more threads; everything else does not.
    others = [name for name in PROGRAMS if name != "convolution"]
    ordinary = {**in_an_ordinary_python(*others), **in_an_ordinary_python("convolution", **ONE_THREAD)}
    with monkeypatch.context() as patch:
        patch.setattr(one_pass.TRAININGS, "answer", not_trained)
        assert numbers(when_graded(*PROGRAMS)) == numbers(ordinary)
    # A trainer trains, and its results are remembered.
    known = KnownTrainings(tmp_path)
    monkeypatch.setattr(one_pass, "TRAININGS", Trainings(known))
    trained = [name for name in PROGRAMS if name not in TRAINED_HERE]
    assert numbers(when_graded(*trained)) == numbers({name: ordinary[name] for name in trained})
    kept = known.sizes()
    assert len(kept) >= len(trained)
    again = ("dropout", "functional, with names", "saved and loaded")
    assert numbers(when_graded(*again)) == numbers({name: ordinary[name] for name in again})
    assert known.sizes() == kept
    # Outside of notebooks what draws curves prints nothing, and steps are not grouped.
    assert ordinary["drawn live"][:-1] == 3 * ["steps=1"]


def test_a_training_without_a_seed_gives_the_same_each_time_it_is_graded() -> None:
    unseeded = DATA.replace("keras.utils.set_random_seed(7)", "") + PROGRAMS["dropout"] + SHOW
    submission = as_bytes(handed_in(SPEC, train=unseeded))
    printed = [grade(submission, SPEC).notebook.cells[1].outputs for _ in range(2)]
    assert printed[0] == printed[1]
    assert "loss" in printed[0][-1].text


def test_dense_models_are_trained_many_steps_at_a_time_and_without_progress_bars() -> None:
    show = """
class Shows(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        print("steps", self.model.steps_per_execution)
model.fit(x, y, epochs=2, verbose=1, callbacks=[Shows()])
print("steps", model.steps_per_execution)
"""
    result = grade(as_bytes(handed_in(SPEC, train=DATA + PROGRAMS["progress bars"] + show)), SPEC)
    (output,) = (output for output in result.notebook.cells[1].outputs if output.output_type == "stream")
    steps = [line for line in output.text.splitlines() if line.startswith("steps")]
    assert steps == [f"steps {STEPS}", f"steps {STEPS}", "steps 1"]
    assert "\b" not in output.text
    assert "\r" not in output.text


def test_a_training_drawn_live_is_grouped_and_drawn_once() -> None:
    result = grade(as_bytes(handed_in(SPEC, train=DATA + PROGRAMS["drawn live"])), SPEC)
    outputs = result.notebook.cells[1].outputs
    assert [output.text for output in outputs if "text" in output] == [3 * f"steps={STEPS}\n"]
    (picture,) = [output for output in outputs if "data" in output]
    assert picture.data["text/plain"].startswith("Trained to epoch 3: loss on training data from ")
