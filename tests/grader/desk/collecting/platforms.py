"""A small course, and what platforms would give for it: zips and folders made from data."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

from grader.classroom.course import Course
from suites.small_lessons import answer, as_bytes, check, code, notebook

LESSON, OTHER = "01_small", "02_other"


def make_course(folder: Path) -> Course:
    """Two lessons, built as far as collecting needs it."""
    for lesson, name in ((LESSON, "double"), (OTHER, "treble")):
        path = folder / "source" / lesson / f"{lesson}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(solved(name, "..."))
    return Course.at(folder)


def solved(name: str = "double", says: str = "return 2 * x") -> bytes:
    """A lesson's notebook with an answer."""
    made = notebook(answer(name, f"def {name}(x): {says}"), check(f"check_{name}", f"assert {name}(1)"))
    return as_bytes(made)


def another() -> bytes:
    """A notebook of no lesson."""
    return as_bytes(notebook(code("print(1)")))


def make_zip(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def taken(course: Course) -> dict[str, str]:
    """All that lies under submitted/, by path, as text."""
    return {
        path.relative_to(course.submitted).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(course.submitted.rglob("*"))
        if path.is_file()
    }
