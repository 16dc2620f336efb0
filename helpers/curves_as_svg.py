"""Training curves as an SVG, put together from text in less than a millisecond: no Matplotlib, no pixels.

It looks like the course's other figures: the same card, colours and lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from math import ceil, floor, isfinite, log10

from helpers.appearance import BLUE, CARD, GREY, GRID, ORANGE, TEXT

# For each name that Keras records: the numbers of the epochs, and the values after them.
Curves = Mapping[str, Sequence[tuple[int, float]]]

# Told apart without colour by line and mark.
STYLES = {"training": (BLUE, "none"), "validation": (ORANGE, "6 4")}
# In pixels.
PANEL_WIDTH, PANEL_HEIGHT, TITLE_HEIGHT = 366, 226, 34
LEFT, RIGHT, TOP, BOTTOM = 58, 14, 42, 40
COLUMNS = 2
# Of more metrics only these are drawn: more panels would not fit onto a screen.
MOST_PANELS = 6
# More marks on a curve would run into each other, and more points than pixels show nothing more.
MOST_MARKS, MOST_POINTS = 20, 300
LONGEST_NAME = 40
# What is beyond cannot be drawn to scale.
LARGEST, SMALLEST = 1e300, 1e-300


def curves_as_svg(title: str, curves: Curves, last: int) -> str:
    """Draw a panel for each metric, with the curve of the training and that of the validation data.

    curves: pairs of epoch and value by the name that Keras gives them, `val_loss` for validation data. last:
    the epoch at the right end of the panels.
    """
    metrics = metrics_of(curves)
    # As long as there are no metrics, with the room for most of them: the page then need not move.
    panel_count = len(metrics) or COLUMNS
    columns = min(COLUMNS, panel_count)
    width, height = columns * PANEL_WIDTH, TITLE_HEIGHT + ceil(panel_count / columns) * PANEL_HEIGHT
    panels = "".join(
        f'<g transform="translate({index % columns * PANEL_WIDTH} '
        f'{TITLE_HEIGHT + index // columns * PANEL_HEIGHT})">{_panel(metric, curves, last)}</g>'
        for index, metric in enumerate(metrics)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="DejaVu Sans, Verdana, sans-serif" font-size="12">'
        f'<rect width="{width}" height="{height}" fill="{CARD}"/>'
        f"{_text(14, 23, title, size=14)}{panels}</svg>"
    )


def words_for(title: str, curves: Curves) -> str:
    """Say what the drawing shows: the title, and where each curve starts and ends."""
    told = [
        f"{_short(metric)} on {data} data {_from_to(curves[name])}"
        for metric in metrics_of(curves)
        for data, name in _names(metric, curves)
    ]
    return f"{title}: {'; '.join(told)}." if told else f"{title}."


def metrics_of(curves: Curves) -> list[str]:
    """The metrics that are drawn, the loss first: the names without those of validation data."""
    alone = [
        name
        for name in curves
        if not (name.startswith("val_") and name.removeprefix("val_") in curves) and curves[name]
    ]
    return sorted(alone, key=lambda name: name != "loss")[:MOST_PANELS]


def _names(metric: str, curves: Curves) -> list[tuple[str, str]]:
    """Which data a panel shows, each with the name of its curve."""
    if metric.startswith("val_"):
        return [("validation", metric)]
    both = (("training", metric), ("validation", f"val_{metric}"))
    return [(data, name) for data, name in both if curves.get(name)]


def _panel(metric: str, curves: Curves, last: int) -> str:
    drawn = _names(metric, curves)
    points = [point for _, name in drawn for point in curves[name]]
    first = min(epoch for epoch, _ in points)
    low, high = _limits(metric, [value for _, value in points if _can_be_drawn(value)])
    room = max(0.5, 0.03 * (last - first))
    right, bottom = PANEL_WIDTH - RIGHT, PANEL_HEIGHT - BOTTOM

    def x(epoch: float) -> float:
        return LEFT + (epoch - first + room) / (last - first + 2 * room) * (right - LEFT)

    def y(value: float) -> float:
        return bottom - (value - low) / (high - low) * (bottom - TOP)

    parts = [_text(LEFT, 14, _short(metric), size=13)]
    for tick in _ticks(low, high):
        parts.append(_line(LEFT, y(tick), right, y(tick), GRID))
        parts.append(_text(LEFT - 6, y(tick) + 4, f"{tick:g}", anchor="end", size=11))
    for tick in _ticks(first, last, whole=True):
        parts.append(_line(x(tick), bottom, x(tick), bottom + 4, GREY))
        parts.append(_text(x(tick), bottom + 16, f"{tick:g}", anchor="middle", size=11))
    parts += [_line(LEFT, TOP, LEFT, bottom, GREY), _line(LEFT, bottom, right, bottom, GREY)]
    parts.append(_text((LEFT + right) / 2, bottom + 32, "epoch", anchor="middle", size=11))
    for place, (data, name) in enumerate(drawn):
        curve = [(x(epoch), y(value) if _can_be_drawn(value) else None) for epoch, value in curves[name]]
        parts.append(_curve(data, curve))
        parts.append(_legend(data, curves[name], LEFT + place * 148))
    return "".join(parts)


def _limits(metric: str, values: Sequence[float]) -> tuple[float, float]:
    """From where to where the vertical axis goes."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    if "acc" in metric and low >= 0 and high <= 1:
        return 0, 1
    if low >= 0:
        low = 0
    largest = max(abs(low), abs(high))
    # Where all values are the same, there has to be some room around them.
    margin = 0.06 * (high - low) if high - low > 1e-9 * largest else largest
    if largest < SMALLEST:
        margin = 1
    return (low if low == 0 else low - margin), high + margin


