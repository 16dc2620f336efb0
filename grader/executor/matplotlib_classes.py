"""Which classes are Matplotlib's own, and still as they were when they were imported.

A figure can be recognised only by what is known to decide its looks: the attributes of Matplotlib's own
objects under Matplotlib's own code. A class of somebody else's, or one whose methods or defaults were changed
since, may draw anything.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterable, Iterator
from types import FunctionType
from typing import Any

_PACKAGES = ("matplotlib", "mpl_toolkits")
# What Matplotlib's classes may be built on without keeping anything where their attributes do not show it.
_PLAIN_BASES = (object, list, tuple, dict, str)
_PLAIN_MODULES = ("abc", "collections.abc", "enum", "typing")
# What classes note about themselves when they are first copied, and shapes that a Path keeps.
_ADDED = ("__slotnames__", "_unit_rectangle", "_unit_circle", "_unit_circle_righthalf")


@functools.cache
def as_imported() -> dict[type, dict[str, Any]]:
    """Every class of Matplotlib that is imported by now, with its attributes.

    Remembered from the first call on, which belongs before any code of others.
    """
    # What a first figure would import.
    import matplotlib.backends.backend_agg
    import matplotlib.pyplot  # noqa: F401

    found: dict[type, dict[str, Any]] = {}
    modules = [module for name, module in sys.modules.items() if _is_its(name)]
    to_note = [kind for module in modules for kind in _classes(vars(module).values())]
    while to_note:
        kind = to_note.pop()
        if kind not in found:
            found[kind] = _attributes(kind)
            to_note += _classes((*kind.__mro__, *found[kind].values()))
    return found


def own(kind: type) -> bool:
    """Whether a class is Matplotlib's and unchanged, and its objects hide nothing that they hold."""
    return kind in as_imported() and all(map(_unchanged, kind.__mro__))


def own_function(function: Any) -> bool:
    """Whether something is a function of a module or a class of Matplotlib's."""
    if type(function) is not FunctionType or not _is_its(function.__module__):
        return False
    found: Any = sys.modules.get(function.__module__)
    for name in function.__qualname__.split("."):
        found = getattr(found, name, None)
    return found is function


def _unchanged(base: type) -> bool:
    noted = as_imported().get(base)
    if noted is None:
        return base in _PLAIN_BASES or base.__module__ in _PLAIN_MODULES
    return not noted.get("__slots__") and (vars(base) == noted or _attributes(base) == noted)


def _attributes(kind: type) -> dict[str, Any]:
    return {name: value for name, value in vars(kind).items() if name not in _ADDED}


def _classes(values: Iterable[Any]) -> Iterator[type]:
    return (value for value in values if isinstance(value, type) and _is_its(value.__module__))


def _is_its(module: str) -> bool:
    return module.partition(".")[0] in _PACKAGES
