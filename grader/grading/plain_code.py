"""Which functions give the same whenever they are called, as far as the text of a notebook shows.

A function is plain if all that it reads stays what it is: modules of known libraries, constants, other plain
functions and classes. It keeps nothing from one call to the next. What cannot be seen to be plain is not.
"""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from grader.judge.names import root
from grader.syntax import parse

# Libraries whose own state changes what a function gives in no other way than by chance.
LIBRARIES = frozenset(
    (
        "abc", "base64", "bisect", "cmath", "collections", "copy", "dataclasses", "datetime", "enum",
        "fractions", "functools", "heapq", "itertools", "json", "keras", "math", "matplotlib", "numbers",
        "numpy", "pandas", "pprint", "random", "re", "scipy", "seaborn", "sklearn", "statistics", "string",
        "tensorflow", "textwrap", "time", "typing", "__future__",
    )
)  # fmt: skip
# In a cell they may be used, but functions that read them are not plain: they may hold data.
ALSO_KNOWN = ("helpers", "IPython.display")
# Names by which everything can be reached and changed.
REACHES_ALL = frozenset(
    (
        "exec", "eval", "compile", "globals", "locals", "vars", "getattr", "setattr", "delattr", "open",
        "input", "breakpoint", "get_ipython", "In", "Out", "exit", "quit",
    )
)  # fmt: skip
HARMLESS_SPECIAL = frozenset(("__init__", "__name__", "__call__", "__len__"))
# What sets a whole library, such as `np.seterr`, and what reads files or settings.
SETS = re.compile(r"set(?!_random_seed|diff1d|xor1d)|reset|enable|disable|register|run_")
FILES = re.compile(r"load|save|read|write|open|file|txt|memmap|csv|rcParams", re.IGNORECASE)
METHOD_DECORATORS = frozenset(("property", "staticmethod", "classmethod"))
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True)
class Code:
    """What one cell defines.

    functions: by name what each function or class reads of the notebook; None for one that is not plain.
    aliases: by name the other names that it is assigned. others: names that may be bound to something else
    than functions, names and constants, which are numbers, text and tuples of them.
    """

    functions: Mapping[str, frozenset[str] | None]
    aliases: Mapping[str, frozenset[str]]
    others: frozenset[str]


def code_of(source: str, binds: frozenset[str]) -> Code:
    """Read a cell. binds: the names that it binds, but for imports. Raises SyntaxError."""
    tree = parse(source)
    read = _read_by_functions(source)
    functions: dict[str, frozenset[str] | None] = {}
    aliases: dict[str, set[str]] = {}
    seen: list[str] = []
    for node in tree.body:
        name, value = _assigned(node)
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            name = node.name
            is_plain = _is_plain_class(node) if isinstance(node, ast.ClassDef) else _is_plain_function(node)
            known = functions.get(name, frozenset())
            # Two of a name may be told apart by nothing: both count.
            functions[name] = known | read[name] | _bases(node) if is_plain and known is not None else None
        elif isinstance(value, ast.Lambda):
            known = functions.get(name, frozenset())
            nameless = read.get("lambda", frozenset())
            functions[name] = known | nameless if _is_plain_function(value) and known is not None else None
        elif isinstance(value, ast.Name):
            aliases.setdefault(name, set()).add(value.id)
        elif value is None or not _is_constant(value):
            continue
        seen.append(name)
    stored = list(_stored(tree))
    others = frozenset(name for name in binds if not 0 < stored.count(name) == seen.count(name))
    return Code(functions, {name: frozenset(of) for name, of in aliases.items()}, others)


def _assigned(node: ast.stmt) -> tuple[str, ast.expr | None]:
    """The name that a statement gives a value, if that is all it does, and the value."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id, node.value
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id, node.value
    return "", None


def _stored(tree: ast.Module) -> Iterator[str]:
    """Each name as often as it is bound or deleted, in whatever scope."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name