def _ticks(low: float, high: float, *, whole: bool = False) -> list[float]:
    """About five round numbers from low to high."""
    if low == high:
        return [low]
    rough = (high - low) / 5
    power = 10.0 ** floor(log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= 0.999 * rough)
    if whole:
        step = max(1, step)
    return [n * step for n in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]


def _curve(data: str, points: Sequence[tuple[float, float | None]]) -> str:
    colour, dashes = STYLES[data]
    runs = [
        [(x, y) for x, y in run if y is not None]
        for there, run in groupby(_thinned(points), key=lambda point: point[1] is not None)
        if there
    ]
    path = "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in run) for run in runs if len(run) > 1)
    # A point between two that are missing would not be seen without a mark.
    marked = [point for run in runs for point in run if len(points) <= MOST_MARKS or len(run) == 1]
    line = f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>'
    return (line if path else "") + "".join(_mark(data, x, y) for x, y in marked)


def _thinned(points: Sequence[tuple[float, float | None]]) -> list[tuple[float, float | None]]:
    """The points, or the lowest and the highest of each few where they are too many, in their order."""
    few = ceil(2 * len(points) / MOST_POINTS)
    if few <= 2:
        return list(points)
    kept: list[tuple[float, float | None]] = []
    for start in range(0, len(points), few):
        part = points[start : start + few]
        there = [(y, at) for at, (_, y) in enumerate(part) if y is not None]
        # Where a point is missing the curve is broken.
        missing = [at for at, (_, y) in enumerate(part) if y is None][:1]
        ends = [min(there)[1], max(there)[1]] if there else []
        kept += [part[at] for at in sorted({*ends, *missing})]
    return kept


def _mark(data: str, x: float, y: float) -> str:
    colour, _ = STYLES[data]
    if data == "training":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'
    return f'<rect x="{x - 2.8:.1f}" y="{y - 2.8:.1f}" width="5.6" height="5.6" fill="{colour}"/>'


def _legend(data: str, curve: Sequence[tuple[int, float]], left: float) -> str:
    colour, dashes = STYLES[data]
    line = _line(left, 28, left + 26, 28, colour, width=2, dashes=dashes)
    said = f"{data}: {_broken(curve) or _shown(curve[-1][1])}"
    return line + _mark(data, left + 13, 28) + _text(left + 32, 32, said, size=11)


def _from_to(curve: Sequence[tuple[int, float]]) -> str:
    broken = _broken(curve)
    return f"from {_shown(curve[0][1])} to {_shown(curve[-1][1])}" + (f" ({broken})" if broken else "")


def _broken(curve: Sequence[tuple[int, float]]) -> str:
    """What a curve is from some epoch on, if it is no longer a number."""
    return next((f"{value} from epoch {epoch}" for epoch, value in curve if not isfinite(value)), "")


def _shown(value: float) -> str:
    """A number as a reader of curves needs it: three digits, or three after the point."""
    return f"{value:.3f}" if value == 0 or 0.001 <= abs(value) <= 1 else f"{value:.3g}"


def _short(name: str) -> str:
    """The name of a metric, which is the student's to choose, as a line of text."""
    line = "".join(character if character.isprintable() else "?" for character in name[:LONGEST_NAME])
    return line if len(name) <= LONGEST_NAME else f"{line[:-1]}…"


def _can_be_drawn(value: float) -> bool:
    return isfinite(value) and abs(value) < LARGEST


def _text(x: float, y: float, text: str, *, anchor: str = "start", size: int) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{TEXT}">'
        f"{escape(text)}</text>"
    )


def _line(
    x1: float, y1: float, x2: float, y2: float, colour: str, *, width: float = 1, dashes: str = "none"
) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width}" stroke-dasharray="{dashes}"/>'
    )
