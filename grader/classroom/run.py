"""A grading run: what was handed in is graded in parallel, entered, kept, and not done twice."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from grader.atomic import NOTHING_CAN_BE_WRITTEN, write_bytes, write_text
from grader.classroom.course import Course
from grader.classroom.earlier_runs import keep_runs, reader
from grader.classroom.handed_in import HandedIn, read_handed_in
from grader.classroom.lesson import Lesson
from grader.classroom.records import Record, read_record, write_record
from grader.classroom.submission import UnreadableSubmissionError
from grader.classroom.timestamp import TIMESTAMP
from grader.classroom.visible import keep_visible
from grader.errors import CourseError
from grader.executor.warm import PARENTS, Outer
from grader.grading.answer_sources import answer_sources
from grader.grading.graded import Again, Graded
from grader.grading.imports import imported_by
from grader.grading.setting import Setting
from grader.grading.submitted_notebook import read_submission

if TYPE_CHECKING:
    from grader.classroom.gradebook import GradebookWriter
    from grader.classroom.own_run import OwnRun
    from grader.classroom.schedule import Done, Schedule
    from grader.grading.spec import Spec

# Modules that take up to a second to import, and may be imported for everybody: importing them starts
# nothing, and their packages show each part as soon as it is named, so no notebook can tell that they were.
SLOW_TO_IMPORT = frozenset(
    (
        "pandas", "scipy", "scipy.linalg", "scipy.ndimage", "scipy.optimize", "scipy.signal",
        "scipy.spatial", "scipy.spatial.distance", "scipy.special", "scipy.stats",
        "sklearn", "sklearn.datasets", "sklearn.linear_model", "sklearn.metrics",
        "sklearn.model_selection", "sklearn.neural_network", "sklearn.preprocessing", "sklearn.utils",
    )
)  # fmt: skip
PACKAGES_IN_BYTES = {module.partition(".")[0].encode() for module in SLOW_TO_IMPORT}
OFTEN = 3


class Run:
    """One grading run over some lessons.

    records: of the submissions that are graded, or cannot be, by student and lesson. waiting: those still to
    be graded.
    """

    def __init__(
        self,
        course: Course,
        lessons: Sequence[Lesson],
        students: Mapping[str, Sequence[str]],
        verified_share: float = 0.0,
        *,
        as_a_whole: bool = False,
    ) -> None:
        """Read what was handed in.

        students: by lesson, whose submissions to grade. verified_share: of remembered trainings, those that
        are done once more. as_a_whole: also what only changed checks make necessary.
        """
        self.course = course
        self.as_a_whole = as_a_whole
        self._specs: dict[str, Mapping[str, Spec]] = {}
        # By lesson how often changed checks made so much necessary.
        self.again: dict[str, Counter[Again]] = defaultdict(Counter)
        self._verified_share = verified_share
        self.records: dict[tuple[str, str], Record] = {}
        self.waiting: list[HandedIn] = []
        self._by_key: dict[str, HandedIn] = {}
        for lesson in lessons:
            for student in students[lesson.name]:
                try:
                    self.waiting.append(read_handed_in(lesson, student))
                except UnreadableSubmissionError as error:
                    self._keep(_ungraded(student, lesson.name, str(error)))

    def skip_unchanged(self) -> None:
        """Take the records of submissions that were graded before and have not changed since.

        Raises CourseError where the gradebook cannot be read.
        """
        from grader.classroom.database import is_lost

        if is_lost(self.course.gradebook_url):
            return
        from grader.classroom.entered import entered_points, is_entered

        same: list[tuple[HandedIn, Record]] = []
        changed = []
        for handed_in in self.waiting:
            record = read_record(self.course, handed_in.lesson.name, handed_in.student)
            if record is not None and record.key == handed_in.key and self._notebooks_are_there(handed_in):
                same.append((handed_in, record))
            else:
                changed.append(handed_in)
        if same:
            entered = entered_points(self.course, sorted({record.lesson for _, record in same}))
            for handed_in, record in same:
                if is_entered(record, entered):
                    self.records[record.student, record.lesson] = record
                else:
                    changed.append(handed_in)
        self.waiting = changed

    def _graded_folder(self, handed_in: HandedIn) -> Path:
        return self.course.autograded / handed_in.student / handed_in.lesson.name

    def _notebooks_are_there(self, handed_in: HandedIn) -> bool:
        folder = self._graded_folder(handed_in)
        return all((folder / f"{name}.ipynb").is_file() for name in handed_in.lesson.notebooks)

    @property
    def modules(self) -> frozenset[str]:
        """What the lessons that wait import: one warm parent serves them all."""
        return frozenset().union(*(handed_in.lesson.modules for handed_in in self.waiting))

    @property
    def often_imported(self) -> list[str]:
        """What several of the submissions that wait import, of what may be imported for all."""
        counted = Counter(
            module
            for handed_in in self.waiting
            for content in handed_in.notebooks.values()
            if any(package in content for package in PACKAGES_IN_BYTES)
            for module in imported_by(
                cell.source for cell in read_submission(content).cells if cell.kind == "code"
            )
            if module in SLOW_TO_IMPORT
        )
        return sorted(module for module, count in counted.items() if count >= OFTEN)

    @property
    def _outers(self) -> set[Outer]:
        return {Outer(each.lesson.limits.wall, each.lesson.limits.accelerators) for each in self.waiting}

    def import_early(self) -> None:
        """Have warm parents that were started early import what the lessons that wait import."""
        for outer in self._outers:
            PARENTS.import_early(self.modules, outer)

    def prepare(self) -> None:
        """Have warm parents prepare for all that waits. Raises WallError."""
        for outer in self._outers:
            PARENTS.prepare_for_many(self.modules, self.often_imported, outer)

    def start(self, schedule: Schedule, own_runs: Mapping[str, OwnRun]) -> Iterator[Done]:
        """Begin to grade what waits. own_runs: what came of the lessons' own solutions, by lesson."""
        from grader.classroom.jobs import Job

        modules = self.modules
        jobs, expected = [], {}
        self._specs = {lesson: own_run.specs for lesson, own_run in own_runs.items()}
        for handed_in in self.waiting:
            for name, content in handed_in.notebooks.items():
                lesson = handed_in.lesson
                spec = own_runs[lesson.name].specs[name]
                key = f"{handed_in.key}-{handed_in.student}-{name}"
                self._by_key[key] = handed_in
                expected[key] = self._expected_seconds(handed_in)
                jobs.append(
                    Job(
                        key,
                        handed_in.student,
                        lesson.name,
                        name,
                        content,
                        spec,
                        Setting(
                            lesson.limits,
                            modules,
                            handed_in.beside,
                            lesson.files,
                            own_runs[lesson.name].pictures,
                            verified_share=self._verified_share,
                        ),
                        *([] if self.as_a_whole else [reader(handed_in, name, spec)]),
                    )
                )
        return schedule.do_all(jobs, expected)

    def finish(self, results: Iterable[Done], gradebook: GradebookWriter) -> Iterator[Record]:
        """Take what was started as it is done, and yield each submission's record once it is kept."""
        done: dict[HandedIn, dict[str, Done]] = {}
        for each in results:
            handed_in = self._by_key[each.job.key]
            parts = done.setdefault(handed_in, {})
            parts[each.job.notebook_name] = each
            if len(parts) == len(handed_in.notebooks):
                try:
                    record = self._finish(handed_in, done.pop(handed_in), gradebook)
                except (OSError, ValueError, MemoryError, RecursionError) as error:
                    if isinstance(error, OSError) and error.errno in NOTHING_CAN_BE_WRITTEN:
                        raise CourseError(
                            f"The results of {handed_in.student}, {handed_in.lesson.name}, cannot be "
                            f"written: {error.strerror}. What was graded before is kept. Fix that, then run "
                            "the command again to continue."
                        ) from None
                    # Its files may have any name that a student's machine allows.
                    problem = f"its results cannot be saved: {str(error) or type(error).__name__}"
                    record = self._keep(_ungraded(handed_in.student, handed_in.lesson.name, problem))
                yield record

    def _expected_seconds(self, handed_in: HandedIn) -> float:
        """What grading it took before; without that, something that orders lessons by their length."""
        before = read_record(self.course, handed_in.lesson.name, handed_in.student)
        if before is not None and before.seconds:
            return before.seconds
        return 1e-6 * sum(map(len, handed_in.lesson.notebooks.values()))

    def _finish(self, handed_in: HandedIn, done: Mapping[str, Done], gradebook: GradebookWriter) -> Record:
        """Keep one graded submission: first its notebooks, then its marks, then the record that says so.

        Killed in between, the next run finds no record and does it again, with the same result.
        """
        from grader.grading.grade import not_handed_in

        lesson, student = handed_in.lesson, handed_in.student
        problems = [each.problem for each in done.values() if each.graded is None]
        try:
            timestamp = handed_in.timestamp
        except UnreadableSubmissionError as error:
            problems.append(str(error))
        if problems:
            return self._keep(_ungraded(student, lesson.name, problems[0]))
        graded = {name: each.graded for name, each in done.items() if each.graded is not None}
        for name in lesson.notebooks.keys() - graded.keys():
            graded[name] = not_handed_in(self._specs[lesson.name][name], name)
        graded = {name: graded[name] for name in lesson.notebooks}
        # Compared with the record, which is the last to be written: where marks could not be entered, what
        # they were entered for is still what it was.
        before = read_record(self.course, lesson.name, student)
        entered_for = before.answers if before is not None else {}
        answers = {name: _answer_digests(each) for name, each in graded.items()}
        changed = {name: _changed(entered_for.get(name, {}), answers[name]) for name in graded}
        self._write_notebooks(handed_in, graded)
        visible = {name: each.graded.visible for name, each in done.items() if each.graded is not None}
        kept = {name: each for name, each in visible.items() if each is not None}
        if kept.keys() == visible.keys():
            keep_visible(handed_in, kept)
        self.again[lesson.name].update(each.again for each in graded.values() if each.again is not None)
        keep_runs(handed_in, self._specs[lesson.name], graded, self._graded_folder(handed_in))
        gradebook.write(
            lesson.name,
            student,
            {name: each.cells for name, each in graded.items()},
            {name: each.unanswered for name, each in graded.items()},
            changed,
            timestamp,
        )
        record = replace(_graded(handed_in, graded), answers=answers)
        write_record(self.course, record)
        return self._keep(record)

    def _write_notebooks(self, handed_in: HandedIn, graded: Mapping[str, Graded]) -> None:
        # Not the one that validates: what was put together here is as nbformat wants it.
        from nbformat.v4 import writes

        folder = self._graded_folder(handed_in)
        folder.mkdir(parents=True, exist_ok=True)
        files = dict(handed_in.files)
        if handed_in.written_timestamp:
            files[TIMESTAMP] = handed_in.written_timestamp
        for name, content in files.items():
            _make_room(folder, folder / name)
            write_bytes(folder / name, content)
        for name, each in graded.items():
            write_text(folder / f"{name}.ipynb", writes(each.notebook) + "\n")
        _remove_others(folder, {*files, *(f"{name}.ipynb" for name in graded)})

    def _keep(self, record: Record) -> Record:
        self.records[record.student, record.lesson] = record
        return record


