"""What an answer says, whatever its names, comments and layout are: to find answers that are the same.

Nothing is run or parsed. Tokens are read one after the other: no source costs more than its length.
"""

from __future__ import annotations

import builtins
import hashlib
import keyword
import re
from dataclasses import dataclass

# No answer is as long.
LONGEST = 20_000
# Every alternative ends: what is not closed goes on to the end of its line, or of the source.
_TOKEN = re.compile(
    r'#[^\n]*|[A-Za-z]{0,2}(?:"""(?:\\.|.)*?(?:"""|\Z)|\'\'\'(?:\\.|.)*?(?:\'\'\'|\Z)'
    r'|"(?:\\.|[^"\\\n])*"?|\'(?:\\.|[^\'\\\n])*\'?)|\w+|\n|[^\w\s]',
    re.DOTALL,
)
_WORD = re.compile(r"\w+")
# After these words names are given, up to that token.
_GIVES_UNTIL = {"def": ")", "lambda": ":", "for": "in"}
_KEPT = frozenset((*keyword.kwlist, *dir(builtins)))


@dataclass(frozen=True)
class NormalForm:
    """digest: the same for answers that say the same. length: of how many tokens, or words, it is made."""

    digest: bytes
    length: int


def normal_form(source: str, *, is_code: bool) -> NormalForm | None:
    """What an answer says; None for one that is too long to be one."""
    if len(source) > LONGEST:
        return None
    said = list(_code(source)) if is_code else _WORD.findall(source.casefold())
    digest = hashlib.blake2b("\0".join(said).encode("utf-8", "replace"), digest_size=16).digest()
    return NormalForm(digest, len(said))


def _code(source: str) -> list[str]:
    """The tokens of Python code without comments, docstrings, layout and the names that it chose."""
    tokens = [token for token in _TOKEN.findall(source) if not token.startswith("#")]
    bound = _bound(tokens)
    said: list[str] = []
    chosen: dict[str, str] = {}
    depth = 0
    for place, token in enumerate(tokens):
        before = tokens[place - 1] if place else "\n"
        after = tokens[place + 1 : place + 3]
        if token == "\n" or _is_docstring(token, before, after):
            continue
        depth += (token in "([{") - (token in ")]}")
        # A method, an attribute, or an argument that is passed by its name is somebody else's name.
        is_others = before == "." or (depth > 0 and after[:1] == ["="] and after[1:] != ["="])
        if token in bound and not is_others:
            said.append(chosen.setdefault(token, f"name {len(chosen)}"))
        else:
            said.append(token)
    return said


def _bound(tokens: list[str]) -> set[str]:
    """The names that code gives: to functions, arguments and variables."""
    bound: set[str] = set()
    line: list[str] = []
    depth = 0
    # The token up to which names are given.
    until = ""
    for place, token in enumerate(tokens):
        before, after = (
            tokens[place - 1] if place else "\n",
            tokens[place + 1] if place + 1 < len(tokens) else "",
        )
        depth += (token in "([{") - (token in ")]}")
        if token == "\n" and depth == 0:
            line.clear()
        elif token in _GIVES_UNTIL:
            until = _GIVES_UNTIL[token]
        elif token == until:
            until = ""
        elif token == "=" and after != "=" and before not in "=!<>" and depth == 0:
            bound.update(line)
            line.clear()
        elif _is_name(token) and before != ".":
            if until or before in ("class", "as") or tokens[place + 1 : place + 3] == [":", "="]:
                bound.add(token)
            line.append(token)
    return bound - _KEPT


def _is_name(token: str) -> bool:
    return (token[0].isalpha() or token[0] == "_") and token[-1] not in "\"'"


def _is_docstring(token: str, before: str, after: list[str]) -> bool:
    return before == "\n" and after[:1] in ([], ["\n"]) and token[-1] in "\"'"
