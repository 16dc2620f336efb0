"""Signs as authors write them, as expressions in names of what is measured: made into what a table holds."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from grader.syntax import parse_expression
from helpers.kit.signs import OPERATIONS, names_in

SYMBOLS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//",
    ast.Lt: "<", ast.Gt: ">", ast.LtE: "<=", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
    ast.And: "and", ast.Or: "or", ast.Not: "not",
}  # fmt: skip


def sign_of(expression: str, is_measured: Callable[[str], bool]) -> Any:
    """The sign that an expression describes.

    is_measured: whether a name is of something that this kind of exercise measures. Raises ValueError.
    """
    try:
        sign = _sign(parse_expression(expression))
    except SyntaxError as error:
        raise ValueError(f"{expression!r} is not an expression: {error.msg}") from None
    unknown = sorted(name for name in names_in(sign) if not is_measured(name))
    if unknown:
        raise ValueError(f"{expression!r} names {', '.join(unknown)}, which nothing measures")
    return sign


def _sign(node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=bool() | int() | float() | None):
            return node.value
        case ast.Name() | ast.Attribute():
            return ast.unparse(node)
        case ast.UnaryOp(op=ast.USub()):
            return ["-", 0, _sign(node.operand)]
        case ast.UnaryOp(op=ast.Not()):
            return ["not", _sign(node.operand)]
        case ast.BoolOp():
            return [SYMBOLS[type(node.op)], *map(_sign, node.values)]
        case ast.BinOp() if type(node.op) in SYMBOLS:
            return [SYMBOLS[type(node.op)], _sign(node.left), _sign(node.right)]
        case ast.Compare():
            sides = [node.left, *node.comparators]
            pairs = [
                [SYMBOLS[type(op)], _sign(left), _sign(right)]
                for op, left, right in zip(node.ops, sides, sides[1:], strict=False)
                if type(op) in SYMBOLS
            ]
            if len(pairs) == len(node.ops):
                return pairs[0] if len(pairs) == 1 else ["and", *pairs]
        case ast.Subscript(slice=ast.Slice(lower=lower, upper=upper, step=None)):
            ends = [None if end is None else _sign(end) for end in (lower, upper)]
            return ["rows", _sign(node.value), *ends]
        case ast.Subscript():
            return ["item", _sign(node.value), _sign(node.slice)]
        case ast.Call(func=ast.Name(id=name), keywords=[]) if name in OPERATIONS:
            return [name, *map(_sign, node.args)]
        case _:
            pass
    raise ValueError(f"{ast.unparse(node)!r} is not allowed in a sign")
