"""Which of the files in a folder is the notebook that was asked for, whatever has become of its name.

Browsers, copies and file systems rename: `x (1).ipynb`, `x-Copy1.ipynb`, `Copy of x.ipynb`, `X.IPYNB`,
`x.ipynb.txt`, `x%20y.ipynb`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import unquote

# A notebook's name, the number of a second download, and what browsers append to an ending they do not know.
NOTEBOOK = re.compile(r"(.+?)\.ipynb(?: ?\(\d+\))?(?:\.(?:txt|json|ipynb|\d+))?")
WORD = re.compile(r"[^\W_]+")


def renamed(files: Iterable[str], names: Iterable[str]) -> dict[str, list[str]]:
    """For each notebook's name the files that may be it under another name, in order.

    names: those of the lesson's notebooks, without their ending. A file is renamed from the longest name
    whose words are in its own, one after the other.
    """
    words = {name: _words(name) for name in names}
    found: dict[str, list[str]] = {name: [] for name in words}
    for file in sorted(files):
        stem = NOTEBOOK.fullmatch(_folded(file))
        if stem is None or file.removesuffix(".ipynb") in words:
            continue
        own = _words(stem[1])
        fitting = [name for name, of_name in words.items() if _holds(own, of_name)]
        if fitting:
            found[max(fitting, key=lambda name: len(words[name]))].append(file)
    return found


def shown(file: str) -> str:
    """A file's name in a sentence: on one line, and with nothing in it that cannot be written down."""
    return " ".join(file.encode("utf-8", "replace").decode().split())


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", unquote(text)).casefold()


def _words(name: str) -> list[str]:
    return WORD.findall(_folded(name))


def _holds(words: list[str], part: list[str]) -> bool:
    return bool(part) and any(
        words[start : start + len(part)] == part for start in range(len(words) - len(part) + 1)
    )
