"""Where a class comes from."""

from __future__ import annotations

import sys


def of_library(kind: type, library: str, *, or_none: bool = False) -> bool:
    """Whether a class is a library's own, and not one that only calls itself so. or_none: or that of None."""
    if or_none and kind is type(None):
        return True
    module = sys.modules.get(kind.__module__)
    return kind.__module__.partition(".")[0] == library and getattr(module, kind.__name__, None) is kind
