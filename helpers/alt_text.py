"""Alt text for figures: what the picture shows, in words made from its data.

A figure with alt text is one of the course's, and so it is drawn quickly as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from helpers.quick_drawing import as_png

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def describe(figure: Figure, text: str) -> None:
    """Give a figure its alt text: full sentences, with the numbers that a reader of the picture would see.

    In a notebook the figure's PNG carries the text as metadata, which pages made from the notebook show.
    """
    figure.set_label(text)
    formatter = _png_formatter()
    if formatter is not None:
        from matplotlib.figure import Figure

        draw = formatter.lookup_by_type(Figure)
        if not isinstance(draw, _WithAltText):
            formatter.for_type(Figure, _WithAltText(draw))
        # At the end of a cell pyplot would draw what is stale, which nobody sees: the notebook draws again.
        figure.stale = False


def describe_axes(ax: Axes, text: str) -> None:
    """Give one Axes its alt text. The figure's joins those of its Axes, in the order they were made."""
    ax.set_label(text)
    figure = ax.get_figure(root=True)
    if figure is not None:
        # Matplotlib has names of its own for colour bars, in angle brackets.
        labels = [str(each.get_label()) for each in figure.axes]
        describe(figure, " ".join(label for label in labels if label and not label.startswith("<")))


def _png_formatter() -> Any:
    """The PNG formatter of the notebook that this runs in, once it draws figures; None elsewhere."""
    from IPython.core.getipython import get_ipython
    from matplotlib.figure import Figure

    shell: Any = get_ipython()
    formatter = shell.display_formatter.formatters["image/png"] if shell else None
    return formatter if formatter is not None and Figure in formatter else None


class _WithAltText:
    """Draws a figure as PNG, one with alt text in less time, and adds the text to what it returns."""

    def __init__(self, draw: Any) -> None:
        self._draw = draw

    def __call__(self, figure: Figure) -> Any:
        text = figure.get_label()
        if not text:
            return self._draw(figure)
        drawn = as_png(figure, self._draw)
        data, metadata = drawn if isinstance(drawn, tuple) else (drawn, {})
        return data, {**metadata, "alt": str(text)}
