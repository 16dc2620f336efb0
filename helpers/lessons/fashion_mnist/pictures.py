"""The picture of mixed-up classes in lesson 05, drawn from the labels that a network predicted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from helpers.alt_text import describe
from helpers.appearance import BLUE, CARD, RED, TEXT, card

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SMALL = 8.5
EXAMPLES = 4
# In inches: the figure, its table, and beside it the tops of the headings and the examples below them.
WIDTH, HEIGHT = 10.6, 5.4
TABLE_LEFT, TABLE_BOTTOM, TABLE = 1.0, 1.0, 4.2
SHOWN_LEFT, TOPS = 6.0, (4.7, 2.6)
EXAMPLE, GAP, NAME_BELOW = 0.98, 0.16, 0.36


def draw_confusion(
    true_labels: npt.ArrayLike,
    predicted_labels: npt.ArrayLike,
    images: npt.ArrayLike,
    class_names: Sequence[str],
    pair: tuple[int, int],
) -> Axes:
    """Draw how often each class is taken for each other one, and examples of two classes mixed up.

    true_labels, predicted_labels: class numbers, shape (n,). images: grey, shape (n, height, width).
    pair: the two classes whose mix-ups are framed and shown. Returns the Axes of the table.
    """
    true, predicted = np.asarray(true_labels), np.asarray(predicted_labels)
    stack = np.asarray(images)
    count = len(class_names)
    counts = np.zeros((count, count), int)
    np.add.at(counts, (true, predicted), 1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)

    mixed_up = [(pair[0], pair[1]), (pair[1], pair[0])]
    with card(WIDTH, HEIGHT, constrained=False) as figure:
        ax: Axes = figure.add_axes(_part_of_figure(TABLE_LEFT, TABLE_BOTTOM, TABLE, TABLE))
        _draw_table(ax, shares, class_names, pair)
        # One Axes in inches for all examples: each one more would take as long as all that is in it.
        shown = figure.add_axes(_part_of_figure(SHOWN_LEFT, 0, WIDTH - SHOWN_LEFT, HEIGHT))
        shown.set(xlim=(SHOWN_LEFT, WIDTH), ylim=(0, HEIGHT))
        shown.set_axis_off()
        for (one, other), top in zip(mixed_up, TOPS, strict=True):
            chosen = np.flatnonzero((true == one) & (predicted == other))[:EXAMPLES]
            heading = _heading(class_names, counts, one, other)
            shown.text(SHOWN_LEFT, top, heading, color=RED, fontsize=11, va="top")
            for place, i in enumerate(chosen):
                _draw_example(shown, stack[i], f"image {i}", SHOWN_LEFT + place * (EXAMPLE + GAP), top)
        headings = "; ".join(_heading(class_names, counts, *each) for each in mixed_up)
        describe(
            figure,
            f"A table of {count} true classes against {count} predicted ones. {_shares(class_names, shares)} "
            f"Beside it are examples: {headings}.",
        )
    return ax


def _shares(class_names: Sequence[str], shares: npt.NDArray[np.float64]) -> str:
    right = ", ".join(f"{name} {share:.0%}" for name, share in zip(class_names, np.diag(shares), strict=True))
    return f"Predicted right: {right}."


def _heading(class_names: Sequence[str], counts: npt.NDArray[Any], one: int, other: int) -> str:
    return f"{class_names[one]} taken for {class_names[other]}: {counts[one, other]} of {counts[one].sum():,}"


def _draw_table(
    ax: Axes, shares: npt.NDArray[np.float64], class_names: Sequence[str], pair: tuple[int, int]
) -> None:
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.patches import Rectangle

    # One hue, from the card to blue: light and dark tell the shares apart without colour.
    ax.imshow(shares, cmap=LinearSegmentedColormap.from_list("card to blue", (CARD, BLUE)), vmin=0, vmax=1)
    for (row, column), share in np.ndenumerate(shares):
        # What rounds to nothing would only hide the rest.
        if round(100 * share) > 0:
            colour = CARD if share > 0.5 else TEXT
            number = ax.text(column, row, f"{100 * share:.0f}", ha="center", va="center", color=colour)
            # It lies within the Axes: the layout need not measure it.
            number.set(fontsize=SMALL, in_layout=False)
    for row, column in (pair, pair[::-1]):
        ax.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor=RED, linewidth=2.2))
    ax.set_xticks(range(len(class_names)), class_names, rotation=90, fontsize=SMALL)
    ax.set_yticks(range(len(class_names)), class_names, fontsize=SMALL)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.set(xlabel="predicted", ylabel="true")
    ax.set_title("Of each true class, percent predicted as …")


def _draw_example(ax: Axes, image: npt.NDArray[Any], name: str, left: float, top: float) -> None:
    """Draw an image and its name below a heading whose top is there, in inches."""
    upper = top - NAME_BELOW - 0.1
    ax.text(left + EXAMPLE / 2, upper + 0.05, name, fontsize=SMALL, ha="center")
    place = (left, left + EXAMPLE, upper - EXAMPLE, upper)
    ax.imshow(image, cmap="binary", extent=place, aspect="auto")


def _part_of_figure(
    left: float, bottom: float, width: float, height: float
) -> tuple[float, float, float, float]:
    return left / WIDTH, bottom / HEIGHT, width / WIDTH, height / HEIGHT
