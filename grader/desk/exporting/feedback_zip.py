"""Pack pages of feedback so that a platform hands each student theirs."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.atomic import writing
from grader.classroom.changes import has_changed
from grader.classroom.course import Course
from grader.classroom.lesson import Lesson, limits_of
from grader.classroom.records import read_record
from grader.desk.collecting.layouts import canvas
from grader.desk.collecting.platform_names import platform_names
from grader.desk.exporting.export import FOLDER
from grader.desk.exporting.formats import Platform
from grader.desk.feedback.marks_given import marks_given
from grader.desk.feedback.stamp import stamp_in, stamp_of
from grader.desk.report.marks_of_class import opened
from grader.errors import CourseError


@dataclass(frozen=True)
class Packed:
    """What was packed. problems: whose pages are not in it, a line each."""

    path: Path
    pages: int
    problems: Sequence[str]


def feedback_zip(
    course: Course,
    lesson: str,
    platform: Platform,
    progress: Callable[[int, int], None] = lambda _d, _t: None,
) -> Packed:
    """Write exports/feedback-<lesson>-<platform>.zip, which names pages as the platform named the hand-ins.

    Pages of an earlier hand-in, or from before it was graded again, are not in it. Raises CourseError when
    there is no page; the file is written whole or not at all.
    """
    folders = sorted(folder for folder in course.feedback.glob(f"*/{lesson}") if any(folder.glob("*.html")))
    if not folders:
        raise CourseError(f"There is no feedback on {lesson} yet. Make it first: course feedback {lesson}")
    released = Lesson(course, lesson, limits_of(course, lesson, {}))
    path = course.root / FOLDER / f"feedback-{lesson}-{platform.value}.zip"
    partial = path.with_name(f".{path.name}.partial")
    pages, problems = 0, []
    owners = _owners(course, lesson, platform, [folder.parent.name for folder in folders])
    try:
        with writing(path), opened(course) as gradebook, _new_zip(partial) as archive:
            for done, folder in enumerate(folders):
                progress(done, len(folders))
                student = folder.parent.name
                name = platform_names(course, student).get(lesson)
                if name is None or name.platform != platform.value:
                    problems.append(
                        f"{student}: not in the zip, as this hand-in was not collected from "
                        f"{platform.value.capitalize()}."
                    )
                    continue
                if len(same := owners[name.label]) > 1:
                    others = " and ".join(each for each in same if each != student)
                    problems.append(
                        f"{student}: not in the zip, as {others} has the same hand-in. Run course forget for "
                        "the wrong one, then try again."
                    )
                    continue
                theirs = sorted(folder.glob("*.html"))
                stamp = stamp_of(released, student, marks_given(gradebook, lesson, student))
                if any(stamp_in(page) != stamp for page in theirs):
                    problems.append(_why_old(released, student))
                    continue
                for page in theirs:
                    archive.write(page, _name_for(platform, name.label, page.name))
                    pages += 1
        if pages:
            with writing(path):
                partial.replace(path)
        progress(len(folders), len(folders))
    finally:
        if partial.is_file():
            partial.unlink()
    return Packed(path, pages, problems)


def _owners(course: Course, lesson: str, platform: Platform, students: Sequence[str]) -> dict[str, list[str]]:
    """Whose each hand-in is, by what the platform calls it: a zip must not hold two pages of one name."""
    found: dict[str, list[str]] = {}
    for student in students:
        name = platform_names(course, student).get(lesson)
        if name is not None and name.platform == platform.value:
            found.setdefault(name.label, []).append(student)
    return found


def _why_old(lesson: Lesson, student: str) -> str:
    record = read_record(lesson.course, lesson.name, student)
    older, run = "the marks", f"course feedback {lesson.name}"
    if record is None or has_changed(lesson, record):
        older, run = "what was handed in", f"course grade {lesson.name} --student {student}, then {run}"
    return f"{student}: not in the zip, as the page is older than {older}. Run: {run}"


def _new_zip(path: Path) -> zipfile.ZipFile:
    path.parent.mkdir(exist_ok=True)
    return zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)


def _name_for(platform: Platform, label: str, page: str) -> str:
    if platform is Platform.MOODLE:
        return f"{label}/{page}"
    found = canvas.NAME.fullmatch(label)
    # Canvas looks for the student's number and that of the file; the rest is free.
    return f"{label[: found.start('rest')]}{page}" if found else page
