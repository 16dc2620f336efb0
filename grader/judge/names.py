"""What a cell of the instructor's notebook binds, reads and changes, by its syntax tree."""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from grader.judge.code_runners import runs_code
from grader.judge.inside_objects import looks_inside
from grader.syntax import parse

# Calls that set up a process as a whole: in cells that do nothing else they are made for the judge as well.
WHOLE_PROCESS = frozenset(
    (
        "seed", "set_seed", "set_random_seed", "manual_seed", "seterr", "set_printoptions", "chdir",
        "simplefilter", "filterwarnings", "append", "insert",
    )
)  # fmt: skip
# Magics below which the rest of a cell is Python that binds names as if they were not there.
AROUND = re.compile(r"\s*%%(?:time|capture|prun)\b[^\n]*\n")

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Holds = ast.Name | ast.Constant | ast.Tuple | ast.List | ast.Set | ast.Dict | ast.Lambda


@dataclass
class Names:
    """What a cell binds, reads and changes in place.

    classes: the names of what it defines as classes; methods: those of what these define. imports: the
    statements that bind names by importing, by name. updates: names that it both reads and binds, as `x +=
    1` does. binds_all: whether it imports every name of a module. sets_up: whether all it does concerns the
    process. runs_code: what in it may run code that its data hold, in a word. looks_inside: what in it looks
    at how an object is made inside. problem: why it is not what the judge can run.
    """

    binds: set[str] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)
    methods: set[str] = field(default_factory=set)
    imports: dict[str, str] = field(default_factory=dict)
    updates: set[str] = field(default_factory=set)
    binds_all: bool = False
    sets_up: bool = False
    runs_code: str = ""
    looks_inside: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Statement:
    """A statement at the top of a cell.

    needs: the names that it reads when it runs; all others are read when a function of it is called. calls:
    those of them that it may call. gives: what may run code that data hold, in a word, where the names that
    it binds can do so later.
    """

    text: str
    names: Names
    needs: frozenset[str]
    calls: frozenset[str]
    gives: str = ""


def _parsed(source: str) -> tuple[str, ast.Module]:
    """A cell as Python, and its tree. Raises SyntaxError or ValueError."""
    source = AROUND.sub("", source, count=1) if AROUND.match(source) else source
    try:
        return source, parse(source)
    except (SyntaxError, ValueError):
        # With magics. IPython takes a while to import.
        from IPython.core.inputtransformer2 import TransformerManager

        code: str = TransformerManager().transform_cell(source)
        return code, parse(code)


def is_python(source: str) -> bool:
    """Whether a cell is Python, without magics. Raises RecursionError or MemoryError where nobody can say."""
    try:
        parse(source)
    except (SyntaxError, ValueError):
        return False
    return True


def may_run(source: str) -> bool:
    """Whether IPython may turn a cell that is not Python into Python.

    No more than its first magic is looked at: there may be thousands, and each takes reading all of it.
    """
    from IPython.core.inputtransformer2 import TransformerManager

    reader: Any = TransformerManager()
    reader.do_token_transforms = lambda lines: reader.do_one_token_transform(lines)[1]
    code = reader.transform_cell(source)
    return "get_ipython()" in code or is_python(code)


def names_of(source: str) -> Names:
    """Read what a cell binds, reads and changes."""
    try:
        code, tree = _parsed(source)
    except (SyntaxError, ValueError):
        return Names(problem="it is not Python")
    found = Names()
    if "get_ipython()" in code or AROUND.match(source):
        found.problem = "it uses IPython's magics"
    _read_tables(code, tree, found)
    _note_imports(tree, found)
    _note_changes(tree, found)
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found.classes = {node.name for node in classes}
    found.methods = set().union(*(_local_names(node) for node in classes))
    found.runs_code, found.looks_inside = runs_code(tree), looks_inside(tree)
    found.sets_up = not found.binds and any(
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
        and node.value.func.attr in WHOLE_PROCESS
        for node in tree.body
    )
    found.changes &= found.reads - found.binds
    return found


def read_first(source: str) -> set[str]:
    """The names that a cell reads anywhere before it has surely bound them. Raises SyntaxError."""
    bound: set[str] = set()
    found: set[str] = set()
    for node in parse(source).body:
        stored, read = set[str](), set[str]()
        for each in ast.walk(node):
            if isinstance(each, ast.Name):
                (read if isinstance(each.ctx, ast.Load) else stored).add(each.id)
        if isinstance(node, ast.For):
            bound |= {each.id for each in ast.walk(node.target) if isinstance(each, ast.Name)}
        found |= read - bound
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.With | ast.For):
            bound |= stored
    return found


def statements_of(source: str) -> list[Statement]:
    """The statements at the top of a cell; none where it is not Python, one where it is nested too deep."""
    try:
        _, tree = _parsed(source)
        return [_statement(node) for node in tree.body]
    except (SyntaxError, ValueError):
        return []
    except RecursionError:
        names = names_of(source)
        needs = frozenset(names.reads | names.changes)
        return [Statement(source, names, needs, needs, names.runs_code)]


