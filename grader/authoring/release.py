"""Release lessons: nbgrader makes the student's version, without solutions, hidden tests and outputs."""

from __future__ import annotations

from contextlib import suppress

from grader.authoring.lesson_source import LessonSource, State
from grader.classroom.autotests import with_autotests
from grader.classroom.course import Course
from grader.classroom.lesson import Lesson, limits_of
from grader.classroom.nbgrader_release import replace_released
from grader.classroom.own_run import WORTH_A_RUN, own_run
from grader.errors import CourseError
from grader.quiet import kernels_quiet
from grader.wall.errors import WallError


def release(course: Course, lesson: str) -> None:
    """Write the student's version of a lesson and enter the lesson into the gradebook. Raises CourseError."""
    refuse_unbuilt(course, lesson)
    # Autotests are filled in by a kernel, which talks to the terminal.
    with kernels_quiet():
        replace_released(course, lesson)
    _try_solution(course, lesson)


def refuse_unbuilt(course: Course, lesson: str) -> None:
    """Raise CourseError for a lesson whose notebook is not what its text says."""
    course.notebooks(lesson)
    source = LessonSource(course.source / lesson)
    if source.text_path.exists() and source.state() is not State.FRESH:
        raise CourseError(
            f"{source.notebook_path}: {source.state().value}. Build it first: course build {lesson}"
        )


def _try_solution(course: Course, name: str) -> None:
    """Run the solution of a lesson that does not train, as grading will. Raises CourseError if it fails."""
    lesson = Lesson(course, name, limits_of(course, name, {}))
    if not lesson.trains:
        # Releasing needs no wall; grading says what is missing.
        with suppress(WallError):
            own_run(with_autotests(lesson), WORTH_A_RUN)
