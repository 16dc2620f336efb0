"""The pictures of lesson 06: training curves that under- and overfit, and curves up to a chosen epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.alt_text import describe
from helpers.appearance import BLUE, CARD, GRID, ORANGE, TEXT, card

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Lists with one accuracy for each epoch, by the names that Keras gives them.
Curves = Mapping[str, Sequence[float]]

# Told apart by line and mark as well as by colour.
LOOKS = (("accuracy", "training", BLUE, "-", "o"), ("val_accuracy", "validation", ORANGE, "--", "s"))


def draw_fits(histories: Mapping[str, Any]) -> Any:
    """Draw training and validation accuracy, a panel for each record, with the gap at the end.

    histories: what `fit` returned, or its `.history`, by what to call it. Returns an array of Axes.
    """
    records = {name: getattr(history, "history", history) for name, history in histories.items()}
    told = []
    with card(10, 4) as figure:
        axes = figure.subplots(1, len(records), sharey=True, squeeze=False)[0]
        for ax, (name, curves) in zip(axes, records.items(), strict=True):
            _draw(ax, curves, len(curves["accuracy"]))
            ax.set_title(name)
            training, validation = (curves[key][-1] for key in ("accuracy", "val_accuracy"))
            # Above curves that end low, below those that end high.
            middle = 0.35 if min(training, validation) > 0.6 else 0.85
            ax.text(
                0.5,
                middle,
                f"training {training:.2f}\nvalidation {validation:.2f}",
                transform=ax.transAxes,
                ha="center",
                va="center",
                bbox={"facecolor": CARD, "edgecolor": "none", "pad": 2},
            )
            told.append(
                f"{name}: after {len(curves['accuracy'])} epochs training is at {training:.2f} and "
                f"validation at {validation:.2f}"
            )
        axes[0].set_ylabel("accuracy")
        figure.legend(
            *axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False
        )
    describe(
        figure,
        f"Accuracy against epoch in {len(records)} panels, each with a curve for training and one for "
        f"validation. {'. '.join(told)}.",
    )
    return axes


def draw_up_to(curves: Curves, epoch: int, title: str) -> Axes:
    """Draw both accuracies up to an epoch, counted from 1, and mark them there. Returns the Axes.

    curves: "accuracy" and "val_accuracy" for all epochs, which the x axis leaves room for.
    """
    # A fixed layout with few ticks: all else takes more time than a redraw at each key press may take.
    with card(7, 3.8, constrained=False) as figure:
        ax = figure.subplots()
        figure.subplots_adjust(left=0.1, right=0.97, bottom=0.16, top=0.88)
        _draw(ax, curves, epoch, marks=False)
        for name, _, colour, _, mark in LOOKS:
            ax.plot(epoch, curves[name][epoch - 1], mark, color=colour, markersize=7, zorder=3)
        ax.axvline(epoch, color=TEXT, linewidth=0.8, linestyle=":")
        ax.set(ylabel="accuracy", title=title, xlim=(0.5, len(curves["accuracy"]) + 0.5))
        # Curves that end high leave the bottom free, and others the top.
        low = max(curves[name][epoch - 1] for name in ("accuracy", "val_accuracy")) < 0.5
        ax.legend(loc="upper left" if low else "lower right", frameon=False)
    training, validation = (curves[name][epoch - 1] for name in ("accuracy", "val_accuracy"))
    describe(
        figure,
        f"{title}: accuracy against epoch, from 1 to {epoch}. At the mark training is at {training:.3f} and "
        f"validation at {validation:.3f}.",
    )
    return ax


def _draw(ax: Axes, curves: Curves, epochs: int, *, marks: bool = True) -> None:
    places = np.arange(1, epochs + 1)
    for name, label, colour, line, mark in LOOKS:
        ax.plot(
            places,
            curves[name][:epochs],
            linestyle=line,
            marker=mark if marks else None,
            markersize=4.5,
            markevery=max(1, epochs // 10),
            color=colour,
            linewidth=2,
            label=label,
        )
    ax.set(xlabel="epoch", ylim=(0, 1.02), yticks=[0, 0.25, 0.5, 0.75, 1])
    ax.grid(True, axis="y", color=GRID, linewidth=0.8)
    ax.set_axisbelow(True)
