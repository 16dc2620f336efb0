"""The pictures of lesson 01: networks, an image as numbers, and what activations do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from helpers.alt_text import describe
from helpers.appearance import BLUE, CARD, GREEN, GREY, ORANGE, TEXT, card

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Numbers = npt.NDArray[Any]
Activation = Callable[[Numbers], Numbers]
Dense = Callable[[Numbers, Numbers, Numbers, Activation], Numbers]

SIDE = 28
# Only the first and the last neurons of a larger layer are drawn.
MOST_DRAWN = 10
DRAWN_AT_EACH_END = 3


def make_seven() -> Numbers:
    """Make an image of the digit 7: float64, shape (28, 28), 0 for paper to 1 for ink, two decimals."""
    row, column = np.indices((SIDE, SIDE), dtype=float)
    distance = np.full((SIDE, SIDE), np.inf)
    for (top, left), (bottom, right) in pairwise([(8.0, 8.0), (7.0, 20.0), (21.5, 12.0)]):
        down, across = bottom - top, right - left
        along = ((row - top) * down + (column - left) * across) / (down**2 + across**2)
        along = np.clip(along, 0, 1)
        away = np.sqrt((row - top - along * down) ** 2 + (column - left - along * across) ** 2)
        distance = np.minimum(distance, away)
    ink: Numbers = np.round(np.clip((2.1 - distance) / 1.4, 0, 1), 2)
    return ink


def draw_image_as_numbers(image: npt.ArrayLike, row: int = 5, column: int = 14) -> Any:
    """Draw an image, the numbers of a part of it, and all its numbers in one line.

    image: shape (rows, columns), from 0 to 1. row, column: where a part of 8×8 pixels begins.
    Returns an array of three Axes. Raises ValueError when the part does not lie within the image.
    """
    from matplotlib.patches import Rectangle

    pixels, side = np.asarray(image), 8
    part = pixels[row : row + side, column : column + side]
    if min(row, column) < 0 or part.shape != (side, side):
        raise ValueError(
            f"The part of 8×8 pixels at row {row}, column {column} is not in an image of {pixels.shape}."
        )
    with card(8.4, 5.4, constrained=False) as figure:
        # Placed by hand: to solve the layout takes as long as to draw it.
        places = [(0.05, 0.28, 0.43, 0.67), (0.53, 0.28, 0.43, 0.67), (0.03, 0.1, 0.95, 0.09)]
        whole, numbers, line = (figure.add_axes(place) for place in places)
        for ax, values in ((whole, pixels), (numbers, part), (line, pixels.reshape(1, -1))):
            ax.imshow(values, cmap="binary", vmin=0, vmax=1, aspect="auto" if ax is line else "equal")
            ax.spines[["top", "right"]].set_visible(True)
            ax.locator_params(nbins=4)
        frame = (column - 0.5, row - 0.5)
        whole.add_patch(Rectangle(frame, side, side, fill=False, edgecolor=ORANGE, linewidth=2.5))
        for (at_row, at_column), value in np.ndenumerate(part):
            ink = "white" if value > 0.5 else TEXT
            number = numbers.text(at_column, at_row, f"{value:.1f}", ha="center", va="center", color=ink)
            # It lies within the Axes: the layout need not measure it.
            number.set(fontsize=9, in_layout=False)
        numbers.spines[:].set(color=ORANGE, linewidth=2.5)
        numbers.set(xticks=[], yticks=[])
        line.set(yticks=[], xlabel=f"the same {pixels.size} numbers, row after row in one line")
        whole.set_title(f"{pixels.shape[0]} × {pixels.shape[1]} pixels")
        numbers.set_title("The pixels in the frame are numbers")
    inked = np.count_nonzero(pixels)
    describe(
        figure,
        f"An image of {pixels.shape[0]} by {pixels.shape[1]} pixels; {inked} of its {pixels.size} numbers "
        f"are above 0. A frame marks 8 by 8 pixels from row {row} and column {column}, shown beside it as "
        f"numbers from {part.min():.1f} for paper to {part.max():.1f} for ink. Below, all {pixels.size} "
        "numbers are in one line.",
    )
    return np.array([whole, numbers, line])


def draw_network(
    layer_sizes: Sequence[int],
    values: Sequence[npt.ArrayLike] | None = None,
    weights: Sequence[npt.ArrayLike] | None = None,
) -> Axes:
    """Draw a dense network, layer by layer from left to right; only some neurons of a large layer.

    layer_sizes: at least two whole numbers above 0. values: for each layer the number in every neuron.
    weights: for each pair of neighbouring layers an array (n_in, n_out): signs and sizes show in the edges.
    Returns the Axes. Raises ValueError for input that does not fit.
    """
    sizes = _checked_sizes(layer_sizes)
    held = None if values is None else [np.asarray(layer, float).reshape(-1) for layer in values]
    if held is not None and [len(layer) for layer in held] != sizes:
        raise ValueError(f"values should have {sizes} numbers, and has {[len(layer) for layer in held]}.")
    matrices = None if weights is None else [np.asarray(matrix, float) for matrix in weights]
    if matrices is not None and [matrix.shape for matrix in matrices] != list(pairwise(sizes)):
        raise ValueError(
            f"weights should have the shapes {list(pairwise(sizes))}, and has "
            f"{[matrix.shape for matrix in matrices]}."
        )
    layers = [_places(size) for size in sizes]
    tallest = max(len(layer) + (len(layer) < size) for layer, size in zip(layers, sizes, strict=True))
    with card(8, 1.6 + 0.5 * tallest) as figure:
        ax = figure.subplots()
        for at, pair in enumerate(pairwise(layers)):
            _draw_edges(ax, at, pair, None if matrices is None else matrices[at])
        for at, places in enumerate(layers):
            _draw_layer(ax, at, places, sizes, None if held is None else held[at])
        ax.set_title("A network with layers of " + _listed(sizes) + " neurons")
        ax.set(xlim=(-0.4, len(sizes) - 0.6), ylim=(-tallest / 2 - 1.2, tallest / 2 + 0.3))
        ax.set_aspect("auto")
        ax.axis("off")
        if matrices is not None:
            ax.text(
                (len(sizes) - 1) / 2,
                -tallest / 2 - 1.0,
                "solid: positive weight · dashed: negative weight · the thicker, the larger",
                ha="center",
                va="top",
                fontsize=9,
            )
    describe(figure, _network_in_words(sizes, held, matrices))
    return ax


def _checked_sizes(layer_sizes: Sequence[int]) -> list[int]:
    sizes = list(layer_sizes)
    if len(sizes) < 2 or any(int(size) != size or size < 1 for size in sizes):
        raise ValueError(f"layer_sizes is {sizes}: it should be at least two whole numbers above 0.")
    return [int(size) for size in sizes]


def _places(size: int) -> dict[int, float]:
    """The height of each drawn neuron of a layer, by the neuron's index."""
    if size <= MOST_DRAWN:
        return {neuron: (size - 1) / 2 - neuron for neuron in range(size)}
    ends = DRAWN_AT_EACH_END
    top = {neuron: ends - neuron for neuron in range(ends)}
    bottom = {size - 1 - neuron: neuron - ends for neuron in range(ends)}
    return {**top, **bottom}


