"""The picture of lesson 08: the curves of one training, with what guessing would give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from helpers.alt_text import describe
from helpers.appearance import BLUE, FONT_SIZE, GREY, GRID, ORANGE, card

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CLASSES = 10
GUESSING = {"loss": float(np.log(CLASSES)), "accuracy": 1 / CLASSES}
# Told apart without colour by line and mark.
CURVES = (("", "training", BLUE, "-", "o"), ("val_", "validation", ORANGE, "--", "s"))
# Above this loss, a linear axis would squeeze everything near guessing into one line.
HIGH_LOSS = 50
# More marks on a curve would run into each other.
MOST_MARKS = 21


def draw_curves(curves: Mapping[str, Sequence[float]], title: str) -> Any:
    """Draw loss and accuracy against the epoch, each for training and validation data.

    curves: what the lesson's `train` gives: `loss`, `val_loss`, `accuracy` and `val_accuracy`, each with the
    value from before training as its first. title: of the whole picture. Returns an array of two Axes.
    """
    told = []
    with card(10, 4.1) as figure:
        figure.suptitle(title, x=0.01, ha="left", fontsize=13)
        axes = figure.subplots(1, 2)
        for ax, quantity in zip(axes, GUESSING, strict=True):
            told.append(_draw(ax, curves, quantity))
        _limit(axes[0], curves)
        axes[1].set_ylim(0, 1)
    describe(
        figure,
        f"{title}: two panels of curves over {len(curves['loss']) - 1} epochs, from before training to the "
        f"end. {told[0]} {told[1]} Guessing gives a loss of {GUESSING['loss']:.2f} and an accuracy of "
        f"{GUESSING['accuracy']:.2f}.",
    )
    return axes


def _draw(ax: Axes, curves: Mapping[str, Sequence[float]], quantity: str) -> str:
    """Draw the two curves of one quantity with a line for guessing; say in a sentence what they do."""
    from matplotlib.ticker import MaxNLocator

    told = []
    for prefix, data, colour, line, mark in CURVES:
        values = np.asarray(curves[prefix + quantity], dtype=float)
        ax.plot(
            np.arange(len(values)),
            np.where(np.isfinite(values), values, np.nan),
            color=colour,
            linestyle=line,
            marker=mark,
            markersize=4.5,
            markevery=-(-len(values) // MOST_MARKS),
            # What is not a number cannot be drawn; the legend says it.
            label=f"{data}: {_shown(values[0])} → {_shown(values[-1])}",
        )
        told.append(
            f"the {data} {quantity} goes from {_shown(values[0])} to {_shown(values[-1])}{_range(values)}"
        )
    guessing = GUESSING[quantity]
    ax.axhline(guessing, color=GREY, linestyle=":", linewidth=1.5, label=f"guessing: {guessing:.2f}")
    ax.set(xlabel="epoch (0 is before training)", ylabel=quantity)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.grid(visible=True, axis="y", color=GRID, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.legend(
        loc="lower left", bbox_to_anchor=(-0.02, 1.0), ncols=2, fontsize=FONT_SIZE, frameon=False, borderpad=0
    )
    sentence = "; ".join(told)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _range(values: npt.NDArray[np.float64]) -> str:
    finite = values[np.isfinite(values)]
    if len(finite) == 0:
        return ""
    return f", between {_shown(finite.min())} and {_shown(finite.max())}"


def _limit(ax: Axes, curves: Mapping[str, Sequence[float]]) -> None:
    """Let the loss axis begin at 0, or make it logarithmic where losses are very high."""
    losses: npt.NDArray[Any] = np.concatenate([np.ravel(curves["loss"]), np.ravel(curves["val_loss"])])
    highest = np.max(losses, initial=GUESSING["loss"], where=np.isfinite(losses))
    if highest > HIGH_LOSS:
        ax.set_yscale("log")
        ax.set_ylabel("loss (each line is ten times the last)")
        ax.yaxis.set_major_formatter("{x:g}")
    else:
        ax.set_ylim(0, 1.08 * highest)


def _shown(value: float) -> str:
    """A number as a reader of curves needs it: three digits, or as many after the point."""
    return f"{value:.3f}" if abs(value) < 1 else f"{value:#.3g}".rstrip(".")
