"""A demonstration course: the real lessons, a sample class, its marks."""

from __future__ import annotations

from collections.abc import Sequence

from grader.authoring import sample_course
from grader.authoring.sample_class import SampleSubmission, sample_class
from grader.classroom.course import Course
from grader.classroom.records import Record
from grader.commands import display
from grader.commands.grading import grade_and_show
from grader.desk.feedback.give import give_feedback, students_to_tell
from grader.wall.errors import WallError


def run(course: Course, students: int, seed: int, lessons: Sequence[str]) -> bool:
    """Make a fresh course in demo/, grade its sample class, say where things are.

    lessons: what each student hands in; when empty, what sample_class.toml says. Returns whether every mark
    is the deserved one.
    """
    class_ = sample_class(course.source, students, seed, lessons)
    of_class = sorted({submission.lesson for submission in class_})
    with display.step("Releasing", len(of_class)) as step:
        demo = sample_course.make(course, course.root / "demo", class_, on_lesson=step.advance)
        step.advance(len(of_class))
    display.note(f"Sample class: {len(class_)} submissions in {demo.submitted}")
    wall = True
    try:
        marks = grade_and_show(demo, demo.lessons)
    except WallError as error:
        display.note(f"{error.reason} The sample class is this course's own: it is graded without a wall.")
        wall = False
        marks = grade_and_show(demo, demo.lessons, limits={"wall": wall})
    for lesson in demo.lessons:
        students_of_lesson = students_to_tell(demo, lesson)
        with display.step(f"Feedback for {lesson}", len(students_of_lesson)) as step:
            give_feedback(demo, lesson, students_of_lesson, step.advance, wall=wall)
    differences = _differences(class_, marks)
    for difference in differences:
        display.problem(difference)
    if not differences:
        one = "The submission has exactly the marks it deserves."
        all_ = f"All {len(marks)} submissions have exactly the marks they deserve."
        display.note(one if len(marks) == 1 else all_)
    display.note(f"Notebooks as they ran: {demo.autograded}")
    display.note(f"Pages for students:    {demo.feedback}")
    display.note(f"Record of the run:     {demo.reports}")
    return not differences


def _differences(class_: list[SampleSubmission], marks: Sequence[Record]) -> list[str]:
    records = {(record.student, record.lesson): record for record in marks}
    return [
        f"{submission.student}, {submission.lesson}, {difference}"
        for submission in class_
        for difference in submission.differences(records[submission.student, submission.lesson])
    ]
