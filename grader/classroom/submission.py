"""Read the notebooks that a student handed in before they are graded, without changing them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.classroom.below import files_below
from grader.classroom.file_names import renamed, shown
from grader.classroom.lesson import Lesson
from grader.errors import GraderError
from grader.grading.signs import closest, signs_of_submission
from grader.grading.submitted_notebook import Submission, UnreadableError, read_submission, without_outputs
from grader.limits import MEBIBYTE

MOST_BYTES = 300 * MEBIBYTE
MOST_FILES = 1000


class UnreadableSubmissionError(GraderError):
    """A submission that cannot be graded as it is: one line with the file, what is wrong, what to do.

    to_student: the same in words for the student who handed it in, without paths.
    """

    def __init__(
        self, message: str, to_student: str = "Something in what you handed in cannot be read."
    ) -> None:
        """Say it to both."""
        super().__init__(message)
        self.to_student = to_student


@dataclass(frozen=True)
class HandedInNotebooks:
    """The notebooks of one submission.

    contents: their bytes by name, without outputs. findings: what was put right to read them. files: the
    names of their files.
    """

    contents: Mapping[str, bytes]
    findings: tuple[str, ...]
    files: frozenset[str]


def read_notebooks(lesson: Lesson, student: str) -> HandedInNotebooks:
    """Read the notebooks of the lesson that were handed in, renamed ones too.

    At least one has to be there, and each that is there has to be one of this lesson. Raises
    UnreadableSubmissionError.
    """
    folder = lesson.course.submitted / student / lesson.name
    _refuse(folder)
    # A link may lead anywhere: to another student's folder, or to the gradebook.
    there = {path.name for path in folder.glob("*") if path.is_file() and not path.is_symlink()}
    paths: dict[str, Path] = {}
    findings: list[str] = []
    for name, others in renamed(there, lesson.notebooks).items():
        expected = f"{name}.ipynb"
        if expected in there:
            paths[name] = folder / expected
            findings += [
                f"{shown(other)} was left out: {expected} was handed in as well." for other in others
            ]
        elif len(others) > 1:
            raise UnreadableSubmissionError(
                f"{folder / expected} is missing, and each of {' and '.join(map(shown, others))} may be it. "
                f"Ask for {expected}, or rename the right one.",
                f"You handed in {' and '.join(map(shown, others))}, and each of them may be your notebook. "
                f"Hand in the right one alone, as {expected}.",
            )
        elif others:
            paths[name] = folder / others[0]
            findings.append(f"{shown(others[0])} was taken as {expected}.")
    if not paths:
        found = ", ".join(sorted(shown(file) for file in there if ".ipynb" in file)) or "no notebook at all"
        expected = f"{next(iter(lesson.notebooks))}.ipynb"
        raise UnreadableSubmissionError(
            f"{folder / expected} is missing (found: {found}). Ask for {expected}.",
            f"{expected} is missing in what you handed in (there was: {found}). Save your notebook "
            "under this name, and hand it in again.",
        )
    contents = {}
    for name, path in paths.items():
        submission = _read(lesson, name, path)
        contents[name] = without_outputs(submission.cells)
        findings += submission.findings
    return HandedInNotebooks(contents, tuple(findings), frozenset(path.name for path in paths.values()))


def _refuse(folder: Path) -> None:
    """Raise UnreadableSubmissionError for a folder that leads elsewhere, or holds more than is read."""
    if folder.is_symlink() or folder.parent.is_symlink():
        raise UnreadableSubmissionError(
            f"{folder} is a link to elsewhere. Ask for the files themselves.",
            "You handed in a link in place of your notebook. Hand in the notebook itself.",
        )
    paths = files_below(folder) if folder.is_dir() else []
    size = sum(path.stat().st_size for path in paths)
    if size > MOST_BYTES or len(paths) > MOST_FILES:
        raise UnreadableSubmissionError(
            f"{folder} holds {len(paths):,} files of {size / MEBIBYTE:,.0f} MiB; {MOST_FILES:,} of "
            f"{MOST_BYTES // MEBIBYTE} MiB in all are read. Ask for the notebook alone.",
            f"You handed in {len(paths):,} files of {size / MEBIBYTE:,.0f} MiB, which is too much. Hand in "
            "the notebook alone.",
        )


def _read(lesson: Lesson, name: str, path: Path) -> Submission:
    content = path.read_bytes()
    if not content.strip():
        raise UnreadableSubmissionError(
            f"{path} is empty. Ask for it again.",
            f"{name}.ipynb is an empty file. Save your notebook, and hand it in again.",
        )
    try:
        submission = read_submission(content)
    except UnreadableError as error:
        raise UnreadableSubmissionError(
            f"{path}: {error} Ask for it again.",
            f"{name}.ipynb cannot be read as a notebook: it is damaged, or it is another kind of "
            "file. Open it in JupyterLab, save it there, and hand it in again.",
        ) from None
    expected = f"{name}.ipynb"
    signs = signs_of_submission(submission.cells)
    whose, which = closest(signs, lesson.course.signs, (lesson.name, name)) or ("", "")
    # Where there is nothing to grade, nothing can be graded wrongly. To know that takes nbgrader, which is
    # slow to import.
    if (whose, which) != (lesson.name, name) and lesson.points[name]:
        if whose != lesson.name:
            found = f"it belongs to {whose}" if whose else "it has no exercise of this course"
            raise UnreadableSubmissionError(
                f"{path} is not {lesson.name}: {found}. Ask for {expected}.",
                f"What you handed in as {shown(path.name)} is another notebook. Hand in {expected}, "
                "in which you wrote your answers.",
            )
        if which != name and path.name != expected:
            raise UnreadableSubmissionError(
                f"{path} is not {expected} but {which}.ipynb. Ask for {expected}, or rename the file.",
                f"What you handed in as {shown(path.name)} is {which}.ipynb. Hand in {expected}, in "
                "which you wrote your answers.",
            )
    return submission
