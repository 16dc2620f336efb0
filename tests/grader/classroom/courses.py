"""Courses of others, made of nbgrader's own notebooks, and what stock nbgrader makes of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nbformat
import nbgrader
from nbformat import NotebookNode

from grader.classroom.course import Course
from grader.classroom.nbgrader_release import KERNEL_DID_NOT_START

PACKAGE = Path(nbgrader.__file__).parent
GUIDE = PACKAGE / "docs" / "source" / "user_guide"
FILES = PACKAGE / "tests" / "apps" / "files"
UI_FILES = PACKAGE / "tests" / "ui-tests" / "files"

# By the name of a notebook and that of a cell.
Answers = Mapping[tuple[str, str], str]


def quickstart(folder: Path) -> Path:
    """The course of nbgrader's guide, as `nbgrader quickstart` makes it by starting six programs, with its hand-ins."""
    ignored = shutil.ignore_patterns("*.html", "ps1_autotest")
    shutil.copytree(GUIDE / "source", folder / "source", ignore=ignored)
    shutil.copytree(GUIDE / "submitted", folder / "submitted")
    config = (
        "c = get_config()",
        'c.CourseDirectory.course_id = "course101"',
        'c.IncludeHeaderFooter.header = "source/header.ipynb"',
    )
    (folder / "nbgrader_config.py").write_text("\n".join([*config, ""]), encoding="utf-8")
    return folder


def nbgrader_(*arguments: str, cwd: Path) -> None:
    """Run a command of stock nbgrader in a process of its own. Raises CalledProcessError."""
    programs = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(
        [programs / "nbgrader", *arguments], cwd=cwd, env=environment, check=True, capture_output=True
    )


def copy(path: Path, to: Path) -> Path:
    """Copy a file to a path whose folders need not be there."""
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, to)
    return to


def make_course(folder: Path, lessons: Mapping[str, Mapping[str, Path]]) -> Path:
    """A course with nbgrader's autotests.yml. lessons: for each its files, by the names they have in it."""
    for lesson, files in lessons.items():
        for name, path in files.items():
            copy(path, folder / "source" / lesson / name)
    shutil.copy(GUIDE / "autotests.yml", folder)
    return folder


def release(course: Path) -> None:
    """Release all lessons with stock nbgrader."""
    opened = Course.at(course)
    for lesson in opened.lessons:
        _succeed(opened.api.generate_assignment, lesson)


def autograde(course: Path) -> None:
    """Grade all that was handed in with stock nbgrader."""
    opened = Course.at(course)
    for lesson in opened.lessons:
        for student in opened.students(lesson):
            _succeed(opened.api.autograde, lesson, student)


def _succeed(call: Callable[..., dict[str, Any]], *arguments: str) -> None:
    """Call nbgrader, and again where a kernel of it lost its ports to one of a test that runs beside this."""
    for _ in range(3):
        result = call(*arguments)
        if result["success"] or KERNEL_DID_NOT_START not in result["log"]:
            break
    assert result["success"], result["log"]


def solutions_of(course: Path, lesson: str) -> Answers:
    """The answers in the instructor's notebooks."""
    return {
        (path.stem, name_of(cell)): cell.source
        for path in (course / "source" / lesson).glob("*.ipynb")
        for cell in nbformat.read(path, as_version=4).cells
        if is_answer(cell)
    }


def hand_in(course: Path, lesson: str, student: str, answers: Answers) -> None:
    """Hand in a lesson as released, with these answers in it."""
    folder = Path(shutil.copytree(course / "release" / lesson, course / "submitted" / student / lesson))
    for path in folder.glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if is_answer(cell):
                cell.source = answers.get((path.stem, name_of(cell)), cell.source)
        nbformat.write(notebook, path)


def without_grades(stock: Path, folder: Path) -> Path:
    """A copy of a course that nbgrader has never seen: only what an instructor and students wrote."""
    for name in ("source", "submitted"):
        shutil.copytree(stock / name, folder / name)
    shutil.copy(stock / "autotests.yml", folder)
    return folder


def is_answer(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def name_of(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def gradebook_of(course: Path) -> dict[Any, Any]:
    """All that grading enters, by lesson, student, notebook and cell."""
    entered: dict[Any, Any] = {}
    with Course.at(course).api.gradebook as gradebook:
        for assignment in gradebook.assignments:
            for submission in assignment.submissions:
                whose = (assignment.name, submission.student_id)
                for notebook in submission.notebooks:
                    place = (*whose, notebook.name)
                    for grade in notebook.grades:
                        entered[*place, grade.name] = (grade.auto_score, grade.needs_manual_grade)
                    for comment in notebook.comments:
                        entered[*place, "comment", comment.name] = comment.auto_comment
                entered[whose] = (submission.timestamp, submission.score, submission.max_score)
    return entered
