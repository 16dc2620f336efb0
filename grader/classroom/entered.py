"""What the gradebook holds of graded submissions, without nbgrader, which takes a second to import."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, inspect, text

from grader.classroom.course import Course
from grader.classroom.database import connected
from grader.classroom.records import Record

BY_MACHINE = text("""
    SELECT submitted_assignment.student_id, assignment.name, base_cell.name, grade.auto_score
    FROM grade
    JOIN base_cell ON base_cell.id = grade.cell_id
    JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
    JOIN assignment ON assignment.id = submitted_assignment.assignment_id
    WHERE assignment.name IN :lessons
""").bindparams(bindparam("lessons", expanding=True))
LATE = text("""
    SELECT DISTINCT assignment.name
    FROM assignment
    JOIN submitted_assignment ON submitted_assignment.assignment_id = assignment.id
    JOIN submitted_notebook ON submitted_notebook.assignment_id = submitted_assignment.id
    WHERE assignment.name IN :lessons
    AND (assignment.duedate IS NOT NULL OR submitted_notebook.late_submission_penalty > 0)
""").bindparams(bindparam("lessons", expanding=True))
# What a database may make of a sum of decimals.
ROUNDING = 1e-9
Entered = Mapping[tuple[str, str], Sequence[tuple[str, float | None]]]


def entered_points(course: Course, lessons: Sequence[str]) -> Entered:
    """The points that grading has given, by student and lesson: cells by name, None for those marked by hand.

    Raises CourseError where the gradebook cannot be read.
    """
    found: dict[tuple[str, str], list[tuple[str, float | None]]] = defaultdict(list)
    with connected(course.gradebook_url) as connection:
        if not inspect(connection).has_table("grade"):
            return found
        for student, lesson, cell, points in connection.execute(BY_MACHINE, {"lessons": lessons}):
            found[student, lesson].append((cell, points))
    return found


def is_entered(record: Record, entered: Entered) -> bool:
    """Whether the gradebook has the marks that a submission got when it was graded.

    It has others where an older one was put in its place, or where somebody removed the student.
    """
    # Two notebooks of a lesson may have cells of one name; and a cell that was removed keeps its mark.
    held: dict[str, list[float | None]] = defaultdict(list)
    for cell, points in entered.get((record.student, record.lesson), ()):
        held[cell].append(points)
    given: dict[str, list[float | None]] = defaultdict(list)
    for each in record.cells:
        given[each.name].append(each.points)
    return all(
        _all_among(points, held[cell]) and _all_among(held[cell], points) for cell, points in given.items()
    )


def lessons_with_penalties(course: Course, lessons: Sequence[str]) -> list[str]:
    """The lessons where hand-ins may be late, or lose points for it. Raises CourseError."""
    with connected(course.gradebook_url) as connection:
        return list(connection.scalars(LATE, {"lessons": lessons}))


def _all_among(some: Sequence[float | None], others: Sequence[float | None]) -> bool:
    return all(any(_is_same(one, other) for other in others) for one in some)


def _is_same(one: float | None, other: float | None) -> bool:
    return one == other or (one is not None and other is not None and abs(one - other) < ROUNDING)
