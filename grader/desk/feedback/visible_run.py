"""The run that a page shows: the student's notebook with the checks that students have, and no hidden test.

What a process never met cannot be in what it prints, in whatever form. Where the hidden tests of a lesson
came after all cells, grading kept what was printed before them. Otherwise the notebook that was graded is
kept from students, and run once more as it was released.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import nbformat
from nbformat import NotebookNode

from grader.classroom.changes import has_changed, is_graded
from grader.classroom.handed_in import HandedIn, read_handed_in
from grader.classroom.jobs import Job
from grader.classroom.lesson import Lesson
from grader.classroom.own_run import OwnRun, own_run
from grader.classroom.records import read_record
from grader.classroom.schedule import Done, ThisMachine
from grader.classroom.submission import UnreadableSubmissionError
from grader.classroom.visible import keep_visible, kept_visible
from grader.errors import CourseError
from grader.grading.answer_sources import answer_sources
from grader.grading.grade import not_handed_in
from grader.grading.graded import Graded, Visible
from grader.grading.setting import Setting
from grader.grading.spec import Spec
from grader.limits import Limits


@dataclass(frozen=True)
class Submission:
    """What one student handed in for a lesson. runs: by notebook. problem: why there are none."""

    student: str
    runs: Mapping[str, Visible]
    problem: str = ""


def visible_runs(
    lesson: Lesson, students: Sequence[str], progress: Callable[[int, str], None]
) -> Iterator[Submission]:
    """Run what students handed in without hidden tests, where that has not been done before.

    Each runs within the limits it was graded with. progress: told how many are done, and which one was.
    Raises CourseError.
    """
    lessons = _as_when_graded(lesson, students)
    known = own_run(next(iter(lessons.values()), lesson), 0)
    specs = known.specs
    if not any(spec.has_hidden for spec in specs.values()):
        yield from _as_graded(lesson, specs, students, progress)
        return
    waiting: dict[str, HandedIn] = {}
    done = 0
    for student in students:
        try:
            handed_in = read_handed_in(lessons[student], student)
        except UnreadableSubmissionError as error:
            done += 1
            progress(done, student)
            yield Submission(student, {}, str(error))
            continue
        kept = kept_visible(handed_in)
        if kept is None:
            waiting[student] = handed_in
            continue
        done += 1
        progress(done, student)
        yield _submission(handed_in, specs, kept)
    for student, results in _run(known, waiting):
        done += 1
        progress(done, student)
        problems = [each.problem for each in results if each.graded is None]
        if problems:
            yield Submission(student, {}, problems[0])
            continue
        runs = {each.job.notebook_name: _visible(each.graded) for each in results if each.graded is not None}
        keep_visible(waiting[student], runs)
        yield _submission(waiting[student], specs, runs)


def _as_graded(
    lesson: Lesson,
    specs: Mapping[str, Spec],
    students: Sequence[str],
    progress: Callable[[int, str], None],
) -> Iterator[Submission]:
    """The notebooks that were graded: without hidden tests they hold nothing that students may not see."""
    for done, student in enumerate(students, 1):
        record = read_record(lesson.course, lesson.name, student)
        cells = record.cells if record else ()
        folder = lesson.course.autograded / student / lesson.name
        runs = {
            name: Visible(nbformat.read(folder / f"{name}.ipynb", as_version=4), cells)
            for name in specs
            if (folder / f"{name}.ipynb").is_file()
        }
        progress(done, student)
        if record is not None and has_changed(lesson, record):
            yield _changed(lesson, student)
        elif all(_is_of(specs[name], run.notebook) for name, run in runs.items()):
            yield Submission(student, runs)
        else:
            # Perhaps it had hidden tests then.
            problem = (
                f"{lesson.course.source / lesson.name} was changed after {folder} was graded. "
                f"Grade it again: course grade {lesson.name} --student {student}"
            )
            yield Submission(student, {}, problem)


def _is_of(spec: Spec, notebook: NotebookNode) -> bool:
    """Whether the lesson's own cells are in a graded notebook as students have them, and no others of its."""
    ours = {cell.id: cell.source for cell in notebook.cells}
    tests = {
        cell.metadata.nbgrader.grade_id
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    return tests <= {cell.name for cell in spec.cells} and all(
        cell.is_answer or ours.get(cell.id) == cell.released for cell in spec.cells
    )


def _as_when_graded(lesson: Lesson, students: Sequence[str]) -> dict[str, Lesson]:
    """For each student, the lesson with the limits their work was graded with; equal ones are one object."""
    lessons = {lesson.limits: lesson}
    found = {}
    for student in students:
        record = read_record(lesson.course, lesson.name, student)
        try:
            limits = Limits(**record.run["limits"]) if record else lesson.limits
        except (KeyError, TypeError, CourseError):  # it could not be graded, or not with limits of this kind
            limits = lesson.limits
        limits = replace(limits, wall=lesson.limits.wall)
        found[student] = lessons.setdefault(limits, replace(lesson, limits=limits))
    return found


def _run(known: OwnRun, waiting: Mapping[str, HandedIn]) -> Iterator[tuple[str, list[Done]]]:
    released = {name: spec.as_released() for name, spec in known.specs.items()}
    jobs = [
        Job(
            f"{handed_in.key}-{student}-{name}", student, lesson.name, name, content, released[name],
            Setting(lesson.limits, lesson.modules, handed_in.beside, lesson.files, known.pictures),
        )
        for student, handed_in in waiting.items()
        for lesson in (handed_in.lesson,)
        for name, content in handed_in.notebooks.items()
    ]  # fmt: skip
    schedule = ThisMachine()
    found: dict[str, list[Done]] = {student: [] for student in waiting}
    try:
        for each in schedule.do_all(jobs, {}):
            student = each.job.student
            found[student].append(each)
            if len(found[student]) == len(waiting[student].notebooks):
                yield student, found.pop(student)
    finally:
        schedule.close()


def _visible(graded: Graded) -> Visible:
    return Visible(graded.notebook, graded.cells, graded.problem)


def _submission(handed_in: HandedIn, specs: Mapping[str, Spec], runs: Mapping[str, Visible]) -> Submission:
    lesson, student = handed_in.lesson, handed_in.student
    missing = {
        name: _visible(not_handed_in(spec.as_released(), name))
        for name, spec in specs.items()
        if name not in runs
    }
    record = read_record(lesson.course, lesson.name, student)
    if not (is_graded(handed_in, record) if record else _has_graded_answers(handed_in, runs)):
        return _changed(lesson, student)
    return Submission(student, {**runs, **missing})


def _changed(lesson: Lesson, student: str) -> Submission:
    problem = (
        f"{lesson.course.submitted / student / lesson.name} was changed after it was graded. "
        f"Grade it again: course grade {lesson.name} --student {student}"
    )
    return Submission(student, {}, problem)


def _has_graded_answers(handed_in: HandedIn, runs: Mapping[str, Visible]) -> bool:
    """The same without a record: nbgrader has graded it."""
    folder = handed_in.lesson.course.autograded / handed_in.student / handed_in.lesson.name
    return all(
        (folder / f"{name}.ipynb").is_file()
        and answer_sources(run.notebook.cells)
        == answer_sources(nbformat.read(folder / f"{name}.ipynb", as_version=4).cells)
        for name, run in runs.items()
    )
