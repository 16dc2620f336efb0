"""What may stay of what others wrote, as allowed.toml lists it."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


def allowed(language: str, what: str) -> frozenset[str]:
    """The names that may stay, such as the "properties" of "css"."""
    return frozenset(_lists()[language][what].split())


@cache
def _lists() -> Any:
    return tomllib.loads((files(__package__) / "allowed.toml").read_text(encoding="utf-8"))
