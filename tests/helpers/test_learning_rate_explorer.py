"""The explorer of learning rates: in a kernel with widgets, and without."""

from __future__ import annotations

import re
from typing import Any

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers import NotDoneYet
from helpers.lessons.gradient_descent.explorer import (
    HIGHEST,
    LOWEST,
    explore_learning_rate,
    show_learning_rate,
)
from tests.helpers.kernels import run_in_kernel

SOURCE = """
def loss(w):
    return (w - 1) ** 2 + 0.5

def gradient(w):
    return 2 * (w - 1)

def gradient_descent(gradient, start, learning_rate, steps):
    path = [start]
    for _ in range(steps):
        path.append(path[-1] - learning_rate * gradient(path[-1]))
    return np.array(path)
"""
GIVEN: dict[str, Any] = {"np": np}
exec(SOURCE, GIVEN)
gradient_descent, loss, gradient = GIVEN["gradient_descent"], GIVEN["loss"], GIVEN["gradient"]


@pytest.fixture(autouse=True)
def figures(monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: None)  # Agg, which tests draw with, warns that it has no window
    yield
    plt.close("all")


def test_one_rate_is_printed_and_drawn(capsys):
    show_learning_rate(0.5, gradient_descent, loss, gradient)
    assert capsys.readouterr().out == "Learning rate 0.5: the loss goes from 1.5 to 0.5 in 12 steps.\n"
    (ax,) = plt.gcf().axes
    np.testing.assert_allclose(ax.lines[1].get_xdata(), [0] + 12 * [1])
    assert "from w = 0.00 to w = 1.00" in plt.gcf().get_label()


def test_a_rate_that_diverges_is_drawn_too(capsys):
    show_learning_rate(1.2, gradient_descent, loss, gradient)
    first, last = map(float, re.findall(r"(?:from|to) ([\d.e+]+)", capsys.readouterr().out))
    assert last > 1000 * first
    assert plt.gcf().axes[0].get_xlim() == (-4, 10)


@pytest.mark.parametrize("rate", [0, -0.1, float("nan"), float("inf")])
def test_what_is_no_learning_rate_is_refused_in_one_line(rate):
    with pytest.raises(ValueError, match=rf"^learning_rate is {rate}: it should be a number above 0\.$"):
        show_learning_rate(rate, gradient_descent, loss, gradient)
    assert not plt.get_fignums()


def test_without_a_kernel_it_shows_one_rate_and_says_how_to_see_others(capsys):
    assert explore_learning_rate(gradient_descent, loss, gradient) is None
    printed = capsys.readouterr().out
    assert printed.startswith("Learning rate 0.005: ")
    assert "call show_learning_rate(0.02, gradient_descent, loss, gradient)" in printed
    assert len(plt.get_fignums()) == 1


def test_before_the_functions_are_written_it_says_so_and_draws_nothing(capsys):
    def unwritten(*_arguments):
        raise NotDoneYet

    assert explore_learning_rate(unwritten, loss, gradient) is None
    assert capsys.readouterr().out == (
        "Here you can try learning rates. unwritten is not done yet: write it in its cell first.\n"
    )
    assert not plt.get_fignums()


def test_in_a_kernel_the_slider_changes_what_is_shown():
    sources = (
        "import numpy as np\nfrom helpers.lessons.gradient_descent.explorer import explore_learning_rate\n"
        f"{SOURCE}\nbox = explore_learning_rate(gradient_descent, loss, gradient)\nbox",
        "box.children[0].value = 0.02",
        "box.children[0].min, box.children[0].max, box.children[0].step",
    )
    notebook = run_in_kernel(*sources)
    made = notebook.cells[0].outputs[0]["data"]
    assert "application/vnd.jupyter.widget-view+json" in made
    assert "show_learning_rate shows the same" in made["text/plain"]
    assert notebook.cells[2].outputs[0]["data"]["text/plain"] == f"({LOWEST}, {HIGHEST}, 0.001)"
    shown = _shown_below_the_slider(notebook)
    text = "".join(output.get("text", "") for output in shown)
    assert re.fullmatch(r"Learning rate 0\.02: the loss goes from 1\.5 to [\d.]+ in 12 steps\.\n", text)
    (picture,) = [output for output in shown if "image/png" in output.get("data", {})]
    assert "learning rate of 0.02" in str(picture["metadata"])


def test_an_error_of_the_students_function_is_shown_below_the_slider():
    notebook = run_in_kernel(
        "import numpy as np\nfrom helpers.lessons.gradient_descent.explorer import explore_learning_rate\n"
        f"{SOURCE}\n"
        "def fragile(gradient, start, learning_rate, steps):\n"
        "    print('learning rate', learning_rate)\n"
        "    return [start] * (steps + 1) if learning_rate < 0.01 else 1 / 0\n\n"
        "box = explore_learning_rate(fragile, loss, gradient)",
        "box.children[0].value = 0.02",
    )
    printed, error = _shown_below_the_slider(notebook)
    assert printed["text"] == "learning rate 0.02\n"
    assert (error["ename"], error["evalue"]) == ("ZeroDivisionError", "division by zero")
    assert "fragile" in "".join(error["traceback"])


def _shown_below_the_slider(notebook):
    states = notebook.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"].values()
    (shown,) = [state["state"]["outputs"] for state in states if state["model_name"] == "OutputModel"]
    return shown
