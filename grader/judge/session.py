"""What the judge's process does: run set-up cells and check cells, with values from the student's process."""

from __future__ import annotations

import ast
import builtins
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from grader.executor.link import Link
from grader.executor.messages import Ended, Failure, Run, request
from grader.executor.shell import Cells
from grader.judge.bridge import Bridge, Fetched, StoppedCheckError
from grader.judge.modules import NoneOfStudents
from helpers.kit.calling import changes_followed

FOLLOWED = "__changes_followed__"


def judge(cells: Cells, peer: Link) -> None:
    """Run the cells that the grader asks for until the links close."""
    bridge = Bridge(peer)
    sys.meta_path.insert(0, NoneOfStudents(Path.cwd()))
    follow = _FollowChanges()
    setattr(builtins, FOLLOWED, changes_followed)
    # What cells have taken that run a second time, by their numbers.
    kept: dict[int, Fetched] = {}
    cells.shell.ast_transformers.append(follow)
    while True:
        cell = request(cells.receive())
        assert isinstance(cell, Run)
        _note_seeds(bridge)
        try:
            _take(cells.namespace, bridge, cell, kept)
        except Exception as error:
            why = f"What it needs cannot be handed over ({type(error).__name__})."
            cells.say(Failure(StoppedCheckError.__name__, why, [why]))
            cells.say(Ended(True, StoppedCheckError.__name__, why))
            continue
        except StoppedCheckError as stopped:
            cells.say(Failure(type(stopped).__name__, str(stopped), [str(stopped)]))
            cells.say(Ended(True, type(stopped).__name__, str(stopped)))
            continue
        follow.names = frozenset(cell.fetch)
        cells.run(cell, partial(_settle, bridge))


def _settle(bridge: Bridge) -> None:
    """Leave shared names in the student's process as the check left them here."""
    # The check has ended. What cannot be told of it now changes nothing that it said.
    with suppress(Exception, StoppedCheckError):
        bridge.bring_up_to_date()


def _take(namespace: dict[str, Any], bridge: Bridge, cell: Run, kept: dict[int, Fetched]) -> None:
    """Take the student's values of the names that a check uses, or those that were kept.

    Raises StoppedCheckError.
    """
    for name in cell.fetch:
        namespace.pop(name, None)
    if cell.again:
        namespace.update(bridge.values_again(kept.pop(cell.count, Fetched()), cell.may_call))
    else:
        unknown = [
            name for name in cell.fetch_unknown if name not in namespace and not hasattr(builtins, name)
        ]
        names = [*cell.fetch, *unknown]
        fetched = bridge.fetch(names) if names else Fetched()
        if cell.keep:
            kept[cell.count] = fetched.copy()
        namespace.update(bridge.values(fetched))
    bridge.share(namespace, frozenset(cell.share))


def _note_seeds(bridge: Bridge) -> None:
    """Have the student's process set Keras' seed as well, wherever a check sets it."""
    keras = sys.modules.get("keras")
    if keras is None or getattr(keras.utils.set_random_seed, "is_noted", False):
        return
    set_seed = keras.utils.set_random_seed

    def set_random_seed(seed: int) -> None:
        set_seed(seed)
        bridge.keras_seed = seed

    set_random_seed.is_noted = True  # type: ignore[attr-defined]
    keras.utils.set_random_seed = set_random_seed


class _FollowChanges(ast.NodeTransformer):
    """Has a check's own data become what a student's function makes of them, where only that can be meant.

    A call whose result is thrown away, such as `sort_in_place(numbers)`, is made for what it does to its
    arguments. Where the result is used, the check's own data stay as they are.
    """

    names: frozenset[str] = frozenset()

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        if not isinstance(node.value, ast.Call) or _root(node.value.func) not in self.names:
            return node
        call = ast.Call(ast.Name(FOLLOWED, ast.Load()), [], [])
        wrapped = ast.With([ast.withitem(call)], [node])
        for part in (wrapped, call, call.func):
            ast.copy_location(part, node)
        return ast.fix_missing_locations(wrapped)

    def visit_Module(self, node: ast.Module) -> ast.Module:
        # The last expression stays as it is, for its value is the cell's result.
        last = node.body[-1:] if node.body and isinstance(node.body[-1], ast.Expr) else []
        rest = node.body[: len(node.body) - len(last)]
        node.body = [self.visit(statement) for statement in rest] + last
        return node


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
