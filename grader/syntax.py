"""Parse Python's text, one thread at a time.

Python keeps how deep its parser is in one place for all threads. Where a collection of garbage lets another
thread parse in between, `ast.parse` raises SystemError for text that is right.
"""

from __future__ import annotations

import ast
import threading

_lock = threading.RLock()


def parse(source: str | bytes) -> ast.Module:
    """Parse statements. Raises what `ast.parse` raises."""
    with _lock:
        return ast.parse(source)


def parse_expression(source: str) -> ast.expr:
    """Parse one expression. Raises what `ast.parse` raises."""
    with _lock:
        return ast.parse(source, mode="eval").body
