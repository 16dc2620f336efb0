"""A demonstration course: the real lessons, a sample class, its marks."""

from __future__ import annotations

import shutil
from pathlib import Path

from grader import display, feedback
from grader.course import CONFIG_NAME, Course
from grader.grade_class import grade_class
from grader.marks import SubmissionMarks
from grader.release import release
from grader.sample_class import SampleSubmission, hand_in, sample_submissions

ANSWER_BANK = Path("tests") / "answers"


def run(course: Course) -> bool:
    """Make a course in demo/ anew, grade its sample class, say where things are.

    It is apart from the course itself, so that no sample student enters a real gradebook.
    Returns whether every mark is the deserved one.
    """
    demo = _copy(course, course.root / "demo")
    class_ = sample_submissions(course.root / ANSWER_BANK)
    lessons = sorted({submission.lesson for submission in class_})
    with display.step("Releasing", len(lessons)) as step:
        for done, lesson in enumerate(lessons):
            step.advance(done, lesson)
            release(demo, lesson)
        step.advance(len(lessons))
    for submission in class_:
        hand_in(demo, submission)
    display.note(f"Sample class: {len(class_)} submissions in {demo.submitted}")
    marks = grade_class(demo, lessons, [])
    for lesson in lessons:
        feedback.generate(demo, lesson)
    differences = _differences(class_, marks)
    for difference in differences:
        display.problem(difference)
    if not differences:
        display.note(f"All {len(marks)} submissions have exactly the marks they deserve.")
    display.note(f"Notebooks as they ran: {demo.autograded}")
    display.note(f"Pages for students:    {demo.feedback}")
    display.note(f"Record of the run:     {demo.reports}")
    return not differences


def _copy(course: Course, folder: Path) -> Course:
    if folder.exists():
        shutil.rmtree(folder)
    for lesson in course.lessons:
        for notebook in course.notebooks(lesson):
            copy = folder / course.source.name / lesson / notebook.name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(notebook, copy)
    shutil.copy(course.root / CONFIG_NAME, folder / CONFIG_NAME)
    return Course.at(folder)


def _differences(class_: list[SampleSubmission], marks: list[SubmissionMarks]) -> list[str]:
    awarded = {
        (each.student, each.lesson, cell.grade_id.removeprefix("check_")): cell.points or 0.0
        for each in marks
        for cell in each.cells
    }
    deserved = {
        (submission.student, submission.lesson, exercise): points
        for submission in class_
        for exercise, points in submission.deserved.items()
    }
    return [
        f"{', '.join(place)}: {awarded.get(place, 0.0):g} marks, deserved {deserved.get(place, 0.0):g}"
        for place in sorted(awarded.keys() | deserved.keys())
        if abs(awarded.get(place, 0.0) - deserved.get(place, 0.0)) > 1e-9
    ]
