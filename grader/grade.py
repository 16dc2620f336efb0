"""Grade a class: every submission of a lesson, one after the other, whatever is wrong with any of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence

from nbgrader.utils import temp_attrs

from grader.course import Course
from grader.errors import CourseError
from grader.marks import SubmissionMarks
from grader.release import succeeded
from grader.stock_engine import grade_submission
from grader.submission import UnreadableSubmissionError, inspect


def submissions(course: Course, lesson: str, students: Sequence[str]) -> list[str]:
    """The students to grade: those named, or all who handed in. Raises CourseError for one who did not."""
    handed_in = course.students(lesson)
    for student in students:
        if student not in handed_in:
            raise CourseError(
                f"{student!r} handed in nothing for {lesson}: there is no folder "
                f"{course.submitted / student / lesson}."
            )
    return list(students) or handed_in


def grade(course: Course, lesson: str, students: Sequence[str]) -> Iterator[SubmissionMarks]:
    """Grade these students' submissions of a lesson into the gradebook, and yield the marks as they come."""
    if students:
        _enter_into_gradebook(course, lesson)
    for student in students:
        try:
            inspect(course, lesson, student)
        except UnreadableSubmissionError as error:
            yield SubmissionMarks(student, lesson, (), 0.0, str(error))
        else:
            yield grade_submission(course, lesson, student)


def _enter_into_gradebook(course: Course, lesson: str) -> None:
    """Let the gradebook know the lesson's cells as they are now; nbgrader does so only as it releases."""
    course.notebooks(lesson)
    with (
        tempfile.TemporaryDirectory() as folder,
        temp_attrs(course.api.coursedir, release_directory=folder),
    ):
        succeeded(course.api.generate_assignment(lesson, force=True, create=True), f"Reading {lesson}")
