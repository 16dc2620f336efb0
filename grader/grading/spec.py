"""What a lesson is graded against, read from the instructor's notebook."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cached_property

import nbformat
from nbformat import NotebookNode
from traitlets.config import Config

from grader.errors import CourseError
from grader.grading.autotests import cells_with_autotests, has_autotests
from grader.grading.definitions import bound_alike, definitions
from grader.grading.imports import imported_by
from grader.judge.names import is_python, names_of
from grader.judge.plans import Cell, Plan, plans
from grader.judge.standing_alone import stands_alone

SCHEMA = 3
# nbgrader warns of each cell that it brings up to date.
SILENT = logging.Logger("silent", logging.CRITICAL + 1)


@dataclass(frozen=True)
class SpecCell:
    """One cell of the lesson.

    name: its nbgrader id, or None. id: its notebook id. kind: "code", "markdown" or "raw". source: what runs:
    answers hold their stubs, tests their hidden part. released: what students got. solution: what the
    instructor wrote there, which no student's process ever gets. points: 0 unless it is graded. is_answer:
    the student writes it. is_test: it is marked by running it. is_by_hand: a person marks it.
    """

    name: str | None
    id: str
    kind: str
    source: str
    released: str
    solution: str
    points: float
    is_answer: bool
    is_test: bool
    is_by_hand: bool


@dataclass(frozen=True)
class Spec:
    """A lesson to grade submissions against.

    template: the notebook's metadata and cells as released, with hidden tests; never changed. in_student: by
    name, why a test has to run in the student's process although its names do not say so. shown_by_solution:
    by name, what the solution's run has shown of a test; nothing where it was not run. end_in_numbers: the
    tests that this run ended in numbers, their points. falls_back: whether tests that fail with the judge
    run in the student's process as well: without a solution, nobody has seen the judge run them.
    """

    cells: tuple[SpecCell, ...]
    template: NotebookNode
    in_student: Mapping[str, str] = field(default_factory=dict)
    shown_by_solution: Mapping[str, Sequence[str]] = field(default_factory=dict)
    end_in_numbers: frozenset[str] = frozenset()
    falls_back: bool = False

    @cached_property
    def plans(self) -> dict[int, Plan]:
        """For each test, by the place of its cell, how it is judged."""
        made = plans([_as_code(cell) for cell in self.cells])
        for place, plan in made.items():
            name = self.cells[place].name or ""
            if name in self.in_student:
                made[place] = Plan(refusal=self.in_student[name])
            elif name in self.shown_by_solution:
                made[place] = replace(plan, shown_by_solution=tuple(self.shown_by_solution[name]))
            if name in self.end_in_numbers:
                made[place] = replace(made[place], ends_in_number=True)
            if self.falls_back:
                made[place] = replace(made[place], falls_back=True)
        return made

    @cached_property
    def checks_stand_alone(self) -> bool:
        """Whether each of its tests can be judged without the others, as far as their text shows."""
        imports: dict[str, str] = {}
        bound: set[str] = set()
        for place, cell in enumerate(self.cells):
            if cell.kind == "code" and place not in self.plans and not cell.is_answer:
                names = names_of(cell.source)
                imports |= names.imports
                bound |= names.binds - names.imports.keys()
        return all(
            not plan.refusal
            and not self.plans.keys() & set(plan.before)
            and stands_alone(self.cells[place].source, imports, bound, {*plan.fetch, *plan.share})
            for place, plan in self.plans.items()
        )

    @property
    def modules(self) -> frozenset[str]:
        """What its cells import."""
        return imported_by(cell.source for cell in self.cells if cell.kind == "code")

    @property
    def has_hidden(self) -> bool:
        """Whether some of it is kept from students: hidden tests, or how answers in words are marked."""
        return any(cell.source != cell.released for cell in self.cells)

    def as_released(self) -> Spec:
        """The same lesson with nothing in it that is kept from students."""
        template = deepcopy(self.template)
        for cell, known in zip(template.cells, self.cells, strict=True):
            cell.source = known.released
        # What a number comes from may be hidden.
        as_they_are = {cell.name for cell in self.cells if cell.source == cell.released}
        return replace(
            self,
            cells=tuple(replace(cell, source=cell.released) for cell in self.cells),
            template=template,
            end_in_numbers=self.end_in_numbers & as_they_are,
        )

    @property
    def unjudged(self) -> dict[str, str]:
        """Why tests run in the student's process, by their names."""
        return {
            self.cells[place].name or "": plan.refusal for place, plan in self.plans.items() if plan.refusal
        }

    @property
    def taken_from_answers(self) -> dict[str, list[str]]:
        """By the name of a test, what it takes from answers although the lesson gives it there.

        Of an answer's cell, the student may also change what lies outside of the solution.
        """
        given: set[str] = set()
        for cell in self.cells:
            if cell.is_answer and cell.kind == "code":
                given |= bound_alike(cell.source, cell.solution)
        taken = {place: given & {*plan.fetch, *plan.unknown} for place, plan in self.plans.items()}
        return {self.cells[place].name or "": sorted(names) for place, names in taken.items() if names}

    @cached_property
    def names_of_answers(self) -> dict[int, frozenset[str]]:
        """By the place of each answer in code, the names by which it is known wherever it is.

        They are what it binds, no other cell but a test does, and cells below it read. Where none below reads
        any, they are all of these.
        """
        if self.language != "python":
            return {}
        codes = {place: cell for place, cell in enumerate(self.cells) if cell.kind == "code"}
        found = {place: definitions(cell.source) for place, cell in codes.items()}
        bound = {
            place: found[place].binds | definitions(cell.solution).binds - definitions(cell.solution).imports
            if cell.is_answer
            else found[place].binds
            for place, cell in codes.items()
            if not cell.is_test
        }
        names = {}
        for place, cell in codes.items():
            if cell.is_answer:
                others = (bound[other] for other in bound if other != place)
                own = (bound[place] - found[place].imports).difference(*others)
                below = (found[other].reads for other in found if other > place)
                names[place] = own.intersection(frozenset().union(*below)) or own
        return names

    @property
    def has_solutions(self) -> bool:
        """Whether the instructor's notebook holds one for every answer in code."""
        answers = [cell for cell in self.cells if cell.is_answer and cell.kind == "code"]
        return bool(answers) and not any(
            cell.solution == cell.source or definitions(cell.solution).does_nothing for cell in answers
        )

    @property
    def language(self) -> str:
        """The programming language of its code cells, in small letters."""
        metadata = self.template.metadata
        named = metadata.get("kernelspec", {}).get("language") or metadata.get("language_info", {}).get(
            "name"
        )
        name = str(metadata.get("kernelspec", {}).get("name", "python3"))
        return str(named or ("python" if name.startswith("python") else name)).lower()


