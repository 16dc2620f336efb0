"""Where the names of a check cell come from, by the syntax trees of the instructor's notebook.

A name is the judge's own where an import or a set-up cell binds it, independently of answers; it is the
student's where an answer binds it, or a cell that depends on one.
"""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from grader.judge.code_runners import runs_code

Kind = Literal["setup", "answer", "check"]
# Calls that set up a process as a whole: in cells that do nothing else they are made for the judge as well.
WHOLE_PROCESS = frozenset(
    (
        "seed", "set_seed", "set_random_seed", "manual_seed", "seterr", "set_printoptions", "chdir",
        "simplefilter", "filterwarnings", "append", "insert",
    )
)  # fmt: skip

# What may look at all names.
LOOKS_AT_ALL = frozenset(("globals", "locals", "vars", "dir"))

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Cell:
    """A code cell of the lesson. source: of an answer, its solution and its stub, one below the other."""

    kind: Kind
    source: str


@dataclass(frozen=True)
class Plan:
    """How a check cell is judged.

    fetch: names that come from the student. unknown: names that nothing in the lesson binds: the student's,
    unless the judge knows them. share: names of the student's that the check gives other values. before: the
    places of the cells that the judge has to have run. refusal: why the judge cannot run it, if so. prepare:
    statements that give the judge modules and functions of its own, from cells that it cannot run as a whole.
    """

    fetch: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    share: tuple[str, ...] = ()
    before: tuple[int, ...] = ()
    refusal: str = ""
    prepare: str = ""


@dataclass(frozen=True)
class Function:
    """A function of the instructor's. reads: names, when it is called; needs: names, when it is defined.

    source: what defines it, where the judge cannot run its cell. runs_code: as in Names.
    """

    source: str
    reads: frozenset[str]
    needs: frozenset[str]
    runs_code: str = ""


@dataclass
class Names:
    """What a cell binds, reads and changes in place.

    imports: the statements that bind names by importing, by name. functions: a set-up cell's, by name.
    updates: names that it both reads and binds, as `x += 1` does. binds_all: whether it imports every name of
    a module. sets_up: whether all it does concerns the process. runs_code: what in it may run code that its
    data hold, in a word. problem: why it is not what the judge can run.
    """

    binds: set[str] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    imports: dict[str, str] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    updates: set[str] = field(default_factory=set)
    binds_all: bool = False
    sets_up: bool = False
    runs_code: str = ""
    problem: str = ""


@dataclass
class _Above:
    """What the cells above a check have made of names.

    students: names that are the student's. own: by name, the places of the cells that make it what it is for
    the judge. functions: the instructor's. imported: statements, by name. runners: imported names of what may
    run code that its data hold, each with the word for it. always: the places of cells that the judge runs in
    any case.
    """

    students: set[str] = field(default_factory=set)
    own: dict[str, list[int]] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    imported: dict[str, str] = field(default_factory=dict)
    runners: dict[str, str] = field(default_factory=dict)
    always: list[int] = field(default_factory=list)

    def bind_in_student(self, names: Names) -> None:
        """A cell runs in the student's process only. The judge makes its own of modules and functions."""
        others = self.students | (names.binds - names.imports.keys() - names.functions.keys()) | names.changes
        functions = {
            name: each
            for name, each in names.functions.items()
            if name not in names.changes and not each.needs & others
        }
        made = (names.binds - names.imports.keys() - functions.keys()) | names.changes
        self.students = (self.students | made) - functions.keys()
        self.functions = {name: each for name, each in self.functions.items() if name not in made} | functions
        self.imported.update(names.imports)

    def bind_in_both(self, names: Names, place: int) -> None:
        """A set-up cell runs in both processes."""
        self.students -= names.binds
        for name in names.binds | names.changes:
            self.own.setdefault(name, []).append(place)
            self.functions.pop(name, None)
        self.functions |= {name: replace(each, source="") for name, each in names.functions.items()}
        if names.binds_all or names.sets_up:
            self.always.append(place)


def plans(cells: Sequence[Cell | None]) -> dict[int, Plan]:
    """For each check cell, by its place, how it is judged. Places without code hold None."""
    names = [names_of(cell.source) if cell is not None else Names() for cell in cells]
    bound = {name for of_cell in names for name in of_cell.binds}
    # Modules are not data: a call such as `plt.show()` does not make them other ones. Nor does
    # `open(path).close()` make `open` another one.
    unchanged = {name for of_cell in names for name in of_cell.imports} | (vars(builtins).keys() - bound)
    for cell, of_cell in zip(cells, names, strict=True):
        of_cell.changes -= unchanged
        if cell is not None and cell.kind == "setup":
            of_cell.functions = functions_of(cell.source)
    runners = {
        name: word
        for of_cell in names
        for name, statement in of_cell.imports.items()
        if (word := runs_code(ast.parse(statement)))
    }
    above = _Above(runners=runners)
    found: dict[int, Plan] = {}
    for place, (cell, of_cell) in enumerate(zip(cells, names, strict=True)):
        if cell is None:
            continue
        if cell.kind == "check":
            found[place] = _plan(of_cell, above, names)
            if not found[place].refusal:
                for name in of_cell.binds - above.students:
                    above.own.setdefault(name, []).append(place)
        elif cell.kind == "answer" or of_cell.reads & above.students:
            above.bind_in_student(of_cell)
        else:
            above.bind_in_both(of_cell, place)
    return found


