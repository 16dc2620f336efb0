"""What a code cell defines: how an answer is found that has lost its name, or is in another cell."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.judge.names import names_of
from grader.syntax import parse

# No answer is as long. Python reads some texts in a time that grows with the square of their length.
LONGEST = 50_000
# Cell magics that run their cell in the notebook's own namespace.
RUNS_ITS_CELL = re.compile(r"\A\s*%%(?:time|capture|prun)\b[^\n]*")
OTHER_CELL_MAGIC = re.compile(r"\s*%%")
LINE_MAGIC = re.compile(r"^([ \t]*)[%!?][^\n]*", re.MULTILINE)


@dataclass(frozen=True)
class Definitions:
    """The names of one code cell.

    binds: what it binds for the cells below it. imports: what of that it only imports. leaves_open: what of
    that it only announces, as stubs do: functions that raise, `x = ...`. reads: what it reads anywhere.
    does_nothing: whether it is nothing but comments, stubs and `raise`. may_bind_more: whether it may bind
    names that cannot be read from it: it is not Python, or imports all names of a module.
    """

    binds: frozenset[str] = frozenset()
    imports: frozenset[str] = frozenset()
    leaves_open: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    does_nothing: bool = False
    may_bind_more: bool = False

    @property
    def defines(self) -> frozenset[str]:
        """What it truly gives a value."""
        return self.binds - self.leaves_open


def definitions(source: str) -> Definitions:
    """Read a code cell, magics or not. One that is not Python defines nothing."""
    tree = _parsed(source)
    if tree is None:
        return Definitions(may_bind_more=True)
    bound: set[str] = set()
    imports: set[str] = set()
    left_open: set[str] = set()
    for node in _at_top(tree.body):
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            (left_open if _is_stub(node) else bound).add(node.name)
        elif isinstance(node, ast.Assign) and _says_nothing(node.value):
            left_open |= _targets(node)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
    left_open -= bound | imports
    return Definitions(
        frozenset(bound | imports | left_open),
        frozenset(imports - bound),
        frozenset(left_open),
        frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name)),
        all(map(_is_stub, tree.body)),
        "*" in imports,
    )


def bound_alike(stub: str, solution: str) -> set[str]:
    """The names that both texts of an answer's cell give the same value, without anything of the solution.

    Apart from what they only import.
    """
    of_stub, of_solution = _parsed(stub), _parsed(solution)
    if of_stub is None or of_solution is None:
        return set()
    released = {ast.dump(statement) for statement in of_stub.body}
    alike = [definitions(ast.unparse(each)) for each in of_solution.body if ast.dump(each) in released]
    rest = [ast.unparse(each) for each in of_solution.body if ast.dump(each) not in released]
    own = names_of("\n".join(rest))
    given = {name for each in alike if not each.reads & own.binds for name in each.defines - each.imports}
    return given - own.binds - own.changes


def _parsed(source: str) -> ast.Module | None:
    if len(source) > LONGEST:
        return None
    source = RUNS_ITS_CELL.sub("", source, count=1)
    if OTHER_CELL_MAGIC.match(source):
        return None
    for attempt in (source, LINE_MAGIC.sub(r"\1pass", source)):
        try:
            return parse(attempt)
        except (SyntaxError, ValueError):
            continue
        except (RecursionError, MemoryError):  # nested too deep to be read
            return None
    return None


def _at_top(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All nodes that run in the cell's own namespace."""
    left = list(body)
    while left:
        node = left.pop()
        yield node
        inner = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda | ast.comprehension
        if not isinstance(node, inner) and not (isinstance(node, ast.Assign) and _says_nothing(node.value)):
            left.extend(ast.iter_child_nodes(node))


def _is_stub(node: ast.stmt) -> bool:
    """Whether a statement only marks where something is to be written."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return all(map(_is_stub, node.body))
    if isinstance(node, ast.Expr | ast.Assign):
        return isinstance(node.value, ast.Constant) and (
            isinstance(node, ast.Expr) or _says_nothing(node.value)
        )
    return isinstance(node, ast.Pass | ast.Raise)


def _says_nothing(value: ast.expr) -> bool:
    """Whether a value only marks where one is to be written: `...`, `None`, or several of them."""
    if isinstance(value, ast.Tuple):
        return bool(value.elts) and all(map(_says_nothing, value.elts))
    return isinstance(value, ast.Constant) and value.value in (None, ...)


def _targets(node: ast.Assign) -> set[str]:
    return {each.id for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)}
