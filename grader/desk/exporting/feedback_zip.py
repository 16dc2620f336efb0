"""Pack pages of feedback so that a platform hands each student theirs."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.atomic import write_bytes, writing
from grader.classroom.changes import has_changed
from grader.classroom.course import Course
from grader.classroom.lesson import Lesson, limits_of
from grader.classroom.records import read_record
from grader.desk.collecting.layouts import canvas
from grader.desk.collecting.platform_names import platform_names
from grader.desk.exporting.export import FOLDER
from grader.desk.exporting.formats import Platform
from grader.desk.feedback.give import students_to_tell
from grader.desk.feedback.marks_given import marks_given
from grader.desk.feedback.stamp import stamp_in, stamp_of
from grader.desk.report.marks_of_class import opened
from grader.errors import CourseError

if TYPE_CHECKING:
    from nbgrader.api import Gradebook


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
    path = course.root / FOLDER / f"feedback-{lesson}-{platform.value}.zip"
    pages, problems = 0, []
    with writing(path):
        path.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryFile() as made:
        with opened(course) as gradebook, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            chosen = _Chosen(course, lesson, platform, [folder.parent.name for folder in folders], gradebook)
            for done, folder in enumerate(folders):
                progress(done, len(folders))
                student = folder.parent.name
                try:
                    theirs = {page.name: page.read_bytes() for page in sorted(folder.glob("*.html"))}
                    problem = chosen.why_not(student, theirs.values())
                except OSError as error:
                    problem = f"{error.filename} cannot be read: {error.strerror}."
                if problem:
                    problems.append(f"{student}: not in the zip, as {problem}")
                    continue
                for page, content in theirs.items():
                    archive.writestr(_name_for(platform, chosen.labels[student], page), content)
                    pages += 1
        if pages:
            made.seek(0)
            with writing(path):
                write_bytes(path, made.read())
        progress(len(folders), len(folders))
    with_pages = {folder.parent.name for folder in folders}
    problems += [
        f"{student}: not in the zip, as there is no page yet. Run: course feedback {lesson}"
        for student in students_to_tell(course, lesson)
        if student not in with_pages
    ]
    return Packed(path, pages, problems)


class _Chosen:
    """Says whose pages belong in a zip. labels: what the platform calls the hand-ins, by student."""

    def __init__(
        self, course: Course, lesson: str, platform: Platform, students: Sequence[str], gradebook: Gradebook
    ) -> None:
        self._lesson = Lesson(course, lesson, limits_of(course, lesson, {}))
        self._platform, self._gradebook = platform, gradebook
        self.labels: dict[str, str] = {}
        for student in students:
            name = platform_names(course, student).get(lesson)
            if name is not None and name.platform == platform.value:
                self.labels[student] = name.label
        self._students: dict[str, list[str]] = {}
        for student, label in self.labels.items():
            self._students.setdefault(label, []).append(student)

    def why_not(self, student: str, pages: Iterable[bytes]) -> str:
        """Why a student's pages must not be in it; nothing where they belong there."""
        lesson = self._lesson
        if student not in self.labels:
            return f"this hand-in was not collected from {self._platform.value.capitalize()}."
        # A zip must not hold two pages of one name.
        same = self._students[self.labels[student]]
        if others := " and ".join(each for each in same if each != student):
            return f"{others} has the same hand-in. Run course forget for the wrong one, then try again."
        stamp = stamp_of(lesson, student, marks_given(self._gradebook, lesson.name, student))
        if all(stamp_in(page) == stamp for page in pages):
            return ""
        run = f"course feedback {lesson.name}"
        record = read_record(lesson.course, lesson.name, student)
        if record is not None and not has_changed(lesson, record):
            return f"the page is older than the marks. Run: {run}"
        grade = f"course grade {lesson.name} --student {student}"
        return f"the page is older than what was handed in. Run: {grade}, then {run}"


def _name_for(platform: Platform, label: str, page: str) -> str:
    if platform is Platform.MOODLE:
        return f"{label}/{page}"
    found = canvas.NAME.fullmatch(label)
    # Canvas looks for the student's number and that of the file; the rest is free.
    return f"{label[: found.start('rest')]}{page}" if found else page