def _plan(check: Names, above: _Above, names: list[Names]) -> Plan:
    if check.problem:
        return Plan(refusal=check.problem)
    students, own, imported = above.students, above.own, above.imported
    reads = (check.reads | check.changes) - check.imports.keys()
    helpers = _called((reads - check.binds) | check.updates, above.functions)
    by_helpers = {name for each in helpers.values() for name in each.reads | each.needs}
    words = [check.runs_code, *(each.runs_code for each in helpers.values())]
    words += [above.runners.get(name, "") for name in sorted(reads | by_helpers)]
    if any(words):
        return Plan(refusal=f"it uses {next(filter(None, words))}, which may run code that a student wrote")
    fetch = (reads | check.updates | by_helpers) & students
    if reads & LOOKS_AT_ALL:
        fetch |= {name for name in students if not name.startswith("_")}
    reads = (reads - check.binds) | check.updates | by_helpers
    known = {name for name in reads - students if name in own}
    defined = {name: each.source for name, each in helpers.items() if each.source}
    imports = {imported[name] for name in reads - students - known if name in imported}
    unknown = {
        name
        for name in reads - students - known - defined.keys()
        if name not in imported and not hasattr(builtins, name)
    }
    return Plan(
        fetch=tuple(sorted(fetch)),
        unknown=tuple(sorted(unknown)),
        share=tuple(
            sorted(name for name in (check.binds - check.imports.keys()) & students if name.strip("_"))
        ),
        prepare="\n".join((*sorted(imports), *(defined[name] for name in sorted(defined)))),
        before=tuple(sorted({*above.always, *_needed(known, own, names)})),
    )


def _called(names: Iterable[str], functions: dict[str, Function]) -> dict[str, Function]:
    """The functions among names, and those that they call."""
    found: dict[str, Function] = {}
    left = set(names)
    while left:
        name = left.pop()
        if name in functions and name not in found:
            found[name] = functions[name]
            left |= functions[name].reads | functions[name].needs
    return found


def _needed(wanted: Iterable[str], own: dict[str, list[int]], names: list[Names]) -> set[int]:
    """The cells that make names what they are, and all that those cells need in turn."""
    needed: set[int] = set()
    left = list(wanted)
    while left:
        for place in own.get(left.pop(), []):
            if place not in needed:
                needed.add(place)
                left.extend(names[place].reads | names[place].changes)
    return needed


def _parsed(source: str) -> tuple[str, ast.Module]:
    """A cell as Python, and its tree. Raises SyntaxError or ValueError."""
    try:
        return source, ast.parse(source)
    except (SyntaxError, ValueError):
        # With magics. IPython takes a while to import.
        from IPython.core.inputtransformer2 import TransformerManager

        code: str = TransformerManager().transform_cell(source)
        return code, ast.parse(code)


def is_python(source: str) -> bool:
    """Whether a cell is Python, without magics. Raises RecursionError or MemoryError where nobody can say."""
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    return True


def may_run(source: str) -> bool:
    """Whether IPython may make Python of a cell that is none.

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
    if "get_ipython()" in code:
        found.problem = "it uses IPython's magics"
    _read_tables(code, tree, found)
    _note_imports(tree, found)
    for node in ast.walk(tree):
        _note_changes(node, found)
    found.runs_code = runs_code(tree)
    found.sets_up = not found.binds and any(
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
        and node.value.func.attr in WHOLE_PROCESS
        for node in tree.body
    )
    # A function's own variables and arguments are nobody else's.
    found.changes &= found.reads - found.binds
    return found


def functions_of(source: str) -> dict[str, Function]:
    """The functions at the top of a cell that nothing else in it binds, by name."""
    try:
        _, tree = _parsed(source)
    except (SyntaxError, ValueError):
        return {}
    bound = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and _is_bound(node)]
    bound += [node.name for node in ast.walk(tree) if isinstance(node, Definition)]
    found = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and bound.count(node.name) == 1:
            called, defined = Names(), Names()
            text = ast.unparse(node)
            _read_tables(text, ast.parse(text), called)
            node.body = [ast.Pass()]
            head = ast.unparse(node)
            _read_tables(head, ast.parse(head), defined)
            runs = runs_code(ast.parse(text))
            needs = frozenset(defined.reads - {node.name})
            found[node.name] = Function(text, frozenset(called.reads), needs, runs)
    return found


def _is_bound(node: ast.Name) -> bool:
    return not isinstance(node.ctx, ast.Load)


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


def _note_changes(node: ast.AST, found: Names) -> None:
    """Objects that are changed in place: by their parts, or by a method whose result nobody wants."""
    if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
        found.binds_all = True
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign | ast.Delete):
        targets = list(node.targets)
    elif isinstance(node, ast.AugAssign):
        targets = [node.target]
        if isinstance(node.target, ast.Name):
            found.updates.add(node.target.id)
    elif (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
    ):
        targets = [node.value.func]
    for target in targets:
        parts = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
        for part in parts:
            if isinstance(part, ast.Attribute | ast.Subscript):
                changed = root(part)
                if changed is not None:
                    found.changes.add(changed)


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
