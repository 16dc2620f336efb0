"""One look for the course's figures: an opaque light card, readable on a light and on a dark page.

No single text colour reaches a contrast of 4.5 on both white and JupyterLab's dark #111111 (the best there is
reaches 4.3), so figures bring their own background along.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from helpers.cannot_be_drawn import whole_or_none

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

CARD = "#f4f4f2"
TEXT = "#262626"
GRID = "#d4d4d0"
GREY = "#868686"
# Blue and red that stay apart in every common form of colour blindness; each is readable as text on the card.
BLUE = "#0b57a4"
RED = "#b3261e"
ORANGE = "#9a4f00"
GREEN = "#1a6b45"
PURPLE = "#74399b"

FONT_SIZE = 9
_STYLE: Any = {
    "axes.facecolor": CARD,
    "axes.edgecolor": GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 12,
    "axes.titlepad": 12,
    "font.size": 11,
    "text.color": TEXT,
    "axes.labelcolor": TEXT,
    "axes.titlecolor": TEXT,
    "xtick.color": TEXT,
    "ytick.color": TEXT,
}


def dress(ax: Axes) -> None:
    """Put an Axes and its figure onto the card, whatever style they were made in."""
    figure = ax.get_figure(root=True)
    if figure is not None:
        figure.patch.set(facecolor=CARD, alpha=1)
    ax.patch.set(facecolor=CARD, alpha=1)
    ax.grid(False)
    ax.tick_params(colors=TEXT, labelsize=FONT_SIZE)
    for spine in ax.spines.values():
        spine.set_color(GREY)
    for text in (ax.title, ax.xaxis.label, ax.yaxis.label):
        text.set(color=TEXT, fontsize=FONT_SIZE)


@contextmanager
def card(width: float, height: float, *, constrained: bool = True) -> Iterator[Figure]:
    """Make a figure for one of the lessons' pictures, in inches; what is drawn inside has the card's look.

    constrained: leave the layout to Matplotlib. If False, the caller places the Axes. Where drawing fails, no
    half of a figure is left. Raises CannotBeDrawn then, unless the error is in a cell of the notebook.
    """
    import matplotlib.pyplot as plt

    # Outside the style: a notebook's backend that first loads inside it would be off again at its end.
    with whole_or_none():
        figure = plt.figure(figsize=(width, height), facecolor=CARD)
        if constrained:
            figure.set_layout_engine("constrained", w_pad=0.12, h_pad=0.12)
        with plt.rc_context(_STYLE):
            yield figure


def tick_at(axis: Axis, places: Iterable[float]) -> None:
    """Have the ticks of an axis at these places once it is drawn: `set_ticks` would make them at once."""
    from matplotlib.ticker import FixedLocator

    axis.set_major_locator(FixedLocator(list(places)))


def mark_fonts() -> list[str]:
    """The font families for text with ✓ or ✗: the reader's own, then the one in Matplotlib that has them."""
    import matplotlib

    return [*matplotlib.rcParams["font.family"], "DejaVu Sans"]
