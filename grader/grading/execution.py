"""Run a rebuilt notebook, cell by cell: answers in a student's process, checks in the judge's.

Where hidden tests can wait, they come after all cells: what was printed until then may be shown to students.
If some of them then do not pass, whatever the reason, the cells down to the last of these run again from the
start, with each check whole and in its place. Only that counts then: waiting costs nobody a mark.

A process that dies or has to be stopped costs the cell it was in: a new pair of processes runs the others
from the start without it. Checks that were judged before keep what they earned.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass, field, replace

from nbformat import NotebookNode

from grader.executor import process as processes
from grader.executor.folders import copy_new_files
from grader.executor.link import Link
from grader.executor.messages import Drawn, Ended, HandOver, Output, Run
from grader.executor.outputs import Budget, Outputs, Shared, TooMuchOutputError
from grader.executor.process import Process
from grader.executor.task import JUDGE, STUDENT
from grader.executor.trainings import Train
from grader.grading.graded import CANNOT_FAIL, ENDED_ODDLY, Outcome
from grader.grading.hidden_last import NOTHING, HiddenTests, hidden_tests
from grader.grading.known_trainings import of_this_machine
from grader.grading.rebuild import Rebuilt
from grader.grading.stopped import (
    KERNEL_DIED,
    TOO_MANY_PROCESSES,
    needed_too_much,
    printed_too_much,
    took_too_long,
)
from grader.grading.trainings import Trainings
from grader.grading.unjudged import canaries
from grader.judge.plans import Plan
from grader.limits import MEBIBYTE, Limits

# Of a cell that prints too much, a reader needs no more.
KEPT_OF_TOO_MUCH = 100_000
# To the judge's own work, once the student's process is stopped in the middle of a check.
SECONDS_TO_FINISH = 5.0
TRAININGS = Trainings(of_this_machine())
STOPPED_WITH_STUDENT = ("StudentGoneError",)
# A check that waited has asked for something of the student's that may be another one by now.
STOPPED_IN_DOUBT = "StoppedCheckError"


@dataclass
class CellRun:
    """How one cell ran.

    ended: PASSED when it ran to its end, FAILED when it raised, or why it was stopped. error: name and text
    of what it raised. number: its last value, if that is a number. problem: why it was stopped. slips,
    relation: what the judge's check saw in the answer. remembered_seconds: how much longer it would have
    taken if it had had to do trainings that were known already.
    """

    ended: Outcome
    seconds: float = 0.0
    remembered_seconds: float = 0.0
    error: tuple[str, str] = ("", "")
    number: float | None = None
    problem: str = ""
    slips: tuple[str, ...] = ()
    relation: str = ""

    @property
    def is_left_out(self) -> bool:
        """Whether it was stopped, and left out when the other cells ran again."""
        return self.ended not in (Outcome.PASSED, Outcome.FAILED)


@dataclass
class Execution:
    """How a notebook ran.

    runs: by the place of the cell; cells without code, and those that were never reached, are missing.
    problems: what was stopped or left out, in sentences. unjudged: why a check ran in the student's process,
    by its place. drawn: the pictures, where they were asked for. before_hidden: the notebook and how it had
    run before the student's process met any hidden test; None where such tests could not wait. waiting: the
    places of checks that have passed as students have them, and not yet with their hidden tests. differing:
    keys of remembered trainings that gave other numbers when they were done again. has_named_displays:
    whether cells can change what others have shown.
    """

    runs: dict[int, CellRun] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    unjudged: dict[int, str] = field(default_factory=dict)
    drawn: dict[str, bytes] = field(default_factory=dict)
    before_hidden: tuple[NotebookNode, Execution] | None = None
    waiting: set[int] = field(default_factory=set)
    differing: list[str] = field(default_factory=list)
    has_named_displays: bool = False

    @property
    def cell_seconds(self) -> float:
        """What all cells took together."""
        return sum(run.seconds for run in self.runs.values())

    @property
    def remembered_seconds(self) -> float:
        """How much longer they would have taken if no training had been known."""
        return sum(run.remembered_seconds for run in self.runs.values())

    def findings(self, rebuilt: Rebuilt) -> list[str]:
        """What an instructor should know of how checks were run."""
        names = {place: cell.name for place, cell in enumerate(rebuilt.spec_cells) if cell is not None}
        return [
            *(
                f"{names[place]} ran in the student's own process, because {why}: its marks can be forged."
                for place, why in self.unjudged.items()
            ),
            *(
                f"A training that was remembered gave other numbers when it was done again ({key[:8]}). It "
                "is forgotten. Run `course cache --clear`, and grade the class again."
                for key in self.differing
            ),
        ]


@dataclass(frozen=True)
class Setting:
    """Where and how notebooks are run.

    modules: what processes should have imported. files: what lies beside the student's notebook, and beside
    the instructor's. pictures: those that need not be drawn again. hands_over: whether the notebook is the
    instructor's, whose pictures are asked for. verified_share: of remembered trainings, the share that is
    done once more.
    """

    limits: Limits
    modules: frozenset[str]
    files: Mapping[str, bytes] = field(default_factory=dict)
    judges_files: Mapping[str, bytes] = field(default_factory=dict)
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    hands_over: bool = False
    verified_share: float = 0.0


def execute(rebuilt: Rebuilt, plans: Mapping[int, Plan], setting: Setting) -> Execution:
    """Run all code cells of a notebook, and put the outputs into it.

    plans: for each check, by its place in the notebook, how it is judged. Never raises for what a notebook
    does. Raises StartError.
    """
    tests = hidden_tests(rebuilt, plans)
    if not tests.may_wait:
        return _execute(rebuilt, plans, setting, tests)
    waited = _execute(rebuilt, plans, setting, tests)
    if not waited.waiting:
        return waited
    last = len(rebuilt.notebook.cells) if _matters_below(waited, tests) else max(waited.waiting)
    for _, cell in _cells(rebuilt, until=last):
        cell.outputs, cell.execution_count = [], None
    in_place = _execute(rebuilt, plans, setting, replace(tests, may_wait=False), last)
    return _joined(in_place, waited, last)


def _matters_below(waited: Execution, tests: HiddenTests) -> bool:
    """Whether cells below the checks that have waited in vain may run or look otherwise after them."""
    runs = [waited.runs[place] for place in waited.waiting]
    return (
        waited.has_named_displays
        or bool(waited.waiting & tests.prepare)
        or any(run.is_left_out or run.error[0] == STOPPED_IN_DOUBT for run in runs)
    )


def _joined(in_place: Execution, waited: Execution, last: int) -> Execution:
    """What came of the cells down to `last` in their second run, and of those below in the first one."""
    below = {place: run for place, run in waited.runs.items() if place > last}
    return Execution(
        in_place.runs | below,
        [*in_place.problems, *(run.problem for run in below.values() if run.problem)],
        in_place.unjudged | {place: why for place, why in waited.unjudged.items() if place > last},
        waited.drawn | in_place.drawn,
        waited.before_hidden,
        differing=[*waited.differing, *in_place.differing],
    )


def _execute(
    rebuilt: Rebuilt,
    plans: Mapping[int, Plan],
    setting: Setting,
    tests: HiddenTests,
    until: int | None = None,
) -> Execution:
    """Run the cells down to the place `until`, or all of them."""
    execution = Execution()
    deadline = time.monotonic() + setting.limits.notebook_seconds
    left_out: set[int] = set()
    while True:
        stopped_at = _Pass(rebuilt, plans, setting, execution, deadline, left_out, tests, until).run()
        if stopped_at is None or time.monotonic() >= deadline:
            break
        left_out.add(stopped_at)
        if not execution.waiting and not _cells(rebuilt, stopped_at + 1, until):
            break
    if tests.may_wait and execution.before_hidden is None:
        execution.before_hidden = _as_students_see_it(rebuilt, execution, tests)
    return execution


def _as_students_see_it(
    rebuilt: Rebuilt, execution: Execution, tests: HiddenTests
) -> tuple[NotebookNode, Execution]:
    """Copies of the notebook, with checks as students have them, and of how it has run so far."""
    notebook = deepcopy(rebuilt.notebook)
    for cell, of_lesson in zip(notebook.cells, rebuilt.spec_cells, strict=True):
        if of_lesson is not None and not of_lesson.is_answer:
            cell.source = of_lesson.released
    # What is hidden as a whole has not run for students.
    runs = {
        place: replace(run) for place, run in execution.runs.items() if tests.visible.get(place) != NOTHING
    }
    return notebook, Execution(runs, list(execution.problems))


def _cells(rebuilt: Rebuilt, start: int = 0, until: int | None = None) -> list[tuple[int, NotebookNode]]:
    """The code cells from the place `start` to the place `until`, or to the end."""
    cells = rebuilt.notebook.cells
    end = len(cells) if until is None else min(len(cells), until + 1)
    return [
        (place, cells[place])
        for place in range(start, end)
        if cells[place].cell_type == "code" and cells[place].source.strip()
    ]


class _Pass:
    """One pass over the notebook, in one pair of processes."""

    def __init__(
        self,
        rebuilt: Rebuilt,
        plans: Mapping[int, Plan],
        setting: Setting,
        execution: Execution,
        deadline: float,
        left_out: set[int],
        tests: HiddenTests,
        until: int | None,
    ) -> None:
        self._rebuilt, self._tests = rebuilt, tests
        self._cells = _cells(rebuilt, until=until)
        self._visible = tests.visible if tests.may_wait else {}
        self._sources = {place: cell.source for place, cell in self._cells} | dict(self._visible)
        self._plans, self._setting, self._execution = plans, setting, execution
        self._deadline, self._left_out = deadline, left_out
        self._budget = Budget(setting.limits.output_mb * MEBIBYTE)
        self._by_display_id: dict[str, Shared] = {}
        # From then on, what the student's process asks for may tell of hidden tests.
        self._has_met_hidden = False
        # The set-up cells and checks that the judge has run.
        self._judge_ran: set[int] = set()

    def run(self) -> int | None:
        """Run the cells until one has to be stopped: its place, or None at the end."""
        with _processes(self._setting, self._roles()) as running:
            student = self._student = running[STUDENT]
            self._judge = running.get(JUDGE, student)
            for count, (place, cell) in enumerate(self._cells, 1):
                judged = place in self._plans and place in self._execution.runs
                if place in self._left_out or (judged and place not in self._execution.waiting):
                    continue
                run = self._run_and_note(place, cell, count)
                if place in self._visible and run.ended is Outcome.PASSED:
                    self._execution.waiting.add(place)
                if run.is_left_out:
                    return place
            self._run_hidden()
            if self._setting.hands_over:
                with suppress(processes.StoppedError, TooMuchOutputError):
                    drawn = processes.run(student, HandOver(), self._deadline, self._budget.drop)
                    self._execution.drawn = drawn.pictures if isinstance(drawn, Drawn) else {}
        return None

    def _run_hidden(self) -> None:
        """Run the checks that wait with their hidden tests: those that lose nothing by it wait no more."""
        if self._tests.may_wait and self._execution.before_hidden is None:
            self._execution.before_hidden = _as_students_see_it(self._rebuilt, self._execution, self._tests)
        for count, (place, cell) in enumerate(self._cells, 1):
            if place in self._execution.waiting:
                self._sources[place] = cell.source
                visible = self._execution.runs[place]
                run = self._run_and_note(place, cell, count, again=True)
                run.seconds += visible.seconds
                run.remembered_seconds += visible.remembered_seconds
                if run.is_left_out:
                    return
                if self._loses_nothing(place, run, visible):
                    self._execution.waiting.discard(place)

    def _loses_nothing(self, place: int, run: CellRun, visible: CellRun) -> bool:
        """Whether a check has earned all its points, or those that it has earned in its place."""
        of_lesson = self._rebuilt.spec_cells[place]
        assert of_lesson is not None
        return run.ended is Outcome.PASSED and (
            run.number is None
            or run.number >= of_lesson.points
            or (place in self._tests.valued and run.number == visible.number)
        )

    def _run_and_note(self, place: int, cell: NotebookNode, count: int, *, again: bool = False) -> CellRun:
        """Run a cell, keep its outputs, and note how it ended. again: with what it took before."""
        outputs = Outputs(self._budget, self._by_display_id, count, self._setting.pictures)
        run = self._execution.runs[place] = CellRun(Outcome.DID_NOT_RUN)
        started = time.monotonic()
        try:
            self._run_cell(place, count, outputs, run, again=again)
        except (processes.StoppedError, TooMuchOutputError) as stopped:
            run.ended, run.problem = self._why(stopped, started)
            self._execution.problems.append(run.problem)
        finally:
            run.seconds = time.monotonic() - started
            cell.outputs = outputs.collected()
            self._execution.has_named_displays |= bool(self._by_display_id)
            cell.execution_count = count
            if run.ended is Outcome.TOO_MUCH_OUTPUT:
                cell.outputs = _abridged(cell.outputs)
        return run

    def _roles(self) -> tuple[str, ...]:
        """Whose processes are needed: without a check that can be judged, no judge is."""
        judged = any(not plan.refusal for plan in self._plans.values())
        return (STUDENT, JUDGE) if judged else (STUDENT,)

    def _run_cell(self, place: int, count: int, outputs: Outputs, run: CellRun, *, again: bool) -> None:
        plan, source = self._plans.get(place), self._sources[place]
        of_lesson = self._rebuilt.spec_cells[place]
        if of_lesson is not None and of_lesson.is_test:
            self._has_met_hidden |= source not in (of_lesson.released, NOTHING)
        until = min(time.monotonic() + self._setting.limits.cell_seconds, self._deadline)
        if plan is None:
            ended = self._in_student(Run(source, count), until, outputs.add, run)
        elif plan.refusal:
            self._execution.unjudged[place] = plan.refusal
            ended = self._unjudged(source, count, until, outputs, run)
        else:
            keep = place in self._visible and not again
            may_call = self._tests.may_call.get(place, ()) if again else ()
            cell = Run(source, count, plan.fetch, plan.unknown, plan.share, keep, again, may_call)
            ended = self._judged(place, cell, plan, until, outputs)
            run.slips, run.relation = ended.slips, ended.relation
        run.ended = Outcome.FAILED if ended.failed else Outcome.PASSED
        run.error, run.number = (ended.ename, ended.evalue), ended.value

    def _in_student(self, cell: Run, until: float, take: Callable[[Output], None], run: CellRun) -> Ended:
        limits, modules = self._setting.limits, self._setting.modules

        def train(asked: Train, state: list[bytearray]) -> None:
            share, keeps = self._setting.verified_share, self._setting.hands_over or not self._has_met_hidden
            spared = TRAININGS.answer(self._student, asked, state, until, limits, modules, share, keeps=keeps)
            run.remembered_seconds += spared.seconds
            if spared.differs:
                self._execution.differing.append(spared.differs)

        try:
            return _ended(processes.run(self._student, cell, until, take, train=train))
        except processes.TimeUpError:
            processes.obey(self._student, take)
            raise

    def _judged(self, place: int, cell: Run, plan: Plan, until: float, outputs: Outputs) -> Ended:
        for before in plan.before:
            if before not in self._judge_ran and before in self._sources:
                self._in_judge(self._quiet(before, plan), until, lambda _: None)
                self._judge_ran.add(before)
        self._judge_ran.add(place)
        if plan.prepare:
            self._in_judge(Run(plan.prepare, 1), until, lambda _: None)
        copy_new_files(self._student.folder, self._judge.folder, self._setting.judges_files)
        ended = self._in_judge(cell, until, outputs.add)
        if ended.ename in STOPPED_WITH_STUDENT:
            raise processes.why_ended(self._student)
        return ended

    def _quiet(self, place: int, of_check: Plan) -> Run:
        plan = self._plans.get(place, Plan())
        source = of_check.parts.get(place, self._sources[place])
        return Run(source, 1, plan.fetch, plan.unknown, plan.share)

    def _in_judge(self, cell: Run, until: float, take: Callable[[Output], None]) -> Ended:
        """Run a cell with the judge. What the student's code prints meanwhile is counted and not kept."""
        try:
            return _ended(processes.run(self._judge, cell, until, take, self._student, self._budget.drop))
        except processes.TimeUpError:
            self._student.close()
            finish = time.monotonic() + SECONDS_TO_FINISH
            processes.finish(self._judge, finish, take)
            raise

    def _unjudged(self, source: str, count: int, until: float, outputs: Outputs, run: CellRun) -> Ended:
        """Run a check in the student's process, where it earns its marks only if what must fail does fail."""
        for canary in canaries():
            told = self._in_student(Run(canary.source, count), until, self._budget.drop, run)
            if (told.ename, told.evalue) != (canary.ename, canary.evalue):
                return Ended(True, "ForgedError", CANNOT_FAIL)
        return self._in_student(Run(source, count), until, outputs.add, run)

    def _why(self, stopped: Exception, started: float) -> tuple[Outcome, str]:
        limits = self._setting.limits
        if isinstance(stopped, processes.TimeUpError):
            return Outcome.TIMED_OUT, took_too_long(limits, started, self._deadline)
        if isinstance(stopped, processes.OutOfMemoryError):
            return Outcome.OUT_OF_MEMORY, needed_too_much(limits)
        if isinstance(stopped, TooMuchOutputError):
            return Outcome.TOO_MUCH_OUTPUT, printed_too_much(limits)
        if isinstance(stopped, processes.TooManyProcessesError):
            return Outcome.KERNEL_DIED, TOO_MANY_PROCESSES
        return Outcome.KERNEL_DIED, KERNEL_DIED


