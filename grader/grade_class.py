"""Grade lessons of a whole class with progress, a table at the end, and a record of each submission."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from grader import display
from grader.classroom.alone import alone
from grader.classroom.autotests import with_autotests
from grader.classroom.interrupts import noted
from grader.classroom.lesson import Lesson, limits_of
from grader.classroom.records import Record
from grader.classroom.run import Run
from grader.course import Course
from grader.errors import CourseError
from grader.lesson_data import data_of, described

if TYPE_CHECKING:
    from grader.classroom.gradebook import GradebookWriter
    from grader.classroom.own_run import OwnRun
    from grader.classroom.schedule import Schedule

# From so many submissions on, what some of them need is worth preparing for all.
MANY = 5


def grade_class(
    course: Course,
    lessons: Sequence[str],
    students: Sequence[str],
    *,
    scheduler: str | None = None,
    limits: Mapping[str, float] | None = None,
    force: bool = False,
) -> list[Record]:
    """Grade what was handed in for these lessons; show and return the marks.

    students: only these; all when none is named. scheduler: the address of a dask scheduler; without one,
    this process does the work. limits: instead of those that the course sets. force: also what has not
    changed. Raises CourseError.
    """
    chosen = {lesson: _submissions(course, lesson, students) for lesson in lessons}
    with_work = [
        Lesson(course, name, limits_of(course, name, limits or {})) for name in lessons if chosen[name]
    ]
    with alone(course):
        run = Run(course, [with_autotests(lesson) for lesson in with_work], chosen)
        if not force:
            run.skip_unchanged()
        unchanged = sum(record.is_graded for record in run.records.values())
        unreadable = [record for record in run.records.values() if not record.is_graded]
        for record in unreadable:
            display.problem(_named(record))
        if run.waiting:
            _grade(run, course, scheduler)
        for record in run.records.values():
            if not record.is_graded and record not in unreadable:
                display.problem(_named(record))
    if unchanged:
        display.note(f"{unchanged} unchanged since they were graded; --force grades them again.")
    records = [run.records[key] for key in sorted(run.records)]
    if not records:
        display.note(f"Nothing was handed in under {course.submitted} for {', '.join(lessons)}.")
        return records
    display.console.print(display.marks_table(records))
    if any(record.waits_for_hand for record in records):
        display.note("* some of it waits to be marked by hand, in Formgrader")
    for line in display.findings_lines(records, course.reports):
        display.note(line)
    display.console.print(display.seconds_table(records))
    return records


def _submissions(course: Course, lesson: str, students: Sequence[str]) -> list[str]:
    """The students to grade: those named, or all who handed in. Raises CourseError for one who did not."""
    handed_in = course.students(lesson)
    for student in students:
        if student not in handed_in:
            raise CourseError(
                f"{student!r} handed in nothing for {lesson}: there is no folder "
                f"{course.submitted / student / lesson}."
            )
    return list(students) or handed_in


def _grade(run: Run, course: Course, scheduler: str | None) -> None:
    lessons = {handed_in.lesson.name: handed_in.lesson for handed_in in run.waiting}
    for lesson in lessons.values():
        origins = data_of(course, lesson.name)
        if origins:
            display.note(f"{lesson.name} is graded on {'; '.join(map(described, origins))}")
    schedule = _schedule(scheduler)
    done, total = 0, len(run.waiting)
    try:
        with noted(schedule.stop):
            if scheduler is None and total >= MANY:
                run.prepare()
            results = run.start(schedule, _own_runs(run, lessons))
            with (
                display.grading_progress(total, schedule.running) as progress,
                _gradebook(course, lessons.values()) as gradebook,
            ):
                for record in run.finish(results, gradebook):
                    done += 1
                    progress.done(record)
    except KeyboardInterrupt:
        display.problem(
            f"Stopped. {done} of {total} submissions are graded and kept; the same command goes on from here."
        )
        raise
    finally:
        schedule.close()


def _schedule(scheduler: str | None) -> Schedule:
    if scheduler is None:
        from grader.classroom.schedule import ThisMachine

        return ThisMachine()
    # dask takes a while to import.
    from grader.classroom.cluster import Cluster

    return Cluster(scheduler)


@contextmanager
def _gradebook(course: Course, lessons: Iterable[Lesson]) -> Iterator[GradebookWriter]:
    """Open the gradebook, which knows these lessons as they are now."""
    from grader.classroom.gradebook import GradebookWriter

    with GradebookWriter(course) as gradebook:
        for lesson in lessons:
            if gradebook.cells(lesson.name) != lesson.points:
                from grader.release import enter_into_gradebook

                enter_into_gradebook(course, lesson.name)
        yield gradebook


def _own_runs(run: Run, lessons: Mapping[str, Lesson]) -> dict[str, OwnRun]:
    from grader.classroom.own_run import own_run

    found = {}
    for name, lesson in lessons.items():
        found[name] = own_run(lesson, sum(handed_in.lesson is lesson for handed_in in run.waiting))
        for spec in found[name].specs.values():
            for cell, why in spec.unjudged.items():
                display.note(f"{name}: {cell} runs in the students' own processes, because {why}")
    return found


def _named(record: Record) -> str:
    return f"{record.student}, {record.lesson}: {record.problem}"
