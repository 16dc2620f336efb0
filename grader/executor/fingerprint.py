"""Recognise a figure by what it would draw, before anything is laid out or drawn.

A fingerprint is a digest of everything that Matplotlib's drawing reads: the figure, its artists, transforms,
locators and so on, attribute by attribute, and the settings, fonts and versions around them. Only caches and
what decides nothing are left out, each by name. Whatever is not understood makes the figure unrecognisable, so
that it is drawn: code of others, closures, objects that keep their state elsewhere.

Numbers count as equal when they agree in nine digits, since another right formula differs in the last ones.
Where an Axes or a scale of colours shows so narrow a range that such digits could be seen, all digits count.
"""

from __future__ import annotations

import hashlib
import locale
import math
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from functools import partial
from types import FunctionType, MethodType, NoneType
from typing import TYPE_CHECKING, Any
from weakref import ReferenceType

import numpy as np

from grader.executor.matplotlib_classes import own, own_function

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    Scalar = Callable[[Any], str]

# Of the 52 bits after a number's first one, these many decide: nine digits and a little.
_BITS = 31
_DROPPED = 52 - _BITS
# Below this share of its values' size, a range is too narrow for rounded numbers.
_NARROW = 1e-3


def fingerprint(figure: Figure, options: Mapping[str, Any]) -> str | None:
    """Digest what `figure` would look like when printed with `options`; None where that cannot be told.

    Equal figures have equal fingerprints in all processes. Nothing of the figure changes.
    """
    try:
        try:
            return _Digest(rounded=True).of(figure, options)
        except _NarrowError:
            return _Digest(rounded=False).of(figure, options)
    except Exception:
        # Objects of the student's may raise anything when they are looked at.
        return None


class _NotUnderstoodError(Exception):
    """There is something in a figure whose looks cannot be told from its attributes."""


class _NarrowError(Exception):
    """So narrow a range is shown that all digits count."""


class _Digest:
    """Writes a figure down as one text, object by object: each is described once, and by number from then on."""

    def __init__(self, *, rounded: bool) -> None:
        from matplotlib.cbook import CallbackRegistry

        self._rounded = rounded
        self._text: list[str] = []
        self._objects: list[object] = []
        self._numbers: dict[int, int] = {}
        self._plans: dict[type, _Plan] = {}
        self._plain: dict[type, Scalar] = {
            **dict.fromkeys((NoneType, bool, int, str, bytes, range), repr),
            **dict.fromkeys((float, np.float64), _rounded if rounded else _exact),
            **dict.fromkeys((np.int64, np.bool_, np.str_), lambda value: repr(value.item())),
            CallbackRegistry: _calls,
        }

    def of(self, figure: Figure, options: Mapping[str, Any]) -> str:
        for value in (*_surroundings(), dict(options), figure):
            self._write(value)
        for each in self._objects:  # it grows while it is walked
            self._describe(each)
        text = "\n".join(self._text).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(text, digest_size=20).hexdigest()

    def _write(self, value: Any) -> None:
        kind = type(value)
        if kind in self._plain:
            self._text.append(self._plain[kind](value))
        elif kind in self._plans or own(kind):
            self._refer(value, kind)
        elif kind in _CONTAINERS:
            self._contents(value)
        elif kind is np.ndarray:
            self._array(value)
        elif kind is np.ma.MaskedArray:
            self._array(np.ma.getdata(value))
            self._array(np.ma.getmaskarray(value))
        elif isinstance(value, np.generic):
            self._array(np.asarray(value))
        elif kind is slice:
            self._contents((value.start, value.stop, value.step))
        elif kind is MethodType:
            self._function(value.__func__)
            self._write(value.__self__)
        elif kind is FunctionType:
            self._function(value)
        elif kind is np.ufunc and getattr(np, value.__name__, None) is value:
            self._text.append(value.__name__)
        elif kind is partial:
            self._contents((value.func, value.args, value.keywords))
        elif kind is ReferenceType:
            self._write(value())
        elif isinstance(value, type) and own(value):
            self._text.append(_name(value))
        else:
            raise _NotUnderstoodError(kind)

    def _refer(self, value: object, kind: type) -> None:
        plan = self._plans.get(kind)
        if plan is None:
            plan = self._plans[kind] = _Plan(kind)
        if plan.constant:
            self._text.append(str(value.name))  # type: ignore[attr-defined]
            return
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = len(self._objects)
            self._objects.append(value)
        self._text.append(f"@{number}")

    def _contents(self, values: Any) -> None:
        self._text.append("(")
        if isinstance(values, dict):
            for key, value in values.items():
                self._write(key)
                self._write(value)
        elif isinstance(values, (set, frozenset)):
            # Their order differs between processes.
            self._text.extend(sorted(self._plain[type(each)](each) for each in values))
        else:
            for value in values:
                self._write(value)
        self._text.append(")")

    def _array(self, array: np.ndarray[Any, Any]) -> None:
        kind = array.dtype.kind
        if kind == "O":
            self._text.append(f"O{array.shape}")
            self._contents(array.ravel().tolist())
            return
        if kind not in "biufcSU" or array.dtype.itemsize > 16 and kind in "fc":
            raise _NotUnderstoodError(array.dtype)
        data = _round_all(array) if self._rounded and array.dtype == np.float64 else array
        digest = hashlib.blake2b(data.tobytes(), digest_size=20).hexdigest()
        self._text.append(f"{array.dtype.str}{array.shape}{digest}")

    def _function(self, function: Any) -> None:
        if not own_function(function):
            raise _NotUnderstoodError(function)
        self._text.append(f"{function.__module__}:{function.__qualname__}")

    def _describe(self, value: object) -> None:
        plan = self._plans[type(value)]
        text, plain, left_out = self._text, self._plain, plan.left_out
        text.append(plan.name)
        if plan.contents is not None:
            self._write(plan.contents(value))
        for name, attribute in getattr(value, "__dict__", {}).items():
            if name not in left_out:
                text.append(name)
                scalar = plain.get(type(attribute))
                if scalar is not None:
                    text.append(scalar(attribute))
                else:
                    self._write(attribute)
        for more in plan.more:
            self._write(more(value))
        if self._rounded and any(narrow(value) for narrow in plan.narrow):
            raise _NarrowError(value)


