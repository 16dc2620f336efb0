"""Rewrite a check so that it sees what a student's functions make of its own data.

What the lesson's solution changes in its arguments, the check's own data become: see `grader.judge.changes`.
Where an answer has changed something else, an assertion is made twice: of the check's data, and of what
became of them. It has to hold both times: then nothing comes true because an answer has changed what it is
compared with, and nothing that it should have left alone is changed unnoticed.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping
from typing import Any, TypeVar

from grader.judge.changes import Changes

Made = TypeVar("Made", bound=ast.AST)
THROWN_AWAY, LOOKS, LOOK, ORIGINAL = "__thrown_away__", "__looks__", "__look__", "__original__"
ASKING_FOR_IDENTITY = ("id", "assertIs", "assertIsNot", "shares_memory", "may_share_memory")


class FollowChanges(ast.NodeTransformer):
    """Rewrites the cells of the judge's shell."""

    def __init__(self, changes: Changes, namespace: Mapping[str, Any]) -> None:
        """Start. changes: of the check that runs. namespace: of the shell."""
        self._changes, self._namespace = changes, namespace
        # The names whose values come from the student's process.
        self.names: frozenset[str] = frozenset()
        setattr(builtins, THROWN_AWAY, changes.thrown_away)
        setattr(builtins, LOOKS, changes.looks_at)
        setattr(builtins, ORIGINAL, changes.original)

    def visit_Expr(self, node: ast.Expr) -> ast.stmt | list[ast.stmt]:
        """A call that is made for what it does, or an assertion by a function such as `assert_equal`."""
        if not isinstance(node.value, ast.Call):
            return node
        if _dotted(node.value.func).partition(".")[0] in self.names:
            self.generic_visit(node)
            return _at(node, ast.With([ast.withitem(_call(THROWN_AWAY))], [node]))
        if _asserts(node.value):
            return self._made_twice(node)
        self.generic_visit(node)
        return node

    def visit_Assert(self, node: ast.Assert) -> list[ast.stmt]:
        """An assertion: each part of one that is joined by `and` by itself."""
        if not isinstance(node.test, ast.BoolOp) or not isinstance(node.test.op, ast.And):
            return self._made_twice(node)
        parts = [_at(node, ast.Assert(part, node.msg)) for part in node.test.values]
        return [made for part in parts for made in self.visit_Assert(part)]

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        """`one is other`: an argument that a function has changed and given back is still that argument."""
        self.generic_visit(node)
        if any(isinstance(each, ast.Is | ast.IsNot) for each in node.ops):
            node.left, *node.comparators = map(_original, (node.left, *node.comparators))
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """The same asked of a test case, by `id`, or of the memory of arrays."""
        self.generic_visit(node)
        if _dotted(node.func).rpartition(".")[2] in ASKING_FOR_IDENTITY:
            node.args = [*map(_original, node.args)]
        return node

    def visit_Module(self, node: ast.Module) -> ast.Module:
        """A cell. Its last expression is left alone where its value may be the cell's result."""
        *before, last = node.body or [ast.Pass()]
        if isinstance(last, ast.Expr) and not self._is_of_library(last.value, before):
            node.body = before
            self.generic_visit(node)
            self.generic_visit(last)
            node.body.append(last)
        else:
            self.generic_visit(node)
        return node

    def _made_twice(self, node: ast.Assert | ast.Expr) -> list[ast.stmt]:
        """An assertion that is made once more where that can say something else."""
        of = node.test if isinstance(node, ast.Assert) else node.value
        parts = list(ast.walk(of))
        self.generic_visit(node)
        if any(isinstance(each, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom) for each in parts):
            return [node]
        names = [each.id for each in parts if isinstance(each, ast.Name)]
        calls = [_dotted(each.func) for each in parts if isinstance(each, ast.Call)]
        looks = _call(LOOKS, *(ast.List([*map(ast.Constant, each)], ast.Load()) for each in (names, calls)))
        within = ast.With([ast.withitem(ast.Name(LOOK, ast.Load()))], [node])
        made = ast.For(ast.Name(LOOK, ast.Store()), looks, [within], [])
        return [_at(node, made), _at(node, ast.Delete([ast.Name(LOOK, ast.Del())]))]

    def _is_of_library(self, value: ast.expr, before: list[ast.stmt]) -> bool:
        """Whether an expression calls what a library asserts with, which gives nothing back."""
        if not isinstance(value, ast.Call) or not _asserts(value):
            return False
        if isinstance(value.func, ast.Attribute):
            return True
        name = _dotted(value.func)
        imported = (each for each in before if isinstance(each, ast.ImportFrom))
        known = getattr(self._namespace.get(name), "__module__", "__main__") != "__main__"
        return known or any(name in (alias.asname or alias.name) for each in imported for alias in each.names)


def _asserts(call: ast.Call) -> bool:
    """Whether something is called that asserts something, such as `assert_equal`."""
    return _dotted(call.func).rpartition(".")[2].startswith("assert")


def _dotted(node: ast.expr) -> str:
    """A name such as `module.function`; it begins with a dot where it belongs to no name."""
    parts = []
    while isinstance(node, ast.Attribute | ast.Subscript):
        parts.append(node.attr if isinstance(node, ast.Attribute) else "[]")
        node = node.value
    return ".".join([node.id if isinstance(node, ast.Name) else "", *reversed(parts)])


def _original(node: ast.expr) -> ast.expr:
    known = isinstance(node, ast.Constant | ast.Starred)
    return node if known else _at(node, _call(ORIGINAL, node))


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


def _at(place: ast.AST, made: Made) -> Made:
    """A node that was made, said to be where another one is."""
    return ast.fix_missing_locations(ast.copy_location(made, place))
