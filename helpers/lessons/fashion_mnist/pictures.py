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

    with card(10.6, 5.6) as figure:
        table, shown = figure.subfigures(1, 2, squeeze=False, width_ratios=(1.25, 1), wspace=0.02)[0]
        for part in (table, shown):
            part.set_facecolor(CARD)
        ax: Axes = table.subplots()
        _draw_table(ax, shares, class_names, pair)
        mixed_up = [(pair[0], pair[1]), (pair[1], pair[0])]
        for (one, other), row in zip(mixed_up, shown.subfigures(2, 1, squeeze=False)[:, 0], strict=True):
            row.set_facecolor(CARD)
            chosen = np.flatnonzero((true == one) & (predicted == other))[:EXAMPLES]
            row.suptitle(_heading(class_names, counts, one, other), color=RED, fontsize=11)
            for image_ax, i in zip(row.subplots(1, EXAMPLES), [*chosen, *[None] * EXAMPLES], strict=False):
                _draw_example(image_ax, stack, i)
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
            ax.text(column, row, f"{100 * share:.0f}", ha="center", va="center", color=colour, fontsize=SMALL)
    for row, column in (pair, pair[::-1]):
        ax.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor=RED, linewidth=2.2))
    ax.set_xticks(range(len(class_names)), class_names, rotation=90, fontsize=SMALL)
    ax.set_yticks(range(len(class_names)), class_names, fontsize=SMALL)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.set(xlabel="predicted", ylabel="true")
    ax.set_title("Of each true class, percent predicted as …")


def _draw_example(ax: Axes, images: npt.NDArray[Any], i: Any) -> None:
    ax.set_axis_off()
    if i is not None:
        ax.imshow(images[i], cmap="binary")
        ax.set_title(f"image {i}", fontsize=SMALL, pad=4, loc="center")
