"""Rewrite a check so that it sees what a student's functions make of its own data.

A call whose result is thrown away, such as `sort_in_place(numbers)`, is made for what it does to its
arguments: what the lesson's own solution changes there, the check's own data become. Otherwise they stay as
they are, for a function must not come true by changing what it is compared with. Where a function has changed
its copies, an assertion has to hold of both: of the check's data, and of what became of them. Only the
solution can show that an assertion is about the changes alone.
"""

from __future__ import annotations

import ast
import builtins
from typing import TypeVar

from grader.judge.changes import Changes

Made = TypeVar("Made", bound=ast.AST)
FOLLOWED = "__changes_followed__"
LOOKS = "__looks__"
LOOK = "__look__"
ARE_SAME = "__are_same__"
# What an assertion may call that is made twice: nothing that changes something.
HARMLESS = frozenset(
    (
        "len", "list", "tuple", "set", "dict", "frozenset", "sorted", "all", "any", "sum", "min", "max",
        "abs", "round", "str", "repr", "isinstance", "type", "id", "bool", "int", "float", "range", "zip",
        "enumerate", "keys", "values", "items", "get", "count", "index", "copy", "tolist", "equals", "isin",
        "mean", "std", "sqrt", "dot", "array", "asarray", "arange", "zeros", "ones", "array_equal",
        "allclose", "isclose", "DataFrame", "Series", "isnull", "isna", "notna",
    )
)  # fmt: skip


class FollowChanges(ast.NodeTransformer):
    """Rewrites the cells of the judge's shell."""

    def __init__(self, changes: Changes) -> None:
        """Start. changes: of the check that runs."""
        self._changes = changes
        # The names whose values come from the student's process.
        self.names: frozenset[str] = frozenset()
        setattr(builtins, FOLLOWED, changes.followed)
        setattr(builtins, LOOKS, changes.looks_at)
        setattr(builtins, ARE_SAME, changes.are_same)

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        """A call that is made for what it does, or an assertion by a function such as `assert_equal`."""
        if not isinstance(node.value, ast.Call):
            return node
        if _root_of(node.value.func) in self.names:
            followed = _call(FOLLOWED, ast.Constant(ast.unparse(node)))
            self.generic_visit(node)
            return _at(node, ast.With([ast.withitem(followed)], [node]))
        return self._made_twice(node) if _asserts(node) else node

    def visit_Assert(self, node: ast.Assert) -> ast.stmt | list[ast.stmt]:
        """An assertion: each part of one that is joined by `and` by itself."""
        if not isinstance(node.test, ast.BoolOp) or not isinstance(node.test.op, ast.And):
            return self._made_twice(node)
        found: list[ast.stmt] = []
        for part in node.test.values:
            now = self.visit_Assert(_at(node, ast.Assert(part, node.msg)))
            found += now if isinstance(now, list) else [now]
        return found

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        """`one is other`: that holds for an argument that a function has changed and given back."""
        self.generic_visit(node)
        asks = len(node.ops) == 1 and isinstance(node.ops[0], ast.Is | ast.IsNot)
        if not asks or isinstance(node.comparators[0], ast.Constant):
            return node
        self._changes.are_looked_at = True
        asked: ast.expr = _call(ARE_SAME, node.left, *node.comparators)
        return _at(node, ast.UnaryOp(ast.Not(), asked) if isinstance(node.ops[0], ast.IsNot) else asked)

    def visit_Module(self, node: ast.Module) -> ast.Module:
        """A cell. Its last expression stays as it is, for its value is the cell's result."""
        *before, last = node.body or [ast.Pass()]
        if isinstance(last, ast.Expr):
            node.body = before
            self.generic_visit(node)
            self.generic_visit(last)
            node.body.append(self._made_twice(last) if _asserts(last) else last)
        else:
            self.generic_visit(node)
        return node

    def _made_twice(self, node: ast.Assert | ast.Expr) -> ast.stmt:
        """An assertion that is made once more where that can say something else."""
        text = ast.unparse(node)
        if isinstance(node, ast.Assert):
            self.generic_visit(node)
        if not _only_looks(node):
            return node
        self._changes.are_looked_at = True
        with_look = ast.With([ast.withitem(ast.Name(LOOK, ast.Load()))], [node])
        looks = _call(LOOKS, ast.Constant(text))
        return _at(node, ast.For(ast.Name(LOOK, ast.Store()), looks, [with_look], []))


def _only_looks(node: ast.Assert | ast.Expr) -> bool:
    """Whether an assertion changes nothing. What it says when it has failed does not matter any more."""
    return not any(
        (isinstance(each, ast.Call) and not _is_harmless(_name_of(each.func)))
        or isinstance(each, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom)
        for each in ast.walk(node.test if isinstance(node, ast.Assert) else node.value)
    )


def _is_harmless(function: str) -> bool:
    return function in HARMLESS or function == ARE_SAME or function.startswith("assert")


def _asserts(node: ast.Expr) -> bool:
    """Whether a statement calls what asserts something, such as `assert_equal`."""
    return isinstance(node.value, ast.Call) and _name_of(node.value.func).startswith("assert")


def _root_of(node: ast.expr) -> str:
    """The name that an expression such as `name.attribute[0]` begins with; "" for any other."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _name_of(node: ast.AST) -> str:
    """The last name of an expression such as `module.function`; "" for any other."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


def _at(place: ast.AST, made: Made) -> Made:
    """A node that was made, said to be where another one is."""
    return ast.fix_missing_locations(ast.copy_location(made, place))
