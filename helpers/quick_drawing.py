"""Draw a figure to the same pixels in less time: nothing is drawn or measured twice.

For a PNG that is cut to what is on it, Matplotlib walks through all that a figure shows twice. While it lays
the figure out and draws it, it works out ticks, and the room that texts take, dozens of times for the same
Axes at the same place; and it reads each formula again for every size of the picture.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure


# What IPython's inline backend prints figures with, unless a notebook sets something else.
_AS_INLINE = {"fmt": "png", "base64": True, "bbox_inches": "tight"}


def as_png(figure: Figure, draw: Callable[[Figure], Any]) -> Any:
    """What `draw(figure)` returns, in less time where draw is the inline backend's own.

    Anything else is left alone, as are figures with objects of other packages on their Axes. What drawing
    raises or warns of comes from where it always does.
    """
    if not (is_inline(draw) and _is_matplotlib_s(figure)):
        return draw(figure)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return print_at_once(figure, draw)
    except Exception:
        return draw(figure)


def is_inline(draw: Any) -> bool:
    """Whether it prints figures as the inline backend does by itself."""
    from IPython.core.pylabtools import print_figure

    return isinstance(draw, partial) and draw.func is print_figure and draw.keywords == _AS_INLINE


def _is_matplotlib_s(figure: Figure) -> bool:
    artists = (artist for ax in figure.axes for artist in (ax, *ax.get_children()))
    return all(type(artist).__module__.partition(".")[0] == "matplotlib" for artist in artists)


def print_at_once(figure: Figure, draw: Callable[..., Any]) -> Any:
    """Lay a figure out, see how far it reaches, and draw it.

    draw: one that `is_inline`. Matplotlib's `print_figure` would walk through the figure once more in
    between, as if it were drawn.
    """
    import matplotlib

    held: Any = figure
    canvas: Any = figure.canvas
    engine = figure.get_layout_engine()
    with measured_once():
        if engine is not None and figure.axes:
            engine.execute(figure)
        reach = figure.get_tightbbox(canvas.get_renderer()).padded(matplotlib.rcParams["savefig.pad_inches"])
        # With any layout engine, also one that does nothing, there would be that walk.
        held._layout_engine = None
        try:
            return draw(figure, bbox_inches=reach)
        finally:
            held._layout_engine = engine


@contextmanager
def measured_once() -> Iterator[None]:
    """Remember ticks, boxes and texts for one drawing, and formulas for longer.

    Only for figures of Matplotlib's own objects under its own code: of anything else, nobody knows what a
    measurement depends on, or what it does besides.
    """
    from matplotlib.axis import Axis
    from matplotlib.mathtext import MathTextParser
    from matplotlib.text import Text

    names = (
        (Axis, "_update_ticks", _ticks),
        (Axis, "_get_ticklabel_bboxes", _boxes),
        (Text, "_get_layout", _layouts),
        (MathTextParser, "parse", _formulas),
    )
    originals: Any = [(owner, name, vars(owner)[name], remember) for owner, name, remember in names]
    for owner, name, measure, remember in originals:
        setattr(owner, name, remember(measure))
    try:
        yield
    finally:
        for owner, name, measure, _ in originals:
            setattr(owner, name, measure)


def _place(axis: Any) -> tuple[Any, ...]:
    """All that changes between two measurements of an axis while its figure is drawn."""
    axes = axis.axes
    return axes.bbox.bounds, axes.viewLim.bounds, axes.get_figure(root=True).dpi


def _room(axis: Any) -> tuple[Any, ...]:
    """All of it that decides where ticks are on the axis: locators see its length only as this number."""
    axes = axis.axes
    return axis.get_tick_space(), axes.viewLim.bounds, axes.get_figure(root=True).dpi


def _is_plain(axis: Any) -> bool:
    return getattr(axis.axes, "name", None) == "rectilinear"


def _ticks(measure: Any) -> Any:
    known: dict[Any, tuple[Any, Any, list[Any]]] = {}

    def update_ticks(axis: Any) -> list[Any]:
        if not _is_plain(axis):
            ticks: list[Any] = measure(axis)
            return ticks
        place, room, ticks = known.get(axis, (None, None, []))
        if place != _place(axis):
            if room != _room(axis):
                ticks = measure(axis)
            known[axis] = _place(axis), _room(axis), ticks
        return list(ticks)

    return update_ticks


def _boxes(measure: Any) -> Any:
    known: dict[Any, tuple[Any, list[Any], tuple[list[Any], list[Any]]]] = {}

    def ticklabel_boxes(axis: Any, ticks: list[Any], renderer: Any) -> tuple[list[Any], list[Any]]:
        if not _is_plain(axis):
            boxes: tuple[list[Any], list[Any]] = measure(axis, ticks, renderer)
            return boxes
        place, of, boxes = known.get(axis, (None, [], ([], [])))
        if place != _place(axis) or of != ticks:
            boxes = measure(axis, ticks, renderer)
            known[axis] = _place(axis), list(ticks), boxes
        first, second = boxes
        return list(first), list(second)

    return ticklabel_boxes


def _layouts(measure: Any) -> Any:
    known: dict[Any, Any] = {}

    def layout(text: Any, renderer: Any) -> Any:
        # A text that wraps depends on its place, one that turns with its Axes on their shape.
        if text.get_wrap() or text.get_usetex() or text.get_transform_rotates_text():
            return measure(text, renderer)
        key = (
            text.get_text(),
            text._fontproperties.copy(),
            text.get_rotation(),
            text.get_rotation_mode(),
            text._horizontalalignment,
            text._verticalalignment,
            text._multialignment,
            text._linespacing,
            text.get_parse_math(),
            text.get_figure(root=True).dpi,
            renderer.dpi,
        )
        if key not in known:
            known[key] = measure(text, renderer)
        return known[key]

    return layout


def _formulas(measure: Any) -> Any:
    import matplotlib

    set_to: Any = matplotlib.rcParams
    settings = tuple(str(set_to[name]) for name in _FORMULA_SETTINGS)

    def parse(parser: Any, s: str, dpi: float = 72, prop: Any = None, *, antialiased: Any = None) -> Any:
        font = None if prop is None else prop.copy()
        return _parsed(measure, parser._output_type, s, dpi, font, antialiased, settings)

    return parse


_FORMULA_SETTINGS = (
    *(f"mathtext.{name}" for name in ("fontset", "default", "fallback")),
    *(f"mathtext.{name}" for name in ("rm", "it", "bf", "bfit", "cal", "sf", "tt")),
    *(f"text.{name}" for name in ("antialiased", "hinting", "hinting_factor", "kerning_factor")),
)


@lru_cache(512)
def _parsed(
    measure: Any, output: str, s: str, dpi: float, prop: Any, antialiased: Any, _settings: tuple[str, ...]
) -> Any:
    from matplotlib.mathtext import MathTextParser

    # A parser is made with the name of a backend, and remembers what that backend needs.
    parser = MathTextParser("agg" if output == "raster" else "path")
    return measure(parser, s, dpi, prop, antialiased=antialiased)
