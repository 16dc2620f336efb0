"""Gather what is known of each hand-in: its record, what the gradebook says now, whether it was on time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from grader.classroom.changes import has_changed
from grader.classroom.course import Course
from grader.classroom.given_points import after_penalty
from grader.classroom.lesson import Lesson
from grader.classroom.records import Record, read_record
from grader.classroom.submission import UnreadableSubmissionError, read_notebooks
from grader.desk.collecting.platform_names import is_late
from grader.desk.report.marks_of_class import GivenMarks


@dataclass(frozen=True)
class HandIn:
    """One graded hand-in.

    record: what grading recorded, with the marks that the gradebook has now, those given by hand included.
    penalty: points taken off for being late. is_late: whether it came after the due date, or its platform
    says so. has_changed: whether something else was handed in since.
    """

    record: Record
    penalty: float
    is_late: bool
    has_changed: bool

    @property
    def points(self) -> float:
        """What it earned so far, after what being late costs."""
        return after_penalty(self.record.score, self.penalty)

    @property
    def marked(self) -> float:
        """The points to be had in what is marked."""
        return sum(cell.possible for cell in self.record.cells if cell.points is not None)

    @property
    def is_protected(self) -> bool:
        """Whether it ran behind a wall."""
        return bool(self.record.run.get("limits", {}).get("wall", True))


@dataclass(frozen=True)
class Ungraded:
    """A hand-in without marks, and why it has none."""

    student: str
    lesson: str
    why: str


def hand_ins(
    lesson: Lesson, given: Mapping[str, GivenMarks], on_each: Callable[[], None]
) -> Iterator[HandIn | Ungraded]:
    """All that was handed in for a lesson, one after the other, by the students' names.

    given: the gradebook's marks by student. on_each: called for each.
    """
    course = lesson.course
    recorded = {path.stem for path in (course.reports / lesson.name).glob("*.json")} & given.keys()
    for student in sorted(recorded.union(course.students(lesson.name))):
        on_each()
        record = read_record(course, lesson.name, student) if student in recorded else None
        if record is not None and record.is_graded:
            late = bool(given[student].late_by) or is_late(course, student, lesson.name)
            yield _with_marks(record, given[student], late, has_changed(lesson, record))
        else:
            # To say why takes as long as reading it, so not where a whole lesson waits to be graded.
            why = _why_ungraded(lesson, student) if recorded else ""
            yield Ungraded(student, lesson.name, why or f"Not graded yet. Run: course grade {lesson.name}")


def how_many(course: Course, lesson: str) -> int:
    """About how many hand-ins of a lesson there are."""
    return max(len(course.students(lesson)), len(list((course.reports / lesson).glob("*.json"))))


def _with_marks(record: Record, given: GivenMarks, late: bool, changed: bool) -> HandIn:
    cells = tuple(
        replace(cell, points=given.points[cell.name]) if cell.name in given.points else cell
        for cell in record.cells
    )
    return HandIn(replace(record, cells=cells), given.penalty, late, changed)


def _why_ungraded(lesson: Lesson, student: str) -> str:
    try:
        read_notebooks(lesson, student)
    except UnreadableSubmissionError as error:
        return str(error).replace(f"{lesson.course.root}/", "")
    return ""
