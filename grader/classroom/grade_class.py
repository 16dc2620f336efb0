"""Grade lessons of a whole class: every submission that has changed, into the gradebook and the records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from grader.classroom.autotests import with_autotests
from grader.classroom.changed_checks import told_of_changed_checks
from grader.classroom.course import Course
from grader.classroom.file_names import shown
from grader.classroom.grading_lock import grading_lock
from grader.classroom.interrupts import deferred_interrupts
from grader.classroom.lesson import Lesson, limits_of, points_of
from grader.classroom.lesson_data import data_of, described
from grader.classroom.progress import Finished, Noticed, OnProgress, Refused, Started
from grader.classroom.records import Record, any_record
from grader.classroom.run import Run
from grader.errors import CourseError

if TYPE_CHECKING:
    from grader.classroom.gradebook import GradebookWriter
    from grader.classroom.own_run import OwnRun
    from grader.classroom.schedule import Schedule

# From so many submissions on, what some of them need is worth preparing for all.
MANY = 5


@dataclass(frozen=True)
class GradedClass:
    """What came of a grading run.

    records: of all submissions that were asked for, sorted by student and lesson. unchanged: how many of them
    were graded before and have not changed since.
    """

    records: Sequence[Record]
    unchanged: int


def grade_class(
    course: Course | Path,
    lessons: Sequence[str] = (),
    students: Sequence[str] = (),
    *,
    scheduler: str | None = None,
    limits: Mapping[str, float] | None = None,
    force: bool = False,
    verified_share: float = 0.0,
    on_progress: OnProgress = lambda _: None,
) -> GradedClass:
    """Grade what was handed in for lessons of a course.

    course: the course or its folder. lessons, students: only these; all when none is named, which for a
    student who is named means all lessons that this student handed in. scheduler: the address of a dask
    scheduler; without one, this process does the work. limits: instead of those that the course sets. force:
    also what has not changed. verified_share: of remembered trainings, the share that is done once more and
    compared. on_progress: called with what happens, as it happens.

    Raises CourseError, and KeyboardInterrupt after a Ctrl-C: what was graded before is kept.
    """
    if isinstance(course, Path):
        course = Course.at(course)
    names = course.chosen(list(lessons))
    chosen = _submissions(course, names, students, each=bool(lessons))
    with_work = [
        Lesson(course, name, limits_of(course, name, limits or {})) for name in names if chosen[name]
    ]
    with grading_lock(course):
        run = Run(
            course, [with_autotests(lesson) for lesson in with_work], chosen, verified_share, as_a_whole=force
        )
        if not force:
            run.skip_unchanged()
        unchanged = sum(record.is_graded for record in run.records.values())
        for record in run.records.values():
            if not record.is_graded:
                on_progress(Refused(record))
        for sentence in (
            *(_told_of_others(course) if not lessons else ()),
            *(_told_of_misplaced(course) if not students else ()),
            *_told_of_gradebook(course),
        ):
            on_progress(Noticed(sentence))
        skipped = sorted({lesson for _, lesson in run.records})
        if run.waiting:
            _grade(run, course, scheduler, on_progress)
        _penalise_again(course, skipped)
    return GradedClass([run.records[key] for key in sorted(run.records)], unchanged)


def _submissions(
    course: Course, lessons: Sequence[str], students: Sequence[str], *, each: bool
) -> dict[str, list[str]]:
    """By lesson the students to grade: those named, or all who handed in.

    each: whether a student who is named has to have handed in each of the lessons. Raises CourseError for one
    who has not, or handed in none of them.
    """
    handed_in = {lesson: course.students(lesson) for lesson in lessons}
    if not students:
        return handed_in
    for student in students:
        missing = [lesson for lesson in lessons if student not in handed_in[lesson]]
        if missing and (each or len(missing) == len(lessons)):
            raise CourseError(_told_of_missing(course, student, missing if each else ()))
    wanted = dict.fromkeys(students)
    return {lesson: [student for student in wanted if student in handed_in[lesson]] for lesson in lessons}


def _told_of_missing(course: Course, student: str, lessons: Sequence[str]) -> str:
    """Why there is nothing of a student to grade. lessons: those that were asked for by name."""
    folder = course.submitted / student
    if folder.is_dir():
        return (
            f"{student!r} handed in nothing{' for ' + ', '.join(lessons) if lessons else ''}: see {folder}."
        )
    known = [each.name for each in course.submitted.glob("*") if each.is_dir()]
    close = get_close_matches(student, known)
    meant = f" Did you mean {' or '.join(close)}?" if close else ""
    return f"There is no student {student!r} in {course.submitted}.{meant}"


def _told_of_others(course: Course) -> Iterator[str]:
    """What to say of hand-ins for what is not a lesson: renamed since, or misspelt by who put them there."""
    folders = (each for each in course.submitted.glob("*/*") if each.is_dir() and each.name[0] != ".")
    students: dict[str, list[str]] = {}
    for each in folders:
        if each.name not in course.lessons:
            students.setdefault(each.name, []).append(each.parent.name)
    for name, whose in sorted(students.items()):
        of = whose[0] if len(whose) == 1 else f"{len(whose)} students, {min(whose)} among them,"
        yield (
            f"Not graded: the folder {name} of {of} in {course.submitted}. There is no lesson of that name. "
            "Rename the folder if it is a hand-in."
        )


def _told_of_misplaced(course: Course) -> Iterator[str]:
    """What to say of hand-ins that are in no folder of a student and a lesson."""
    loose = sorted(each for pattern in ("*.ipynb", "*/*.ipynb") for each in course.submitted.glob(pattern))
    if loose:
        others = f" and {len(loose) - 1} more" if len(loose) > 1 else ""
        yield (
            f"Not graded: {shown(str(loose[0]))}{others}. Move each hand-in into a folder for its student "
            f"and its lesson: {course.submitted / 'STUDENT' / 'LESSON'}"
        )
    for folder in sorted(course.submitted.glob("*")):
        if folder.is_dir() and not folder.name.isprintable():
            yield (
                f"Not graded: the folder {folder.name!a} in {course.submitted}. Its name holds characters "
                "that cannot be shown. Rename it to the student's id."
            )


def _told_of_gradebook(course: Course) -> Iterator[str]:
    """What to say where marks are entered into a new gradebook though there has been one."""
    if any_record(course):
        from grader.classroom.database import file_of, is_lost

        if is_lost(course.gradebook_url):
            yield (
                f"The gradebook {file_of(course.gradebook_url)} is missing or empty, and is made again. "
                "Names, due dates and marks that you gave by hand are in your backups only."
            )


def _grade(run: Run, course: Course, scheduler: str | None, on_progress: OnProgress) -> None:
    if scheduler is None:
        run.import_early()
    lessons = {handed_in.lesson.name: handed_in.lesson for handed_in in run.waiting}
    for lesson in lessons.values():
        origins = data_of(course, lesson.name)
        if origins:
            on_progress(Noticed(f"{lesson.name} is graded on {'; '.join(map(described, origins))}"))
    schedule = _schedule(scheduler)
    total = len(run.waiting)
    on_progress(Started(total, schedule.running))
    try:
        with deferred_interrupts(schedule.stop):
            if scheduler is None and total >= MANY:
                run.prepare()
            own_runs = _own_runs(run, lessons, on_progress)
            results = run.start(schedule, own_runs)
            with _gradebook(course, own_runs) as gradebook:
                for record in run.finish(results, gradebook):
                    on_progress(Finished(record))
        for name, again in sorted(run.again.items()):
            if again:
                on_progress(Noticed(f"{name}: {told_of_changed_checks(again)}"))
    finally:
        schedule.close()


def _penalise_again(course: Course, lessons: Sequence[str]) -> None:
    """Bring late penalties up to date where nothing was graded: due dates and extensions may have changed."""
    from grader.classroom.database import is_lost
    from grader.classroom.entered import lessons_with_penalties

    if not lessons or is_lost(course.gradebook_url):
        return
    if late := lessons_with_penalties(course, lessons):
        from grader.classroom.gradebook import GradebookWriter

        with GradebookWriter(course) as gradebook:
            for lesson in late:
                gradebook.penalise_again(lesson)


def _schedule(scheduler: str | None) -> Schedule:
    if scheduler is None:
        from grader.classroom.schedule import ThisMachine

        return ThisMachine()
    # dask takes a while to import.
    from grader.classroom.cluster import Cluster

    return Cluster(scheduler)


@contextmanager
def _gradebook(course: Course, own_runs: Mapping[str, OwnRun]) -> Iterator[GradebookWriter]:
    """Open the gradebook, which knows the lessons as they are now."""
    from grader.classroom.gradebook import GradebookWriter

    with GradebookWriter(course) as gradebook:
        for lesson, own_run in own_runs.items():
            if gradebook.cells(lesson) != points_of(own_run.specs):
                from grader.classroom.nbgrader_release import enter_into_gradebook

                enter_into_gradebook(course, lesson)
        yield gradebook


def _own_runs(run: Run, lessons: Mapping[str, Lesson], on_progress: OnProgress) -> dict[str, OwnRun]:
    """What came of the lessons' own solutions, by lesson; as many of them run at once as there are cores."""
    from grader.classroom.own_run import own_run
    from grader.classroom.schedule import cores

    waiting = [sum(handed_in.lesson is lesson for handed_in in run.waiting) for lesson in lessons.values()]
    with ThreadPoolExecutor(cores()) as threads:
        runs = partial(own_run, as_a_whole=run.as_a_whole)
        found = dict(zip(lessons, threads.map(runs, lessons.values(), waiting), strict=True))
    for name, known in found.items():
        for spec in known.specs.values():
            for cell, why in spec.unjudged.items():
                sentence = f"{name}: {cell} runs in the students' own processes, because {why}"
                on_progress(Noticed(sentence))
            for cell, names in spec.taken_from_answers.items():
                sentence = (
                    f"{name}: {cell} uses {', '.join(names)}, which students can change: it is given in an "
                    "answer's cell. Give it in a cell above."
                )
                on_progress(Noticed(sentence))
    return found
