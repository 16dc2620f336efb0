"""Whether the text of a check shows that it can be judged without the other checks of its lesson.

All checks of a submission are judged in one process, one after the other. A check that stands alone leaves
nothing there for others, and reads nothing that they may have left: no variable of the lesson's, no file, no
setting of a library, no random number. What cannot be seen to stand alone does not.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Mapping, Set

from grader.judge.names import names_of, read_first, root
from grader.syntax import parse

OWN_MODULES = frozenset(("helpers",))
MODULES = frozenset(("cmath", "fractions", "inspect", "itertools", "math", "numbers", "numpy", *OWN_MODULES))
FUNCTIONS = frozenset(
    (
        "abs", "all", "any", "bool", "bytes", "callable", "complex", "dict", "divmod", "enumerate", "filter",
        "float", "format", "frozenset", "getattr", "hasattr", "int", "isinstance", "issubclass", "iter",
        "len", "list", "map", "max", "min", "next", "object", "pow", "print", "range", "repr", "reversed",
        "round", "set", "slice", "sorted", "str", "sum", "tuple", "type", "zip",
    )
)  # fmt: skip
ERRORS = frozenset(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
)
# What changes or shows the state of a library, or what is outside of the process.
STATE = re.compile(
    r"^set(?!diff1d|xor1d)|random|seed|option|rcparam|load|save|read|write|open|file|txt|memmap|csv|buf|err",
    re.IGNORECASE,
)
# Methods that change what `helpers` holds.
CHANGES = re.compile(r"^(set|add|append|clear|discard|extend|insert|pop|remove|reverse|sort|update)")
# Whatever these hold, they do nothing beyond it.
STATEMENTS = (
    ast.Module, ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Assert, ast.If, ast.For, ast.While,
    ast.Try, ast.ExceptHandler, ast.Raise, ast.Pass, ast.Break, ast.Continue, ast.FunctionDef, ast.Return,
    ast.Import, ast.ImportFrom,
)  # fmt: skip


def stands_alone(source: str, imports: Mapping[str, str], lessons: Set[str], students: Set[str]) -> bool:
    """Tell it of a check.

    imports: by name the statements that import it in the lesson. lessons: the names that the lesson's own
    cells bind in any other way; students: those that come from the student.
    """
    try:
        tree = parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    bound = _bound(tree)
    modules = {name for name, statement in imports.items() if _is_stateless(statement)}
    known = {*FUNCTIONS, *ERRORS, *students, *bound, *modules}
    own = {name for name in modules if _modules_of(imports[name]) <= OWN_MODULES}
    names = names_of(source)
    # What the lesson calls the same: it is not read before the check has bound it.
    read = (names.reads - names.binds) | (read_first(source) & names.binds) | names.updates
    return not read & bound & ((lessons | imports.keys()) - students) and all(
        _is_harmless(node, known, bound, own) for node in ast.walk(tree)
    )


def _bound(tree: ast.AST) -> set[str]:
    """All names that a check binds, wherever."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ExceptHandler) and node.name:
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name.partition(".")[0])
    return found


def _is_harmless(node: ast.AST, known: Set[str], bound: Set[str], own: Set[str]) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return _is_stateless(ast.unparse(node))
    if isinstance(node, ast.Name):
        return node.id in known if isinstance(node.ctx, ast.Load) else isinstance(node.ctx, ast.Store)
    if isinstance(node, ast.Attribute):
        outside = CHANGES if root(node) in own else STATE
        return (
            isinstance(node.ctx, ast.Load) and not node.attr.startswith("_") and not outside.search(node.attr)
        )
    if isinstance(node, ast.Subscript):
        return isinstance(node.ctx, ast.Load) or root(node) in bound
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("getattr", "hasattr")
    ):
        return (
            len(node.args) > 1
            and isinstance(node.args[1], ast.Constant)
            and not STATE.search(str(node.args[1].value))
            and not str(node.args[1].value).startswith("_")
        )
    return not isinstance(node, ast.stmt | ast.Await) or isinstance(node, STATEMENTS)


def _is_stateless(statement: str) -> bool:
    """Whether a statement imports nothing that has, or is, the state of a library."""
    modules = _modules_of(statement)
    node = parse(statement).body[0]
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else ["*"]
    return (
        modules <= MODULES
        and "*" not in names
        and (modules <= OWN_MODULES or not any(map(STATE.search, names)))
    )


def _modules_of(statement: str) -> set[str]:
    """The packages from which a statement imports."""
    node = parse(statement).body[0]
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").partition(".")[0]}
    return {alias.name.partition(".")[0] for alias in node.names} if isinstance(node, ast.Import) else set()
