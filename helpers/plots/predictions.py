"""Images with what a network predicted for them: one image, its bars of confidences, or a grid of both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, SupportsIndex

import numpy as np
import numpy.typing as npt

from helpers.alt_text import describe_axes
from helpers.appearance import BLUE, CARD, FONT_SIZE, GREY, RED, TEXT, dress, mark_fonts
from helpers.plots.axes import current_axes, require_axes
from helpers.plots.class_names import FASHION_MNIST_CLASS_NAMES
from helpers.plots.grid import SMALL, Sample, caption, draw_grid, judged
from helpers.plots.samples import (
    array,
    is_stack,
    read_confidences,
    read_image,
    read_label,
    require_one_set,
    whole_number,
    wrong_image_shape,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# In inches. Lower Axes, as in a grid of subplots, have no room for upright names under them.
ROOM_FOR_NAMES = 1.8


def plot_image(
    i: SupportsIndex,
    predictions_array: npt.ArrayLike,
    true_label: npt.ArrayLike,
    img: npt.ArrayLike,
    *,
    class_names: Sequence[str] = FASHION_MNIST_CLASS_NAMES,
    ax: Axes | None = None,
) -> Axes:
    """Draw image i over the predicted class, its confidence and the true class: blue ✓ right, red ✗ wrong.

    predictions_array: the confidences of this one sample, shape (classes,), so `predictions[i]`; or those of
    all samples, shape (n, classes).
    true_label: the class numbers of all samples, shape (n,), or of this one.
    img: the grey images of all samples, shape (n, height, width) or (n, height, width, 1), or this one.
    ax: where to draw; by default the current Axes. Returns it. Raises ValueError for unfit input.
    """
    i = whole_number(i, "i", 0)
    predictions, labels = array(predictions_array, "predictions_array"), array(true_label, "true_label")
    images = array(img, "img")
    require_one_set(("predictions_array", predictions), ("true_label", labels), ("img", images))
    confidences = read_confidences(predictions, i, class_names, "predictions_array")
    label = read_label(labels, i, class_names, "true_label")
    image = read_image(images, i, "img")
    require_axes(ax)
    ax = _draw_image(current_axes(ax), image, confidences, label, class_names)
    describe_axes(ax, f"An image {judged(confidences, label, class_names)}.")
    return ax


def plot_value_array(
    i: SupportsIndex,
    predictions_array: npt.ArrayLike,
    true_label: npt.ArrayLike,
    *,
    class_names: Sequence[str] = FASHION_MNIST_CLASS_NAMES,
    ax: Axes | None = None,
) -> Axes:
    """Draw the confidences of sample i as bars: blue ✓ the true class, hatched red ✗ a wrong prediction.

    predictions_array, true_label, ax: as in plot_image. Under the bars are the names of the classes where the
    Axes is high enough for them, else their numbers. Returns the Axes. Raises ValueError for unfit input.
    """
    i = whole_number(i, "i", 0)
    predictions, labels = array(predictions_array, "predictions_array"), array(true_label, "true_label")
    require_one_set(("predictions_array", predictions), ("true_label", labels))
    confidences = read_confidences(predictions, i, class_names, "predictions_array")
    label = read_label(labels, i, class_names, "true_label")
    require_axes(ax)
    ax = _draw_bars(current_axes(ax), confidences, label)
    highest = ", ".join(f"{class_names[i]} {confidences[i]:.0%}" for i in np.argsort(-confidences)[:2])
    if ax.get_window_extent().transformed(ax.figure.dpi_scale_trans.inverted()).height >= ROOM_FOR_NAMES:
        ax.set_xticks(range(len(class_names)), class_names, rotation=90, fontsize=SMALL)
        # Not beside the axis, where it would reach into an image to the left; the pad is for the marks.
        ax.set_title("confidence", loc="left", fontsize=SMALL, color=TEXT, pad=14)
    else:
        ax.set_xticks(range(len(confidences)))
    describe_axes(ax, f"Bars of {len(confidences)} confidences; the highest are {highest}.")
    return ax


def plot_predictions(
    predictions: npt.ArrayLike,
    true_labels: npt.ArrayLike,
    images: npt.ArrayLike,
    *,
    rows: int = 5,
    columns: int = 3,
    start: int = 0,
    class_names: Sequence[str] = FASHION_MNIST_CLASS_NAMES,
) -> Axes:
    """Draw a grid of samples from `start` on, row by row: each image with its confidences beside it.

    predictions: shape (n, classes), from 0 to 1. true_labels: class numbers, shape (n,).
    images: grey, shape (n, height, width) or (n, height, width, 1).
    Returns the one Axes that holds all of it, in inches. Cells after the last sample stay empty. Raises
    ValueError for unfit input.
    """
    rows, columns = whole_number(rows, "rows", 1), whole_number(columns, "columns", 1)
    start = whole_number(start, "start", 0)
    confidences, labels = array(predictions, "predictions"), array(true_labels, "true_labels")
    stack = array(images, "images")
    _require_many(confidences, labels, stack)
    count = min(rows * columns, len(labels) - start)
    if count <= 0:
        raise ValueError(f"start is {start}, and there are {len(labels)} samples: begin earlier.")
    samples = [
        Sample(
            read_image(stack, i, "images"),
            read_confidences(confidences, i, class_names, "predictions"),
            read_label(labels, i, class_names, "true_labels"),
        )
        for i in range(start, start + count)
    ]
    ax = draw_grid(samples, rows, columns, class_names)
    told = "; ".join(judged(sample.confidences, sample.label, class_names) for sample in samples)
    describe_axes(ax, f"{count} images, each with bars of its confidences: {told}.")
    return ax


def _require_many(predictions: npt.NDArray[Any], labels: npt.NDArray[Any], images: npt.NDArray[Any]) -> None:
    if predictions.ndim != 2:
        raise ValueError(
            f"predictions has shape {predictions.shape}: give all samples' confidences, shape (n, classes)."
        )
    if labels.ndim == 0:
        raise ValueError(f"true_labels is the single number {labels}: give all labels, shape (n,).")
    if not is_stack(images):
        raise wrong_image_shape(images, "images")
    require_one_set(("predictions", predictions), ("true_labels", labels), ("images", images))


def _draw_image(
    ax: Axes, image: npt.NDArray[Any], confidences: npt.NDArray[Any], label: int, class_names: Sequence[str]
) -> Axes:
    predicted = int(np.argmax(confidences))
    right = predicted == label
    dress(ax)
    ax.imshow(image, cmap="binary")
    ax.set(xticks=[], yticks=[])
    ax.set_xlabel(caption(confidences, label, class_names), color=BLUE if right else RED, family=mark_fonts())
    return ax


def _draw_bars(ax: Axes, confidences: npt.NDArray[Any], label: int) -> Axes:
    predicted = int(np.argmax(confidences))
    dress(ax)
    # The hatch has the colour of the edge.
    bars = ax.bar(range(len(confidences)), confidences, color=GREY, edgecolor=CARD, linewidth=0)
    bars[predicted].set(facecolor=RED, hatch="////")
    bars[label].set(facecolor=BLUE, hatch="")
    _mark(ax, label, confidences[label], "✓", BLUE)
    if predicted != label:
        _mark(ax, predicted, confidences[predicted], "✗", RED)
    ax.set_ylim(0, 1)
    ax.set_yticks([0, 0.5, 1])
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def _mark(ax: Axes, bar: int, height: float, mark: str, color: str) -> None:
    ax.annotate(
        mark,
        (bar, height),
        xytext=(0, 1),
        textcoords="offset points",
        ha="center",
        va="bottom",
        color=color,
        fontsize=FONT_SIZE,
        family=mark_fonts(),
    )
