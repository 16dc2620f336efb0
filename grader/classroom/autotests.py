"""The autotests of a lesson as nbgrader released them; released first where they have not been."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.atomic import write_text
from grader.classroom.lesson import Lesson, digest_of, digest_of_file
from grader.errors import CourseError
from grader.grading.autotests import cells_with_autotests, delimiter
from grader.grading.submitted_notebook import UnreadableError, read_submission
from grader.quiet import kernels_quiet

if TYPE_CHECKING:
    from grader.classroom.gradebook import GradebookWriter

# What nbgrader_config.py may say of autotests and what decides how they are filled in.
SETTINGS = ("autotest_filename", "autotest_delimiter", "hashed_delimiter", "use_salt", "enforce_metadata")


def with_autotests(lesson: Lesson) -> Lesson:
    """The lesson with its autotests as the gradebook keeps them, hidden ones included.

    They are filled in from the solution when nbgrader releases a lesson. Where that has not happened, or the
    lesson's code was changed since, the lesson is entered into the gradebook first. Raises CourseError.
    """
    wanted = _cells(lesson)
    if not wanted:
        return lesson
    from grader.classroom.gradebook import GradebookWriter

    made_from, path = _made_from(lesson), lesson.course.reports / lesson.name / ".autotests"
    # A course that comes without solutions comes with its gradebook: while nothing was changed, that counts.
    changed = path.is_file() and path.read_text(encoding="utf-8") != made_from
    with GradebookWriter(lesson.course) as gradebook:
        released = _released(lesson, wanted, gradebook)
        known = _is_known(released, gradebook)
    if changed or not known:
        _release(lesson)
        with GradebookWriter(lesson.course) as gradebook:
            released = _released(lesson, wanted, gradebook)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, made_from)
    return released


def _cells(lesson: Lesson) -> dict[str, frozenset[str]]:
    """For each notebook that has any the names of its cells with autotests."""
    import nbformat

    config, found = lesson.course.config, {}
    for name, content in lesson.notebooks.items():
        text = content.decode("utf-8", "replace")
        if delimiter(config) in text:
            # A notebook that cannot be read is reported when it is graded.
            with suppress(Exception):
                found[name] = cells_with_autotests(nbformat.reads(text, as_version=4), config)
    return {name: cells for name, cells in found.items() if cells}


def _made_from(lesson: Lesson) -> str:
    """A hash of all that autotests are filled in from: code, files, autotests.yml and its settings."""
    course = lesson.course
    settings = {name: course.config.InstantiateTests.get(name) for name in SETTINGS}
    sources = {}
    for name, content in lesson.notebooks.items():
        with suppress(UnreadableError):
            cells = read_submission(content).cells
            sources[name] = [[cell.name, cell.source] for cell in cells if cell.kind == "code"]
    written = [
        sources,
        {name: digest_of(content) for name, content in lesson.files.items()},
        digest_of_file(course.root / (settings["autotest_filename"] or "autotests.yml")),
        settings,
    ]
    return digest_of(json.dumps(written, sort_keys=True).encode())


def _released(lesson: Lesson, wanted: Mapping[str, frozenset[str]], gradebook: GradebookWriter) -> Lesson:
    sources = gradebook.sources(lesson.name)
    autotests = {
        name: {cell: sources[name][cell] for cell in cells if cell in sources.get(name, {})}
        for name, cells in wanted.items()
    }
    return replace(lesson, autotests=autotests)


def _is_known(lesson: Lesson, gradebook: GradebookWriter) -> bool:
    try:
        return gradebook.cells(lesson.name) == lesson.points
    except CourseError:
        return False


def _release(lesson: Lesson) -> None:
    from grader.classroom.nbgrader_release import enter_into_gradebook

    try:
        # The kernel that runs the solution talks to the terminal.
        with kernels_quiet():
            enter_into_gradebook(lesson.course, lesson.name)
    except CourseError as error:
        folder = lesson.course.source / lesson.name
        raise CourseError(f"{folder}: its autotests cannot be filled in. {error}") from None
