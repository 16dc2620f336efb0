"""Every place in a course's folder that holds students' data. The gradebook is the one place beside these.

What a new command keeps of students gets a line here: in PLACES what is kept student by student, which
`course forget` removes and `course backup` takes along; in `about_many` what is made of the whole class and
can be made again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.classroom.course import Course
from grader.errors import CourseError

# What to do with a path so that it holds nothing of a student: None removes it, bytes are its new content.
Changes = Mapping[Path, bytes | None]
MADE_AGAIN = frozenset((".csv", ".html", ".jsonl", ".zip"))


@dataclass(frozen=True)
class Place:
    """A folder or file with students' data.

    name: what backups call it. path: where it is. without: given its path and a student, what has to change
    so that nothing of this student is in it; nothing is changed yet.
    """

    name: str
    path: Callable[[Course], Path]
    without: Callable[[Path, str], Changes]


def _no_folder(place: Path, student: str) -> Changes:
    """A folder with a folder, or a link, for each student."""
    return {place / student: None} if student in _names(place) else {}


def _no_records(place: Path, student: str) -> Changes:
    """A folder for each lesson, with a file for each student, and runs without hidden tests in .visible."""
    name = f"{student}.json"
    return {
        folder / name: None
        for lesson in _names(place)
        for folder in (place / lesson, place / lesson / ".visible")
        if name in _names(folder)
    }


def without_entry(place: Path, student: str) -> Changes:
    """A JSON file that holds an object with an entry for each student. Raises CourseError."""
    if not place.is_file():
        return {}
    try:
        entries = json.loads(place.read_text(encoding="utf-8"))
        if student not in entries:
            return {}
        del entries[student]
    except (ValueError, TypeError, RecursionError):
        raise CourseError(f"{place} cannot be read. Mend or delete it, then try again.") from None
    return {place: (json.dumps(entries, indent=1, ensure_ascii=False) + "\n").encode()}


PLACES = (
    Place("submitted", lambda course: course.submitted, _no_folder),
    Place("autograded", lambda course: course.autograded, _no_folder),
    Place("feedback", lambda course: course.feedback, _no_folder),
    Place("reports", lambda course: course.reports, _no_records),
)


def about_many(course: Course) -> list[Path]:
    """Files and folders about several students that can be made again or are not needed: they go whole."""
    paths = [
        # What nbgrader's own commands log, where its configuration asks for that.
        course.root / ".nbgrader.log",
        # What a collection and a restore that were killed have left.
        course.root / ".collecting",
        course.root / ".restore",
    ]
    # Tables, pages and archives of a whole class.
    made = (path for folder in (course.reports, course.feedback) for path in _files(folder))
    paths += [path for path in made if path.suffix in MADE_AGAIN]
    return [path for path in paths if path.exists()]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def _names(folder: Path) -> frozenset[str]:
    """The names in a folder, letter by letter: some file systems find a name in other letters too."""
    return frozenset(path.name for path in folder.iterdir()) if folder.is_dir() else frozenset()