def _ended(said: Ended | Drawn) -> Ended:
    """How a cell ended, from a process that may say anything."""
    return said if isinstance(said, Ended) else Ended(True, "ForgedError", ENDED_ODDLY)


@contextmanager
def _processes(setting: Setting, roles: tuple[str, ...]) -> Iterator[dict[str, Process]]:
    """Start a process for each role, in a folder of its own, and end them afterwards."""
    started: dict[str, Process] = {}
    # Without a judge its end has to stay open: a process ends with its links.
    peers = _link_between_both()
    try:
        try:
            _start(setting, roles, peers, started)
        except processes.NotAnsweringError:
            _close_all(started.values())
            peers = _link_between_both()
            _start(setting, roles, peers, started)
        yield started
    finally:
        _close_all(started.values())


def _link_between_both() -> dict[str, Link]:
    return dict(zip((STUDENT, JUDGE), Link.pair(), strict=True))


def _start(
    setting: Setting, roles: tuple[str, ...], peers: Mapping[str, Link], started: dict[str, Process]
) -> None:
    files = {STUDENT: setting.files, JUDGE: setting.judges_files}
    for role in roles:
        pictures = setting.pictures.keys() if role == STUDENT else ()
        started[role] = processes.start(
            role,
            peers[role],
            setting.modules,
            setting.limits,
            pictures,
            draws_for_others=setting.hands_over,
        )
    for role, process in started.items():
        process.wait_until_begun(files[role])


def _close_all(running: Iterable[Process]) -> None:
    for process in running:
        process.end()
    for process in running:
        process.close()


def _abridged(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """The first outputs of a cell that had too many."""
    kept: list[NotebookNode] = []
    size = 0
    for output in outputs:
        text = output.get("text")
        if text is not None and size + len(text) > KEPT_OF_TOO_MUCH:
            output["text"] = text[: KEPT_OF_TOO_MUCH - size] + "\n… (too much output)\n"
            return [*kept, output]
        size += len(str(output))
        if size > KEPT_OF_TOO_MUCH:
            return kept
        kept.append(output)
    return kept
