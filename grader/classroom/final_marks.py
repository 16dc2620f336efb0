"""Records of grading with what the gradebook adds: marks given in Formgrader, and late penalties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import text

from grader.classroom.course import Course
from grader.classroom.database import connected
from grader.classroom.given_points import given_points
from grader.classroom.records import Marked, Record

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

PENALTIES = text("""
    SELECT submitted_assignment.student_id, assignment.name, SUM(submitted_notebook.late_submission_penalty)
    FROM submitted_notebook
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
    JOIN assignment ON assignment.id = submitted_assignment.assignment_id
    WHERE submitted_notebook.late_submission_penalty > 0
    GROUP BY submitted_assignment.student_id, assignment.name
""")


def final_marks(course: Course, records: Sequence[Record]) -> list[Marked]:
    """What the gradebook makes of records by now. Raises CourseError where it cannot be read."""
    if not any(record.is_graded for record in records):
        # There may be no gradebook yet, and to look into it would make one.
        return [Marked(record) for record in records]
    points: dict[tuple[str, str, str], float | None] = {}
    with connected(course.gradebook_url) as connection:
        for student, lesson, cell, by_hand, by_machine, extra in connection.execute(BY_HAND):
            points[student, lesson, cell] = given_points(by_hand, by_machine, extra, waits=False)
        penalties = {(student, lesson): lost for student, lesson, lost in connection.execute(PENALTIES)}
    return [
        Marked(
            replace(
                record,
                cells=tuple(
                    replace(cell, points=points.get((record.student, record.lesson, cell.name), cell.points))
                    for cell in record.cells
                ),
            ),
            penalties.get((record.student, record.lesson), 0.0) if record.is_graded else 0.0,
        )
        for record in records
    ]
