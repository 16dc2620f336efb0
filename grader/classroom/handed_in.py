"""What students handed in for a lesson, as bytes, with the hash that tells whether it was graded before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from grader.classroom.lesson import Lesson, read_files
from grader.classroom.submission import UnreadableSubmissionError, read_notebooks
from grader.classroom.timestamp import HOW_TO_WRITE_IT, TIMESTAMP, read_timestamp

MODULES = "*.py"


@dataclass(frozen=True, eq=False)
class HandedIn:
    """One submission.

    notebooks: their bytes by name, without outputs; of a lesson with several, some may be missing. files:
    what else it came with, by relative path. modules: the Python files that only its answers may import.
    written_timestamp: what its timestamp.txt says, if there is one. findings: what was put right to read it,
    in sentences.
    """

    student: str
    lesson: Lesson
    notebooks: Mapping[str, bytes]
    files: dict[str, bytes]
    modules: dict[str, bytes]
    written_timestamp: bytes
    findings: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.lesson.course.submitted / self.student / self.lesson.name

    @property
    def beside(self) -> dict[str, bytes]:
        """All files that lie beside its notebooks while they run."""
        return {**self.modules, **self.files}

    @property
    def timestamp(self) -> datetime | None:
        """When it was handed in, as nbgrader's timestamp.txt says, in UTC without a zone.

        Raises UnreadableSubmissionError.
        """
        try:
            return read_timestamp(self.written_timestamp)
        except ValueError:
            raise UnreadableSubmissionError(
                f"{self.folder / TIMESTAMP} does not say when it was handed in. {HOW_TO_WRITE_IT}, or "
                "delete it."
            ) from None

    @cached_property
    def key(self) -> str:
        """A hash of the cells handed in and of all else that decides the marks."""
        return self._hash([self.lesson.digest], self.beside)

    @property
    def key_apart_from_checks(self) -> str:
        """The same of all but what the lesson's checks say."""
        return self._hash([self.lesson.digest_apart_from_checks], self.beside)

    @cached_property
    def digest(self) -> str:
        """A hash of what was handed in alone: of cells, files and time, whatever the lesson says now."""
        own = {name: content for name, content in self.files.items() if name not in self.lesson.files}
        return self._hash([], {**own, **self.modules})

    def _hash(self, more: list[Any], files: Mapping[str, bytes]) -> str:
        written = [
            *more,
            _digests(self.notebooks),
            _digests(files),
            hashlib.sha256(self.written_timestamp).hexdigest(),
            self.findings,
        ]
        return hashlib.sha256(json.dumps(written, sort_keys=True).encode()).hexdigest()


def _digests(contents: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}


def read_handed_in(lesson: Lesson, student: str) -> HandedIn:
    """Read a submission. Raises UnreadableSubmissionError with its file, what is wrong and what to do."""
    folder = lesson.course.submitted / student / lesson.name
    try:
        return _read(lesson, student, folder)
    except OSError as error:
        raise UnreadableSubmissionError(
            f"{folder} cannot be read: {error}. Make it readable, or ask for the notebook alone."
        ) from None


def _read(lesson: Lesson, student: str, folder: Path) -> HandedIn:
    notebooks = read_notebooks(lesson, student)
    # Courses keep their own Python files out of what they release and copy: a lesson's text is one, and so
    # is a module that would take the place of a real one when somebody opens the notebook. Answers may
    # import it.
    patterns = [pattern for pattern in lesson.ignored if pattern != MODULES]
    there = read_files(folder, patterns)
    modules = {
        name: content
        for name, content in there.items()
        if MODULES in lesson.ignored and Path(name).match(MODULES)
    }
    files = {
        name: content
        for name, content in there.items()
        if name not in modules and name not in notebooks.files
    }
    written_timestamp = files.pop(TIMESTAMP, b"")
    # The instructor's files count where both have one of a name.
    return HandedIn(
        student,
        lesson,
        notebooks.contents,
        {**files, **lesson.files},
        modules,
        written_timestamp,
        notebooks.findings,
    )
