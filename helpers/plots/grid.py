"""A grid of images with their confidences, in a single Axes: making thirty of them takes half a second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from helpers.appearance import BLUE, CARD, FONT_SIZE, GREY, RED, TEXT, dress, mark_fonts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SMALL = 8
# In inches: the side of an image, what is between it and its bars, the bars, and what is between two cells.
IMAGE, GAP, BARS, CELL_GAP = 1.4, 0.4, 1.1, 0.65
CELL = IMAGE + GAP + BARS + CELL_GAP
CAPTION, NAMES, MARGIN = 0.4, 0.35, 0.2
POINT = 1 / 72
# As Matplotlib has them: the ends of a bar, the room beside the outer bars, ticks, and what is around texts.
HALF_BAR, ROOM = 0.4, 0.05
TICK, CAPTION_PAD, NAME_PAD, LINE = 3.5 * POINT, 4 * POINT, 7 * POINT, 0.8


@dataclass(frozen=True)
class Sample:
    """A grey image, the confidences of its classes, and the number of its true class."""

    image: npt.NDArray[Any]
    confidences: npt.NDArray[Any]
    label: int

    @property
    def predicted(self) -> int:
        """The number of the class that it is taken for."""
        return int(np.argmax(self.confidences))


def caption(confidences: npt.NDArray[Any], label: int, class_names: Sequence[str]) -> str:
    """What is written below an image: what it is taken for, how surely, and what it is."""
    predicted = int(np.argmax(confidences))
    mark = "✓" if predicted == label else "✗"
    return f"{mark} {class_names[predicted]} {confidences[predicted]:.0%} ({class_names[label]})"


def judged(confidences: npt.NDArray[Any], label: int, class_names: Sequence[str]) -> str:
    """The same for a reader who does not see the image."""
    predicted = int(np.argmax(confidences))
    verdict = "rightly" if predicted == label else f"wrongly: it is {class_names[label]}"
    return f"taken for {class_names[predicted]} at {confidences[predicted]:.0%}, {verdict}"


def draw_grid(samples: Sequence[Sample], rows: int, columns: int, class_names: Sequence[str]) -> Axes:
    """Draw samples row by row into a new figure. The coordinates of its Axes are inches."""
    import matplotlib.pyplot as plt

    width, height = columns * CELL, rows * (IMAGE + CAPTION) + NAMES + MARGIN
    figure = plt.figure(figsize=(width, height))
    ax = figure.add_axes((0, 0, 1, 1))
    dress(ax)
    ax.set_axis_off()
    ax.set(xlim=(0, width), ylim=(0, height))
    places = [
        (
            0.75 * CELL_GAP + place % columns * CELL,
            height - MARGIN - place // columns * (IMAGE + CAPTION) - IMAGE,
        )
        for place in range(len(samples))
    ]
    frames = [
        _draw_image(ax, sample, left, bottom, class_names)
        for sample, (left, bottom) in zip(samples, places, strict=True)
    ]
    corners = [(left + IMAGE + GAP, bottom) for left, bottom in places]
    _draw_bars(ax, samples, corners)
    _draw_lines(ax, frames, corners)
    # The order of the bars is the same everywhere: the lowest bars of each column name the classes.
    for left, bottom in corners[-columns:]:
        for name, x in zip(class_names, left + _centres(len(class_names)), strict=True):
            _write(ax, x, bottom - NAME_PAD, name, va="top", rotation=90, fontsize=SMALL - 1, color=TEXT)
    return ax


def _draw_image(ax: Axes, sample: Sample, left: float, bottom: float, class_names: Sequence[str]) -> Any:
    """Draw an image in the middle of its square, and its caption below; return its corners."""
    high, wide = IMAGE * np.array(sample.image.shape[:2]) / max(sample.image.shape[:2])
    x, y = left + (IMAGE - wide) / 2, bottom + (IMAGE - high) / 2
    ax.imshow(sample.image, cmap="binary", extent=(x, x + wide, y, y + high), aspect="auto")
    _write(
        ax,
        left + IMAGE / 2,
        y - CAPTION_PAD,
        caption(sample.confidences, sample.label, class_names),
        va="top",
        color=BLUE if sample.predicted == sample.label else RED,
        fontsize=FONT_SIZE,
        family=mark_fonts(),
    )
    return [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y)]


def _centres(count: int) -> npt.NDArray[np.float64]:
    """Where the middles of the bars are, from the left end of the bars' own axis."""
    room = ROOM * (count - 1 + 2 * HALF_BAR)
    return np.asarray(BARS * (np.arange(count) + HALF_BAR + room) / (count - 1 + 2 * HALF_BAR + 2 * room))


def _draw_bars(ax: Axes, samples: Sequence[Sample], corners: Sequence[tuple[float, float]]) -> None:
    from matplotlib.collections import PolyCollection

    bars: dict[str, list[Any]] = {GREY: [], RED: [], BLUE: []}
    for sample, (left, bottom) in zip(samples, corners, strict=True):
        centres = left + _centres(len(sample.confidences))
        half = HALF_BAR * (BARS / (len(centres) - 1 + 2 * HALF_BAR) / (1 + 2 * ROOM))
        tops = bottom + IMAGE * np.asarray(sample.confidences, dtype=float)
        for i, (x, top) in enumerate(zip(centres, tops, strict=True)):
            colour = BLUE if i == sample.label else RED if i == sample.predicted else GREY
            bars[colour].append([(x - half, bottom), (x + half, bottom), (x + half, top), (x - half, top)])
            if colour != GREY:
                mark = "✓" if colour == BLUE else "✗"
                _write(
                    ax,
                    x,
                    top + POINT,
                    mark,
                    va="bottom",
                    color=colour,
                    fontsize=FONT_SIZE,
                    family=mark_fonts(),
                )
    for colour, drawn in bars.items():
        # The hatch has the colour of the edge.
        hatch = "////" if colour == RED else None
        ax.add_collection(
            PolyCollection(drawn, facecolor=colour, edgecolor=CARD, linewidth=0, hatch=hatch), autolim=False
        )


def _draw_lines(ax: Axes, frames: Sequence[Any], corners: Sequence[tuple[float, float]]) -> None:
    """Frame the images, and draw two lines and three ticks for each of the bars."""
    from matplotlib.collections import LineCollection

    axes = [[(x, y + IMAGE), (x, y), (x + BARS, y)] for x, y in corners]
    ticks = [
        [(x - TICK, y + share * IMAGE), (x, y + share * IMAGE)] for x, y in corners for share in (0, 0.5, 1)
    ]
    for lines, colour in (([*frames, *axes], GREY), (ticks, TEXT)):
        ax.add_collection(LineCollection(lines, colors=colour, linewidths=LINE), autolim=False)


def _write(ax: Axes, x: float, y: float, text: str, **looks: Any) -> None:
    ax.text(x, y, text, ha="center", **looks)
