"""A course folder: where its rooms are, which lessons it has, and what its nbgrader_config.py says."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from grader.errors import CourseError
from grader.grading.signs import Signs, signs_of_lesson
from grader.grading.submitted_notebook import UnreadableError, read_submission

if TYPE_CHECKING:
    from nbgrader.apps.api import NbGraderAPI

CONFIG_NAME = "nbgrader_config.py"
# In the URL of a gradebook, and in patterns of files.
MISREAD = re.compile(r"%[0-9A-Fa-f]{2}|[?\[\]]")


def silence_nbgrader() -> None:
    """Keep what nbgrader logs off the terminal."""
    log = logging.getLogger("traitlets")
    log.handlers = [logging.NullHandler()]
    log.propagate = False


@dataclass(frozen=True)
class Course:
    """An nbgrader course in a folder.

    root: the folder that holds `source/` and, if it has one, nbgrader_config.py.
    """

    root: Path

    @classmethod
    def at(cls, root: Path) -> Course:
        """Open the course in a folder. Raises CourseError when there is none."""
        course = cls(root.resolve())
        if strange := MISREAD.search(str(course.root)):
            raise CourseError(
                f"{course.root}: nbgrader takes {strange[0]!r} in a folder's name for something else, and "
                "might open another course's gradebook. Rename the folder, then run the command again."
            )
        if not course.source.is_dir():
            place = _course_above(course.root) or "the course's folder"
            raise CourseError(
                f"{course.root} is not a course: it has no folder {course.source.name}/. "
                f"Change to {place}, or name it with --course."
            )
        return course

    @cached_property
    def config(self) -> Config:
        """What the course's nbgrader_config.py sets, with this folder as the root. Raises CourseError."""
        config = Config()
        if (self.root / CONFIG_NAME).is_file():
            try:
                config = PyFileConfigLoader(CONFIG_NAME, path=str(self.root)).load_config()
            except Exception as error:
                # It is Python code, which can raise anything.
                raise CourseError(_told_of_config(self.root / CONFIG_NAME, error)) from None
        config.CourseDirectory.root = str(self.root)
        return config

    @cached_property
    def api(self) -> NbGraderAPI:
        """The nbgrader's own Python interface to this course."""
        # Importing nbgrader takes seconds, which commands that only read the folder need not spend.
        from nbgrader.apps.api import NbGraderAPI

        from grader.classroom.database import tell_nbgrader_the_schema

        tell_nbgrader_the_schema()
        # What nbgrader logs comes back with each result; it should not appear again between progress lines.
        # It also logs, each time that this is made, that there is no exchange directory. No course needs one.
        silence_nbgrader()
        return NbGraderAPI(config=self.config)

    def _folder(self, step: str) -> Path:
        """The folder of one of nbgrader's steps: named like the step unless the configuration differs."""
        return self.root / str(self.config.CourseDirectory.get(f"{step}_directory", step))

    @property
    def source(self) -> Path:
        """The instructor's lessons."""
        return self._folder("source")

    @property
    def release(self) -> Path:
        """The students' lessons."""
        return self._folder("release")

    @property
    def submitted(self) -> Path:
        """What students handed in: <student>/<lesson>/."""
        return self._folder("submitted")

    @property
    def autograded(self) -> Path:
        """The notebooks as they ran: <student>/<lesson>/."""
        return self._folder("autograded")

    @property
    def feedback(self) -> Path:
        """The pages for students: <student>/<lesson>/."""
        return self._folder("feedback")

    @property
    def reports(self) -> Path:
        """What grading records for the instructor."""
        return self.root / "reports"

    @property
    def gradebook_url(self) -> str:
        """The SQLAlchemy URL of the gradebook; nbgrader's own default is gradebook.db in this folder."""
        return str(self.config.CourseDirectory.get("db_url") or f"sqlite:///{self.root / 'gradebook.db'}")

    @property
    def name(self) -> str:
        """What the course is called: by its id, or else as its folder."""
        return self.course_id or self.root.name

    @property
    def title(self) -> str:
        """The course's name as people write it."""
        return self.name.replace("-", " ").replace("_", " ").capitalize()

    @property
    def course_id(self) -> str:
        """What the gradebook calls this course."""
        return str(self.config.CourseDirectory.get("course_id", ""))

    @cached_property
    def lessons(self) -> list[str]:
        """The names of all lessons, in order."""
        folders = (folder for folder in self.source.iterdir() if folder.is_dir())
        return sorted(
            folder.name for folder in folders if any(folder.glob("*.ipynb")) or any(folder.glob("*.py"))
        )

    @cached_property
    def signs(self) -> dict[tuple[str, str], Signs]:
        """What the instructor's notebooks are known by, by lesson and name."""
        found = {}
        for lesson in self.lessons:
            for path in (self.source / lesson).glob("*.ipynb"):
                with suppress(UnreadableError):  # grading that lesson says so
                    found[lesson, path.stem] = signs_of_lesson(read_submission(path.read_bytes()).cells)
        return found

    def chosen(self, names: list[str]) -> list[str]:
        """The named lessons, each once, or all when none is named. Raises CourseError for an unknown name."""
        for name in names:
            if name not in self.lessons:
                raise CourseError(
                    f"There is no lesson {name!r} in {self.source}. "
                    f"The lessons are: {', '.join(self.lessons)}."
                )
        return list(dict.fromkeys(names)) or self.lessons

    def told_of_ungraded(self, lessons: Sequence[str]) -> str:
        """What to say where none of these lessons has been graded."""
        if list(lessons) == self.lessons:
            return "Nothing has been graded yet. Run: course grade"
        have = "has" if len(lessons) == 1 else "have"
        return f"{', '.join(lessons)} {have} not been graded yet. Run: course grade {' '.join(lessons)}"

    def notebooks(self, lesson: str) -> list[Path]:
        """The instructor's notebooks of a lesson, built. Raises CourseError when there is none yet."""
        found = sorted((self.source / lesson).glob("*.ipynb"))
        if not found:
            raise CourseError(
                f"{self.source / lesson} has no notebook yet. Build it first: course build {lesson}"
            )
        return found

    def students(self, lesson: str) -> list[str]:
        """The students who handed in a folder for a lesson."""
        folders = (folder for folder in self.submitted.glob(f"*/{lesson}") if folder.is_dir())
        names = (folder.parent.name for folder in folders)
        # Hidden folders are an editor's or the system's; what cannot be shown is nobody's id.
        return sorted(name for name in names if name[0] != "." and name.isprintable())


def _course_above(folder: Path) -> Path | None:
    """The course that a folder is in, if it is in one."""
    return next((each for each in folder.parents if (each / CONFIG_NAME).is_file()), None)


def _told_of_config(path: Path, error: Exception) -> str:
    """Where a configuration fails, and why, in a line."""
    line = error.lineno if isinstance(error, SyntaxError) else None
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == str(path):
            line = frame.lineno
    where = f"{path}, line {line}" if line else str(path)
    why = error.msg if isinstance(error, SyntaxError) else " ".join(str(error).split())
    return f"{where}: {type(error).__name__}: {why}. Fix that, then run the command again."
