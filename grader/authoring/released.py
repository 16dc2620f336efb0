"""What has been released to students, as long as it is what a release would make now."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from grader.authoring.pages import pages
from grader.authoring.release import refuse_unbuilt
from grader.classroom.course import Course
from grader.classroom.nbgrader_release import release_made_now
from grader.errors import CourseError


def released(
    course: Course, lessons: Sequence[str], on_lesson: Callable[[int, str], object] = lambda *_: None
) -> dict[str, bytes]:
    """The released files of lessons, and the pages beside them, by path below the folder of released lessons.

    on_lesson: called with the number of lessons looked at and the name of the next one. Raises CourseError
    for a lesson or a page that is not released, or is not what a release would make now: its source may have
    been changed since, or somebody may have solved exercises in it.
    """
    files: dict[str, bytes] = {}
    for done, lesson in enumerate(lessons):
        on_lesson(done, lesson)
        refuse_unbuilt(course, lesson)
        made = release_made_now(course, lesson)
        files |= {f"{lesson}/{name}": content for name, content in made.items()}
    files |= {name: text.encode() for name, text in pages(course.source).items()}
    for name, content in files.items():
        lesson = name.partition("/")[0] if "/" in name else ""
        command = f"course release {lesson}".rstrip()
        path = course.release / name
        if not path.is_file():
            raise CourseError(f"{path} is missing: it has not been released yet. Run: {command}")
        if path.read_bytes() != content:
            raise CourseError(f"{path} is not what a release makes now. Run: {command}")
    return files
