"""Recognise a figure by what it would draw, before anything is laid out or drawn.

A fingerprint is a digest of everything that Matplotlib's drawing reads: the figure, its artists, transforms,
locators and so on, attribute by attribute, and the settings, fonts and versions around them. Only caches and
what decides nothing are left out, each by name. A figure with anything in it that is not understood has no
fingerprint and is drawn: code of others, closures, objects that keep their state elsewhere.

Numbers count as equal when they agree in nine digits, since another right formula differs in the last ones.
Where more digits could be seen, as in an Axes that shows a narrow range, all digits count.
"""

from __future__ import annotations

import hashlib
import locale
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from functools import partial
from types import FunctionType, MethodType, NoneType
from typing import TYPE_CHECKING, Any
from weakref import ReferenceType

import numpy as np

from grader.executor.artists import LEFT_OUT, MORE, ROUNDED_TOO_MUCH, NotUnderstoodError, own_calls
from grader.executor.matplotlib_classes import own, own_function

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    Scalar = Callable[[Any], str]

# Only this many of the 52 bits after a number's first one count: nine digits and a little.
_BITS = 31
_DROPPED = 52 - _BITS


def fingerprint(figure: Figure, options: Mapping[str, Any]) -> str | None:
    """Digest what `figure` would look like when printed with `options`; None where that cannot be told.

    Equal figures have equal fingerprints in all processes. Nothing of the figure changes.
    """
    try:
        try:
            return _Digest(rounded=True).of(figure, options)
        except _AllDigitsError:
            return _Digest(rounded=False).of(figure, options)
    except Exception:
        # Objects of the student's may raise anything when they are looked at.
        return None


class _AllDigitsError(Exception):
    """Rounded numbers could hide what is seen."""


class _Digest:
    """Writes a figure down as one text: each object is described once, and named by its number elsewhere."""

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
            CallbackRegistry: own_calls,
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
        scalar = self._plain.get(kind)
        if scalar is not None:
            self._text.append(scalar(value))
        elif kind in _CONTAINERS:
            self._contents(value)
        elif kind in self._plans or own(kind):
            self._refer(value, kind)
        elif kind is np.ndarray:
            self._array(value)
        elif kind is np.ma.MaskedArray:
            self._array(np.ma.getdata(value))
            self._array(np.ma.getmaskarray(value))
        elif kind in _NUMPY_SCALARS:
            self._array(np.asarray(value))
        elif kind is slice:
            self._contents((value.start, value.stop, value.step))
        elif kind is MethodType:
            self._function(value.__func__)
            self._write(value.__self__)
        elif kind is FunctionType:
            self._function(value)
        elif kind is np.ufunc and getattr(np, name := str(value.__name__), None) is value:
            self._text.append(name)
        elif kind is partial:
            self._contents((value.func, value.args, value.keywords))
        elif kind is ReferenceType:
            self._write(value())
        elif isinstance(value, type) and own(value):
            self._text.append(_name(value))
        else:
            raise NotUnderstoodError(kind)

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
        self._text.append(f"{type(values).__name__}(")
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
        if kind not in "biufcSU" or array.dtype.char in "gG":
            raise NotUnderstoodError(array.dtype)
        data = _round_all(array) if self._rounded and array.dtype == np.float64 else array
        digest = hashlib.blake2b(data.tobytes(), digest_size=20).hexdigest()
        self._text.append(f"{array.dtype.str}{array.shape}{digest}")

    def _function(self, function: Any) -> None:
        if not own_function(function):
            raise NotUnderstoodError(function)
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
        if self._rounded and any(too_much(value) for too_much in plan.rounded_too_much):
            raise _AllDigitsError(value)


_CONTAINERS = {list, tuple, dict, set, frozenset, OrderedDict}
_NUMPY_SCALARS = set(np.sctypeDict.values())


class _Plan:
    """How objects of one class are described."""

    def __init__(self, kind: type) -> None:
        builtins: tuple[Callable[[Any], Any], ...] = (str, list, tuple, dict)
        self.name = f"#{_name(kind)}"
        self.constant = issubclass(kind, Enum)
        bases = {base.__name__ for base in kind.__mro__}
        self.contents = next((each for each in builtins if each in kind.__mro__), None)
        self.left_out = frozenset(name for base in bases for name in LEFT_OUT.get(base, ()))
        self.more = [more for base, more in MORE.items() if base in bases]
        self.rounded_too_much = [check for base, check in ROUNDED_TOO_MUCH.items() if base in bases]


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


# Settings that speak of windows, files and keys, or are read only when artists are made.
_SETTINGS_LEFT_OUT = {
    "backend",
    "interactive",
    "toolbar",
    "axes.prop_cycle",
    "figure.hooks",
    "savefig.directory",
}
_GROUPS_LEFT_OUT = {"animation", "docstring", "keymap", "macosx", "pdf", "pgf", "ps", "svg", "tk", "webagg"}


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
        if name not in _SETTINGS_LEFT_OUT and name.partition(".")[0] not in _GROUPS_LEFT_OUT
    }
    yield [font.fname for font in fontManager.ttflist]
    yield fontManager.defaultFamily
    yield locale.setlocale(locale.LC_NUMERIC)
