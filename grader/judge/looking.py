"""Whether an assertion of a check can be made twice: only if it changes nothing, and uses nothing up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any
from unittest import TestCase

import numpy as np

from grader.judge.handles import Remote, RemoteClass

# Whose functions and classes change nothing, but for some of Python's own.
LIBRARIES = frozenset(
    (
        "builtins", "collections", "copy", "datetime", "decimal", "fractions", "itertools", "json", "math",
        "cmath", "numpy", "operator", "pandas", "re", "statistics",
    )
)  # fmt: skip
USE_UP = frozenset(("next", "input", "print", "open", "exec", "eval", "setattr", "delattr", "breakpoint"))
# Methods of values that change nothing.
METHODS = frozenset(
    (
        "all", "any", "argmax", "argmin", "astype", "copy", "count", "cumsum", "difference", "dot",
        "endswith", "equals", "find", "flatten", "format", "get", "head", "index", "intersection",
        "isdisjoint", "isin", "isna", "isnull", "issubset", "issuperset", "item", "items", "join", "keys",
        "lower", "max", "mean", "min", "notna", "nunique", "prod", "ravel", "replace", "reshape", "round",
        "split", "startswith", "std", "strip", "sum", "tail", "to_dict", "to_list", "to_numpy", "tolist",
        "trace", "transpose", "union", "unique", "upper", "values", "var",
    )
)  # fmt: skip


def can_be_made_twice(names: Iterable[str], calls: Iterable[str], known: Mapping[str, Any]) -> bool:
    """Whether an assertion asks for the same when it is made again.

    names: those that it reads. calls: what it calls, such as `np.allclose`; that begins with a dot where it
    belongs to no name. known: what the names mean.
    """
    values = [known[name] for name in names if name in known]
    return all(map(_stays, values)) and all(_changes_nothing(name, known) for name in calls)


def _stays(value: Any) -> bool:
    """Whether a value is there again, whoever has used it: it is not given out once, and runs no code."""
    runs = isinstance(value, FunctionType | BuiltinFunctionType | MethodType)
    return not hasattr(type(value), "__next__") and (not runs or _is_of_library(value))


def _changes_nothing(called: str, known: Mapping[str, Any]) -> bool:
    root, *path = called.split(".")
    value = known.get(root)
    if isinstance(value, Remote | RemoteClass):
        # What that asks for is counted.
        return True
    if isinstance(value, ModuleType):
        for part in path:
            value = getattr(value, part, None)
        return _is_of_library(value)
    if isinstance(value, TestCase):
        return path[-1].startswith("assert")
    if path:
        return path[-1] in METHODS and (not root or type(value).__module__.partition(".")[0] in LIBRARIES)
    return _is_of_library(value)


def _is_of_library(function: Any) -> bool:
    if not isinstance(getattr(function, "__self__", None), ModuleType | None):
        # A method of some object's.
        return False
    module = str(getattr(function, "__module__", None)).partition(".")[0]
    name = getattr(function, "__name__", "")
    return isinstance(function, np.ufunc) or (module in LIBRARIES and name not in USE_UP)
