"""How curves and the samples of a legend look: by what a reader tells them apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

# What a line looks like: first all that can be seen, then less and less of it, at last its hue alone.
# None for anything but a line, which can only share its hue.
Looks = tuple[Any, ...]
RGBA = tuple[float, float, float, float]
NO_LINE = ("None", "none", " ", "")
NO_MARKER = (*NO_LINE, None)
# Nobody sees what is less opaque than this, thinner (in points), or no further from the background in any
# part of its color.
FAINTEST, THINNEST, SAME = 0.05, 0.05, 0.03


def leaves_ink(artist: Any) -> bool:
    """Whether something in a drawing can be seen, as far as it and its Axes say so themselves."""
    ax, opaque = getattr(artist, "axes", None), artist.get_alpha()
    if not artist.get_visible() or (ax is not None and not _is_in_sight(ax)):
        return False
    if isinstance(opaque, int | float) and opaque < FAINTEST:
        return False
    if not _is_line(artist):
        return True
    has_line = artist.get_linestyle() not in NO_LINE and artist.get_linewidth() > THINNEST
    has_marker = artist.get_marker() not in NO_MARKER and artist.get_markersize() > THINNEST
    return (has_line or has_marker) and _stands_out(color_of(artist), ax)


def _is_in_sight(ax: Any) -> bool:
    """Whether Axes are visible, and on their figure."""
    place = ax.get_position()
    return bool(ax.get_visible() and place.x0 < 1 and place.x1 > 0 and place.y0 < 1 and place.y1 > 0)


def _stands_out(color: RGBA, ax: Any) -> bool:
    """Whether a color can be told from what it is drawn on."""
    if color[3] < FAINTEST:
        return False
    background = ax.get_facecolor() if ax is not None else (1.0, 1.0, 1.0, 0.0)
    return background[3] == 0 or max(abs(a - b) for a, b in zip(color, background[:3], strict=False)) > SAME


def color_of(artist: Any) -> RGBA:
    """Its color: red, green, blue and how opaque; (0, 0, 0, 0) if it has none."""
    from matplotlib.colors import to_rgba, to_rgba_array

    if _is_line(artist):
        return to_rgba(artist.get_color(), artist.get_alpha())
    for name in ("get_facecolor", "get_edgecolor", "get_color"):
        if hasattr(artist, name):
            for red, green, blue, opaque in to_rgba_array(getattr(artist, name)())[:1].tolist():
                if opaque:
                    return red, green, blue, opaque
    return 0.0, 0.0, 0.0, 0.0


def dashes_of(line: Any) -> tuple[float, tuple[float, ...]]:
    """Where a line's pattern begins, and how much is drawn and left out in turn: nothing if it is solid."""
    offset, lengths = getattr(line, "_unscaled_dash_pattern", (0, None))
    return float(offset or 0), tuple(float(length) for length in (() if lengths is None else lengths))


def looks_of(artist: Any) -> Looks:
    """What something in a drawing or in a legend looks like."""
    color = color_of(artist)
    hue = color[:3] if color[3] else None
    if not _is_line(artist):
        return None, None, None, hue
    marker = artist.get_marker()
    marker = None if marker in NO_MARKER else str(marker)
    style, size = artist.get_linestyle(), artist.get_markersize() if marker else 0
    dashes = dashes_of(artist)
    return (
        (color, style, dashes, artist.get_linewidth(), marker, size),
        (hue, style, dashes, marker),
        (hue, style, marker),
        hue,
    )


def texts_in_legend(lines: Sequence[Any], legend: Any) -> Mapping[Any, str]:
    """What a legend says of each line: its sample looks like the line, as far as that tells them apart."""
    entries = [
        (looks_of(sample), str(text.get_text()))
        for sample, text in zip(legend.legend_handles, legend.get_texts(), strict=False)
        if sample is not None
    ]
    looks = [looks_of(line) for line in lines]
    found = {}
    for place, line in enumerate(lines):
        for level, look in enumerate(looks[place]):
            alike = [text for sample, text in entries if look is not None and sample[level] == look]
            if alike:
                twin = sum(other[level] == look for other in looks[:place])
                found[line] = _one_of(alike, str(line.get_label()), twin)
                break
    _add_by_order(found, lines, [text for _, text in entries])
    return found


def _one_of(texts: Sequence[str], label: str, twin: int) -> str:
    """The text of a line whose sample looks like others: its own label, or else that of its place."""
    if label in texts:
        return label
    return texts[min(twin, len(texts) - 1)]


def _add_by_order(found: dict[Any, str], lines: Sequence[Any], texts: Sequence[str]) -> None:
    """Where lines look like no sample, take the texts that are left by their labels, or else in order."""
    left = [text for text in texts if text not in found.values()]
    unnamed = [line for line in lines if line not in found]
    labelled = {line: line.get_label() for line in unnamed if line.get_label() in left}
    left = [text for text in left if text not in labelled.values()]
    found.update(labelled)
    found.update(zip((line for line in unnamed if line not in labelled), left, strict=False))


def _is_line(artist: Any) -> bool:
    return hasattr(artist, "get_linestyle") and hasattr(artist, "get_marker")
