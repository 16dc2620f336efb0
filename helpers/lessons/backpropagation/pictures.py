"""The pictures of lesson 04: a 2-2-1 network with its numbers, XOR, and the error of a central difference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from helpers.alt_text import describe
from helpers.appearance import BLUE, CARD, GREY, ORANGE, TEXT, dress
from helpers.cannot_be_drawn import whole_or_none
from helpers.lessons.backpropagation.steps import Step, backpropagation_steps, named_weights, shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.contour import ContourSet
    from matplotlib.figure import Figure

Params = Mapping[str, npt.NDArray[Any]]

PLACES = {"x1": (0.9, 1.5), "x2": (0.9, -1.5), "h1": (4.7, 1.5), "h2": (4.7, -1.5), "y_hat": (8.2, 0.0)}
LOSS_PLACE = (10.7, 0.0)
RADIUS = 0.52
# The weight of each edge, and how far along the edge its label is: two of the edges cross.
EDGES = {
    ("x1", "h1"): ("w11", 0.5),
    ("x1", "h2"): ("w12", 0.29),
    ("x2", "h1"): ("w21", 0.29),
    ("x2", "h2"): ("w22", 0.5),
    ("h1", "y_hat"): ("v1", 0.5),
    ("h2", "y_hat"): ("v2", 0.5),
}
BIASES = {"h1": "b1", "h2": "b2", "y_hat": "c"}
LABELS = {"y_hat": "ŷ"}
# Along each side of the square of inputs that XOR lies in.
SIDE = np.linspace(-0.4, 1.4, 73)


@whole_or_none()
def draw_network(params: Params) -> Axes:
    """Draw a 2-2-1 network with the weight of every edge and the bias of every neuron. Returns the Axes."""
    weights = named_weights(params)
    ax = _draw(weights, {}, None, "A 2-2-1 network: two inputs, two hidden neurons, one output")
    numbers = ", ".join(f"{name} = {shown(value)}" for name, value in weights.items())
    _describe(ax, f"A network with two inputs, two hidden neurons and one output. Its numbers: {numbers}.")
    return ax


@whole_or_none()
def draw_forward(params: Params, x: Sequence[float], y: float) -> Axes:
    """Draw the network with every value of the forward pass of one sample. Returns the Axes.

    params: W1 (2, 2), b1 (2,), W2 (2, 1), b2 (1,). x: two numbers. y: one number.
    """
    steps = [step for step in backpropagation_steps(params, x, y) if not step.backward]
    values = _values(steps, x, y)
    ax = _draw(named_weights(params), values, None, "Forward: every value, from left to right")
    numbers = ", ".join(f"{name} = {shown(values[name])}" for name in ("h1", "h2", "y_hat", "loss"))
    _describe(
        ax,
        f"The network with the values of the forward pass for x1 = {shown(values['x1'])} and "
        f"x2 = {shown(values['x2'])}. From left to right: {numbers}.",
    )
    return ax


@whole_or_none()
def draw_gradients(params: Params, x: Sequence[float], y: float) -> Axes:
    """Draw the network with every value, and the gradient at every edge and neuron. Returns the Axes.

    params: W1 (2, 2), b1 (2,), W2 (2, 1), b2 (1,). x: two numbers. y: one number.
    """
    steps = backpropagation_steps(params, x, y)
    title = "Backward: every gradient, from right to left"
    ax = _draw(named_weights(params), _values(steps, x, y), None, title)
    numbers = ", ".join(f"{step.name} = {shown(step.value)}" for step in steps if step.backward)
    _describe(ax, f"The network with a gradient at every edge and neuron. From right to left: {numbers}.")
    return ax


@whole_or_none()
def draw_step(params: Params, x: Sequence[float], y: float, number: int) -> Axes:
    """Draw the network as it is known after one step, with the edge or neuron of that step thick.

    params: W1 (2, 2), b1 (2,), W2 (2, 1), b2 (1,). x: two numbers. y: one number.
    number: from 1 to the number of `backpropagation_steps`. Returns the Axes.
    """
    steps = backpropagation_steps(params, x, y)
    step = steps[number - 1]
    title = f"Step {number} of {len(steps)}, {'backward' if step.backward else 'forward'}"
    ax = _draw(named_weights(params), _values(steps[:number], x, y), step, title)
    _describe(ax, f"{title}: the network with {' to '.join(step.at)} marked. {step.line()}.")
    return ax


def _values(steps: list[Step], x: Sequence[float], y: float) -> dict[str, float]:
    return {"x1": x[0], "x2": x[1], "y": y, **{step.name: step.value for step in steps}}


def _describe(ax: Axes, text: str) -> None:
    describe(_figure_of(ax), text)


def _figure_of(ax: Axes) -> Figure:
    figure = ax.get_figure(root=True)
    assert figure is not None
    return figure


def _draw(weights: Mapping[str, float], values: Mapping[str, float], here: Step | None, title: str) -> Axes:
    import matplotlib.pyplot as plt

    figure = plt.figure(figsize=(9.6, 4.9), facecolor=CARD)
    ax = figure.add_axes((0.01, 0.01, 0.98, 0.98))
    ax.set(xlim=(-0.2, 11.8), ylim=(-2.9, 3.1), aspect="equal")
    ax.axis("off")
    ax.text(0, 2.75, title, color=TEXT, fontsize=12)
    for edge, (weight, along) in EDGES.items():
        _draw_edge(ax, edge, weight, along, weights, values, here)
    for neuron in PLACES:
        _draw_neuron(ax, neuron, weights, values, here)
    if "y" in values:
        _draw_loss(ax, values, here)
    return ax


def _marks(here: Step | None, at: tuple[str, ...]) -> tuple[str, float]:
    """The colour and width of an edge or neuron."""
    if here is None or here.at != at:
        return GREY, 1.2
    return (ORANGE if here.backward else BLUE), 4.0


def _draw_edge(
    ax: Axes,
    edge: tuple[str, str],
    weight: str,
    along: float,
    weights: Mapping[str, float],
    values: Mapping[str, float],
    here: Step | None,
) -> None:
    start, end = np.array(PLACES[edge[0]]), np.array(PLACES[edge[1]])
    colour, width = _marks(here, edge)
    _arrow(ax, start, end, colour, width, backward=here is not None and here.at == edge and here.backward)
    label_at = start + along * (end - start)
    _label(ax, label_at, f"{weight} = {shown(weights[weight])}", values.get(f"grad_{weight}"))


def _arrow(
    ax: Axes, start: Any, end: Any, colour: str, width: float, *, backward: bool, gap: float = RADIUS
) -> None:
    way = (end - start) / np.linalg.norm(end - start)
    ax.annotate(
        "",
        xy=end - gap * way,
        xytext=start + gap * way,
        arrowprops={
            "arrowstyle": "<|-" if backward else "-|>",
            "color": colour,
            "linewidth": width,
            "shrinkA": 0,
            "shrinkB": 0,
        },
        zorder=1,
    )


def _label(ax: Axes, at: Any, text: str, gradient: float | None) -> None:
    """Write a number, and its gradient in a line below, on a patch that covers the edge."""
    patch = {"facecolor": CARD, "edgecolor": "none", "pad": 1.0}
    if gradient is None:
        ax.text(at[0], at[1], text, ha="center", va="center", color=TEXT, fontsize=10, bbox=patch)
        return
    ax.text(
        at[0], at[1] + 0.02, text, ha="center", va="bottom", color=TEXT, fontsize=10, bbox=patch, zorder=3
    )
    ax.text(
        at[0],
        at[1] - 0.02,
        f"gradient {shown(gradient)}",
        ha="center",
        va="top",
        color=ORANGE,
        fontsize=10,
        fontweight="bold",
        bbox=patch,
        zorder=3,
    )


def _draw_neuron(
    ax: Axes, neuron: str, weights: Mapping[str, float], values: Mapping[str, float], here: Step | None
) -> None:
    from matplotlib.patches import Circle

    at = PLACES[neuron]
    colour, width = _marks(here, (neuron,))
    ax.add_patch(Circle(at, RADIUS, facecolor="white", edgecolor=colour, linewidth=width, zorder=2))
    text = LABELS.get(neuron, neuron)
    if neuron in values:
        text += f"\n{shown(values[neuron])}"
    ax.text(*at, text, ha="center", va="center", color=BLUE, fontsize=11, zorder=4)
    if neuron in BIASES:
        bias = BIASES[neuron]
        _label(
            ax, (at[0], at[1] - RADIUS - 0.4), f"{bias} = {shown(weights[bias])}", values.get(f"grad_{bias}")
        )
    elif f"grad_{neuron}" in values:
        text = f"gradient {shown(values[f'grad_{neuron}'])}"
        outside = at[1] + (RADIUS + 0.25) * np.sign(at[1])
        ax.text(at[0], outside, text, ha="center", va="center", color=ORANGE, fontsize=10, fontweight="bold")


def _draw_loss(ax: Axes, values: Mapping[str, float], here: Step | None) -> None:
    edge = ("y_hat", "loss")
    colour, width = _marks(here, edge)
    backward = here is not None and here.at == edge and here.backward
    start, end = np.array(PLACES["y_hat"]), np.array(LOSS_PLACE)
    _arrow(ax, start, end, colour, width, backward=backward, gap=0.6)
    text = f"loss\n{shown(values['loss'])}" if "loss" in values else "loss"
    ax.text(
        *LOSS_PLACE,
        text,
        ha="center",
        va="center",
        color=BLUE,
        fontsize=11,
        bbox={"facecolor": "white", "edgecolor": GREY, "boxstyle": "square,pad=0.5"},
        zorder=4,
    )
    ax.text(LOSS_PLACE[0], 0.75, f"y = {shown(values['y'])}", ha="center", color=TEXT, fontsize=10)
    if "grad_y_hat" in values:
        text = f"gradient {shown(values['grad_y_hat'])}"
        ax.text(9.45, 0.42, text, ha="center", va="bottom", color=ORANGE, fontsize=10, fontweight="bold")


@whole_or_none()
def draw_difference_error(
    numerical_gradient: Callable[..., Any], loss: Callable[[Any], float], params: Params, gradients: Params
) -> Axes:
    """Draw the largest error of the central difference against its step h, on logarithmic axes.

    numerical_gradient(loss, params, h): the student's function. loss(params): a number.
    gradients: what it should give, arrays with the keys of params. Returns the Axes.
    """
    import matplotlib.pyplot as plt

    steps = 10.0 ** np.arange(-13, 0.1, 0.5)
    errors = []
    for h in steps:
        seen = numerical_gradient(loss, params, h)
        errors.append(max(float(np.max(np.abs(seen[key] - gradients[key]))) for key in params))
    best = int(np.argmin(errors))
    figure, ax = plt.subplots(figsize=(8, 4.4), facecolor=CARD, layout="constrained")
    dress(ax)
    ax.loglog(steps, errors, "o-", color=BLUE, linewidth=2, markersize=4)
    ax.loglog(steps[best], errors[best], "s", color=ORANGE, markersize=9)
    ax.annotate(
        f"least error: {errors[best]:.0e}, for h = {steps[best]:.0e}",
        (steps[best], errors[best]),
        xytext=(0, -16),
        textcoords="offset points",
        ha="center",
        color=ORANGE,
    )
    for at, text in ((0.03, "rounding: grows as 1 / h"), (0.97, "bend of the curve: grows as h²")):
        side = "left" if at < 0.5 else "right"
        ax.text(at, 0.93, text, transform=ax.transAxes, ha=side, color=TEXT)
    ax.set(xlabel="step h", ylabel="largest error", title="How exact is a central difference?")
    ax.set_ylim(min(errors) / 30, max(errors) * 30)
    describe(
        figure,
        f"The largest error of the central difference against the step h, both on logarithmic axes: a "
        f"valley. It falls from {errors[0]:.0e} at h = {steps[0]:.0e} to {errors[best]:.0e} at "
        f"h = {steps[best]:.0e}, then rises to {errors[-1]:.0e} at h = {steps[-1]:g}.",
    )
    return ax


@whole_or_none()
def draw_training(
    forward: Callable[..., Any],
    before: Params,
    after: Params,
    losses: Sequence[float],
    x: npt.NDArray[Any],
    y: npt.NDArray[Any],
) -> Any:
    """Draw the outputs over the square of inputs before and after training, and the losses in between.

    forward(params, x): the student's function. before, after: its params. losses: one number per step.
    x: (n, 2), y: (n, 1) with 0 and 1. Returns an array of three Axes.
    """
    import matplotlib.pyplot as plt

    grid = np.stack(np.meshgrid(SIDE, SIDE), axis=-1).reshape(-1, 2)
    surfaces = [
        np.asarray(forward(params, grid)[0]).reshape(len(SIDE), len(SIDE)) for params in (before, after)
    ]
    outputs = [np.asarray(forward(params, x)[0])[:, 0] for params in (before, after)]
    figure = plt.figure(figsize=(10.5, 3.9), facecolor=CARD)
    # Placed by hand: to solve the layout takes as long as to draw it.
    places = [(0.05, 0.14, 0.272, 0.74), (0.345, 0.14, 0.272, 0.74), (0.77, 0.14, 0.225, 0.74)]
    axes = np.array([figure.add_axes(place) for place in places])
    for ax in axes:
        dress(ax)
    axes[0].set(title="Before training", ylabel="x2")
    axes[1].set_title("After training")
    for ax, surface, seen in zip(axes, surfaces, outputs, strict=False):
        filled = _draw_outputs(ax, surface, x, y[:, 0], seen)
    colours = figure.colorbar(filled, cax=figure.add_axes((0.63, 0.18, 0.013, 0.66)), ticks=[0, 0.5, 1])
    colours.ax.tick_params(colors=TEXT)
    colours.set_label("output ŷ", color=TEXT)
    _draw_losses(axes[2], losses)
    answers = [", ".join(f"{output:.2f}" for output in seen) for seen in outputs]
    inputs = ", ".join(f"({point[0]:g}, {point[1]:g})" for point in x)
    describe(
        figure,
        f"Two maps of the network's output over the inputs, and a falling curve. For the inputs {inputs} the "
        f"outputs are {answers[0]} before training and {answers[1]} after it. The loss falls from "
        f"{losses[0]:.2g} to {losses[-1]:.2g} in {len(losses)} steps.",
    )
    return axes


def _draw_outputs(
    ax: Axes,
    surface: npt.NDArray[Any],
    x: npt.NDArray[Any],
    y: npt.NDArray[Any],
    outputs: npt.NDArray[Any],
) -> ContourSet:
    """Draw a network's outputs over the square of inputs, and tell them at the inputs x."""
    filled = ax.contourf(SIDE, SIDE, surface, levels=np.linspace(0, 1, 11), cmap="cividis", alpha=0.9)
    if surface.min() < 0.5 < surface.max():
        line = ax.contour(SIDE, SIDE, surface, levels=[0.5], colors="white", linewidths=2)
        ax.clabel(line, fmt="ŷ = 0.5", fontsize=9)
    for mark, of_class in (("o", y != 0), ("s", y == 0)):
        ax.plot(*x[of_class].T, mark, color="white", markeredgecolor=TEXT, markersize=11)
    for point, label, output in zip(x, y, outputs, strict=True):
        told = ax.annotate(
            f"y = {label:.0f}\nŷ = {output:.2f}",
            point,
            xytext=(0, 10 if point[1] > 0.5 else -10),
            textcoords="offset points",
            ha="center",
            va="bottom" if point[1] > 0.5 else "top",
            fontsize=9,
            color=TEXT,
            bbox={"facecolor": CARD, "edgecolor": "none", "pad": 1.5},
        )
        # It lies within the Axes: how far the figure reaches need not be measured there.
        told.set_in_layout(False)
    ax.set(xlabel="x1", xticks=[0, 1], yticks=[0, 1], aspect="equal", ylim=(-0.4, 1.4))
    return filled


def _draw_losses(ax: Axes, losses: Sequence[float]) -> None:
    from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

    ax.semilogy(losses, color=BLUE, linewidth=2)
    ax.yaxis.set(minor_locator=NullLocator(), major_locator=LogLocator(subs=(1, 3)))
    ax.yaxis.set_major_formatter("{x:g}")
    ax.xaxis.set_major_locator(MaxNLocator(4, steps=(1, 2, 5, 10)))
    ax.set(title="The loss on the way", xlabel="step", ylabel="loss (MSE)")
