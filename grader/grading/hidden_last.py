"""Which hidden tests can wait until the student's cells have all run.

What a process has not met cannot be in what it prints. So a check runs as students have it in its place, and
with its hidden tests once all other cells have run: students may see what was printed before. That must not
change marks. A check keeps the values that it took in its place. It waits only where no text of the notebook
leaves a doubt that the functions among them are what they were, and give what they gave.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from grader.grading.definitions import LONGEST
from grader.grading.plain_code import Code, code_of, is_of_library, reaches_all
from grader.grading.rebuild import Rebuilt
from grader.judge.names import Names, is_python, may_run, names_of, read_first
from grader.judge.plans import Plan
from grader.syntax import parse

# What runs in the place of a check that is hidden as a whole.
NOTHING = "pass"
# What a notebook's code cells hold together, each of them up to LONGEST. Ours hold 60,000 characters at most.
MOST_CODE = 200_000


@dataclass(frozen=True)
class HiddenTests:
    """The checks with hidden tests.

    visible: by the place of each what students have of it. may_wait: whether all hidden tests can wait.
    may_call: by the place of each the functions of the student's that it may call after all cells. prepare:
    the places of those that bind or change what a later cell reads. valued: the places of those whose value,
    a number of points, is worked out outside of the hidden tests.
    """

    visible: Mapping[int, str]
    may_wait: bool
    may_call: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    prepare: frozenset[int] = frozenset()
    valued: frozenset[int] = frozenset()


def hidden_tests(rebuilt: Rebuilt, plans: Mapping[int, Plan]) -> HiddenTests:
    """Find them in the notebook that is to run."""
    visible = {
        place: cell.released if cell.released.strip() else NOTHING
        for place, cell in enumerate(rebuilt.spec_cells)
        if cell is not None and cell.is_test and cell.source != cell.released
    }
    in_place = HiddenTests(visible, may_wait=False)
    if not visible or any(
        place not in plans or plans[place].refusal or plans[place].share for place in visible
    ):
        return in_place
    try:
        cells = _read(rebuilt)
        meanings = _meanings(cells.values())
        may_call = {place: _may_call(place, plans[place], cells, meanings) for place in visible}
        if _prepare_others(visible, cells):
            return in_place
        modules = frozenset(name for cell in cells.values() for name in cell.imports)
        whole = {place: rebuilt.notebook.cells[place].source for place in visible}
        valued = frozenset(place for place in visible if _has_value(visible[place], whole[place], modules))
    except Exception:  # in its place each check gives what it should, whatever nobody can read here
        return in_place
    prepare = frozenset(place for place in visible if _prepares_later(place, cells))
    return HiddenTests(visible, may_wait=True, may_call=may_call, prepare=prepare, valued=valued)


class _DoubtError(Exception):
    """Something that a check needs may be another one after all cells, or nobody can say."""


@dataclass(frozen=True)
class _Cell:
    """The names of the notebook that one cell deals with, and what it defines.

    imports: each with its statement. reads: those that it needs to be bound or to hold something.
    """

    binds: frozenset[str]
    changes: frozenset[str]
    imports: Mapping[str, str]
    reads: frozenset[str]
    code: Code


def _read(rebuilt: Rebuilt) -> dict[int, _Cell]:
    """All code cells by their places. Raises SyntaxError, and _DoubtError for one that may do anything."""
    sources = {
        place: cell.source
        for place, cell in enumerate(rebuilt.notebook.cells)
        if cell.cell_type == "code" and cell.source.strip()
    }
    sizes = [len(source) for source in sources.values()]
    if sum(sizes) > MOST_CODE or max(sizes, default=0) > LONGEST:
        raise _DoubtError
    texts = {place: _text(source) for place, source in sources.items()}
    modules = frozenset(name for text in texts.values() if text is not None for name in text[0].imports)
    cells = {}
    for place, text in texts.items():
        if text is None:
            # It is not Python, and fails before it does anything.
            continue
        names, read, code = text
        of_lesson = rebuilt.spec_cells[place]
        if (of_lesson is None or of_lesson.is_answer) and reaches_all(sources[place], modules):
            raise _DoubtError
        cells[place] = _Cell(
            frozenset(names.binds - names.imports.keys()),
            # A call such as `plt.show()` does not make a module another one.
            frozenset(names.changes - modules),
            names.imports,
            frozenset((names.reads | names.changes) & read) | names.updates,
            code,
        )
    return cells


# A lesson's own cells are the same in each of its notebooks.
@lru_cache(maxsize=128)
def _text(source: str) -> tuple[Names, set[str], Code] | None:
    """What a cell's text says, never to be changed; None where it is not Python.

    Raises SyntaxError, and _DoubtError where IPython may make something else of it.
    """
    if not is_python(source):
        if may_run(source):
            raise _DoubtError
        return None
    names = names_of(source)
    if names.problem or names.binds_all:
        raise _DoubtError
    return names, read_first(source), code_of(source, frozenset(names.binds - names.imports.keys()))


@dataclass
class _Meanings:
    """What the names of all cells may mean.

    functions, aliases: as in Code, of all cells taken together. imported: names of what is imported; bound:
    these and all others. others: as in Code, with what comes from unknown libraries.
    """

    functions: dict[str, frozenset[str] | None] = field(default_factory=dict)
    aliases: dict[str, set[str]] = field(default_factory=dict)
    imported: set[str] = field(default_factory=set)
    bound: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)


def _meanings(cells: Iterable[_Cell]) -> _Meanings:
    found = _Meanings()
    for cell in cells:
        found.bound |= cell.binds | cell.imports.keys()
        found.imported |= cell.imports.keys()
        found.others |= cell.code.others
        found.others |= {name for name, said in cell.imports.items() if not _is_of_library(name, said)}
        for name, reads in cell.code.functions.items():
            known = found.functions.get(name, frozenset())
            found.functions[name] = known | reads if known is not None and reads is not None else None
        for name, others in cell.code.aliases.items():
            found.aliases.setdefault(name, set()).update(others)
    return found


def _may_call(place: int, plan: Plan, cells: Mapping[int, _Cell], meanings: _Meanings) -> tuple[str, ...]:
    """The plain functions that a check takes. Raises _DoubtError where it may not find all as it was."""
    taken = {*plan.fetch, *plan.unknown}
    functions = {name for name in taken if _leads_to_function(name, meanings)}
    needed = (cells[place].reads - taken) | _read_by(functions, meanings)
    if needed & _changed_after(place, cells):
        raise _DoubtError
    return tuple(sorted(functions))


def _leads_to_function(name: str, meanings: _Meanings) -> bool:
    """Whether a name may be that of a function or of something imported, or another name of such."""
    left, seen = {name}, set[str]()
    while left:
        each = left.pop()
        if each in meanings.functions or each in meanings.imported:
            return True
        seen.add(each)
        left |= meanings.aliases.get(each, set()) - seen
    return False


def _read_by(functions: Iterable[str], meanings: _Meanings) -> set[str]:
    """The names that functions and those they call read. Raises _DoubtError where one is not plain."""
    found: set[str] = set()
    left, seen = set(functions), set[str]()
    while left:
        name = left.pop()
        seen.add(name)
        read = _read_by_one(name, meanings)
        found |= read
        # A function under another name stays what it was: only what it reads counts.
        left |= (read | meanings.aliases.get(name, set())) - seen
    return found


def _read_by_one(name: str, meanings: _Meanings) -> frozenset[str]:
    """What a name's functions read. Raises _DoubtError where it may be something that is not plain."""
    read = meanings.functions.get(name, frozenset())
    if name in meanings.others or read is None:
        raise _DoubtError
    if name not in meanings.bound and (name.startswith("_") or not hasattr(builtins, name)):
        # IPython knows more names than the notebook.
        raise _DoubtError
    return read


