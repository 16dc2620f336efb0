"""Step through backpropagation: one edge at a time, forward and then backward, with every number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, SupportsIndex

import numpy.typing as npt

from helpers.lessons.backpropagation.pictures import draw_gradients, draw_step
from helpers.lessons.backpropagation.steps import (
    EXAMPLE_PARAMS,
    EXAMPLE_X,
    EXAMPLE_Y,
    Step,
    backpropagation_steps,
    shown,
)
from helpers.widgets import WIDTH, controls_above, widgets_work

Params = Mapping[str, npt.NDArray[Any]]


def show_step(
    number: SupportsIndex,
    params: Params = EXAMPLE_PARAMS,
    x: Sequence[float] = EXAMPLE_X,
    y: float = EXAMPLE_Y,
) -> None:
    """Print what is worked out in one step, and draw the network as it is known by then.

    number: from 1 to 22. params: W1 (2, 2), b1 (2,), W2 (2, 1), b2 (1,). x: two numbers. y: one number.
    Without them it shows the lesson's worked example. Raises ValueError for input that does not fit.
    """
    import matplotlib.pyplot as plt

    steps = backpropagation_steps(params, x, y)
    number = number.__index__()
    if not 1 <= number <= len(steps):
        raise ValueError(
            f"number is {number}, and there are {len(steps)} steps: choose from 1 to {len(steps)}."
        )
    step = steps[number - 1]
    draw_step(params, x, y, number)
    print(f"Step {number} of {len(steps)}, {_pass(step)}: {step.line()}")
    plt.show()


def step_through_backpropagation(
    params: Params = EXAMPLE_PARAMS, x: Sequence[float] = EXAMPLE_X, y: float = EXAMPLE_Y
) -> Any:
    """Make a slider over the steps, which the arrow keys move, above what show_step shows.

    params: W1 (2, 2), b1 (2,), W2 (2, 1), b2 (1,). x: two numbers. y: one number. Without them it steps
    through the lesson's worked example. Returns the widget. Where there are none it prints the table of all
    steps, draws the network with all its numbers, and returns None. Raises ValueError for input that does
    not fit.
    """
    steps = backpropagation_steps(params, x, y)
    if widgets_work():
        return _stepper(steps, params, x, y)
    import matplotlib.pyplot as plt

    print(_table(steps))
    print(f"No widgets here. show_step(number) shows one step, with a number from 1 to {len(steps)}.")
    draw_gradients(params, x, y)
    plt.show()
    return None


def _pass(step: Step) -> str:
    return "backward" if step.backward else "forward"


def _table(steps: list[Step]) -> str:
    rows = [
        (str(number), _pass(step), " → ".join(step.at), step.name, shown(step.value), step.working)
        for number, step in enumerate(steps, start=1)
    ]
    rows.insert(0, ("step", "pass", "at", "number", "value", "worked out as"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _stepper(steps: list[Step], params: Params, x: Sequence[float], y: float) -> Any:
    import ipywidgets

    number = ipywidgets.IntSlider(
        value=1, min=1, max=len(steps), description="Step", layout=ipywidgets.Layout(width=WIDTH)
    )
    return controls_above([number], lambda: show_step(number.value, params, x, y), _table(steps))
