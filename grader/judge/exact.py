"""Exact numbers, dates, times and paths: how they are written as text, and how they are read."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from grader.judge.wire import ExactKind


def _timedelta(text: str) -> timedelta:
    days, seconds, microseconds = map(int, text.split())
    return timedelta(days, seconds, microseconds)


_OF_PYTHON: dict[type, tuple[ExactKind, Callable[[Any], str], Callable[[str], Any]]] = {
    Fraction: ("Fraction", str, Fraction),
    Decimal: ("Decimal", str, Decimal),
    date: ("date", date.isoformat, date.fromisoformat),
    datetime: ("datetime", datetime.isoformat, datetime.fromisoformat),
    time: ("time", time.isoformat, time.fromisoformat),
    timedelta: ("timedelta", lambda each: f"{each.days} {each.seconds} {each.microseconds}", _timedelta),
    type(Path()): ("Path", str, Path),
}
_READ = {kind: read for kind, _, read in _OF_PYTHON.values()}


def written(value: Any) -> tuple[ExactKind, str] | None:
    """The kind of an exact value, and its text; None for any other value."""
    kind = type(value)
    if kind in _OF_PYTHON:
        name, write, _ = _OF_PYTHON[kind]
        return name, write(value)
    pandas = sys.modules.get("pandas")
    if pandas is None or not hasattr(pandas, "NaT"):
        return None
    if value is pandas.NaT or value is pandas.NA:
        return "missing", "NaT" if value is pandas.NaT else "NA"
    if kind is pandas.Timestamp or kind is pandas.Timedelta:
        return ("Timestamp" if kind is pandas.Timestamp else "Timedelta"), kind.isoformat(value)
    return None


def read(kind: ExactKind, text: str) -> Any:
    """The value of a text. Raises ValueError, ArithmeticError or ImportError."""
    if kind in _READ:
        return _READ[kind](text)
    import pandas

    if kind == "missing":
        return pandas.NaT if text == "NaT" else pandas.NA
    return pandas.Timestamp(text) if kind == "Timestamp" else pandas.Timedelta(text)
