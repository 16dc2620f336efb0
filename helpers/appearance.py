"""One look for the course's figures: an opaque light card, readable on a light and on a dark page.

No single text colour reaches a contrast of 4.5 on both white and JupyterLab's dark #111111 (the best there is
reaches 4.3), so figures bring their own background along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

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


def mark_fonts() -> list[str]:
    """The font families for text with ✓ or ✗: the reader's own, then the one in Matplotlib that has them."""
    import matplotlib

    return [*matplotlib.rcParams["font.family"], "DejaVu Sans"]
