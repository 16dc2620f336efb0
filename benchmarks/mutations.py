"""Small wrong changes of a right answer: one operator, constant, sign or argument at a time."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import Any

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
Change = Callable[[Any], None]


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """Each mutant of an answer: what was changed, and its source."""
    tree = ast.parse(source)
    seen = {ast.unparse(tree)}
    for number, node in enumerate(ast.walk(tree)):
        for what, change in _changes(node):
            mutant = copy.deepcopy(tree)
            change(list(ast.walk(mutant))[number])
            text = ast.unparse(ast.fix_missing_locations(mutant))
            if text not in seen:
                seen.add(text)
                yield f"line {getattr(node, 'lineno', 1)}, {what}", text


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
        for place, keyword in enumerate(node.keywords):
            yield f"{keyword.arg}= dropped", _drop("keywords", place)
        for place in range(len(node.args)):
            yield f"argument {place + 1} of {ast.unparse(node.func)} dropped", _drop("args", place)


def _replaced(operator: ast.AST) -> str:
    return f"{type(operator).__name__} to {OTHER[type(operator)].__name__}"


def _set(field: str, value: Any) -> Change:
    return lambda node: setattr(node, field, value)


def _drop(field: str, place: int) -> Change:
    return lambda node: getattr(node, field).pop(place)


def _swap_sides(node: Any) -> None:
    node.left, node.right = node.right, node.left
