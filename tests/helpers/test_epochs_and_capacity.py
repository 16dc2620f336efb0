"""The explorer of epochs and capacity: in a kernel with widgets, and without."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers.lessons.digits.explorer import (
    EPOCHS,
    WIDTHS,
    explore_epochs_and_capacity,
    show_epochs_and_capacity,
)
from tests.helpers.kernels import run_in_kernel

PRINTED = re.compile(
    r"(\d+) hidden neurons after (\d+) epochs: training ([\d.]+), validation ([\d.]+), gap (-?[\d.]+)\.\n"
)


@pytest.fixture(autouse=True)
def figures(monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: None)  # Agg, which tests draw with, warns that it has no window
    yield
    plt.close("all")


def shown(capsys: Any, hidden: int, epochs: int) -> list[float]:
    show_epochs_and_capacity(hidden, epochs)
    return [float(number) for number in PRINTED.fullmatch(capsys.readouterr().out).groups()]


def test_one_choice_is_printed_and_drawn(capsys):
    hidden, epochs, training, validation, gap = shown(capsys, 8, 12)
    assert (hidden, epochs) == (8, 12)
    assert gap == pytest.approx(training - validation, abs=0.0011)
    drawn = plt.gcf().axes[0].lines[0]
    assert len(drawn.get_xdata()) == 12
    assert drawn.get_ydata()[-1] == pytest.approx(training, abs=0.0006)


def test_the_networks_learn_as_those_of_the_lesson_do(capsys):
    *_, training, validation, _ = shown(capsys, 64, 10)
    assert 0.95 <= training <= 0.99
    assert 0.90 <= validation <= 0.98
    *_, training, validation, gap = shown(capsys, 256, EPOCHS)
    assert training == 1
    assert 0 < gap < 0.06
    *_, training, validation, _ = shown(capsys, 2, EPOCHS)
    assert max(training, validation) < 0.6


def test_a_width_is_trained_once_and_always_gives_the_same(capsys):
    assert shown(capsys, 32, 9) == shown(capsys, 32, 9)
    show_epochs_and_capacity(32, 9)
    show_epochs_and_capacity(32, 20)
    short, long = (plt.figure(number).axes[0].lines[0].get_ydata() for number in plt.get_fignums()[-2:])
    np.testing.assert_array_equal(short, long[:9])


def test_it_needs_no_tensorflow():
    code = (
        "import matplotlib; matplotlib.use('agg'); import matplotlib.pyplot as plt; plt.show = lambda: None; "
        "from helpers.lessons.digits.explorer import show_epochs_and_capacity as show; show(2, 1); "
        "import sys; print('keras' in sys.modules, 'tensorflow' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "False False"


@pytest.mark.parametrize(
    ("hidden", "epochs", "message"),
    [
        (0, 5, "hidden is 0: it should be a whole number from 1 to 1024."),
        (2000, 5, "hidden is 2000: it should be a whole number from 1 to 1024."),
        (8, 0, "epochs is 0: it should be a whole number from 1 to 40."),
        (8, 41, "epochs is 41: it should be a whole number from 1 to 40."),
        (8, 2.5, "epochs is 2.5: it should be a whole number from 1 to 40."),
    ],
)
def test_what_cannot_be_shown_is_refused_in_one_line(hidden, epochs, message):
    with pytest.raises(ValueError, match=rf"^{re.escape(message)}$"):
        show_epochs_and_capacity(hidden, epochs)
    assert not plt.get_fignums()


def test_without_a_kernel_it_shows_one_choice_and_says_how_to_see_others(capsys):
    assert explore_epochs_and_capacity() is None
    printed = capsys.readouterr().out
    assert printed.startswith("64 hidden neurons after 10 epochs: ")
    assert "call show_epochs_and_capacity(8, 30)" in printed
    assert len(plt.get_fignums()) == 1


def test_in_a_kernel_the_sliders_change_what_is_shown():
    sources = (
        "from helpers.lessons.digits.explorer import explore_epochs_and_capacity\n"
        "box = explore_epochs_and_capacity()\nbox",
        "box.children[0].value = 8",
        "box.children[1].value = 25",
        "box.children[0].options, box.children[1].min, box.children[1].max",
    )
    notebook = run_in_kernel(*sources)
    made = notebook.cells[0].outputs[0]["data"]
    assert "application/vnd.jupyter.widget-view+json" in made
    assert "show_epochs_and_capacity shows the same" in made["text/plain"]
    assert notebook.cells[3].outputs[0]["data"]["text/plain"] == f"({WIDTHS}, 1, {EPOCHS})"
    states = notebook.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"].values()
    (outputs,) = [state["state"]["outputs"] for state in states if state["model_name"] == "OutputModel"]
    text = "".join(output.get("text", "") for output in outputs)
    assert text.startswith("8 hidden neurons after 25 epochs: ")
    (picture,) = [output for output in outputs if "image/png" in output.get("data", {})]
    assert "8 hidden neurons, 25 of 40 epochs" in str(picture["metadata"])
