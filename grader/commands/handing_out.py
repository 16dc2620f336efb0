"""`course bundle` and `course publish`: what students need, as a zip or as a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from grader.authoring.bundle import data_files, student_files, write_zip
from grader.authoring.publish import publish, readme, titles
from grader.classroom.course import Course
from grader.commands import display


def make_zip(course: Course, lessons: Sequence[str], *, with_data: bool) -> None:
    """Pack lessons for students into a zip in the course's folder."""
    files = _student_files(course, lessons)
    if with_data:
        files |= data_files(course, lessons)
    path = course.root / f"{course.name}.zip"
    write_zip(path, files, course.name)
    display.note(f"{path}: {len(files)} files, {path.stat().st_size / 1e6:.1f} MB")


def publish_into(course: Course, folder: Path, lessons: Sequence[str], repository: str | None) -> None:
    """Bring a folder for students up to date."""
    files = _student_files(course, lessons)
    title = course.name.replace("-", " ").replace("_", " ").capitalize()
    files["README.md"] = readme(title, titles(files), repository).encode()
    published = publish(folder.absolute(), files)
    for name in published.removed:
        display.note(f"Removed: {name}")
    display.note(f"{folder}: {len(published.written)} of {len(files)} files written")


def _student_files(course: Course, lessons: Sequence[str]) -> dict[str, bytes]:
    with display.step("Checking what is released:", len(lessons)) as step:
        files = student_files(course, lessons, step.advance)
        step.advance(len(lessons))
    return files
