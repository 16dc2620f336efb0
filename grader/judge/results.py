"""Which names of a check may hold something that comes from the student's process.

An assertion about any of them compares what an answer gives with data that the answer must not change.
Wherever the text leaves it open, a name is taken for one of these.
"""

from __future__ import annotations

import ast
import dis
from collections.abc import Iterable, Iterator, Mapping
from types import CodeType, ModuleType
from typing import Any

from grader.judge.handles import Remote, RemoteClass
from grader.judge.names import Definition

ARE_SAME = "__are_same__"
# What an assertion about a check's own data may call: nothing that changes them, for they are there for a
# moment only.
HARMLESS = frozenset(
    (
        "len", "list", "tuple", "set", "dict", "frozenset", "sorted", "all", "any", "sum", "min", "max",
        "abs", "str", "repr", "isinstance", "type", "id", "bool", "int", "float", "range", "zip", "enumerate",
        "keys", "values", "items", "get", "count", "index", "copy", "tolist", "equals", "isin", "mean",
        "array", "asarray", "arange", "zeros", "ones", "array_equal", "allclose", "isclose", "DataFrame",
        "Series", "isnull", "isna", "notna",
    )
)  # fmt: skip
# What notes what an answer prints, or what an answer calls it with.
LISTENERS = frozenset(
    ("StringIO", "BytesIO", "stdout", "stderr", "Mock", "MagicMock", "NonCallableMock", "create_autospec")
)
# Methods that an answer may be given, so that it puts something there by itself.
FILLING = frozenset(
    ("append", "appendleft", "extend", "insert", "add", "update", "setdefault", "put", "write")
)
Within = ast.stmt | ast.ExceptHandler | ast.match_case


def made_of(names: frozenset[str], cell: ast.Module, copying: frozenset[str]) -> set[str]:
    """These names, and all that may hold something that is made of what they give.

    names: the student's, and those of functions that call them. copying: those of functions that put nothing
    into what they are called with.
    """
    found = {*names, *_unknown(cell)}
    statements = [(node, _parts(node)) for node in ast.walk(cell) if isinstance(node, ast.stmt)]
    for _, parts in statements:
        if LISTENERS & set(map(name_of, parts)):
            found |= _bound_in(parts)
    known = 0
    while known < len(found):
        known = len(found)
        for node, parts in statements:
            # What a `with` gives may tell what happened within: what was raised, warned of, printed.
            told_of = ast.walk(node) if isinstance(node, ast.With | ast.AsyncWith) else parts
            if found & _names_in(told_of):
                found |= {node.name} if isinstance(node, Definition) else _made_in(parts, found, copying)
    return found


def callers_of(names: frozenset[str], namespace: Mapping[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
    """The functions and classes of cells above that call what these names mean, and data that they read.

    Also those of them that surely keep nothing and put nothing into what they are called with.
    """
    codes = {
        name: tuple(_codes_of(value))
        for name, value in namespace.items()
        if name not in names and getattr(value, "__module__", None) == namespace.get("__name__")
    }
    reads = {name: {word for code in of_name for word in _words_of(code)} for name, of_name in codes.items()}
    found, known = set(names), -1
    while known < len(found):
        known = len(found)
        found |= {name for name, words in reads.items() if words & found}
    callers = frozenset(found - names)
    plain = {
        name
        for name in callers
        if reads[name] <= names | HARMLESS
        and not isinstance(namespace[name], type)
        and not any(map(_stores, codes[name]))
    }
    may_keep = {
        word
        for name in callers - plain
        for word in reads[name] & namespace.keys()
        if not callable(namespace[word]) and not isinstance(namespace[word], ModuleType)
    }
    return callers | may_keep, frozenset(plain)


def is_harmless(function: str) -> bool:
    """Whether what has this name changes nothing, and keeps nothing."""
    return function in HARMLESS or function == ARE_SAME or function.startswith("assert")


def root_of(node: ast.expr) -> str:
    """The name that an expression such as `name.attribute[0]` begins with; "" for any other."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def name_of(node: ast.AST) -> str:
    """The last name of an expression such as `module.function`; "" for any other."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _unknown(cell: ast.Module) -> Iterator[str]:
    """Names whose values come in ways that are not followed here."""
    called = {id(node.func) for node in ast.walk(cell) if isinstance(node, ast.Call)}
    for node in ast.walk(cell):
        if isinstance(node, ast.arg):
            # Nobody knows whose data a function of the check is called with.
            yield node.arg
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
            yield node.name or ""
        elif isinstance(node, ast.MatchMapping):
            yield node.rest or ""
        elif isinstance(node, ast.Attribute) and node.attr in FILLING and id(node) not in called:
            yield root_of(node)


def _parts(node: ast.stmt) -> list[ast.AST]:
    """A statement without those within it, unless it defines something."""
    if isinstance(node, Definition):
        return list(ast.walk(node))
    return [
        part
        for inner in ast.iter_child_nodes(node)
        if not isinstance(inner, Within)
        for part in ast.walk(inner)
    ]


def _made_in(parts: list[ast.AST], known: set[str], copying: frozenset[str]) -> set[str]:
    """What a statement makes of known names. copying: of functions that put nothing into their arguments."""
    made = _bound_in(parts)
    read = {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)}
    if made & known and not read & known:
        # What is put into `row` later is in `rows` as well, after `row = rows[0]`.
        made |= read
    for part in parts:
        if isinstance(part, ast.Call) and root_of(part.func) not in copying:
            # It may put a result anywhere, as `results.append(answer(3))` does.
            within = _names_in(ast.walk(part))
            made |= within if known & within and not is_harmless(name_of(part.func)) else set()
    return made


def _bound_in(parts: list[ast.AST]) -> set[str]:
    """The names that a statement gives values to, also by way of attributes and items."""
    bound: set[str] = set()
    for part in parts:
        if isinstance(part, ast.Name | ast.Attribute | ast.Subscript) and not isinstance(part.ctx, ast.Load):
            root = root_of(part)
            bound |= {root} if root else _names_in(ast.walk(part))
    return bound


def _names_in(parts: Iterable[ast.AST]) -> set[str]:
    return {part.id for part in parts if isinstance(part, ast.Name)}


def _codes_of(value: Any) -> Iterator[CodeType]:
    """The code of a function, or of a class' methods and properties."""
    for each in (value, *(vars(value).values() if isinstance(value, type) else ())):
        # The student's objects are not asked: each question would go to the student's process.
        if isinstance(each, Remote | RemoteClass):
            continue
        for function in (each, *(getattr(each, name, None) for name in ("__func__", "fget", "fset"))):
            code = getattr(function, "__code__", None)
            if isinstance(code, CodeType):
                yield code


def _words_of(code: CodeType) -> set[str]:
    """The global names and attributes that code reads, with those of the functions that it defines."""
    inner = (_words_of(each) for each in code.co_consts if isinstance(each, CodeType))
    return set(code.co_names).union(*inner)


def _stores(code: CodeType) -> bool:
    """Whether code may put something into what it has not made, or defines a function that may."""
    return any(isinstance(each, CodeType) for each in code.co_consts) or any(
        step.opname in ("STORE_ATTR", "STORE_GLOBAL", "STORE_SUBSCR", "STORE_SLICE")
        or step.argrepr.endswith("=")
        for step in dis.get_instructions(code)
        if step.opname.startswith(("STORE_", "BINARY_OP"))
    )
