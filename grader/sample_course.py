"""A course in a folder of its own, with submissions whose deserved marks are known."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from grader import display
from grader.course import CONFIG_NAME, Course
from grader.release import release
from grader.sample_class import SampleSubmission, hand_in


def make(course: Course, folder: Path, submissions: Sequence[SampleSubmission]) -> Course:
    """Copy the lessons that were handed in to a folder, release them there, and hand in.

    It is apart from the course itself, so that no sample student enters a real gradebook. What the folder
    held before is lost.
    """
    lessons = sorted({submission.lesson for submission in submissions})
    made = _copy(course, folder, lessons)
    with display.step("Releasing", len(lessons)) as step:
        for done, lesson in enumerate(lessons):
            step.advance(done, lesson)
            release(made, lesson)
        step.advance(len(lessons))
    for submission in submissions:
        hand_in(made, submission)
    return made


def _copy(course: Course, folder: Path, lessons: Iterable[str]) -> Course:
    if folder.exists():
        shutil.rmtree(folder)
    for lesson in lessons:
        for notebook in course.notebooks(lesson):
            copy = folder / course.source.name / lesson / notebook.name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(notebook, copy)
    shutil.copy(course.root / CONFIG_NAME, folder / CONFIG_NAME)
    return Course.at(folder)
