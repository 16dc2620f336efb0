"""A course in a folder of its own, with submissions whose deserved marks are known."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from grader.atomic import writing
from grader.authoring.release import release
from grader.authoring.sample_class import SampleSubmission, hand_in
from grader.classroom.course import CONFIG_NAME, Course


def make(
    course: Course,
    folder: Path,
    submissions: Sequence[SampleSubmission],
    *,
    on_lesson: Callable[[int, str], object] = lambda *_: None,
) -> Course:
    """Copy the lessons that were handed in to a folder, release them there, and hand in.

    on_lesson: called with the number of lessons released and the name of the next one.

    It is apart from the course itself, so that no sample student enters a real gradebook. What the folder
    held before is lost.
    """
    lessons = sorted({submission.lesson for submission in submissions})
    made = _copy(course, folder, lessons)
    for done, lesson in enumerate(lessons):
        on_lesson(done, lesson)
        release(made, lesson)
    for submission in submissions:
        hand_in(made, submission)
    return made


def _copy(course: Course, folder: Path, lessons: Iterable[str]) -> Course:
    with writing(folder):
        if folder.exists():
            shutil.rmtree(folder)
        for lesson in lessons:
            for notebook in course.notebooks(lesson):
                copy = folder / course.source.name / lesson / notebook.name
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(notebook, copy)
        shutil.copy(course.root / CONFIG_NAME, folder / CONFIG_NAME)
    return Course.at(folder)