def _statement(node: ast.stmt) -> Statement:
    text = ast.unparse(node)
    names = names_of(text)
    first = _WithoutBodies().visit(deepcopy(node))
    needs = frozenset(names_of(ast.unparse(first)).reads | names.changes)
    # `data = pickle.load(file)` has run before a student's data are there; `load = pickle.load` has not.
    has_run = not isinstance(node, Definition) and any(isinstance(part, ast.Call) for part in ast.walk(first))
    gives = "" if has_run else names.runs_code
    return Statement(text, names, needs, _in_calls(first) if _only_holds(first) else needs, gives)


def _only_holds(node: ast.stmt) -> bool:
    """Whether a statement defines something, or gives a name to what there is."""
    if isinstance(node, ast.Assign):
        parts = ast.walk(node.value)
        return all(isinstance(part, Holds | ast.arguments | ast.arg | ast.expr_context) for part in parts)
    return isinstance(node, Definition | ast.Import | ast.ImportFrom)


def _in_calls(node: ast.stmt) -> frozenset[str]:
    """The names within calls, as in the default of an argument."""
    calls = (call for call in ast.walk(node) if isinstance(call, ast.Call))
    return frozenset(part.id for call in calls for part in ast.walk(call) if isinstance(part, ast.Name))


class _WithoutBodies(ast.NodeTransformer):
    """Takes away what runs no sooner than a function is called."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.body = [ast.Pass()]
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        node.body = [ast.Pass()]
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        node.body = ast.Constant(None)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        # What is handed over may be called at once.
        return node


def _read_tables(code: str, tree: ast.Module, found: Names) -> None:
    """The names that are read and bound, as Python itself sees them."""
    try:
        top = symtable.symtable(code, "cell", "exec")
    except SyntaxError:  # asynchronous code outside of a function: all names count
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                (found.reads if isinstance(node.ctx, ast.Load) else found.binds).add(node.id)
        return
    tables = [top]
    while tables:
        table = tables.pop()
        tables.extend(table.get_children())
        for symbol in table.get_symbols():
            if table is not top and not symbol.is_global():
                continue
            if symbol.is_referenced():
                found.reads.add(symbol.get_name())
            if symbol.is_assigned() or symbol.is_imported():
                found.binds.add(symbol.get_name())


def _note_imports(tree: ast.Module, found: Names) -> None:
    """Names that are bound by importing and in no other way."""
    otherwise = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    otherwise |= {node.name for node in ast.walk(tree) if isinstance(node, Definition)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                if name not in otherwise and name != "*":
                    found.imports[name] = ast.unparse(node)


def _note_changes(tree: ast.Module, found: Names) -> None:
    """Objects that are changed in place: by their parts, or by a method whose result nobody wants.

    A function's own variables and arguments are nobody else's.
    """
    left: list[tuple[ast.AST, tuple[_Scope, ...]]] = [(tree, ())]
    while left:
        node, scopes = left.pop()
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            found.binds_all = True
        updated = (
            [node.target.id] if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) else []
        )
        found.updates |= {name for name in updated if not _is_local(name, scopes)}
        found.changes |= {name for name in _changed_by(node) if not _is_local(name, scopes)}
        if isinstance(node, Definition):
            scopes = (*scopes, _Scope(frozenset(_local_names(node)), isinstance(node, ast.ClassDef)))
        left.extend(
            (inner, scopes)
            for inner in ast.iter_child_nodes(node)
            if isinstance(inner, ast.stmt | ast.ExceptHandler | ast.match_case)
        )


def _changed_by(node: ast.AST) -> Iterator[str]:
    """The names at which what a statement changes begins."""
    changed: list[ast.expr] = []
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        changed = [node.value.func] if isinstance(node.value.func, ast.Attribute) else []
    elif isinstance(node, ast.Assign | ast.Delete):
        changed = list(node.targets)
    elif isinstance(node, ast.AugAssign | ast.AnnAssign | ast.For | ast.AsyncFor):
        changed = [node.target]
    elif isinstance(node, ast.With | ast.AsyncWith):
        changed = [item.optional_vars for item in node.items if item.optional_vars is not None]
    while changed:
        part = changed.pop()
        if isinstance(part, ast.Tuple | ast.List):
            changed += part.elts
        elif isinstance(part, ast.Starred):
            changed.append(part.value)
        elif isinstance(part, ast.Attribute | ast.Subscript) and (name := root(part)) is not None:
            yield name


@dataclass(frozen=True)
class _Scope:
    """The names of a function's own, or of a class' body."""

    names: frozenset[str]
    is_class: bool


def _is_local(name: str, scopes: tuple[_Scope, ...]) -> bool:
    """Whether a name is that of a function's own variable, or of a class' in its body."""
    return any(
        name in scope.names and (not scope.is_class or scope is scopes[-1]) for scope in reversed(scopes)
    )


def _local_names(scope: Definition) -> set[str]:
    """The names that are bound in a function or a class, and not in what is defined within."""
    found, outer = set[str](), set[str]()
    left: list[ast.AST] = list(scope.body)
    if not isinstance(scope, ast.ClassDef):
        left.append(scope.args)
    while left:
        node = left.pop()
        if isinstance(node, Definition):
            found.add(node.name)
            continue
        if isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            continue
        if isinstance(node, ast.Global | ast.Nonlocal):
            outer.update(node.names)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            found.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            found.add(node.rest)
        left.extend(ast.iter_child_nodes(node))
    return found - outer


def root(node: ast.expr) -> str | None:
    """The name at which an expression such as `a.b[0].c()` begins."""
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute | ast.Subscript):
            node = node.value
        else:
            return None
    return node.id
