"""`course grade`: grade a class with progress, and show its marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.classroom.course import Course
from grader.classroom.grade_class import grade_class
from grader.classroom.records import Record
from grader.commands import display
from grader.errors import CourseError


def grade_and_show(
    course: Course,
    lessons: Sequence[str],
    students: Sequence[str] = (),
    *,
    scheduler: str | None = None,
    limits: Mapping[str, float] | None = None,
    force: bool = False,
    verified_share: float = 0.0,
) -> Sequence[Record]:
    """Grade as `grade_class` does, and show how it gets on and the marks. Returns the records.

    Raises CourseError, also where there is nothing to grade.
    """
    with display.ShownGrading(is_forced=force) as shown:
        graded = grade_class(
            course,
            lessons,
            students,
            scheduler=scheduler,
            limits=limits,
            force=force,
            verified_share=verified_share,
            on_progress=shown,
        )
    if graded.unchanged:
        display.note(
            f"{graded.unchanged} unchanged since the last grading; --force grades "
            f"{'it' if graded.unchanged == 1 else 'them'} again."
        )
    records = graded.records
    if not records:
        for_lessons = f" for {', '.join(lessons)}" if lessons else ""
        raise CourseError(f"Nothing was handed in{for_lessons}: {course.submitted} holds nothing to grade.")
    # Not needed by other commands that import this, and slow to import.
    from grader.classroom.final_marks import final_marks

    marked = final_marks(course, records)
    display.console.print(display.marks_table(marked))
    if any(each.record.waits_for_hand for each in marked):
        display.note("* not final: some answers wait to be marked by hand, in Formgrader")
    if any(each.penalty for each in marked):
        display.note("† late: without the points that this costs")
    for line in display.findings_lines(records, course.reports):
        display.note(line)
    if any(record.is_graded for record in records):
        display.console.print(display.seconds_table(records))
    return records