def _draw_edges(
    ax: Axes, at: int, pair: tuple[dict[int, float], dict[int, float]], matrix: Numbers | None
) -> None:
    largest = 1.0 if matrix is None else float(np.abs(matrix).max()) or 1.0
    for start, low in pair[0].items():
        for end, high in pair[1].items():
            color, line, width = GREY, "-", 0.6
            if matrix is not None:
                weight = matrix[start, end]
                color, line = (BLUE, "-") if weight >= 0 else (ORANGE, "--")
                width = 0.4 + 3 * abs(weight) / largest
            ax.plot([at, at + 1], [low, high], line, color=color, linewidth=width, zorder=1)


def _draw_layer(ax: Axes, at: int, places: dict[int, float], sizes: list[int], held: Numbers | None) -> None:
    ax.plot(
        [at] * len(places),
        list(places.values()),
        "o",
        markersize=14 if held is None else 31,
        markerfacecolor=CARD,
        markeredgecolor=TEXT,
        linestyle="none",
        zorder=2,
    )
    if held is not None:
        for neuron, height in places.items():
            ax.text(at, height, _written(held[neuron]), ha="center", va="center", fontsize=9, zorder=3)
    if len(places) < sizes[at]:
        ax.plot([at] * 3, [-0.25, 0, 0.25], ".", color=TEXT, markersize=5, zorder=3)
    kind = "input" if at == 0 else "output" if at == len(sizes) - 1 else "hidden"
    below = min(places.values()) - 0.55
    ax.text(at, below, f"{kind}: {sizes[at]}", ha="center", va="top")