def _read_by_functions(source: str) -> dict[str, frozenset[str]]:
    """By name what functions and classes at the top of a cell read of the notebook, and all they hold."""
    found: dict[str, set[str]] = {}
    for child in symtable.symtable(source, "cell", "exec").get_children():
        tables = [child]
        read = found.setdefault(child.get_name(), set())
        while tables:
            table = tables.pop()
            tables.extend(table.get_children())
            read |= {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global()}
    return {name: frozenset(read) for name, read in found.items()}


def _is_constant(value: ast.expr) -> bool:
    if isinstance(value, ast.Tuple):
        return all(map(_is_constant, value.elts))
    if isinstance(value, ast.UnaryOp):
        return _is_constant(value.operand)
    if isinstance(value, ast.BinOp):
        return _is_constant(value.left) and _is_constant(value.right)
    return isinstance(value, ast.Constant)


def _is_plain_function(node: Function, decorators: frozenset[str] = frozenset()) -> bool:
    """Whether a function keeps nothing from call to call, and reads no file."""
    if not isinstance(node, ast.Lambda) and not all(
        isinstance(each, ast.Name) and each.id in decorators for each in node.decorator_list
    ):
        return False
    defaults = [*node.args.defaults, *(each for each in node.args.kw_defaults if each is not None)]
    return all(map(_is_constant, defaults)) and not any(
        isinstance(each, ast.Attribute | ast.alias)
        and FILES.search(each.attr if isinstance(each, ast.Attribute) else each.name)
        for each in ast.walk(node)
    )


def _bases(node: ast.FunctionDef | ast.ClassDef) -> set[str]:
    bases = node.bases if isinstance(node, ast.ClassDef) else []
    return {each.id for base in bases for each in ast.walk(base) if isinstance(each, ast.Name)}


def _is_plain_class(node: ast.ClassDef) -> bool:
    if node.decorator_list or node.keywords:
        return False
    return all(
        _is_plain_function(each, METHOD_DECORATORS)
        if isinstance(each, ast.FunctionDef)
        else isinstance(each, ast.Pass | ast.Expr | ast.Assign | ast.AnnAssign)
        and (isinstance(each, ast.Pass) or each.value is None or _is_constant(each.value))
        for each in node.body
    )


def reaches_all(source: str, modules: frozenset[str]) -> bool:
    """Whether a student's cell may change what cannot be read from it.

    modules: the names that the notebook's cells import. Raises SyntaxError.
    """
    return any(_reaches_all(node, modules) for node in ast.walk(parse(source)))


def _reaches_all(node: ast.AST, modules: frozenset[str]) -> bool:
    if isinstance(node, ast.Global | ast.AsyncFunctionDef | ast.AsyncFor | ast.AsyncWith | ast.Await):
        return True
    if isinstance(node, ast.Import):
        return not all(_is_known(alias.name) for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        names = {alias.name for alias in node.names}
        return (
            not _is_known(node.module or "")
            or bool(names & {"*", *REACHES_ALL})
            or any(map(SETS.match, names))
        )
    if isinstance(node, ast.Name):
        return node.id in REACHES_ALL or _is_special(node.id)
    if isinstance(node, ast.Attribute):
        if isinstance(node.ctx, ast.Load):
            sets = root(node) in modules and SETS.match(node.attr) is not None
            return sets or _is_special(node.attr) or node.attr == "get_ipython"
        return not (isinstance(node.value, ast.Name) and node.value.id == "self")
    if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        return root(node) in modules and not _is_of_figures(node.value)
    return False


def is_of_library(module: str) -> bool:
    """Whether a module belongs to a known library."""
    return module.partition(".")[0] in LIBRARIES


def _is_known(module: str) -> bool:
    return is_of_library(module) or any(
        module == each or module.startswith(f"{each}.") for each in ALSO_KNOWN
    )


def _is_special(name: str) -> bool:
    """Whether Python itself gives a name its meaning."""
    return name.startswith("__") and name not in HARMLESS_SPECIAL


def _is_of_figures(node: ast.expr) -> bool:
    """Whether it is Matplotlib's settings, which change nothing but figures."""
    return (node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")) == "rcParams"
