"""Try a lesson's checks: on its answers, on its slips, and on small changes of its solutions.

Nothing is built or released for that. The lesson runs in processes of their own, which end with the work.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from nbformat import NotebookNode

from grader.authoring import tables
from grader.authoring.entries import Entry
from grader.authoring.kinds import entry_of
from grader.authoring.lesson_source import LessonSource
from grader.authoring.marking import Marked, marked, untouched
from grader.authoring.mutations import mutants
from grader.authoring.right_mutants import FREE, SAME, Listed, right_mutants, why_right
from grader.authoring.running import Cell, LessonShell, cells_of, checks_of
from grader.authoring.sample_class import ANSWERS, RIGHT, Answer, answers_of
from grader.authoring.working_out import EXERCISES, WorkedOut, described
from grader.errors import CourseError
from grader.grading.hidden_cases import with_hidden
from helpers.kit.tables import exercise_from

PROCESSES = 2


@dataclass
class Tried:
    """What became of an exercise's answers, slips and mutants.

    right, wrong: answers of the bank. slips: wrong answers that its slips make. mutants: small changes of
    its solution. Of these, caught: got less than all marks; stopped: those of them that took too long; same,
    free: got all marks, and rightly so, because they give the same or do what the task leaves free;
    survivors: all others that got all marks.
    problems: a line for each thing that is not caught, not named, or refused though right.
    """

    exercise: str
    right: int = 0
    wrong: int = 0
    slips: int = 0
    mutants: int = 0
    caught: int = 0
    stopped: int = 0
    same: int = 0
    free: int = 0
    survivors: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def try_lesson(folder: Path, on_progress: Callable[[int, int, str], object] = lambda *_: None) -> list[Tried]:
    """Try all exercises of a lesson, in their order.

    folder: of the lesson. on_progress: called with the number of exercises done, of all, and the name of the
    one that is done. Raises CourseError for a lesson that does not run, or whose exercises are not complete.
    """
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from multiprocessing import get_context

    notebook = LessonSource(folder).paired()
    worked = tables.worked_out(folder, notebook) if tables.has_exercises(folder, notebook) else WorkedOut()
    checks = _checks(notebook, worked)
    bank = answers_of(folder.parent, folder.name) if (folder / ANSWERS).exists() else {}
    if unknown := bank.keys() - checks.keys():
        raise CourseError(
            f"{folder / ANSWERS}: the lesson has no exercise {', '.join(sorted(unknown))}. "
            f"It has: {', '.join(checks)}."
        )
    shared = _Shared(folder, cells_of(notebook), worked.entries, checks, right_mutants(folder))
    # TensorFlow does not survive a fork once it has worked.
    with ProcessPoolExecutor(
        PROCESSES, mp_context=get_context("spawn"), initializer=_Trial.start, initargs=(shared,)
    ) as pool:
        tasks = {pool.submit(_Trial.try_here, name, bank.get(name, [])): name for name in checks}
        try:
            for done, task in enumerate(as_completed(tasks), 1):
                task.result()
                on_progress(done, len(tasks), tasks[task])
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [task.result() for task in tasks]


@dataclass(frozen=True)
class _Check:
    """A check cell with its hidden cases."""

    source: str
    points: float


@dataclass(frozen=True)
class _Shared:
    """What each process needs to know of the lesson."""

    folder: Path
    cells: Sequence[Cell]
    entries: Sequence[Mapping[str, Any]]
    checks: Mapping[str, _Check]
    right_mutants: Sequence[Listed]


def _checks(notebook: NotebookNode, worked: WorkedOut) -> dict[str, _Check]:
    checks = {}
    for name, cell in checks_of(notebook).items():
        cases = worked.hidden.get(name)
        source = with_hidden(cell.source, name, cases) if cases else cell.source
        checks[name] = _Check(source, float(cell.metadata.nbgrader.points))
    return checks


class _Trial:
    """The lesson as it ran in this process: what each exercise's answers find, and what its slips may use."""

    here: _Trial | CourseError

    def __init__(self, shared: _Shared) -> None:
        """Run the lesson. Raises CourseError for a cell that fails."""
        self.shared = shared
        self.solutions = {cell.solves: cell.source for cell in shared.cells if cell.solves}
        self.above: dict[str, dict[str, Any]] = {}
        self.below: dict[str, dict[str, Any]] = {}
        self.exercises = {entry["name"]: exercise_from(entry) for entry in shared.entries}
        path = shared.folder / EXERCISES
        self.written, self.own_names = described(path) if path.exists() else ({}, {})
        os.chdir(shared.folder)
        shell = LessonShell()
        for cell in shared.cells:
            if cell.solves:
                self.above[cell.solves] = shell.names_untouched()
            shell.run(cell, shared.folder.name)
            if cell.solves:
                self.below[cell.solves] = shell.names_untouched()
            known = shell.names.get(tables.NAME)
            # Checks read the tables of the last build; here they are to read what was worked out just now.
            if known is not None and not isinstance(known, SimpleNamespace):
                shell.names[tables.NAME] = SimpleNamespace(**{**vars(known), **self.exercises})

    @classmethod
    def start(cls, shared: _Shared) -> None:
        """Run the lesson in this process; what fails is raised by the first exercise that is tried."""
        from grader.executor import quick_training
        from grader.executor.settings import ONE_THREAD, SEED

        os.environ.update(ONE_THREAD, TF_CPP_MIN_LOG_LEVEL="3", MPLBACKEND="agg")
        # TensorFlow writes remarks about this machine past Python's sys.stderr.
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        quick_training.install(SEED)
        try:
            cls.here = cls(shared)
        except CourseError as error:
            cls.here = error

    @classmethod
    def try_here(cls, name: str, answers: Sequence[Answer]) -> Tried:
        """Try one exercise in this process. Raises CourseError if the lesson did not run."""
        if isinstance(cls.here, CourseError):
            raise cls.here
        return _Exercise(cls.here, name).tried(answers)


