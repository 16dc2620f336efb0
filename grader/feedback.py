"""Make the pages that students get back."""

from __future__ import annotations

from grader import display
from grader.course import Course
from grader.release import succeeded


def generate(course: Course, lesson: str) -> None:
    """Write feedback/<student>/<lesson>/ for every graded submission of a lesson. Raises CourseError."""
    graded = sorted(folder.parent.name for folder in course.autograded.glob(f"*/{lesson}"))
    if not graded:
        return
    with display.step(f"Feedback for {lesson}", len(graded)) as step:
        for done, student in enumerate(graded):
            step.advance(done, student)
            succeeded(course.api.generate_feedback(lesson, student, force=True), f"Feedback for {student}")
        step.advance(len(graded))
