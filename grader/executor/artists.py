"""What of Matplotlib's objects decides their looks, beyond all that `vars` shows of them.

The tables are keyed by the name of a class of Matplotlib's and hold for every class built on it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from types import MethodType
from typing import Any

import numpy as np

from grader.errors import GraderError
from grader.executor.matplotlib_classes import own_function

# Below this share of its values' size, a range is too narrow for rounded numbers.
_NARROW = 1e-3


# All other events come from a person at a window.
_WHEN_DRAWN = ("draw_event", "resize_event")


class NotUnderstoodError(GraderError):
    """There is something in a figure whose looks cannot be told from its attributes."""


# Caches, what answers clicks, and what decides nothing at the time of drawing.
LEFT_OUT: Mapping[str, tuple[str, ...]] = {
    "Artist": ("_stale", "stale_callback", "_remove_method"),
    "Container": ("_remove_method",),
    # The label is a figure's alt text, which its PNG does not hold.
    "Figure": ("_label", "_number"),
    "FigureCanvasBase": (
        "manager",
        "toolbar",
        "widgetlock",
        "mouse_grabber",
        "_button",
        "_key",
        "_blit_backgrounds",
    ),
    "FigureCanvasAgg": ("renderer", "_lastKey"),
    # Every drawing brings its own.
    "Text": ("_renderer",),
    # What the next plotting command would take as its colours.
    "_AxesBase": ("_get_lines", "_get_patches_for_fill"),
    "_AxesStack": ("_axes", "_counter"),
    "Grouper": ("_mapping", "_ordering", "_next_order"),
    "Line2D": ("_xorig", "_yorig", "_x", "_y"),
    "Colormap": ("name", "_isinit", "_lut", "_segmentdata", "colors"),
    # What the next word of an axis would get as its place.
    "UnitData": ("_counter",),
    "ContourSet": ("_contour_generator",),
    "TransformNode": ("_parents", "_invalid", "_shorthand_name"),
    "AffineBase": ("_inverted",),
    **dict.fromkeys(
        (
            "AffineDeltaTransform",
            "BboxTransform",
            "BboxTransformFrom",
            "BboxTransformTo",
            "BlendedAffine2D",
            "CompositeAffine2D",
            "ScaledTranslation",
        ),
        ("_mtx",),
    ),
    "TransformedBbox": ("_points",),
    "TransformedPath": ("_transformed_path", "_transformed_points"),
}


def _neighbours(axes: Any) -> list[Any]:
    """The Axes that share a direction with one: the class keeps them, not the Axes."""
    groups = [axes._shared_axes[name] for name in axes._axis_names] + [axes._twinned_axes]
    return [group.get_siblings(axes) for group in groups]


def own_calls(registry: Any) -> str:
    """Nothing, since calls between Matplotlib's own objects follow from the rest.

    Raises NotUnderstoodError where a figure calls functions of others, or anything when it is drawn, as an
    animation does.
    """
    for signal, calls in registry.callbacks.items():
        for reference in calls.values():
            call = reference()
            function = call.func if type(call) is partial else call
            function = function.__func__ if type(function) is MethodType else function
            harmless = signal not in _WHEN_DRAWN if signal.endswith("_event") else own_function(function)
            if call is not None and not harmless:
                raise NotUnderstoodError(call)
    return ""


def _colours(colormap: Any) -> Any:
    colormap._ensure_inited()
    return colormap._lut


MORE: Mapping[str, Callable[[Any], Any]] = {
    "_AxesBase": _neighbours,
    "_AxesStack": lambda stack: stack.as_list(),
    "Grouper": list,
    "Line2D": lambda line: (line._xorig, line._yorig) if line._invalidx or line._invalidy else None,
    "Colormap": _colours,
}


def _narrow(low: float, high: float) -> bool:
    return math.isfinite(low) and math.isfinite(high) and abs(high - low) < _NARROW * max(abs(low), abs(high))


def _narrow_axes(axes: Any) -> bool:
    """Whether an Axes shows a narrow range; one of another kind than the usual may."""
    from matplotlib.axes import Axes

    kind: type = type(axes)
    if kind is not Axes:
        return True
    for name in axes._axis_names:
        # Limits that are to be worked out when it is drawn then hold the data.
        group = axes._shared_axes[name].get_siblings(axes)
        stale = any(each._stale_viewlims[name] for each in group)
        for limits in (each.dataLim if stale else each._viewLim for each in group):
            if _narrow(*getattr(limits, f"interval{name}")):
                return True
    return False


def _narrow_colours(mappable: Any) -> bool:
    """Whether the colours of an image or a collection show a narrow range of numbers."""
    from matplotlib.colors import LogNorm, Normalize

    numbers = mappable._A
    if numbers is None or numbers.ndim > 2 or not numbers.size:
        return False
    if type(mappable.norm) not in (Normalize, LogNorm):
        return True
    low, high = mappable.norm.vmin, mappable.norm.vmax
    return _narrow(
        float(np.nanmin(numbers) if low is None else low), float(np.nanmax(numbers) if high is None else high)
    )


def _written_out(axis: Any) -> bool:
    """Whether the numbers at an axis may be written with any number of digits."""
    from matplotlib import category, ticker

    few_digits = (
        ticker.ScalarFormatter,
        ticker.NullFormatter,
        ticker.FixedFormatter,
        ticker.LogFormatterSciNotation,
        category.StrCategoryFormatter,
    )
    return any(type(each.formatter) not in few_digits for each in (axis.major, axis.minor))


# Where numbers rounded to nine digits may hide what is seen.
ROUNDED_TOO_MUCH: Mapping[str, Callable[[Any], bool]] = {
    "Axis": _written_out,
    "_AxesBase": _narrow_axes,
    "_ScalarMappable": _narrow_colours,
}
