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

from grader.syntax import parse

BEGIN = "### BEGIN HIDDEN TESTS"
END = "### END HIDDEN TESTS"
# By this line a block that the build wrote is known from one that an author did.
MADE = "# From exercises.py, by `course build`."
BLOCK = re.compile(rf"\n{BEGIN}\n{re.escape(MADE)}\n(.*?)\n{END}", re.DOTALL)
LINE_WIDTH = 110


def with_hidden(source: str, exercise: str, cases: Iterable[Any]) -> str:
    """A check cell with hidden cases after the visible check. cases: plain data, as tables hold them.

    The hidden check gets what the visible one does: the answer, or several of them as a tuple.
    """
    shown = [pprint.pformat(case, width=LINE_WIDTH - 4, compact=True, sort_dicts=False) for case in cases]
    indented = "".join(f"    {case},\n".replace("\n ", "\n     ") for case in shown)
    last_line, answers = _checked(source, exercise)
    given = answers[0] if len(answers) == 1 else f"({', '.join(answers)})"
    call = f"exercises.{exercise}.check_hidden(\n    {given},\n{indented})"
    lines = source.split("\n")
    return "\n".join([*lines[:last_line], BEGIN, MADE, call, END, *lines[last_line:]])


def _checked(source: str, exercise: str) -> tuple[int, list[str]]:
    """The last line of a cell's visible check, and what it checks; without one, the end and the exercise."""
    for node in parse(source).body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            call = node.value
            if ast.unparse(call.func) == f"exercises.{exercise}.check" and node.end_lineno and call.args:
                return node.end_lineno, [ast.unparse(argument) for argument in call.args]
    return source.count("\n") + 1, [exercise]


def without_hidden(source: str) -> str:
    """A check cell as the lesson's text has it."""
    return BLOCK.sub("", source)


def hidden_in(source: str) -> list[Any]:
    """The hidden cases that the build wrote into a check cell; none where it wrote none."""
    found = BLOCK.search(source)
    if found is None:
        return []
    try:
        call = parse(found[1]).body[0]
        assert isinstance(call, ast.Expr)
        assert isinstance(call.value, ast.Call)
        return [ast.literal_eval(case) for case in call.value.args[1:]]
    except (SyntaxError, ValueError, AssertionError, IndexError):
        return []


def digest_of_hidden(notebook: NotebookNode) -> str:
    """A digest of all blocks that the build wrote; "" where it wrote none."""
    blocks = [block for cell in notebook.cells for block in BLOCK.findall(cell.source)]
    return hashlib.sha256("\n".join(blocks).encode()).hexdigest() if blocks else ""