class _Exercise:
    """One exercise on trial."""

    def __init__(self, trial: _Trial, name: str) -> None:
        self.trial, self.name = trial, name
        self.check = trial.shared.checks[name]
        self.found = Tried(name)

    def tried(self, answers: Sequence[Answer]) -> Tried:
        """Try the solution, the answers, the slips and the mutants."""
        solution = self.trial.solutions.get(self.name)
        if solution is None:
            self.found.problems.append("the lesson has no answer cell of that name.")
            return self.found
        ran = self._marked(solution)
        if ran.marks != self.check.points:
            self.found.problems.append(f"its own solution is refused: {ran.said}")
            return self.found
        for answer in answers:
            self._try_answer(answer)
        entry = self._entry()
        if entry is not None:
            for slip, wrong in entry.wrong_answers():
                self._try_slip(slip, wrong)
        for what, source in mutants(solution):
            self._try_mutant(what, source, entry)
        return self.found

    def _marked(self, source: str = "", **names: Any) -> Marked:
        namespace = untouched(self.trial.above[self.name]) | names
        return marked(self.check.source, self.check.points, namespace, source)

    def _entry(self) -> Entry | None:
        """The exercise as its author wrote it, beside what the lesson made; None if it is a class."""
        written = self.trial.written.get(self.name)
        if written is None:
            return None
        namespace = {**self.trial.own_names, **self.trial.below[self.name]}
        solution = self.trial.solutions[self.name]
        return entry_of(self.name, self.name, written, namespace, solution)

    def _try_answer(self, answer: Answer) -> None:
        ran = self._marked(answer.source)
        of_kind = "right" if answer.kind == RIGHT else "wrong"
        setattr(self.found, of_kind, getattr(self.found, of_kind) + 1)
        if ran.marks != answer.marks:
            self.found.problems.append(
                f"the {of_kind} answer {answer.name!r} gets {ran.marks:g} of {self.check.points:g} marks and "
                f"deserves {answer.marks:g}: {ran.said}"
            )
        elif answer.misconception and not self._is_named(answer.misconception, ran):
            self.found.problems.append(
                f"{answer.misconception!r} is not named for the wrong answer {answer.name!r}: {ran.said}"
            )

    def _try_slip(self, slip: str, wrong: Mapping[str, Any]) -> None:
        self.found.slips += 1
        ran = self._marked(**wrong)
        if ran.marks == self.check.points:
            self.found.problems.append(f"the slip {slip!r} gets all marks.")
        elif not self._is_named(slip, ran):
            self.found.problems.append(f"the slip {slip!r} is not named: {ran.said}")

    def _is_named(self, slip: str, ran: Marked) -> bool:
        if slip in ran.slips:
            return True
        # With part of the marks nothing is raised: what is missing is said.
        exercise = getattr(ran.namespace.get(tables.NAME), self.name, None)
        known = getattr(exercise, "slips", ())
        return any(" ".join(each.advice.split()) in ran.said for each in known if each.slip == slip)

    def _try_mutant(self, what: str, source: str, entry: Entry | None) -> None:
        self.found.mutants += 1
        ran = self._marked(source)
        if ran.marks != self.check.points:
            self.found.caught += 1
            self.found.stopped += ran.stopped
            return
        reason = why_right(self.trial.shared.right_mutants, self.name, what)
        if reason == FREE:
            self.found.free += 1
        elif reason == SAME or (entry is not None and entry.gives_the_same(ran.namespace)):
            self.found.same += 1
        else:
            self.found.survivors.append(what)
            self.found.problems.append(f"a wrong answer gets all marks. It is the solution, changed: {what}")
