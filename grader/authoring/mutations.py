"""Small wrong changes of a right answer: one operator, constant, sign or argument at a time.

Left as it is: what an answer prints, the seeds of its random numbers, and the size of its pictures. Nothing
of that is ever asked for, so changing it makes no other answer.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import Any

from grader.syntax import parse

OTHER: dict[type[ast.AST], Any] = {
    **{ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult},
    **{ast.MatMult: ast.Mult, ast.Pow: ast.Mult, ast.FloorDiv: ast.Div, ast.Mod: ast.FloorDiv},
    **{
        ast.Lt: ast.LtE,
        ast.LtE: ast.Lt,
        ast.Gt: ast.GtE,
        ast.GtE: ast.Gt,
        ast.Eq: ast.NotEq,
        ast.NotEq: ast.Eq,
    },
}
# Where the sides are not alike.
NOT_SYMMETRIC = (ast.Sub, ast.Div, ast.Pow, ast.MatMult)
NEVER_ASKED_FOR = frozenset(
    ("print", "keras.utils.set_random_seed", "verbose=", "callbacks=", "random_state=", "figsize=")
)
Change = Callable[[Any], None]


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """Each mutant of an answer: where it was changed and how, unlike any other; and its source."""
    tree = parse(source)
    seen = {ast.unparse(tree)}
    numbers = {id(node): number for number, node in enumerate(ast.walk(tree))}
    for node, place in _placed(tree, ""):
        for what, change in _changes(node):
            mutant = copy.deepcopy(tree)
            change(list(ast.walk(mutant))[numbers[id(node)]])
            text = ast.unparse(ast.fix_missing_locations(mutant))
            if text not in seen:
                seen.add(text)
                yield f"{_where(node)}{place}: {what}", text


def _where(node: Any) -> str:
    if node.end_lineno > node.lineno:
        return f"lines {node.lineno} to {node.end_lineno}"
    return f"line {node.lineno}, columns {node.col_offset + 1} to {node.end_col_offset}"


def _placed(node: ast.AST, place: str) -> Iterator[tuple[Any, str]]:
    """All nodes that may be changed, each with the argument of a call that it is in."""
    yield node, place
    if not isinstance(node, ast.Call):
        for child in ast.iter_child_nodes(node):
            yield from _placed(child, place)
        return
    function = ast.unparse(node.func)
    yield from _placed(node.func, place)
    for number, argument in enumerate(node.args, start=1):
        if not _never_asked_for(function, None):
            yield from _placed(argument, f", argument {number} of {function}")
    for keyword in node.keywords:
        if not _never_asked_for(function, keyword.arg):
            yield from _placed(keyword.value, f", {keyword.arg}= of {function}")


def _never_asked_for(function: str, keyword: str | None) -> bool:
    return function in NEVER_ASKED_FOR or f"{keyword}=" in NEVER_ASKED_FOR


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    """What can be changed about a node: in words, and as a function that changes a copy of it."""
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in OTHER:
        yield _replaced(node.op), _set("op", OTHER[type(node.op)]())
    if isinstance(node, ast.BinOp) and isinstance(node.op, NOT_SYMMETRIC):
        yield f"sides of {type(node.op).__name__} swapped", _swap_sides
    if isinstance(node, ast.Compare) and type(node.ops[0]) in OTHER:
        yield _replaced(node.ops[0]), _set("ops", [OTHER[type(node.ops[0])](), *node.ops[1:]])
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "minus dropped", _set("op", ast.UAdd())
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield f"{node.value} to {not node.value}", _set("value", not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield f"{node.value} to {node.value + 1}", _set("value", node.value + 1)
        if node.value > 1:
            yield f"{node.value} to {node.value - 1}", _set("value", node.value - 1)
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield "transposition dropped", _set("attr", "real")
    if isinstance(node, ast.Call):
        function = ast.unparse(node.func)
        for place, keyword in enumerate(node.keywords):
            if not _never_asked_for(function, keyword.arg):
                yield f"{keyword.arg}= of {function} dropped", _drop("keywords", place)
        for place in range(len(node.args)):
            if not _never_asked_for(function, None):
                yield f"argument {place + 1} of {function} dropped", _drop("args", place)


def _replaced(operator: ast.AST) -> str:
    return f"{type(operator).__name__} to {OTHER[type(operator)].__name__}"


def _set(field: str, value: Any) -> Change:
    return lambda node: setattr(node, field, value)


def _drop(field: str, place: int) -> Change:
    return lambda node: getattr(node, field).pop(place)


def _swap_sides(node: Any) -> None:
    node.left, node.right = node.right, node.left
