"""Try learning rates: gradient descent on one loss curve, for any learning rate."""

from __future__ import annotations

import math
from typing import Any

from helpers.cannot_be_drawn import one_path
from helpers.kit.exercise import NotDoneYet
from helpers.lessons.gradient_descent.pictures import (
    Descent,
    Gradient,
    Loss,
    draw_learning_rate,
    loss_shown,
)
from helpers.widgets import WIDTH, controls_above, widgets_work

# The learning rates of the slider: from far too small to too large for the lesson's loss.
LOWEST, HIGHEST, FIRST = 0.001, 0.045, 0.005
START, STEPS = 0.0, 12
# The part of the curve that is drawn, in minutes per kilometre.
WINDOW = (-4.0, 10.0)


def show_learning_rate(
    learning_rate: float, gradient_descent: Descent, loss: Loss, gradient: Gradient
) -> None:
    """Print what 12 steps from w = 0 do to the loss, and draw them on the curve and step by step.

    learning_rate: above 0. gradient_descent: the student's function. loss, gradient: take and give one
    number. Raises ValueError for a learning rate that is not a positive number.
    """
    import matplotlib.pyplot as plt

    if not (math.isfinite(learning_rate) and learning_rate > 0):
        raise ValueError(f"learning_rate is {learning_rate}: it should be a number above 0.")
    path = one_path(gradient_descent(gradient, START, learning_rate, STEPS), "gradient_descent", START)
    first, last = loss(path[0]), loss(path[-1])
    draw_learning_rate(loss, path, learning_rate, WINDOW)
    losses = f"from {loss_shown(first)} to {loss_shown(last)}"
    print(f"Learning rate {learning_rate:g}: the loss goes {losses} in {STEPS} steps.")
    plt.show()


def explore_learning_rate(gradient_descent: Descent, loss: Loss, gradient: Gradient) -> Any:
    """Make a slider for the learning rate, which the arrow keys move, above what show_learning_rate shows.

    gradient_descent: the student's function. loss, gradient: take and give one number.
    Returns the widget. Where there are none it shows the first learning rate, says how to see another, and
    returns None. While a function is not written yet, it says only that.
    """
    try:
        gradient_descent(gradient, START, FIRST, 1)
    except NotDoneYet as error:
        print(f"Here you can try learning rates. {error}")
        return None
    if widgets_work():
        return _explorer(gradient_descent, loss, gradient)
    show_learning_rate(FIRST, gradient_descent, loss, gradient)
    print("No widgets here. For another one call show_learning_rate(0.02, gradient_descent, loss, gradient).")
    return None


def _explorer(gradient_descent: Descent, loss: Loss, gradient: Gradient) -> Any:
    import ipywidgets

    rate = ipywidgets.FloatSlider(
        value=FIRST,
        min=LOWEST,
        max=HIGHEST,
        step=0.001,
        readout_format=".3f",
        description="Learning rate",
        style={"description_width": "initial"},
        layout=ipywidgets.Layout(width=WIDTH),
    )
    return controls_above(
        [rate],
        lambda: show_learning_rate(rate.value, gradient_descent, loss, gradient),
        "A slider for the learning rate. show_learning_rate shows the same without a kernel.",
    )
