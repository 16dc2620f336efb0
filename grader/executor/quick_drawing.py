"""Draw a figure to the same pixels in less time: what is measured again and again is measured once.

While Matplotlib lays a figure out and draws it, it works out ticks, and the room that their labels take,
dozens of times for the same Axes at the same place; and it measures each text again for every renderer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def measured_once() -> Iterator[None]:
    """Remember ticks, boxes and sizes for one drawing.

    Only for figures of Matplotlib's own objects under its own code: of anything else, nobody knows what a
    measurement depends on, or what it does besides.
    """
    from matplotlib.axis import Axis
    from matplotlib.backends.backend_agg import RendererAgg

    names = (
        (Axis, "_update_ticks", _ticks),
        (Axis, "_get_ticklabel_bboxes", _boxes),
        (RendererAgg, "get_text_width_height_descent", _sizes),
    )
    originals: Any = [(owner, name, vars(owner)[name], remember) for owner, name, remember in names]
    for owner, name, measure, remember in originals:
        setattr(owner, name, remember(measure))
    try:
        yield
    finally:
        for owner, name, measure, _ in originals:
            setattr(owner, name, measure)


def _state(axis: Any) -> tuple[Any, ...]:
    """All that changes between two measurements of an axis while its figure is drawn."""
    axes = axis.axes
    return axes.bbox.bounds, axes.viewLim.bounds, axes.get_figure(root=True).dpi


def _is_plain(axis: Any) -> bool:
    return getattr(axis.axes, "name", None) == "rectilinear"


def _ticks(measure: Any) -> Any:
    known: dict[Any, tuple[Any, list[Any]]] = {}

    def update_ticks(axis: Any) -> list[Any]:
        if not _is_plain(axis):
            ticks: list[Any] = measure(axis)
            return ticks
        state, ticks = known.get(axis, (None, []))
        if state != _state(axis):
            ticks = measure(axis)
            known[axis] = _state(axis), ticks
        return list(ticks)

    return update_ticks


def _boxes(measure: Any) -> Any:
    known: dict[Any, tuple[Any, list[Any], tuple[list[Any], list[Any]]]] = {}

    def ticklabel_boxes(axis: Any, ticks: list[Any], renderer: Any) -> tuple[list[Any], list[Any]]:
        if not _is_plain(axis):
            boxes: tuple[list[Any], list[Any]] = measure(axis, ticks, renderer)
            return boxes
        state, of, boxes = known.get(axis, (None, [], ([], [])))
        if state != _state(axis) or of != ticks:
            boxes = measure(axis, ticks, renderer)
            known[axis] = _state(axis), list(ticks), boxes
        first, second = boxes
        return list(first), list(second)

    return ticklabel_boxes


def _sizes(measure: Any) -> Any:
    known: dict[Any, tuple[float, float, float]] = {}

    def text_size(renderer: Any, text: str, font: Any, ismath: Any) -> tuple[float, float, float]:
        if ismath == "TeX":
            size: tuple[float, float, float] = measure(renderer, text, font, ismath)
            return size
        key = renderer.dpi, text, font.copy(), ismath
        if key not in known:
            known[key] = measure(renderer, text, font, ismath)
        return known[key]

    return text_size