def _is_of_library(name: str, statement: str) -> bool:
    """Whether what a statement imports under a name comes from a known library."""
    node = parse(statement).body[0]
    if isinstance(node, ast.ImportFrom):
        return is_of_library(node.module or "")
    assert isinstance(node, ast.Import)
    return all(
        is_of_library(alias.name)
        for alias in node.names
        if name in (alias.asname, alias.name.partition(".")[0])
    )


def _changed_after(place: int, cells: Mapping[int, _Cell]) -> set[str]:
    before = {each for at, cell in cells.items() if at <= place for each in cell.imports.items()}
    changed: set[str] = set()
    for at, cell in cells.items():
        if at > place:
            # Importing a module again does not make it another one.
            changed |= cell.binds | cell.changes | {name for name, _ in cell.imports.items() - before}
    return changed


def _prepares_later(place: int, cells: Mapping[int, _Cell]) -> bool:
    """Whether a check binds or changes what a later cell reads."""
    made = cells[place].binds | cells[place].changes | cells[place].imports.keys()
    return any(at > place and made & cell.reads for at, cell in cells.items())


# A lesson's checks are the same in each of its notebooks.
@lru_cache(maxsize=128)
def _has_value(released: str, whole: str, modules: frozenset[str]) -> bool:
    """Whether a check ends in a value that its hidden tests have no part in. Raises SyntaxError."""
    of_whole = parse(whole).body
    value, *above = reversed(parse(released).body or [ast.Pass()])
    if not isinstance(value, ast.Expr) or ast.dump(value) != ast.dump(of_whole.pop()):
        return False
    left = [ast.dump(statement) for statement in above]
    hidden = []
    for statement in of_whole:
        if left and ast.dump(statement) == left[-1]:
            left.pop()
        else:
            hidden.append(statement)
    made = names_of("\n".join(map(ast.unparse, hidden)))
    changed = (made.binds | made.changes | made.imports.keys()) - modules
    return not left and not made.problem and not changed & names_of(ast.unparse(value)).reads


def _prepare_others(visible: Mapping[int, str], cells: Mapping[int, _Cell]) -> bool:
    """Whether hidden tests bind or change what cells read that would run before them."""
    released = {place: names_of(source) for place, source in visible.items()}
    for place, names in released.items():
        whole = cells[place]
        made = (whole.binds | whole.changes | whole.imports.keys()) - names.binds - names.changes
        for at, cell in cells.items():
            if at >= place and made & (released[at].reads if at in released else cell.reads):
                return True
    return False
