"""Rewrite a check so that it sees what a student's functions make of its own data, where that is meant.

A call whose result is thrown away, such as `sort_in_place(numbers)`, is made for what it does to its
arguments. Where the result is used, the check's own data stay as they are: a function must not come true by
changing what it is compared with. But an assertion about the check's own data alone can only ask what a
function has done to them, so it is one about what became of the copies.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable

from grader.judge.changes import Changes
from grader.judge.names import Definition
from helpers.kit.calling import changes_followed

FOLLOWED = "__changes_followed__"
SHOWN = "__changes_shown__"
ARE_SAME = "__are_same__"
# What such an assertion may call: nothing that changes its data, which are there for a moment only.
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
        setattr(builtins, ARE_SAME, changes.are_same)

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        """A call that is made for what it does, or an assertion by a function such as `assert_equal`."""
        if not isinstance(node.value, ast.Call):
            return node
        if _root(node.value.func) in self.names:
            return _within(FOLLOWED, node)
        return self._of_changed(node) if _asserts(node) else node

    def visit_Assert(self, node: ast.Assert) -> ast.stmt | list[ast.stmt]:
        """An assertion: each part of one that is joined by `and` by itself."""
        if not isinstance(node.test, ast.BoolOp) or not isinstance(node.test.op, ast.And):
            return self._of_changed(node)
        if not any(map(self._is_of_own, node.test.values)):
            return node
        found: list[ast.stmt] = []
        for part in node.test.values:
            one = ast.copy_location(ast.Assert(part, node.msg), node)
            now = self.visit_Assert(one)
            found += now if isinstance(now, list) else [now]
        return found

    def visit_Module(self, node: ast.Module) -> ast.Module:
        """A cell. Its last expression stays as it is, for its value is the cell's result."""
        self._made = _made_of(self.names, node)
        sameness = _Sameness()
        sameness.visit(node)
        self._looks = sameness.is_asked
        last = node.body[-1:] if node.body and isinstance(node.body[-1], ast.Expr) else []
        body: list[ast.stmt] = []
        for statement in node.body[: len(node.body) - len(last)]:
            now = self.visit(statement)
            body += now if isinstance(now, list) else [now]
        node.body = [*body, *(self._of_changed(each) if _asserts(each) else each for each in last)]
        self._changes.begin(looks=self._looks)
        return node

    def _of_changed(self, node: ast.stmt) -> ast.stmt:
        """An assertion; where it is about the check's own data alone, of what became of their copies."""
        if not self.names or not self._is_of_own(node):
            return node
        self._looks = True
        return _within(SHOWN, node)

    def _is_of_own(self, node: ast.AST) -> bool:
        """Whether something reads nothing that comes from the student's process, and changes nothing."""
        return not any(
            (isinstance(each, ast.Name) and each.id in self._made)
            or (isinstance(each, ast.Call) and not _is_harmless(_name(each.func)))
            or isinstance(each, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom)
            for each in ast.walk(node)
        )


class _Sameness(ast.NodeTransformer):
    """Has `one is other` hold for an argument that a function has changed and given back."""

    is_asked = False

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        asks = len(node.ops) == 1 and isinstance(node.ops[0], ast.Is | ast.IsNot)
        if not asks or isinstance(node.comparators[0], ast.Constant):
            return node
        self.is_asked = True
        asked: ast.expr = ast.Call(ast.Name(ARE_SAME, ast.Load()), [node.left, *node.comparators], [])
        if isinstance(node.ops[0], ast.IsNot):
            asked = ast.UnaryOp(ast.Not(), asked)
        return ast.fix_missing_locations(ast.copy_location(asked, node))


def _asserts(node: ast.stmt) -> bool:
    """Whether a statement calls what asserts something, such as `assert_equal`."""
    is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    return is_call and _name(node.value.func).startswith("assert")  # type: ignore[attr-defined]


def _is_harmless(function: str) -> bool:
    return function in HARMLESS or function == ARE_SAME or function.startswith("assert")


def _made_of(names: frozenset[str], cell: ast.Module) -> set[str]:
    """The student's names, and all that may hold something that is made of what these give."""
    # Of what a function of the check's is called with nobody knows whose it is.
    found = {*names, *(node.arg for node in ast.walk(cell) if isinstance(node, ast.arg))}
    statements = [(node, _parts(node)) for node in ast.walk(cell) if isinstance(node, ast.stmt)]
    known = 0
    while known < len(found):
        known = len(found)
        for node, parts in statements:
            if found & _names_in(parts):
                found |= {node.name} if isinstance(node, Definition) else _made_in(parts, found, names)
    return found


def _parts(node: ast.stmt) -> list[ast.AST]:
    """A statement without those within it, unless it defines something."""
    if isinstance(node, Definition):
        return list(ast.walk(node))
    return [
        part
        for inner in ast.iter_child_nodes(node)
        if not isinstance(inner, ast.stmt | ast.ExceptHandler | ast.match_case)
        for part in ast.walk(inner)
    ]


def _made_in(parts: list[ast.AST], known: set[str], names: frozenset[str]) -> set[str]:
    """What a statement makes of known names. names: of the student's, whose functions get copies."""
    made = {part.id for part in parts if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load)}
    for part in parts:
        if isinstance(part, ast.Attribute | ast.Subscript) and not isinstance(part.ctx, ast.Load):
            made.add(_root(part))
        elif isinstance(part, ast.Call) and _root(part.func) not in names:
            # It may put a result anywhere, as `results.append(answer(3))` does.
            within = _names_in(ast.walk(part))
            made |= within if known & within and not _is_harmless(_name(part.func)) else set()
    return made


def _names_in(parts: Iterable[ast.AST]) -> set[str]:
    return {part.id for part in parts if isinstance(part, ast.Name)}


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