def _as_code(cell: SpecCell) -> Cell | None:
    if cell.kind != "code":
        return None
    if cell.is_answer:
        # Courses of others may ship no solutions: then the stub says what the answer binds.
        return Cell("answer", f"{cell.source}\n{cell.solution}" if is_python(cell.source) else cell.solution)
    return Cell("check" if cell.is_test else "setup", cell.source)


def read_spec(
    notebook: bytes, config: Config | None = None, autotests: Mapping[str, str] | None = None
) -> Spec:
    """Read a lesson from the bytes of the instructor's notebook.

    config: the course's nbgrader configuration, for the delimiters and stubs of its solutions. autotests: the
    cells with autotests, by name, as nbgrader's release filled them in. Raises CourseError when the notebook
    cannot be read, its grade cells are not as nbgrader wants them, or an autotest is not filled in.
    """
    from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions

    try:
        template = nbformat.reads(notebook.decode("utf-8"), as_version=4)
    except Exception as error:
        raise CourseError(
            f"The instructor's notebook cannot be read: {type(error).__name__}: {error}"
        ) from None
    solutions = [cell.source for cell in template.cells]
    try:
        update_schema(template)
        with_autotests = cells_with_autotests(template, config)
        ClearSolutions(config=config).preprocess(template, {})
        _fill_in(template, with_autotests, autotests or {}, config)
        released = deepcopy(template)
        for clear in (ClearHiddenTests, ClearMarkScheme):
            clear(config=config).preprocess(released, {})
    except (RuntimeError, ValueError, TypeError) as error:
        raise CourseError(f"The instructor's notebook cannot be released: {error}") from None
    seen: set[str] = set()
    cells = []
    for index, (cell, given_out) in enumerate(zip(template.cells, released.cells, strict=True)):
        cells.append(_read_cell(cell, given_out.source, solutions[index], index))
        name = cells[-1].name
        if name in seen:
            raise CourseError(f"The instructor's notebook has two cells with the nbgrader id {name!r}.")
        if name is not None:
            seen.add(name)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        cell.id = cells[-1].id
    template.metadata.pop("widgets", None)
    template.nbformat, template.nbformat_minor = 4, 5
    return Spec(tuple(cells), template)


def update_schema(notebook: NotebookNode) -> bool:
    """Bring older nbgrader metadata up to date as `nbgrader update` does, and say whether there was any."""
    from nbgrader.nbgraderformat import MetadataValidator

    validator = MetadataValidator()
    for each in (validator, validator.v1, validator.v2):
        each.log = SILENT
    older = [
        cell
        for cell in notebook.cells
        if "nbgrader" in cell.metadata
        and (cell.metadata.nbgrader or {}).get("schema_version", 0) in range(SCHEMA)
    ]
    for cell in older:
        cell.metadata.nbgrader = cell.metadata.nbgrader or {}
        validator.upgrade_cell_metadata(cell)
    return bool(older)


def _fill_in(
    template: NotebookNode, names: frozenset[str], autotests: Mapping[str, str], config: Config | None
) -> None:
    for cell in template.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if cell.cell_type == "code" and name in names:
            if name not in autotests or has_autotests(autotests[name], config):
                raise CourseError(
                    f"The autotests of cell {name!r} are not filled in, so any answer would pass: release "
                    "the lesson with nbgrader, InstantiateTests among its preprocessors."
                )
            cell.source = autotests[name]


def _read_cell(cell: NotebookNode, released: str, solution: str, index: int) -> SpecCell:
    marks = cell.metadata.get("nbgrader") or {}
    graded = bool(marks.get("grade") or marks.get("task"))
    name = marks.get("grade_id") if graded or marks.get("solution") or marks.get("locked") else None
    if name is not None and marks.get("schema_version", SCHEMA) != SCHEMA:
        raise CourseError(
            f"Cell {name!r} has nbgrader's schema {marks.get('schema_version')}, this knows {SCHEMA}: "
            "install the nbgrader that it was written with."
        )
    if graded and name is None:
        raise CourseError(f"Cell {index + 1} of the instructor's notebook is graded and has no nbgrader id.")
    try:
        points = float(marks.get("points", 0)) if graded else 0.0
    except (TypeError, ValueError):
        raise CourseError(f"Cell {name!r} has points that are not a number: {marks['points']!r}.") from None
    is_answer = bool(marks.get("solution"))
    is_test = bool(marks.get("grade")) and not is_answer and cell.cell_type == "code"
    return SpecCell(
        name=name,
        id=str(cell.get("id") or name or f"cell-{index}"),
        kind=cell.cell_type,
        source=cell.source,
        released=released,
        solution=solution,
        points=points,
        is_answer=is_answer,
        is_test=is_test,
        is_by_hand=graded and not is_test,
    )