_CONTAINERS = {list, tuple, dict, set, frozenset, OrderedDict}


class _Plan:
    """How objects of one class are described."""

    def __init__(self, kind: type) -> None:
        self.name = f"#{_name(kind)}"
        self.constant = issubclass(kind, Enum)
        bases = {base.__name__ for base in kind.__mro__}
        self.contents = next((each for each in (str, list, tuple, dict) if issubclass(kind, each)), None)
        self.left_out = frozenset(name for base in bases for name in _LEFT_OUT.get(base, ()))
        self.more = [more for base, more in _MORE.items() if base in bases]
        self.narrow = [narrow for base, narrow in _NARROW_RANGES.items() if base in bases]


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _exact(value: float) -> str:
    return repr(float(value))


def _rounded(value: float) -> str:
    return f"{value + 0.0:.8e}"


def _round_all(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Leave only the first bits of each number: those of a float are rounded as those of an integer."""
    # Adding 0 makes 0 of −0.
    bits = (array + 0.0).view(np.int64)
    return np.asarray((bits + (1 << (_DROPPED - 1))) >> _DROPPED)


# Caches, what answers clicks, and what decides nothing at the time of drawing: by class, for those built on it.
_LEFT_OUT: Mapping[str, tuple[str, ...]] = {
    "Artist": ("_stale", "stale_callback", "_remove_method"),
    "Container": ("_remove_method",),
    # The label is a figure's alt text, which its PNG does not hold.
    "Figure": ("_label", "_number"),
    "FigureCanvasBase": ("manager", "toolbar", "widgetlock", "mouse_grabber", "_button", "_key", "_blit_backgrounds"),
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


def _calls(registry: Any) -> str:
    """Nothing, as Matplotlib's own calls follow from the rest; a figure that calls functions of others is refused."""
    for signal, calls in registry.callbacks.items():
        # Any other event comes from a person at a window.
        is_of_a_person = signal.endswith("_event") and signal not in ("draw_event", "resize_event")
        for reference in () if is_of_a_person else calls.values():
            call = reference()
            function = call.func if type(call) is partial else call
            function = function.__func__ if type(function) is MethodType else function
            if call is not None and not own_function(function):
                raise _NotUnderstoodError(call)
    return ""


def _colours(colormap: Any) -> Any:
    colormap._ensure_inited()
    return colormap._lut


_MORE: Mapping[str, Callable[[Any], Any]] = {
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

    if type(axes) is not Axes:
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
    """Whether the colours of an image or a collection stand for a narrow range of numbers."""
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


_NARROW_RANGES: Mapping[str, Callable[[Any], bool]] = {
    "_AxesBase": _narrow_axes,
    "_ScalarMappable": _narrow_colours,
}

# Settings that speak of windows, files and keys, or are read only when artists are made.
_SETTINGS_LEFT_OUT = ("backend", "interactive", "toolbar", "axes.prop_cycle", "savefig.directory")
_KINDS_LEFT_OUT = ("keymap", "webagg", "animation", "tk", "macosx", "docstring", "figure.hooks", "svg", "ps", "pdf", "pgf")


def _surroundings() -> Iterable[Any]:
    """What decides the looks of every figure: versions, settings, fonts and the language of numbers."""
    import matplotlib
    from matplotlib import ft2font
    from matplotlib.font_manager import fontManager

    yield (matplotlib.__version__, ft2font.__freetype_version__, np.__version__)
    settings: Any = matplotlib.rcParams
    # As it is kept: reading it as it is meant to be read would choose a backend.
    yield {
        name: value
        for name, value in dict.items(settings)
        if name not in _SETTINGS_LEFT_OUT and name.partition(".")[0] not in _KINDS_LEFT_OUT
    }
    yield [font.fname for font in fontManager.ttflist]
    yield locale.setlocale(locale.LC_NUMERIC)
