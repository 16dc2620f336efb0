"""The marks that people gave in Formgrader, in records of grading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import text

from grader.classroom.course import Course
from grader.classroom.database import connected
from grader.classroom.given_points import given_points
from grader.classroom.records import Record

BY_HAND = text("""
    SELECT submitted_assignment.student_id, assignment.name, base_cell.name,
           grade.manual_score, grade.auto_score, grade.extra_credit
    FROM grade
    JOIN base_cell ON base_cell.id = grade.cell_id
    JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
    JOIN assignment ON assignment.id = submitted_assignment.assignment_id
    WHERE (grade.manual_score IS NOT NULL OR grade.extra_credit IS NOT NULL) AND NOT grade.needs_manual_grade
""")


def with_marks_by_hand(course: Course, records: Sequence[Record]) -> list[Record]:
    """Put in the marks that the gradebook has by hand now. Raises CourseError where it cannot be read."""
    if not any(record.is_graded for record in records):
        # There may be no gradebook yet, and to look into it would make one.
        return list(records)
    points: dict[tuple[str, str, str], float | None] = {}
    with connected(course.gradebook_url) as connection:
        for student, lesson, cell, by_hand, by_machine, extra in connection.execute(BY_HAND):
            points[student, lesson, cell] = given_points(by_hand, by_machine, extra, waits=False)
    return [
        replace(
            record,
            cells=tuple(
                replace(cell, points=points.get((record.student, record.lesson, cell.name), cell.points))
                for cell in record.cells
            ),
        )
        for record in records
    ]
