"""The pictures of lesson 07: what prepare makes of one image, and the table of what was tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from helpers.alt_text import describe
from helpers.appearance import BLUE, CARD, GREY, ORANGE, TEXT, card
from helpers.cannot_be_drawn import one_number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The row of an image that is followed to its place in the flattened one.
ROW = 14


def draw_prepared(image: npt.ArrayLike, label: int, x: npt.ArrayLike, y: npt.ArrayLike) -> Any:
    """Draw an image and its label as they were loaded, and what became of them.

    image: shape (rows, columns). label: an integer. x: shape (rows · columns,). y: shape (classes,).
    Returns an array of three Axes: the image, y, and x. Raises ValueError for other shapes.
    """
    from matplotlib.patches import Rectangle

    image, x, y = np.asarray(image), np.asarray(x), np.asarray(y)
    if image.ndim != 2 or x.shape != (image.size,) or y.ndim != 1:
        raise ValueError(
            f"An image of shape {image.shape}, its x of shape {x.shape} and its y of shape {y.shape} do not "
            "go together: give one of each, such as x[0]."
        )
    columns = image.shape[1]
    start, end = ROW * columns, (ROW + 1) * columns
    with card(9, 5.8) as figure:
        axes = figure.subplot_mosaic([["image", "y"], ["x", "x"]], height_ratios=[3, 2])
        axes["image"].imshow(image, cmap="binary")
        axes["image"].add_patch(
            Rectangle((-0.5, ROW - 0.5), columns, 1, fill=False, edgecolor=ORANGE, linewidth=2)
        )
        axes["image"].set_title(f"image: {image.shape}, {image.min()} to {image.max()}")
        axes["image"].set(xlabel=f"label: {label}", ylabel="row")
        _draw_one_hot(axes["y"], y)
        axes["x"].plot(x, color=BLUE, linewidth=1)
        axes["x"].axvspan(start, end - 1, facecolor="none", edgecolor=ORANGE, hatch="///", linewidth=1.5)
        axes["x"].annotate(
            f"row {ROW}: places {start} to {end - 1}",
            (end, 1.12),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=ORANGE,
        )
        axes["x"].set(xlim=(0, x.size - 1), ylim=(0, 1.25), yticks=[0, 0.5, 1])
        axes["x"].set(xlabel="place in x", ylabel="value")
        axes["x"].set_title(f"x: {x.shape}, {x.min():g} to {x.max():g}")
    describe(
        figure,
        f"Left: an image of shape {image.shape} with the label {label}; a frame marks its row {ROW}. Right: "
        f"y has {y.size} places, and is {y.max():g} at place {int(y.argmax())}. Below: x is one line of "
        f"{x.size} values from {x.min():g} to {x.max():g}; the framed row is at the places {start} to "
        f"{end - 1}.",
    )
    return np.array([axes["image"], axes["y"], axes["x"]])


def _draw_one_hot(ax: Axes, y: npt.NDArray[Any]) -> None:
    places = np.arange(y.size)
    ax.bar(places, y, color=BLUE)
    for place, value in enumerate(y):
        ax.text(place, value + 0.03, f"{value:g}", ha="center", color=BLUE if value else TEXT)
    ax.set(xticks=places, yticks=[], ylim=(0, 1.2), xlabel="place in y")
    ax.set_title(f"y: {y.shape}, one-hot")


def draw_experiments(experiments: Sequence[Mapping[str, Any]]) -> Axes:
    """Draw the validation accuracy of each training in a table, the best at the top.

    experiments: a dictionary for each, with hidden, epochs, batch_size and val_accuracy, which may be a list
    of one number. Returns the Axes. Raises ValueError for an empty table.
    """
    if not experiments:
        raise ValueError("experiments is empty: give a dictionary for each training.")

    def accuracy_of(row: Mapping[str, Any]) -> float:
        return one_number(np.squeeze(row["val_accuracy"]), "experiments")

    rows = sorted(experiments, key=accuracy_of)
    accuracies = [accuracy_of(row) for row in rows]
    names = [
        f"hidden {row['hidden']}, {row['epochs']} {'epoch' if row['epochs'] == 1 else 'epochs'}, "
        f"batches of {row['batch_size']}"
        for row in rows
    ]
    room = max(0.15 * (accuracies[-1] - accuracies[0]), 0.005)
    with card(8.6, 1.6 + 0.5 * len(rows)) as figure:
        ax = figure.subplots()
        for place, accuracy in enumerate(accuracies):
            ax.plot([accuracies[0] - room, accuracy], [place, place], ":", color=GREY, linewidth=1)
            _mark(ax, accuracy, place, is_best=place == len(rows) - 1)
        ax.set_yticks(range(len(rows)), names)
        ax.set(
            xlim=(accuracies[0] - room, accuracies[-1] + 2.5 * room),
            ylim=(-0.6, len(rows) - 0.4),
            xlabel="accuracy on the validation images",
        )
        ax.set_title("What was tried")
    told = "; ".join(
        f"{name}: {accuracy:.3f}" for name, accuracy in zip(names[::-1], accuracies[::-1], strict=True)
    )
    describe(figure, f"The validation accuracy of {len(rows)} trainings, the best first. {told}.")
    return ax


def _mark(ax: Axes, accuracy: float, place: int, *, is_best: bool) -> None:
    """Mark an accuracy, and tell it beside the mark."""
    ax.plot(
        accuracy,
        place,
        "s" if is_best else "o",
        color=BLUE if is_best else GREY,
        markerfacecolor=BLUE if is_best else CARD,
        markersize=10,
    )
    ax.annotate(
        f"{accuracy:.3f}{'  best' if is_best else ''}",
        (accuracy, place),
        xytext=(10, 0),
        textcoords="offset points",
        va="center",
        color=BLUE if is_best else TEXT,
    )
