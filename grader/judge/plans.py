"""Where the names of a check cell come from, by what the cells of the instructor's notebook bind.

A name is the judge's own where an import or a set-up cell binds it, independently of answers; it is the
student's where an answer binds it, or a statement that depends on one.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from grader.judge.names import Names, Statement, names_of, statements_of

# What may look at all names.
LOOKS_AT_ALL = frozenset(("globals", "locals", "vars", "dir"))
Kind = Literal["setup", "answer", "check"]


@dataclass(frozen=True)
class Cell:
    """A code cell of the lesson. source: of an answer, its solution and its stub, one below the other."""

    kind: Kind
    source: str


@dataclass(frozen=True)
class Plan:
    """How a check cell is judged.

    fetch: names that come from the student. unknown: names that nothing in the lesson binds: the student's,
    unless the judge knows them. classes: those of both that are classes. methods: all that the lesson's
    classes define. share: names of the student's that the check gives other values. before: the places of
    the cells that the judge has to have run. parts: by place, what it runs of those that depend on answers.
    refusal: why the judge cannot run it, if so. prepare: statements that import what answers import.
    shown_by_solution: what the solution's run has shown of it; None where that was not run. ends_in_number:
    whether that run ended it in a number, its points. falls_back: whether it runs in the student's process
    where the judge says that it fails.
    """

    fetch: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    share: tuple[str, ...] = ()
    before: tuple[int, ...] = ()
    parts: Mapping[int, str] = field(default_factory=dict)
    refusal: str = ""
    prepare: str = ""
    shown_by_solution: tuple[str, ...] | None = None
    ends_in_number: bool = False
    falls_back: bool = False


@dataclass
class _Above:
    """What the cells above a check have made of names.

    unchanged: names that no method makes other ones. classes, methods: of the whole lesson. students: names
    that are the student's. own: by name, the places of the cells that make it what it is for the judge.
    later: by name, what the instructor's functions that it names read when they are called. gives: by
    name, as in a Statement. imported: statements, by name. judged: what the judge may run, by place;
    set_up_at: which of it is not a check; parts: what it runs of cells that depend on answers. always:
    the places of cells that the judge runs in any case.
    """

    unchanged: frozenset[str]
    classes: frozenset[str]
    methods: tuple[str, ...]
    students: set[str] = field(default_factory=set)
    own: dict[str, list[int]] = field(default_factory=dict)
    later: dict[str, set[str]] = field(default_factory=dict)
    gives: dict[str, str] = field(default_factory=dict)
    imported: dict[str, str] = field(default_factory=dict)
    judged: dict[int, Names] = field(default_factory=dict)
    set_up_at: set[int] = field(default_factory=set)
    parts: dict[int, str] = field(default_factory=dict)
    always: list[int] = field(default_factory=list)

    def bind_in_student(self, names: Names) -> None:
        """Something runs in the student's process only. The judge makes its own of modules."""
        made = (names.binds - names.imports.keys()) | names.changes
        self.students |= made
        for name in made:
            self.later.pop(name, None)
        self.imported.update(names.imports)

    def set_up(self, source: str, place: int) -> None:
        """A set-up cell runs in the student's process, and for the judge all of it that needs no answer."""
        statements = statements_of(source)
        own = [each for each in statements if self._is_own(each, place)]
        if statements and not own:
            return
        if len(own) < len(statements):
            self.parts[place] = "\n".join(each.text for each in own)
        self.set_up_at.add(place)
        names = self.judged[place] = self.names(self.parts.get(place, source))
        if names.binds_all or (names.sets_up and place not in self.parts):
            self.always.append(place)

    def _is_own(self, statement: Statement, place: int) -> bool:
        """Whether the judge runs a statement; note what it makes of names."""
        names, needs, calls = statement.names, statement.needs, statement.calls
        names.changes -= self.unchanged
        if (needs | self.reached(calls)) & self.students:
            self.bind_in_student(names)
            return False
        self.students -= names.binds
        later = (names.reads - calls) | (calls & self.later.keys())
        for name in names.binds:
            self.later[name], self.gives[name] = later - {name}, statement.gives
        for name in names.changes - names.binds:
            self.later[name] = self.later.get(name, set()) | later
            self.gives[name] = self.gives.get(name) or statement.gives
        for name in names.binds | names.changes:
            self.own.setdefault(name, []).append(place)
        return True

    def names(self, source: str) -> Names:
        """What a cell binds, reads and changes: modules are not data."""
        found = names_of(source)
        found.changes -= self.unchanged
        return found

    def reached(self, names: Iterable[str]) -> set[str]:
        """Names, and all that is read when the instructor's functions among them are called."""
        found: set[str] = set()
        left = set(names)
        while left:
            name = left.pop()
            found.add(name)
            left |= self.later.get(name, set()) - found
        return found

    def needed(self, wanted: Iterable[str]) -> set[int]:
        """The places of cells that make names what they are, and of all that those cells need in turn."""
        needed: set[int] = set()
        left = list(wanted)
        while left:
            for place in self.own.get(left.pop(), []):
                if place not in needed:
                    needed.add(place)
                    left.extend(self.judged[place].reads | self.judged[place].changes)
        return needed


