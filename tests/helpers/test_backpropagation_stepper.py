"""The stepper through backpropagation: in a kernel with widgets, and without."""

from __future__ import annotations

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers.lessons.backpropagation.stepper import show_step, step_through_backpropagation
from helpers.lessons.backpropagation.steps import (
    EXAMPLE_PARAMS,
    EXAMPLE_X,
    EXAMPLE_Y,
    backpropagation_steps,
    shown,
)
from tests.helpers.kernels import run_in_kernel

LAST = 22


@pytest.fixture(autouse=True)
def figures(monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: None)  # Agg, which tests draw with, warns that it has no window
    yield
    plt.close("all")


def drawn():
    return "\n".join(text.get_text() for text in plt.gcf().axes[0].texts)


def test_a_forward_step_is_printed_with_its_numbers(capsys):
    show_step(3)
    assert capsys.readouterr().out == (
        "Step 3 of 22, forward: h1 = sigmoid(0.5 + (−0.5) + 0.5) = sigmoid(0.5) = 0.6225\n"
    )


def test_a_backward_step_is_printed_with_its_numbers(capsys):
    show_step(13)
    assert capsys.readouterr().out == "Step 13 of 22, backward: grad_v1 = 0.2944 · 0.6225 = 0.1832\n"


def test_the_picture_shows_what_is_known_by_then_and_nothing_more():
    show_step(13)
    assert "gradient 0.1832" in drawn()
    assert "gradient 0.0792" not in drawn()
    show_step(14)
    assert "gradient 0.0792" in drawn()


def test_the_edge_of_the_step_is_thick_and_points_the_way_it_goes():
    def arrows(number):
        show_step(number)
        patches = [text.arrow_patch for text in plt.gcf().axes[0].texts if hasattr(text, "arrow_patch")]
        return [type(patch.get_arrowstyle()).__name__ for patch in patches if patch.get_linewidth() > 2]

    assert arrows(1) == ["CurveFilledB"]
    assert arrows(13) == ["CurveFilledA"]


def test_every_number_of_the_table_is_a_step(capsys):
    assert step_through_backpropagation() is None
    printed = capsys.readouterr().out
    rows = re.findall(r"^(\d+) +(forward|backward) ", printed, flags=re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, LAST + 1))
    steps = backpropagation_steps(EXAMPLE_PARAMS, EXAMPLE_X, EXAMPLE_Y)
    for step, (_, direction) in zip(steps, rows, strict=True):
        assert f"  {step.name} " in printed
        assert f"  {shown(step.value)} " in printed
        assert direction == ("backward" if step.backward else "forward")


def test_without_a_kernel_it_draws_the_whole_and_says_how_to_see_one_step(capsys):
    step_through_backpropagation()
    assert "show_step(number) shows one step, with a number from 1 to 22." in capsys.readouterr().out
    assert len(re.findall(r"gradient [−\d]", drawn())) == 12


def test_another_sample_and_network_can_be_stepped_through(capsys):
    params = {**EXAMPLE_PARAMS, "b1": np.array([0.0, 0.0])}
    show_step(3, params, (0.0, 0.0), 1.0)
    assert capsys.readouterr().out.endswith("= sigmoid(0) = 0.5\n")


def test_huge_weights_do_not_overflow():
    params = {name: -1e4 * np.abs(array) for name, array in EXAMPLE_PARAMS.items()}
    values = [step.value for step in backpropagation_steps(params, EXAMPLE_X, EXAMPLE_Y)]
    assert np.all(np.isfinite(values))


@pytest.mark.parametrize("number", [0, -1, 23])
def test_a_number_without_a_step_is_refused_in_one_line(number):
    with pytest.raises(
        ValueError, match=rf"^number is {number}, and there are 22 steps: choose from 1 to 22\.$"
    ):
        show_step(number)
    assert not plt.get_fignums()


@pytest.mark.parametrize(
    ("params", "x", "y", "part"),
    [
        ({"W1": np.zeros((2, 2))}, (1, 2), 0, "a 2-2-1 network has"),
        ({**EXAMPLE_PARAMS, "W2": np.zeros((1, 2))}, (1, 2), 0, "a 2-2-1 network has"),
        (EXAMPLE_PARAMS, (1, 2, 3), 0, "x should be two numbers, and y one"),
        (EXAMPLE_PARAMS, (1, 2), (0, 1), "x should be two numbers, and y one"),
    ],
)
def test_input_that_does_not_fit_is_refused_in_one_line(params, x, y, part):
    for use in (lambda: show_step(1, params, x, y), lambda: step_through_backpropagation(params, x, y)):
        with pytest.raises(ValueError, match=part) as caught:
            use()
        assert "\n" not in str(caught.value)
    assert not plt.get_fignums()


def test_in_a_kernel_the_slider_changes_what_is_shown():
    sources = (
        "from helpers.lessons.backpropagation.stepper import step_through_backpropagation\n"
        "box = step_through_backpropagation()\nbox",
        "slider, output = box.children\nslider.value = 1000\nslider.value",
    )
    notebook = run_in_kernel(*sources)
    shown_at_first = notebook.cells[0].outputs[0]["data"]
    assert "application/vnd.jupyter.widget-view+json" in shown_at_first
    assert "grad_x2" in shown_at_first["text/plain"], "the table, for a page without a kernel"
    assert notebook.cells[1].outputs[0]["data"]["text/plain"] == "22", "the last step is the last there is"
    states = notebook.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"].values()
    (outputs,) = [state["state"]["outputs"] for state in states if state["model_name"] == "OutputModel"]
    text = "".join(output.get("text", "") for output in outputs)
    assert text.startswith("Step 22 of 22, backward: grad_x2 = ")
    assert any("image/png" in output.get("data", {}) for output in outputs)
