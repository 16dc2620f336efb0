"""Show tracebacks in less time: for every frame, stack_data has Pygments build Python's grammar again."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from pygments import lexer
from pygments.regexopt import regex_opt


@functools.cache
def _optimized(words: tuple[str, ...], prefix: str, suffix: str) -> str:
    expression: str = regex_opt(words, prefix=prefix, suffix=suffix)
    return expression


def _regex_opt(words: Iterable[str], prefix: str = "", suffix: str = "") -> str:
    return _optimized(tuple(words), prefix, suffix)


def install() -> None:
    """Have the longest of its work done once for each list of words."""
    lexer.regex_opt = _regex_opt
