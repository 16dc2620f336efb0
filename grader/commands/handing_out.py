"""`course bundle`, `course publish` and `course book`: what students need, as a zip, a folder or a site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.authoring.book.making import draw_explorers, make_book
from grader.authoring.book.site import refuse_without_sphinx
from grader.authoring.bundle import data_files, student_files, write_zip, zipped
from grader.authoring.publish import Published, publish, readme, titles
from grader.classroom.course import Course
from grader.commands import display
from grader.errors import CourseError


def make_zip(course: Course, lessons: Sequence[str], output: Path | None, *, with_data: bool) -> None:
    """Pack lessons for students into a zip, in the course's folder unless its place is named.

    Raises CourseError.
    """
    if output is not None and (output.suffix.lower() != ".zip" or output.is_dir()):
        raise CourseError(f"{output} is not a name for the zip. Give a file that ends in .zip.")
    files = _student_files(course, lessons)
    if with_data:
        files |= data_files(course, lessons)
    # The zip of all lessons stays when some are packed.
    some = [] if set(lessons) == set(course.lessons) else lessons
    path = output or course.root / f"{'-'.join([course.name, *some])}.zip"
    write_zip(path, files, course.name)
    display.note(f"{path}: {len(files)} files, {path.stat().st_size / 1e6:.1f} MB")


def publish_into(course: Course, folder: Path, lessons: Sequence[str], repository: str | None) -> None:
    """Bring a folder for students up to date."""
    files = _student_files(course, lessons)
    files["README.md"] = readme(course.title, titles(files), repository).encode()
    published = publish(folder.absolute(), files)
    for name in published.removed:
        display.note(f"Removed: {name}")
    display.note(f"{folder}: {_written(published, files)}")


def write_book(course: Course, folder: Path, lessons: Sequence[str]) -> None:
    """Bring a site with lessons up to date in a folder."""
    refuse_without_sphinx()
    files = _student_files(course, lessons)
    with display.step("Drawing explorers", 1) as step:
        explorers = draw_explorers(course, lessons, step.of)
    with display.step("Writing pages:", 2 * len(lessons)) as step:
        site = make_book(
            course, files, (f"{course.name}.zip", zipped(files, course.name)), explorers, step.advance
        )
        step.of(1, 1)
    published = publish(folder.absolute(), site)
    for name in published.removed:
        display.note(f"Removed: {name}")
    size = sum(map(len, site.values())) / 1e6
    display.note(f"{folder / 'index.html'}: {_written(published, site)}, {size:.1f} MB")


def _written(published: Published, files: Mapping[str, bytes]) -> str:
    if not published.written and not published.removed:
        return "already up to date"
    return f"{len(published.written)} of {len(files)} files written"


def _student_files(course: Course, lessons: Sequence[str]) -> dict[str, bytes]:
    with display.step("Checking what is released:", len(lessons)) as step:
        files = student_files(course, lessons, step.advance)
        step.advance(len(lessons))
    return files
