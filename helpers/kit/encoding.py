"""Values as plain data that JSON and Python both write as literals, exactly.

Numbers, text, None, True, False and lists are written as they are. All else is a dict with one telling key.
"""

from __future__ import annotations

import base64
import importlib
import math
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from helpers.kit.cases import Stopped
from helpers.kit.records import MadeUpHistory
from helpers.kit.values import OnlyShape

# Of arrays; what these hold can be written exactly.
KINDS_OF_NUMBERS = "biuf"
# Arrays of more numbers than this are packed, and of far more only the shape is written.
PACKED_FROM, ONLY_SHAPE_FROM = 500, 100_000


def encoded(value: Any) -> Any:
    """A value as plain data. Raises TypeError, with what it is, for one that cannot be written."""
    if value is None or (isinstance(value, (bool, str, int)) and not isinstance(value, np.generic)):
        return value
    if isinstance(value, float) and not isinstance(value, np.generic):
        return value if math.isfinite(value) else {"float": repr(value)}
    if isinstance(value, Stopped):
        return {"stops": [value.kind, value.text]}
    if isinstance(value, MadeUpHistory):
        return {"record": encoded(dict(value.history))}
    if isinstance(value, list):
        return [encoded(each) for each in value]
    if isinstance(value, tuple):
        return {"tuple": [encoded(each) for each in value]}
    if isinstance(value, Mapping):
        return {"dict": [[encoded(key), encoded(each)] for key, each in value.items()]}
    if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in KINDS_OF_NUMBERS:
        return _array(value)
    if callable(value):
        return {"function": _path(value)}
    raise TypeError(f"{_article(type(value).__name__)}, which cannot be written down")


def decoded(data: Any) -> Any:
    """The value that plain data represent. Raises ValueError for other data."""
    if isinstance(data, list):
        return [decoded(each) for each in data]
    if not isinstance(data, dict):
        return data
    if "array" in data:
        numbers = np.array(_finite_or_not(data["array"]), dtype=data["dtype"])
        return numbers.reshape(data["shape"]) if "shape" in data else numbers
    if "packed" in data:
        unpacked = zlib.decompress(base64.b64decode(data["packed"]))
        return np.frombuffer(unpacked, np.dtype(data["dtype"]).newbyteorder("<")).reshape(data["shape"])
    if "number" in data:
        return np.dtype(data["dtype"]).type(_finite_or_not(data["number"]))
    for key, value in data.items():
        if key == "float":
            return float(value)
        if key == "only_shape":
            return OnlyShape(tuple(value))
        if key == "stops":
            return Stopped(*value)
        if key == "record":
            return MadeUpHistory(decoded(value))
        if key == "tuple":
            return tuple(decoded(each) for each in value)
        if key == "dict":
            return {decoded(name): decoded(each) for name, each in value}
        if key == "function":
            return _function(value)
    raise ValueError(f"not a value that was written down: {str(data)[:80]}")


def _array(value: Any) -> dict[str, Any]:
    name = str(value.dtype.newbyteorder("="))
    if value.size > ONLY_SHAPE_FROM:
        return {"only_shape": list(value.shape)}
    if value.size > PACKED_FROM:
        numbers_in_order = np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<"))
        packed = base64.b64encode(zlib.compress(numbers_in_order.tobytes(), 9)).decode("ascii")
        return {"packed": packed, "dtype": name, "shape": list(value.shape)}
    if value.dtype == np.float32:  # with the digits that it has, not with those of a double
        value = np.asarray([float(str(each)) for each in value.ravel()]).reshape(value.shape)[()]
    numbers = _named(value.tolist())
    if isinstance(value, np.generic):
        return {"number": numbers, "dtype": name}
    if value.size == 0:
        return {"array": [], "dtype": name, "shape": list(value.shape)}
    return {"array": numbers, "dtype": name}


def _named(numbers: Any) -> Any:
    """Nested numbers with those by their names that JSON has none for."""
    if isinstance(numbers, list):
        return [_named(each) for each in numbers]
    return repr(numbers) if isinstance(numbers, float) and not math.isfinite(numbers) else numbers


def _finite_or_not(numbers: Any) -> Any:
    if isinstance(numbers, list):
        return [_finite_or_not(each) for each in numbers]
    return float(numbers) if isinstance(numbers, str) else numbers


def _path(function: Any) -> str:
    """Where a function is imported from. Raises TypeError for one that cannot be."""
    name = getattr(function, "__name__", "")
    module = "numpy" if isinstance(function, np.ufunc) else getattr(function, "__module__", None)
    path = f"{module}:{name}"
    try:
        found = _function(path)
    except (ImportError, AttributeError, ValueError):
        found = None
    if found is not function:
        raise TypeError(
            f"the function {name or function!r}, which cannot be imported where students work: "
            "put it into a module of helpers"
        )
    return path


def _function(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)


def _article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"
