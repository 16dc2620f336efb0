"""Write the files of a new lesson, with one exercise in place that builds, releases and grades."""

from __future__ import annotations

import keyword
import re
import shutil
from pathlib import Path

from grader.atomic import write_text
from grader.authoring.sample_class import ANSWERS
from grader.authoring.working_out import EXERCISES
from grader.classroom.course import Course
from grader.errors import CourseError

# Two digits give the lessons their order; the rest is the name of the package with the exercises.
NAME = re.compile(r"\d\d_([a-z][a-z0-9]*(?:_[a-z0-9]+)*)")
# Where a lesson's notebook imports its exercises from, below the course's folder.
HELPERS = Path("helpers") / "lessons"
TEMPLATES = Path(__file__).parent / "template"


def new_lesson(course: Course, lesson: str) -> list[Path]:
    """Write a lesson's folder and the package of its exercises. Returns the files, below the course's folder.

    lesson: such as 09_regularisation. Raises CourseError for a name that cannot be used or is taken.
    """
    name = NAME.fullmatch(lesson)
    if name is None:
        raise CourseError(
            f"{lesson} cannot be the name of a lesson. It needs two digits and words in small letters, such "
            "as 09_regularisation."
        )
    if keyword.iskeyword(name[1]):
        raise CourseError(f"{lesson} cannot be the name of a lesson: {name[1]} is a word of Python's own.")
    if not (course.root / HELPERS).is_dir():
        raise CourseError(f"{course.root} has no folder {HELPERS}, where notebooks find their exercises.")
    folders = [course.source / lesson, course.root / HELPERS / name[1]]
    for folder in folders:
        if folder.exists():
            raise CourseError(
                f"{folder} already exists. Choose another name; delete it only if no lesson needs it."
            )
    title = name[1].replace("_", " ").capitalize()
    templates = {
        folders[0] / f"{lesson}.py": "lesson.py.txt",
        folders[0] / EXERCISES: "exercises.py.txt",
        folders[0] / ANSWERS: "answers.toml.txt",
        folders[1] / "__init__.py": "package.py.txt",
        folders[1] / "exercises.py": "package_exercises.py.txt",
    }
    try:
        for path, template in templates.items():
            text = (TEMPLATES / template).read_text(encoding="utf-8")
            for placeholder, value in ("<module>", name[1]), ("<title>", title), ("<lesson>", lesson):
                text = text.replace(placeholder, value)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_text(path, text)
    except OSError as error:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
        raise CourseError(f"The lesson cannot be written: {error}") from None
    return [path.relative_to(course.root) for path in templates]