def _written(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _listed(parts: Sequence[Any]) -> str:
    words = [str(part) for part in parts]
    return ", ".join(words[:-1]) + " and " + words[-1]


def _network_in_words(sizes: list[int], held: list[Numbers] | None, matrices: list[Numbers] | None) -> str:
    connections = [before * after for before, after in pairwise(sizes)]
    text = (
        f"A network drawn from left to right, with layers of {_listed(sizes)} neurons. Each neuron is "
        f"connected to all of the next layer: {' + '.join(f'{number:,}' for number in connections)} "
        "connections."
    )
    if max(sizes) > MOST_DRAWN:
        text += (
            f" In layers with more than {MOST_DRAWN} neurons, only the first and last {DRAWN_AT_EACH_END} "
            "are drawn."
        )
    elif held is not None:
        layers = ["; ".join(_written(value) for value in layer) for layer in held]
        text += " The neurons hold, layer by layer: " + " | ".join(layers) + "."
    if matrices is not None:
        negative = sum(int((matrix < 0).sum()) for matrix in matrices)
        text += f" {negative} of the weights {'is' if negative == 1 else 'are'} negative and drawn dashed."
    return text


# The curves below come before their figure: where a function is not written yet, no empty figure is shown.


def draw_activations(relu: Activation, sigmoid: Activation) -> Any:
    """Draw relu, sigmoid and tanh for weighted sums from −5 to 5. Returns an array of three Axes."""
    z = np.linspace(-5, 5, 201)
    marked = np.array([-2.0, 0.0, 2.0])
    functions: dict[str, Activation] = {"relu": relu, "sigmoid": sigmoid, "tanh": np.tanh}
    curves = {name: np.asarray(function(z)) for name, function in functions.items()}
    points = {name: np.asarray(function(marked)) for name, function in functions.items()}
    with card(9.6, 3.8) as figure:
        axes = figure.subplots(1, 3)
        limits = ((-0.8, 5.2), (-0.12, 1.12), (-1.24, 1.24))
        for ax, name, color, limit in zip(axes, functions, (BLUE, ORANGE, GREEN), limits, strict=True):
            ax.axhline(0, color=GREY, linewidth=0.8)
            ax.axvline(0, color=GREY, linewidth=0.8)
            ax.plot(z, curves[name], color=color, linewidth=2.5)
            ax.plot(marked, points[name], "o", color=color, markersize=7)
            for at, value, offset, side in zip(
                marked, points[name], ((0, 7), (8, -14), (-9, 4)), ("right", "left", "right"), strict=True
            ):
                ax.annotate(
                    _written(value),
                    (at, value),
                    xytext=offset,
                    textcoords="offset points",
                    ha=side,
                    color=color,
                )
            ax.set(xlabel="weighted sum z", xlim=(-5, 5), ylim=limit, title=name)
        axes[0].set_ylabel("the neuron's number")
    values = ", ".join(
        f"{name} gives " + _listed([_written(value) for value in points[name]]) for name in functions
    )
    describe(figure, f"Three curves over the weighted sum z from −5 to 5. At z = −2, 0 and 2, {values}.")
    return axes


def draw_softmax(softmax: Activation) -> Axes:
    """Draw the probabilities of three classes while the first one's z grows from −4 to 6. Returns the Axes.

    softmax: called with shape (n, 3), where the second and third class keep z = 1 and z = 0.
    """
    moving = np.linspace(-4, 6, 201)
    rows = np.stack([moving, np.ones_like(moving), np.zeros_like(moving)], axis=1)
    probabilities = np.asarray(softmax(rows))
    names = ("class A: z moves", "class B: z = 1", "class C: z = 0")
    with card(8, 4.2) as figure:
        ax = figure.subplots()
        for curve, name, color, line in zip(
            probabilities.T, names, (BLUE, ORANGE, GREEN), ("-", "--", ":"), strict=True
        ):
            ax.plot(moving, curve, line, color=color, linewidth=2.5)
            at = -1 if curve[-1] > curve[0] else 0
            ax.annotate(
                name,
                (moving[at], curve[at]),
                xytext=(-6, -30) if at else (6, 7),
                textcoords="offset points",
                ha="right" if at else "left",
                color=color,
            )
        ax.set(xlabel="z of class A", ylabel="probability", xlim=(-4, 6), ylim=(0, 1.04))
        ax.set_title("Softmax: what one class gains, the others lose")
    first, last = (_listed([_written(value) for value in probabilities[at]]) for at in (0, -1))
    describe(
        figure,
        "The softmax probabilities of three classes A, B and C. z of class A grows from −4 to 6, B stays "
        f"at 1 and C at 0. The probabilities go from {first} to {last}.",
    )
    return ax


def draw_with_and_without_activation(dense: Dense, relu: Activation) -> Axes:
    """Fit a day's temperatures with one network, with relu and with no activation. Returns the Axes.

    The network has one input, eight hidden neurons and one output. The hidden weights are fixed; those of the
    output layer are the best possible, by least squares. relu: called with shape (n, 8).
    """

    def no_activation(z: Numbers) -> Numbers:
        return z

    hours = np.linspace(0, 24, 49)
    degrees = 14 - 5 * np.cos(2 * np.pi * (hours - 4) / 24) + 1.5 * np.sin(4 * np.pi * hours / 24)
    x, eighths = hours[:, np.newaxis] / 24, np.arange(8) / 8
    fits = {}
    for name, activation in (("with relu", relu), ("without activation", no_activation)):
        hidden = dense(x, np.ones((1, 8)), -eighths, activation)
        with_ones = np.column_stack([hidden, np.ones(len(x))])
        best = np.linalg.lstsq(with_ones, degrees, rcond=None)[0]
        fits[name] = np.asarray(dense(hidden, best[:-1, np.newaxis], best[-1:], no_activation)).reshape(-1)
    misses = {name: float(np.mean(np.abs(fit - degrees))) for name, fit in fits.items()}
    with card(8, 4.4) as figure:
        ax = figure.subplots()
        ax.plot(hours, degrees, "o", color=GREY, markersize=4)
        for name, color, line in (("with relu", BLUE, "-"), ("without activation", ORANGE, "--")):
            ax.plot(hours, fits[name], line, color=color, linewidth=2.5)
            ax.annotate(
                f"{name}:\n{misses[name]:.1f} °C off on average",
                (hours[-1], fits[name][-1]),
                xytext=(8, 0),
                textcoords="offset points",
                va="center",
                color=color,
                annotation_clip=False,
            )
        ax.set(xlabel="hour of the day", ylabel="temperature (°C)", xlim=(0, 24), xticks=range(0, 25, 4))
        ax.set_title("The same network, with and without its activation")
    told = ", ".join(f"{name} it is off by {miss:.1f} °C on average" for name, miss in misses.items())
    describe(
        figure,
        f"Temperatures of a day, between {degrees.min():.0f} and {degrees.max():.0f} °C, as dots, and one "
        f"network fitted to them twice: {told}. Without activation its curve is a straight line.",
    )
    return ax
