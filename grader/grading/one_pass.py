"""One pass over the cells of a notebook, in one pair of processes: answers in one, checks in the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace

import msgspec
from nbformat import NotebookNode

from grader.executor import process as processes
from grader.executor.folders import copy_new_files
from grader.executor.link import Link
from grader.executor.messages import Clear, Drawn, Ended, HandOver, Output, Run, TooMuchOutputError
from grader.executor.outputs import Budget, Outputs, Shared
from grader.executor.task import JUDGE, STUDENT
from grader.executor.trainings import Train
from grader.grading.cell_runs import CellRun, Execution
from grader.grading.graded import CANNOT_FAIL, ENDED_ODDLY, HIDDEN, RELEASED, WHOLE, Outcome, Stage
from grader.grading.hidden_last import NOTHING, HiddenTests
from grader.grading.known_trainings import of_this_machine
from grader.grading.pair import pair
from grader.grading.rebuild import Rebuilt
from grader.grading.setting import Setting
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
from grader.limits import MEBIBYTE

# Of a cell that prints too much, a reader needs no more.
KEPT_OF_TOO_MUCH = 100_000
# To the judge's own work, once the student's process is stopped in the middle of a check.
SECONDS_TO_FINISH = 5.0
TRAININGS = Trainings(of_this_machine())
# Why a check runs in the student's process after it has failed with the judge.
NEVER_SEEN = "it failed with the judge, and no solution shows whether the judge can run it"
STOPPED_WITH_STUDENT = ("StudentGoneError",)
# As if the check had raised it: nbgrader would give all points for a value that it cannot read.
NO_NUMBER = ("TypeError", "the check ends in a number of points, and with this answer in something else")


def code_cells(rebuilt: Rebuilt, start: int = 0, until: int | None = None) -> list[tuple[int, NotebookNode]]:
    """The code cells from the place `start` to the place `until`, or to the end."""
    cells = rebuilt.notebook.cells
    end = len(cells) if until is None else min(len(cells), until + 1)
    return [
        (place, cells[place])
        for place in range(start, end)
        if cells[place].cell_type == "code" and cells[place].source.strip()
    ]


class Pass:
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
        """Start with nothing run.

        plans: for each check, by its place, how it is judged. execution: what is known so far; it is added
        to. deadline: by time.monotonic(). left_out: the places of cells that had to be stopped before. tests:
        when hidden tests run. until: the place of the last cell to run; None for all.
        """
        self._rebuilt, self._tests = rebuilt, tests
        self._cells = code_cells(rebuilt, until=until)
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
        self._has_students_files = False

    def run(self) -> int | None:
        """Run the cells until one has to be stopped: its place, or None at the end."""
        with pair(self._setting, self._roles()) as running:
            student = self._student = running[STUDENT]
            self._judge = running.get(JUDGE, student)
            stopped_at = self._run_cells()
            if stopped_at is None and self._setting.hands_over:
                with suppress(processes.StoppedError, TooMuchOutputError):
                    drawn = processes.run(student, HandOver(), self._deadline, self._budget.drop)
                    self._execution.drawn = drawn.pictures if isinstance(drawn, Drawn) else {}
        return stopped_at

    def _run_cells(self) -> int | None:
        """Run those that are wanted, and then hidden tests that have waited."""
        for count, (place, cell) in enumerate(self._cells, 1):
            if not self._is_wanted(place):
                continue
            run = self._run_and_note(place, cell, count)
            if place in self._visible and run.ended is Outcome.PASSED:
                self._execution.waiting.add(place)
            if run.is_left_out:
                return place
        self._run_hidden()
        return None

    def _is_wanted(self, place: int) -> bool:
        """Whether a cell is to run: checks that were judged before a process ended keep what they earned."""
        judged = place in self._plans and place in self._execution.runs
        return place not in self._left_out and (not judged or place in self._execution.waiting)

    def _run_hidden(self) -> None:
        """Run the checks that wait with their hidden tests: those that lose nothing by it wait no more."""
        if self._tests.may_wait and self._execution.before_hidden is None:
            self._execution.before_hidden = as_students_see_it(self._rebuilt, self._execution, self._tests)
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
            self._execution.bytes_printed = max(self._execution.bytes_printed, self._budget.spent)
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
            taken = plan.fetch, plan.unknown, plan.classes, plan.methods, plan.share
            asserted = plan.shown_by_solution, self._setting.hands_over
            cell = Run(source, count, *taken, keep, again, may_call, *asserted)
            stage = HIDDEN if again else RELEASED if keep else WHOLE
            ended = self._judged(place, stage, cell, plan, until, outputs)
            run.slips, run.relation = ended.slips, ended.relation
            self._execution.conversations.setdefault(place, {})[stage] = ended.conversation
            if self._setting.hands_over:
                self._execution.shown_by_solution.setdefault(place, set()).update(ended.shown_by_solution)
            if ended.failed and plan.falls_back:
                self._execution.unjudged[place] = NEVER_SEEN
                outputs.add(Clear())
                run.slips, run.relation = (), ""
                ended = self._unjudged(source, count, until, outputs, run)
        run.ended = Outcome.FAILED if ended.failed else Outcome.PASSED
        run.error, run.number = (ended.ename, ended.evalue), ended.value
        is_whole = again or place not in self._visible
        if plan is not None and plan.ends_in_number and is_whole and not ended.failed and run.number is None:
            run.ended, run.error = Outcome.FAILED, NO_NUMBER

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

    def _judged(
        self, place: int, stage: Stage, cell: Run, plan: Plan, until: float, outputs: Outputs
    ) -> Ended:
        self._set_up(place, plan, until)
        self._judge_ran.add(place)
        if plan.prepare:
            self._in_judge(Run(plan.prepare, 1), until, lambda _: None)
        ended = self._check(place, stage, cell, until, outputs)
        if ended.ename in STOPPED_WITH_STUDENT:
            raise processes.why_ended(self._student)
        return ended

    def _set_up(self, place: int, plan: Plan, until: float) -> None:  # noqa: ARG002
        """Have the judge run what a check builds on. place: of the check, for those who run only some."""
        for before in plan.before:
            if before not in self._judge_ran and before in self._sources:
                self._in_judge(self._quiet(before, plan), until, lambda _: None)
                self._judge_ran.add(before)

    def _check(self, place: int, stage: Stage, cell: Run, until: float, outputs: Outputs) -> Ended:  # noqa: ARG002
        """Have the judge run a check. place, stage: for those who know what it will ask."""
        copied = copy_new_files(self._student.folder, self._judge.folder, self._setting.judges_files, until)
        self._has_students_files |= copied > 0
        ended = self._in_judge(cell, until, outputs.add)
        if self._has_students_files or outputs.has_named_displays:
            # It may know more than it has asked for, or change what other cells show.
            return msgspec.structs.replace(ended, conversation=None)
        return ended

    def _quiet(self, place: int, of_check: Plan) -> Run:
        plan = self._plans.get(place, Plan())
        source = of_check.parts.get(place, self._sources[place])
        taken = plan.fetch, plan.unknown, plan.classes, plan.methods, plan.share
        return Run(source, 1, *taken, shown_by_solution=plan.shown_by_solution)

    def _in_judge(self, cell: Run, until: float, take: Callable[[Output], None]) -> Ended:
        """Run a cell with the judge. What the student's code prints meanwhile is counted and not kept."""
        try:
            return _ended(processes.run(self._judge, cell, until, take, self._meanwhile()))
        except processes.TimeUpError:
            self._end_student()
            finish = time.monotonic() + SECONDS_TO_FINISH
            processes.finish(self._judge, finish, take)
            raise

    def _end_student(self) -> None:
        self._student.close()

    def _meanwhile(self) -> tuple[Link, Callable[[], bool]]:
        student = self._student
        return student.link, lambda: processes.take_output(student, self._budget.drop)

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


def as_students_see_it(
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
