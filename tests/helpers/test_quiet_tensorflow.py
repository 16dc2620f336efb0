"""A student's first import of TensorFlow shows no remarks on the computer; whatever else is said is shown."""

from __future__ import annotations

import os

import pytest

from helpers.quiet_tensorflow import REMARK, without_remarks
from tests.helpers.kernels import run_in_kernel

REMARKS = (
    "I0000 00:00:1795940556.260415   22208 port.cc:153] oneDNN custom operations are on.",
    "E0000 00:00:1795940559.553746   22208 cuda_platform.cc:52] failed call to cuInit",
    "2026-11-29 08:00:00.123456: I tensorflow/core/util/port.cc:153] oneDNN custom operations are on.",
    "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR",
    "To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow",
)
OTHERS = (
    "F0000 00:00:1795940559.553746   22208 bad.cc:52] it cannot go on",
    "Traceback (most recent call last):",
    "UserWarning: I0000 is no more",
    "E: a program's own line",
    "",
)

# As lesson 04 does: TensorFlow's libraries remark that they do not know the type.
TRAINS_IN_FLOAT64 = """
import keras
import numpy as np
network = keras.Sequential([keras.Input((2,), dtype="float64"), keras.layers.Dense(1, dtype="float64")])
network.compile("sgd", keras.losses.MeanSquaredError(dtype="float64"))
network.fit(np.zeros((4, 2)), np.zeros((4, 1)), verbose=0);
"""


@pytest.mark.parametrize("line", REMARKS)
def test_remarks_are_known(line: str) -> None:
    assert REMARK.match(line.encode())


@pytest.mark.parametrize("line", OTHERS)
def test_nothing_else_is_one(line: str) -> None:
    assert not REMARK.match(line.encode())


def test_whatever_else_is_written_is_kept_when_the_import_fails_too(
    capfd: pytest.CaptureFixture[str],
) -> None:
    written = "\n".join((REMARKS[0], OTHERS[1], REMARKS[1], OTHERS[3])).encode()

    def import_in_vain() -> None:
        os.write(2, written)
        raise ImportError("a part of it is missing")

    with pytest.raises(ImportError), without_remarks():
        import_in_vain()
    assert capfd.readouterr().err == f"{OTHERS[1]}\n{OTHERS[3]}"
    os.write(2, b"afterwards")
    assert capfd.readouterr().err == "afterwards"


def test_a_notebook_shows_nothing_in_red(monkeypatch: pytest.MonkeyPatch) -> None:
    # Under pytest, ipykernel does not look at what libraries write.
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    notebook = run_in_kernel(
        "from helpers import NotDoneYet\n\nimport tensorflow as tf",
        "print(tf.zeros(2).shape)",
        TRAINS_IN_FLOAT64,
        "import os\nos.write(2, b'a line of its own');",
        seconds=60,
    )
    texts = [
        [(output.name, output.text) for output in cell.outputs if output.output_type == "stream"]
        for cell in notebook.cells
    ]
    assert texts == [[], [("stdout", "(2,)\n")], [], [("stderr", "a line of its own")]]


def test_where_a_notebook_is_graded_nothing_is_done_at_the_import(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    notebook = run_in_kernel(
        "import sys\nimport helpers\n"
        "[each for each in sys.meta_path if type(each).__module__.startswith('helpers')]"
    )
    assert notebook.cells[0].outputs[-1].data["text/plain"] == "[]"
