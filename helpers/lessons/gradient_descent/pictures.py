"""The pictures of lesson 03: slopes, steps downhill, and the paths of five optimisers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from helpers.alt_text import describe
from helpers.appearance import BLUE, CARD, GREEN, GREY, ORANGE, PURPLE, RED, TEXT, card
from helpers.cannot_be_drawn import one_number, one_path, whole_or_none

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Numbers = npt.NDArray[Any]
Loss = Callable[[Any], float]
Gradient = Callable[[Any], Any]
Slope = Callable[[Loss, float, float], float]
Descent = Callable[[Gradient, Any, float, int], Numbers]

SMALL = 1e-4
# Between these a loss is written in full, without an exponent.
MOST_TO_FOUR_DIGITS, MOST_IN_FULL = 1e4, 1e7
# Each path has a colour, a line and a mark of its own: any one of them tells the paths apart.
PATH_LOOKS = (
    (BLUE, "-", "o"),
    (RED, ":", "x"),
    (ORANGE, "-.", "^"),
    (GREEN, "--", "s"),
    (PURPLE, (0, (6, 1, 1, 1, 1, 1)), "D"),
)


def _heights(loss: Loss, places: Numbers) -> Numbers:
    return np.array([loss(place) for place in places])


@whole_or_none()
def draw_tangents(loss: Loss, slope: Slope, steep: float, flat: float) -> Axes:
    """Draw a loss curve with its tangents at a steep red point and at a flat green one.

    loss: takes and gives one number. slope: central difference, called with loss, a place and h.
    steep, flat: where the points are. Returns the Axes.
    """
    reach = abs(flat - steep)
    places = np.linspace(flat - 1.4 * reach, flat + 1.4 * reach, 121)
    heights = _heights(loss, places)
    points = [
        (place, loss(place), one_number(slope(loss, place, SMALL), "slope"), colour, mark, line, name, length)
        for place, colour, mark, line, name, length in (
            (steep, RED, "s", "--", "steep", 0.3),
            (flat, GREEN, "o", "-.", "flat", 0.5),
        )
    ]
    with card(8, 4.6) as figure:
        ax = figure.subplots()
        ax.plot(places, heights, color=BLUE, linewidth=2.5)
        for place, height, rate, colour, mark, line, name, length in points:
            ends = np.array([-1, 1]) * length * reach
            ax.plot(place + ends, height + rate * ends, line, color=colour, linewidth=2)
            ax.plot(place, height, mark, color=colour, markersize=11)
            ax.annotate(
                f"{name}: slope {_shown(rate, 1)}",
                (place, height),
                xytext=(14, 12) if name == "steep" else (0, -22),
                textcoords="offset points",
                ha="left" if name == "steep" else "center",
                color=colour,
            )
        ax.set(xlabel="w (minutes per km)", ylabel="loss (MSE)", ylim=(-0.12 * max(heights), None))
        ax.set_title("The slope of the loss at two places")
    told = " and ".join(
        f"a {name} {word} point at w = {place:.2g} with a slope of {_shown(rate, 1)}"
        for (place, _, rate, *_, name, _length), word in zip(points, ("red", "green"), strict=True)
    )
    describe(
        figure,
        f"The loss against w is a bowl-shaped curve. On it are {told}; each has its tangent drawn.",
    )
    return ax


def _draw_path(ax: Axes, loss: Loss, path: Numbers, window: tuple[float, float], top: float) -> None:
    """Draw the steps of a path of shape (steps + 1,) on the loss curve, in a window of w and up to `top`."""
    places = np.linspace(*window, 121)
    heights = _heights(loss, path)
    ax.plot(places, _heights(loss, places), color=BLUE, linewidth=2)
    ax.plot(path, heights, "-", color=ORANGE, linewidth=1.2)
    ax.plot(path, heights, "o", color=ORANGE, markersize=6)
    ax.plot(path[0], heights[0], "s", color=TEXT, markersize=9)
    ax.annotate("start", (path[0], heights[0]), xytext=(-7, -13), textcoords="offset points", ha="right")
    ax.set(xlim=window, ylim=(-0.06 * top, top), xlabel="w")


@whole_or_none()
def draw_learning_rates(
    loss: Loss,
    gradient: Gradient,
    gradient_descent: Descent,
    learning_rates: Mapping[str, float],
    start: float = 0.0,
    steps: int = 12,
) -> Any:
    """Draw gradient descent on one loss curve, a panel for each learning rate.

    loss, gradient: take and give one number. learning_rates: by what to call them. Returns an array of Axes.
    """
    paths = {
        name: one_path(gradient_descent(gradient, start, rate, steps), "gradient_descent", start)
        for name, rate in learning_rates.items()
    }
    everywhere = np.concatenate([path[np.isfinite(path)] for path in paths.values()])
    margin = 0.1 * (everywhere.max() - everywhere.min())
    window = (everywhere.min() - margin, everywhere.max() + margin)
    top = 1.05 * max(loss(window[0]), loss(window[1]))
    told = []
    with card(10, 4) as figure:
        axes = figure.subplots(1, len(paths), sharey=True, squeeze=False)[0]
        for ax, (name, path) in zip(axes, paths.items(), strict=True):
            rate, first, last = learning_rates[name], loss(path[0]), loss(path[-1])
            _draw_path(ax, loss, path, window, top)
            ax.set_title(f"{name}: η = {rate:g}")
            ax.text(
                0.5, 0.93, f"loss {first:.1f} → {last:.1f}", transform=ax.transAxes, ha="center", va="top"
            )
            told.append(f"{name} ({rate:g}) takes the loss from {first:.1f} to {last:.1f}")
        axes[0].set_ylabel("loss (MSE)")
    describe(
        figure,
        f"{steps} steps of gradient descent on one loss curve, from w = {start:g}, with "
        f"{len(paths)} learning rates. " + "; ".join(told).capitalize() + ".",
    )
    return axes


@whole_or_none()
def draw_learning_rate(
    loss: Loss, path: npt.ArrayLike, learning_rate: float, window: tuple[float, float]
) -> Axes:
    """Draw the steps of one path on the loss curve; what lies outside the window of w is cut off.

    path: shape (steps + 1,). learning_rate: for the title. Returns the Axes.
    """
    places = np.asarray(path, dtype=float)
    first, last = loss(places[0]), loss(places[-1])
    # A fixed layout with few ticks: all else takes more time than a redraw at each key press may take.
    with card(7, 3.8, constrained=False) as figure:
        ax = figure.subplots()
        figure.subplots_adjust(left=0.12, right=0.97, bottom=0.16, top=0.88)
        top = max(loss(window[0]), loss(window[1]))
        _draw_path(ax, loss, places, window, top)
        ax.set(
            ylabel="loss (MSE)", title=f"η = {learning_rate:g}: loss {loss_shown(first)} → {loss_shown(last)}"
        )
        ax.locator_params(nbins=5)
    describe(
        figure,
        f"Gradient descent with a learning rate of {learning_rate:g}: {len(places) - 1} steps on the loss "
        f"curve from w = {_shown(places[0])} to w = {_shown(places[-1])}. The loss goes from "
        f"{loss_shown(first)} to {loss_shown(last)}.",
    )
    return ax


def loss_shown(loss: float) -> str:
    """A loss to four digits, or as a whole number where it has a few more."""
    return f"{loss:,.0f}" if MOST_TO_FOUR_DIGITS <= loss < MOST_IN_FULL else f"{loss:.4g}"


def two_valleys(x: Any) -> Any:
    """x⁴ − 3x² + x: a curve with a deep and a shallow minimum."""
    return x**4 - 3 * x**2 + x


def slope_of_two_valleys(x: Any) -> Any:
    """The derivative of x⁴ − 3x² + x, which is 4x³ − 6x + 1."""
    return 4 * x**3 - 6 * x + 1


def saddle(theta: Any) -> Any:
    """a² − b² + b⁴/4 for theta = (a, b): a saddle point at (0, 0), minima at b = ±√2."""
    a, b = theta
    return a**2 - b**2 + b**4 / 4


def gradient_of_saddle(theta: Any) -> Numbers:
    """The gradient of the saddle for theta = (a, b): (2a, −2b + b³)."""
    a, b = theta
    return np.array([2 * a, -2 * b + b**3])


@whole_or_none()
def draw_minimum_and_saddle(gradient_descent: Descent) -> Any:
    """Draw descents into a global and a local minimum, and two past a saddle point.

    Returns an array of two Axes.
    """

    def path(gradient: Gradient, start: Any, rate: float, steps: int) -> Numbers:
        return one_path(gradient_descent(gradient, start, rate, steps), "gradient_descent", start)

    walks = [path(slope_of_two_valleys, start, 0.04, 30) for start in (0.0, 0.4)]
    tracks = [path(gradient_of_saddle, np.array(start), 0.1, 60) for start in ((1.6, 0), (1.6, 0.02))]
    ends = [two_valleys(walk[-1]) for walk in walks]
    with card(10, 4.6) as figure:
        axes = figure.subplots(1, 2)
        _draw_valleys(axes[0], walks)
        _draw_saddle(axes[1], tracks)
    describe(
        figure,
        "Left: a curve with two valleys. Descent from x = 0 ends in the global minimum at "
        f"x = {_shown(walks[0][-1])} with a loss of {_shown(ends[0])}, descent from x = 0.4 in the local "
        f"minimum at x = {_shown(walks[1][-1])} with {_shown(ends[1])}. Right: contours around "
        f"a saddle point at (0, 0). Descent from (1.6, 0) ends at ({_place(tracks[0][-1])}), descent "
        f"from (1.6, 0.02) at ({_place(tracks[1][-1])}).",
    )
    return axes


def _shown(number: float, digits: int = 2) -> str:
    # + 0 turns a rounded −0 into 0.
    return f"{round(float(number), digits) + 0:.{digits}f}".replace("-", "−")


def _place(theta: Numbers) -> str:
    return ", ".join(_shown(number) for number in theta)


def _draw_valleys(ax: Axes, walks: list[Numbers]) -> None:
    x = np.linspace(-2.05, 1.9, 161)
    ax.plot(x, two_valleys(x), color=GREY, linewidth=2)
    for walk, (colour, _, mark), label in zip(
        walks, PATH_LOOKS[:2], ("global minimum", "local minimum"), strict=True
    ):
        heights = two_valleys(walk)
        ax.plot(walk, heights, mark, color=colour, markersize=6, linestyle="-", linewidth=1)
        ax.annotate(
            f"{label}\nloss {_shown(heights[-1])}",
            (walk[-1], heights[-1]),
            xytext=(0, -22),
            textcoords="offset points",
            ha="center",
            va="top",
            color=colour,
        )
        ax.annotate(
            f"start {walk[0]:g}",
            (walk[0], heights[0]),
            xytext=(-8 if walk[-1] < walk[0] else 8, 8),
            textcoords="offset points",
            ha="right" if walk[-1] < walk[0] else "left",
            color=colour,
        )
    ax.set(xlabel="x", ylabel="loss", title="Two valleys", ylim=(-6, 3.2))


def _draw_saddle(ax: Axes, tracks: list[Numbers]) -> None:
    a, b = np.meshgrid(np.linspace(-1, 2, 81), np.linspace(-0.9, 1.9, 81))
    ax.contour(a, b, saddle((a, b)), levels=15, colors=GREY, linewidths=0.8, negative_linestyles="solid")
    for track, (colour, line, mark), shift, up in zip(
        tracks, (PATH_LOOKS[1], PATH_LOOKS[0]), ((8, -26), (10, 4)), ("top", "bottom"), strict=True
    ):
        ax.plot(track[:, 0], track[:, 1], mark, linestyle=line, color=colour, markersize=6, linewidth=1.2)
        ax.annotate(
            f"from ({track[0, 0]:g}, {track[0, 1]:g})\nends at ({_place(track[-1])})",
            track[-1],
            xytext=shift,
            textcoords="offset points",
            va=up,
            color=colour,
            bbox={"facecolor": CARD, "edgecolor": "none", "pad": 1},
        )
    ax.set(xlabel="a", ylabel="b", title="A saddle point at (0, 0), from above")


@whole_or_none()
def draw_fit(x: npt.ArrayLike, y: npt.ArrayLike, w: float, b: float, losses: npt.ArrayLike) -> Any:
    """Draw measured points with the line w·x + b, and beside them the loss before every step.

    x, y: shape (n,). losses: one number for each step. Returns an array of two Axes.
    """
    x, y, losses = np.asarray(x), np.asarray(y), np.asarray(losses)
    ends = np.array([0, x.max() * 1.05])
    with card(9.6, 4) as figure:
        axes = figure.subplots(1, 2)
        axes[0].plot(x, y, "o", color=TEXT)
        axes[0].plot(ends, w * ends + b, color=BLUE, linewidth=2.5)
        sign = "+" if b >= 0 else "−"
        axes[0].set(xlabel="length of the ride (km)", ylabel="duration (minutes)")
        axes[0].set_title(f"The line found: {w:.2f} · km {sign} {abs(b):.2f}")
        axes[1].plot(np.arange(1, len(losses) + 1), losses, color=ORANGE, linewidth=2.5)
        axes[1].set(xlabel="step", ylabel="loss (MSE)", xscale="log", yscale="log")
        axes[1].set_title("The loss before every step")
        axes[1].annotate(
            f"{losses[-1]:.2f}",
            (len(losses), losses[-1]),
            xytext=(0, 8),
            textcoords="offset points",
            ha="right",
            color=ORANGE,
        )
    describe(
        figure,
        f"Left: {len(x)} measured rides and the line {w:.2f} times km {'plus' if b >= 0 else 'minus'} "
        f"{abs(b):.2f}. Right: the loss goes from {losses[0]:.1f} to {losses[-1]:.2f} in "
        f"{len(losses)} steps.",
    )
    return axes


@whole_or_none()
def draw_paths(loss: Loss, paths: Mapping[str, npt.ArrayLike]) -> Axes:
    """Draw paths over the contours of one loss surface, each with its name and its last loss.

    loss: takes an array of shape (2,) and gives one number. paths: by name, shape (steps + 1, 2), all
    with the same start, at most five. Returns the Axes.
    """
    tracks = {name: one_path(path, name, np.zeros(2)) for name, path in paths.items()}
    start, updates = next(iter(tracks.values()))[0], len(next(iter(tracks.values()))) - 1
    everywhere = np.concatenate(list(tracks.values()))
    low, high = everywhere.min(axis=0), everywhere.max(axis=0)
    margin = 0.12 * (high - low)
    w = np.linspace(low[0] - margin[0], high[0] + margin[0], 61)
    b = np.linspace(low[1] - margin[1], high[1] + margin[1], 61)
    surface = np.array([[loss(np.array([one, other])) for one in w] for other in b])
    levels = np.geomspace(surface.min() * 1.05, surface.max(), 14)
    last = {name: loss(track[-1]) for name, track in tracks.items()}
    with card(9.6, 6.6) as figure:
        ax = figure.subplots()
        ax.contour(w, b, surface, levels=levels, colors=GREY, linewidths=0.7, alpha=0.8)
        # From the top down as the ends lie, so that the lines to the labels do not cross.
        order = sorted(tracks, key=lambda name: -tracks[name][-1, 1])
        looks = dict(zip(tracks, PATH_LOOKS, strict=False))
        for place, name in enumerate(order):
            label = f"{name}\nloss {last[name]:.3f}"
            _draw_labelled_path(ax, tracks[name], looks[name], label, label_height=0.92 - 0.2 * place)
        ax.plot(*start, "s", color=TEXT, markersize=11)
        ax.annotate("start", start, xytext=(-10, 8), textcoords="offset points", ha="right")
        ax.set(xlabel="w", ylabel="b", xlim=(w[0], w[-1]), ylim=(b[0], b[-1]))
        ax.set_title(f"Same start, {updates} updates each")
    told = ", ".join(f"{name} {last[name]:.3f}" for name in tracks)
    describe(
        figure,
        f"Paths over the contours of one loss surface, all from w = {_shown(start[0])}, "
        f"b = {_shown(start[1])} with {updates} updates. The loss at their ends: {told}.",
    )
    return ax


def _draw_labelled_path(
    ax: Axes, track: npt.NDArray[Any], look: tuple[str, Any, str], label: str, label_height: float
) -> None:
    """Draw a path, and its label beside the Axes. look: colour, line and marker."""
    colour, line, mark = look
    ax.plot(*track.T, linestyle=line, marker=mark, markersize=5, color=colour, linewidth=1.6)
    ax.annotate(
        label,
        track[-1],
        xytext=(1.03, label_height),
        textcoords="axes fraction",
        va="center",
        color=colour,
        # From beside the text to the point itself: to find where a line meets what lies at its ends takes
        # a quarter of all the time.
        arrowprops={
            "arrowstyle": "-",
            "relpos": (-0.04, 0.5),
            "patchA": None,
            "shrinkA": 0,
            "shrinkB": 0,
            "color": colour,
            "linewidth": 0.8,
            "linestyle": line,
        },
    )