def _answer_digests(graded: Graded) -> dict[str, str]:
    """A hash of each answer of a notebook."""
    return {
        name: hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
        for name, source in answer_sources(graded.notebook.cells).items()
    }


def _changed(before: Mapping[str, str], now: Mapping[str, str]) -> frozenset[str]:
    """The answers that are others than before, all where there were none."""
    return frozenset(answer for answer, digest in now.items() if before.get(answer) != digest)


def _remove_others(folder: Path, kept: Collection[str]) -> None:
    """Remove what an earlier hand-in has left. kept: relative paths of files."""
    for above, folders, names in os.walk(folder, topdown=False):
        for name in names:
            path = Path(above, name)
            if path.relative_to(folder).as_posix() not in kept:
                path.unlink(missing_ok=True)
        for name in folders:
            path = Path(above, name)
            if path.is_symlink():
                path.unlink()
            else:
                with suppress(OSError):  # something is kept in it
                    path.rmdir()


def _make_room(folder: Path, path: Path) -> None:
    """Make the folders above a path; what an earlier hand-in had there, a file or a folder, goes."""
    above = [each for each in path.parents if each != folder and each.is_relative_to(folder)]
    for each in above:
        if each.is_file() or each.is_symlink():
            each.unlink()
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.parent.mkdir(parents=True, exist_ok=True)


def _graded(handed_in: HandedIn, graded: Mapping[str, Graded]) -> Record:
    """The record of a submission. graded: its notebooks, in the lesson's order."""
    notebooks = graded.values()
    return Record(
        student=handed_in.student,
        lesson=handed_in.lesson.name,
        key=handed_in.key,
        cells=tuple(cell for each in notebooks for cell in each.cells),
        findings=(*handed_in.findings, *(finding for each in notebooks for finding in each.findings)),
        problem=" ".join(each.problem for each in notebooks if each.problem),
        seconds=sum(each.seconds for each in notebooks),
        cell_seconds=sum(each.cell_seconds for each in notebooks),
        graded_at=datetime.now(UTC).isoformat(timespec="seconds"),
        run=handed_in.lesson.facts,
        remembered_seconds=sum(each.remembered_seconds for each in notebooks),
        handed_in=handed_in.digest,
    )


def _ungraded(student: str, lesson: str, problem: str) -> Record:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Record(student, lesson, "", (), (), problem, 0.0, 0.0, now, {})
