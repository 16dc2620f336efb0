"""`course export` and `course hand-back`: files for a learning platform, and what is missing in them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from grader.classroom.course import Course
from grader.commands import display
from grader.desk.exporting.export import export
from grader.desk.exporting.feedback_zip import feedback_zip
from grader.desk.exporting.formats import Format, Platform
from grader.sentences import counted


def export_and_show(course: Course, lessons: Sequence[str], form: Format, into: Path | None) -> bool:
    """Write marks into a file, and say where. Returns whether all marks are in it."""
    exported = export(course, lessons, form, into)
    display.note(f"{exported.path}: {counted(exported.students, 'student')}")
    for notice in exported.notices:
        display.note(notice)
    for problem in exported.problems:
        display.problem(problem)
    return not exported.problems


def hand_back_and_show(course: Course, lesson: str, platform: Platform) -> bool:
    """Pack a lesson's feedback, and say where. Returns whether every page is in it."""
    with display.step(f"Packing the feedback on {lesson}", total=1) as step:
        packed = feedback_zip(course, lesson, platform, step.of)
    if packed.pages:
        display.note(f"{packed.path}: {counted(packed.pages, 'page')}")
    for problem in packed.problems:
        display.problem(problem)
    return not packed.problems
