"""The hidden cases that the build writes into check cells of the instructor's notebook, and takes out again.

A lesson's text does not hold them: there a check is one line, and `exercises.py` says what is tried.
"""

from __future__ import annotations

import ast
import hashlib
import pprint
import re
from collections.abc import Iterable
from typing import Any

from nbformat import NotebookNode

BEGIN = "### BEGIN HIDDEN TESTS"
END = "### END HIDDEN TESTS"
# By this line a block that the build wrote is known from one that an author did.
MADE = "# From exercises.py, by `course build`."
BLOCK = re.compile(rf"\n{BEGIN}\n{re.escape(MADE)}\n(.*?)\n{END}", re.DOTALL)
LINE_WIDTH = 110


def with_hidden(source: str, exercise: str, cases: Iterable[Any]) -> str:
    """A check cell with hidden cases below what students see. cases: plain data, as tables hold them."""
    shown = [pprint.pformat(case, width=LINE_WIDTH - 4, compact=True, sort_dicts=False) for case in cases]
    indented = "".join(f"    {case},\n".replace("\n ", "\n     ") for case in shown)
    call = f"exercises.{exercise}.check_hidden(\n    {exercise},\n{indented})"
    return f"{source}\n{BEGIN}\n{MADE}\n{call}\n{END}"


def without_hidden(source: str) -> str:
    """A check cell as the lesson's text has it."""
    return BLOCK.sub("", source)


def hidden_in(source: str) -> list[Any]:
    """The hidden cases that the build wrote into a check cell; none where it wrote none."""
    found = BLOCK.search(source)
    if found is None:
        return []
    try:
        call = ast.parse(found[1]).body[0]
        assert isinstance(call, ast.Expr)
        assert isinstance(call.value, ast.Call)
        return [ast.literal_eval(case) for case in call.value.args[1:]]
    except (SyntaxError, ValueError, AssertionError, IndexError):
        return []


def digest_of_hidden(notebook: NotebookNode) -> str:
    """A digest of all blocks that the build wrote; "" where it wrote none."""
    blocks = [block for cell in notebook.cells for block in BLOCK.findall(cell.source)]
    return hashlib.sha256("\n".join(blocks).encode()).hexdigest() if blocks else ""