def plans(cells: Sequence[Cell | None]) -> dict[int, Plan]:
    """For each check cell, by its place, how it is judged. Places without code hold None."""
    names = [names_of(cell.source) if cell is not None else Names() for cell in cells]
    bound = {name for of_cell in names for name in of_cell.binds}
    # Modules are not data: a call such as `plt.show()` does not make them other ones. Nor does
    # `open(path).close()` make `open` another one.
    imported = {name for of_cell in names for name in of_cell.imports}
    classes = frozenset(name for of_cell in names for name in of_cell.classes)
    methods = tuple(sorted({name for of_cell in names for name in of_cell.methods}))
    above = _Above(frozenset(imported | (vars(builtins).keys() - bound)), classes, methods)
    found: dict[int, Plan] = {}
    for place, cell in enumerate(cells):
        if cell is None:
            continue
        of_cell = above.names(cell.source)
        if cell.kind == "answer":
            above.bind_in_student(of_cell)
        elif cell.kind == "setup":
            above.set_up(cell.source, place)
        else:
            found[place] = _plan(of_cell, above)
            if not found[place].refusal:
                above.judged[place] = of_cell
                for name in of_cell.binds - above.students:
                    above.own.setdefault(name, []).append(place)
    return found


def _plan(check: Names, above: _Above) -> Plan:
    if check.problem:
        return Plan(refusal=check.problem)
    students, imported = above.students, above.imported
    reads = (check.reads | check.changes) - check.imports.keys()
    reached = above.reached((reads - check.binds) | check.updates)
    wanted = reached - students
    statements = [imported[name] for name in sorted(wanted) if name in imported]
    words = [above.gives.get(name, "") for name in sorted(wanted)]
    words += [*(names_of(statement).runs_code for statement in statements), check.runs_code]
    if any(words):
        return Plan(refusal=f"it uses {next(filter(None, words))}, which may run code that a student wrote")
    known = wanted & above.own.keys()
    imports = {imported[name] for name in wanted - known if name in imported}
    unknown = {name for name in wanted - known if name not in imported and not hasattr(builtins, name)}
    # Nobody can say which of the instructor's cells bind a name that their text does not show.
    unseen = above.set_up_at if unknown else set()
    before = tuple(sorted({*above.always, *above.needed(known), *unseen}))
    fetch = (reads | check.updates | reached) & students
    if check.looks_inside and (fetch or unknown):
        return Plan(refusal=f"it uses {check.looks_inside}, which looks inside of a student's object")
    if reads & LOOKS_AT_ALL:
        fetch |= {name for name in students if not name.startswith("_")}
    return Plan(
        fetch=tuple(sorted(fetch)),
        unknown=tuple(sorted(unknown)),
        classes=tuple(sorted((fetch | unknown) & above.classes)),
        methods=above.methods,
        share=tuple(
            sorted(name for name in (check.binds - check.imports.keys()) & students if name.strip("_"))
        ),
        before=before,
        parts={place: above.parts[place] for place in before if place in above.parts},
        prepare="\n".join(sorted(imports)),
    )
