"""Grade one submission with nbgrader's own autograder, into its own gradebook."""

from __future__ import annotations

import time

from nbgrader.api import MissingEntry

from grader.course import Course
from grader.errors import CourseError
from grader.marks import CellMarks, SubmissionMarks
from grader.quiet import kernels_quiet
from grader.release import succeeded


def grade_submission(course: Course, lesson: str, student: str) -> SubmissionMarks:
    """Run and mark one submission; what goes wrong with it comes back as its problem."""
    started = time.perf_counter()
    try:
        with kernels_quiet():
            result = course.api.autograde(lesson, student, force=True, create=True)
        succeeded(result, f"Grading {student}")
        cells, problem = _recorded(course, lesson, student), ""
    except CourseError as error:
        cells, problem = (), _last_line(str(error))
    return SubmissionMarks(student, lesson, cells, time.perf_counter() - started, problem)


def _recorded(course: Course, lesson: str, student: str) -> tuple[CellMarks, ...]:
    with course.api.gradebook as gradebook:
        try:
            submission = gradebook.find_submission(lesson, student)
        except MissingEntry:
            raise CourseError(f"nbgrader recorded no marks for {student}") from None
        return tuple(
            CellMarks(grade.name, None if grade.needs_manual_grade else grade.score, grade.max_score)
            for notebook in submission.notebooks
            for grade in notebook.grades
        )


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "Error" in line and not line.startswith("Traceback")]
    return (errors or lines)[-1].strip()
