"""Rewrite a check so that it sees what a student's functions make of its own data, where that is meant.

A call whose result is thrown away, such as `sort_in_place(numbers)`, is made for what it does to its
arguments. Where the result is used, the check's own data stay as they are: a function must not come true by
changing what it is compared with. But an assertion about the check's own data alone can only ask what a
function has done to them, so it is one about what became of the copies.
"""

from __future__ import annotations

import ast
import builtins
from unittest import TestCase

from grader.judge.changes import Changes
from grader.judge.results import ARE_SAME, is_harmless, made_of, name_of, root_of
from helpers.kit.calling import changes_followed

FOLLOWED = "__changes_followed__"
SHOWN = "__changes_shown__"


class FollowChanges(ast.NodeTransformer):
    """Rewrites the cells of the judge's shell."""

    def __init__(self, changes: Changes) -> None:
        """Start. changes: of the check that runs."""
        self._changes = changes
        # The names whose values come from the student's process, and all that is made of them in the cell.
        self.names: frozenset[str] = frozenset()
        # Functions of cells above that call these, with what these keep; and those that keep nothing.
        self.callers: frozenset[str] = frozenset()
        self.plain_callers: frozenset[str] = frozenset()
        self._made: set[str] = set()
        self._looks = False
        setattr(builtins, FOLLOWED, changes_followed)
        setattr(builtins, SHOWN, changes.shown)
        setattr(builtins, ARE_SAME, changes.are_same)

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        """A call that is made for what it does, or an assertion by a function such as `assert_equal`."""
        if not isinstance(node.value, ast.Call):
            return node
        if root_of(node.value.func) in self.names:
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
        self._made = made_of(self.names | self.callers, node, self.names | self.plain_callers)
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
        if not self.names or not all(map(self._is_of_own, _compared(node))):
            return node
        self._looks = True
        return _within(SHOWN, node)

    def _is_of_own(self, node: ast.AST) -> bool:
        """Whether something reads nothing that comes from the student's process, and changes nothing."""
        return not any(
            (isinstance(each, ast.Name) and each.id in self._made)
            or (isinstance(each, ast.Call) and not is_harmless(name_of(each.func)))
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


def _compared(node: ast.stmt) -> list[ast.expr]:
    """What an assertion is about."""
    if isinstance(node, ast.Assert):
        # What it says when it has failed changes nothing any more.
        return [node.test]
    call = node.value  # type: ignore[attr-defined]
    within = [*call.args, *(keyword.value for keyword in call.keywords)]
    # Whatever a test case holds, its own assertions compare what they are called with.
    is_of_case = isinstance(call.func, ast.Attribute) and hasattr(TestCase, call.func.attr)
    return within if is_of_case else [call]


def _asserts(node: ast.stmt) -> bool:
    """Whether a statement calls what asserts something, such as `assert_equal`."""
    is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    return is_call and name_of(node.value.func).startswith("assert")  # type: ignore[attr-defined]


def _within(name: str, statement: ast.stmt) -> ast.stmt:
    call = ast.Call(ast.Name(name, ast.Load()), [], [])
    wrapped = ast.With([ast.withitem(call)], [statement])
    for part in (wrapped, call, call.func):
        ast.copy_location(part, statement)
    return ast.fix_missing_locations(wrapped)
