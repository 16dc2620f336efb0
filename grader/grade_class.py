"""Grade lessons of a whole class with progress, a table at the end, and a record of the run."""

from __future__ import annotations

from collections.abc import Sequence

from grader import display
from grader.course import Course
from grader.grade import grade, submissions
from grader.marks import SubmissionMarks
from grader.record import data_of, described, write_record


def grade_class(course: Course, lessons: Sequence[str], students: Sequence[str]) -> list[SubmissionMarks]:
    """Grade the named students (all when none is named) in these lessons; show and return the marks."""
    marks: list[SubmissionMarks] = []
    for lesson in lessons:
        chosen = submissions(course, lesson, students)
        if chosen:
            marks += _grade_lesson(course, lesson, chosen)
    if not marks:
        display.note(f"Nothing was handed in under {course.submitted} for {', '.join(lessons)}.")
        return marks
    display.console.print(display.marks_table(marks))
    for each in marks:
        if each.problem:
            display.problem(f"{each.student}, {each.lesson}: {each.problem}")
    return marks


def _grade_lesson(course: Course, lesson: str, students: Sequence[str]) -> list[SubmissionMarks]:
    origins = data_of(course, lesson)
    if origins:
        display.note(f"{lesson} is graded on {'; '.join(map(described, origins))}")
    marks: list[SubmissionMarks] = []
    try:
        with display.step(f"Grading {lesson}", len(students)) as step:
            step.advance(0, students[0])
            for each in grade(course, lesson, students):
                marks.append(each)
                display.note(display.marks_line(each))
                step.advance(len(marks), students[len(marks)] if len(marks) < len(students) else "")
    finally:
        if marks:
            write_record(course, lesson, origins, marks)
    return marks
