"""Which hidden tests can wait until the student's cells have all run.

What a process has not met cannot be in what it prints. So a check runs as students have it in its place, and
with its hidden tests once all other cells have run: students may see what was printed before. That must not
change marks. A check keeps the values that it took in its place, and waits only where no later cell changes
what the functions among them read.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from grader.grading.definitions import LONGEST
from grader.grading.rebuild import Rebuilt
from grader.judge.names import Plan, names_of

# What runs in the place of a check that is hidden as a whole.
NOTHING = "pass"
# What Python calls the scopes that run at once, and those that may run later under any name.
COMPREHENSIONS, NAMELESS = ("listcomp", "setcomp", "dictcomp"), ("lambda", "genexpr")


@dataclass(frozen=True)
class HiddenTests:
    """The checks with hidden tests.

    visible: by the place of each what students have of it. may_wait: whether all hidden tests can wait.
    """

    visible: Mapping[int, str]
    may_wait: bool


def hidden_tests(rebuilt: Rebuilt, plans: Mapping[int, Plan]) -> HiddenTests:
    """Find them in the notebook that is to run."""
    visible = {
        place: cell.released if cell.released.strip() else NOTHING
        for place, cell in enumerate(rebuilt.spec_cells)
        if cell is not None and cell.is_test and cell.source != cell.released
    }
    if not visible or any(place not in plans or plans[place].refusal for place in visible):
        return HiddenTests(visible, may_wait=False)
    cells = {
        place: _read(cell.source)
        for place, cell in enumerate(rebuilt.notebook.cells)
        if cell.cell_type == "code" and cell.source.strip()
    }
    return HiddenTests(visible, all(_may_wait(place, plans[place], cells) for place in visible))


@dataclass(frozen=True)
class _Cell:
    """The names of the notebook that one cell deals with.

    imports: each with its statement. read_at_once: those that the cell reads. read_later: by their names,
    what its functions read when they are called. made_of: by name what it is assigned from, which may be a
    function under another name. is_open: whether it may do what cannot be read from it.
    """

    binds: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()
    imports: frozenset[tuple[str, str]] = frozenset()
    read_at_once: frozenset[str] = frozenset()
    read_later: Mapping[str, frozenset[str]] = field(default_factory=dict)
    made_of: Mapping[str, frozenset[str]] = field(default_factory=dict)
    is_open: bool = False


def _read(source: str) -> _Cell:
    if len(source) > LONGEST:
        return _Cell(is_open=True)
    try:
        found = names_of(source)
        if found.problem == "it is not Python":
            # It fails before it binds anything.
            return _Cell()
        if found.problem or found.binds_all:
            return _Cell(is_open=True)
        return _Cell(
            frozenset(found.binds - found.imports.keys()),
            frozenset(found.changes),
            frozenset(found.imports.items()),
            frozenset((found.reads | found.changes) - found.binds) | found.updates,
            _read_by_functions(source, found.binds),
            _assigned(source),
        )
    except (SyntaxError, RecursionError, MemoryError):
        return _Cell(is_open=True)


def _read_by_functions(source: str, binds: Iterable[str]) -> dict[str, frozenset[str]]:
    """By name what functions and classes of a cell read of the notebook; nameless ones may get any name."""
    found: dict[str, set[str]] = {}
    for child in symtable.symtable(source, "cell", "exec").get_children():
        if child.get_name() in COMPREHENSIONS:
            continue
        read, tables = set[str](), [child]
        while tables:
            table = tables.pop()
            tables.extend(table.get_children())
            read |= {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global()}
        for name in binds if child.get_name() in NAMELESS else (child.get_name(),):
            found.setdefault(name, set()).update(read)
    return {name: frozenset(read) for name, read in found.items()}


def _assigned(source: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign):
            read = {each.id for each in ast.walk(node.value) if isinstance(each, ast.Name)}
            for target in node.targets:
                for each in ast.walk(target):
                    if isinstance(each, ast.Name):
                        found.setdefault(each.id, set()).update(read)
    return {name: frozenset(read) for name, read in found.items()}


def _may_wait(place: int, plan: Plan, cells: Mapping[int, _Cell]) -> bool:
    """Whether a check finds everything at the end as it was in its place."""
    if any(cell.is_open for cell in cells.values()):
        return False
    taken = {*plan.fetch, *plan.unknown}
    needed = (cells[place].read_at_once - taken) | _read_by(taken, cells)
    return not needed & _changed_after(place, cells)


def _read_by(functions: Iterable[str], cells: Mapping[int, _Cell]) -> set[str]:
    """What functions of these names read, and the functions that they call."""
    found: set[str] = set()
    left = set(functions)
    seen: set[str] = set()
    while left:
        name = left.pop()
        seen.add(name)
        for cell in cells.values():
            read = cell.read_later.get(name, frozenset())
            found |= read
            left |= read - seen
            left |= cell.made_of.get(name, frozenset()) - seen
    return found


def _changed_after(place: int, cells: Mapping[int, _Cell]) -> set[str]:
    modules = {name for cell in cells.values() for name, _ in cell.imports}
    before = {each for at, cell in cells.items() if at <= place for each in cell.imports}
    changed: set[str] = set()
    for at, cell in cells.items():
        if at > place:
            # A call such as `plt.show()` does not make a module another one, nor does importing it again.
            changed |= cell.binds | (cell.changes - modules) | {name for name, _ in cell.imports - before}
    return changed
