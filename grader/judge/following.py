"""Rewrite a check so that it sees what a student's functions make of its own data, where that is meant.

A call whose result is thrown away, such as `sort_in_place(numbers)`, is made for what it does to its
arguments. Where the result is used, the check's own data stay as they are: a function must not come true by
changing what it is compared with. Then an assertion about the check's own data alone would always hold. It
can only ask whether a function has left them alone, so it has to hold as well for what became of the copies.
"""

from __future__ import annotations

import ast
import builtins
from copy import deepcopy

from grader.judge.changes import Changes
from helpers.kit.calling import changes_followed

FOLLOWED = "__changes_followed__"
SHOWN = "__changes_shown__"
ARE_APART = "__changes_are_apart__"
# What an assertion may call to be made twice: nothing that changes its data or uses them up.
HARMLESS = frozenset(
    (
        "len", "list", "tuple", "set", "dict", "frozenset", "sorted", "all", "any", "sum", "min", "max",
        "abs", "str", "repr", "isinstance", "type", "id", "bool", "int", "float", "range", "zip", "enumerate",
        "keys", "values", "items", "get", "count", "index", "copy", "tolist", "equals", "isin", "mean",
        "array", "asarray", "arange", "zeros", "ones", "array_equal", "allclose", "isclose", "DataFrame",
        "Series", "isnull", "isna", "notna",
    )
)  # fmt: skip


class FollowChanges(ast.NodeTransformer):
    """Rewrites the cells of the judge's shell."""

    def __init__(self, changes: Changes) -> None:
        """Start. changes: of the check that runs."""
        self._changes = changes
        # The names whose values come from the student's process, and all that is made of them in the cell.
        self.names: frozenset[str] = frozenset()
        self._made: set[str] = set()
        self._looks = False
        setattr(builtins, FOLLOWED, changes_followed)
        setattr(builtins, SHOWN, changes.shown)
        setattr(builtins, ARE_APART, changes.are_apart)

    def visit_Expr(self, node: ast.Expr) -> ast.AST | list[ast.stmt]:
        """A call that is made for what it does, or an assertion by a function such as `assert_equal`."""
        if not isinstance(node.value, ast.Call):
            return node
        if _root(node.value.func) in self.names:
            return _within(FOLLOWED, node)
        return self._in_both(node) if _asserts(node) else node

    def visit_Assert(self, node: ast.Assert) -> ast.AST | list[ast.stmt]:
        """An assertion: each part of one that is joined by `and` by itself."""
        if not isinstance(node.test, ast.BoolOp) or not isinstance(node.test.op, ast.And):
            return self._in_both(node)
        if not any(map(self._is_of_own, node.test.values)):
            return node
        found: list[ast.stmt] = []
        for part in node.test.values:
            one = ast.copy_location(ast.Assert(part, node.msg), node)
            now = self.visit_Assert(one)
            found += now if isinstance(now, list) else [one]
        return found

    def visit_Module(self, node: ast.Module) -> ast.Module:
        """A cell. Its last expression stays as it is, for its value is the cell's result."""
        self._made, self._looks = _made_of(self.names, node), False
        last = node.body[-1:] if node.body and isinstance(node.body[-1], ast.Expr) else []
        body: list[ast.stmt] = []
        for statement in node.body[: len(node.body) - len(last)]:
            now = self.visit(statement)
            body += now if isinstance(now, list) else [now]
        body += [self._shown(node) for node in last if _asserts(node) and self._is_of_own(node)]
        node.body = [*body, *last]
        self._changes.begin(looks=self._looks)
        return node

    def _in_both(self, node: ast.stmt) -> ast.AST | list[ast.stmt]:
        if not self.names or not self._is_of_own(node):
            return node
        return [node, self._shown(node)]

    def _shown(self, node: ast.stmt) -> ast.stmt:
        """The same assertion of what became of copies, if anything did."""
        self._looks = True
        asked = ast.Call(ast.Name(ARE_APART, ast.Load()), [], [])
        made = ast.copy_location(ast.If(asked, [_within(SHOWN, deepcopy(node))], []), node)
        for part in (asked, asked.func):
            ast.copy_location(part, node)
        return ast.fix_missing_locations(made)

    def _is_of_own(self, node: ast.AST) -> bool:
        """Whether something reads nothing that comes from the student's process, and changes nothing."""
        return not any(
            (isinstance(each, ast.Name) and each.id in self._made)
            or (isinstance(each, ast.Call) and not _is_harmless(_name(each.func)))
            or isinstance(each, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom)
            for each in ast.walk(node)
        )


def _asserts(node: ast.stmt) -> bool:
    """Whether a statement calls what asserts something, such as `assert_equal`."""
    is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    return is_call and _name(node.value.func).startswith("assert")  # type: ignore[attr-defined]


def _is_harmless(function: str) -> bool:
    return function in HARMLESS or function.startswith("assert")


def _made_of(names: frozenset[str], cell: ast.Module) -> set[str]:
    """Names, and all that the statements of a cell bind while they read one of these."""
    found, more = set[str](), set(names)
    # Of what a function of the check's is called with nobody knows whose it is.
    more |= {node.arg for node in ast.walk(cell) if isinstance(node, ast.arg)}
    statements = [_read_and_bound(node) for node in ast.walk(cell) if isinstance(node, ast.stmt)]
    while more:
        found |= more
        more = {name for read, bound in statements if read & found for name in bound} - found
    return found


def _read_and_bound(node: ast.stmt) -> tuple[set[str], set[str]]:
    read, bound = set[str](), set[str]()
    parts: list[ast.AST]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}, {node.name}
    if isinstance(node, ast.For | ast.AsyncFor):
        parts = [*ast.walk(node.target), *ast.walk(node.iter)]
    elif isinstance(node, ast.With | ast.AsyncWith):
        parts = [part for item in node.items for part in ast.walk(item)]
    elif isinstance(node, ast.If | ast.While):
        parts = list(ast.walk(node.test))
    elif isinstance(node, ast.Try):
        parts = []
    else:
        parts = list(ast.walk(node))
    for part in parts:
        if isinstance(part, ast.Name):
            (read if isinstance(part.ctx, ast.Load) else bound).add(part.id)
    return read, bound


def _within(name: str, statement: ast.stmt) -> ast.stmt:
    call = ast.Call(ast.Name(name, ast.Load()), [], [])
    wrapped = ast.With([ast.withitem(call)], [statement])
    for part in (wrapped, call, call.func):
        ast.copy_location(part, statement)
    return ast.fix_missing_locations(wrapped)


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
