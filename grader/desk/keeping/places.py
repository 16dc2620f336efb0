"""Every place in a course's folder that holds students' data. The gradebook is the one place beside these.

What a new command keeps of students gets a line here: in PLACES what is kept student by student, which
`course forget` removes and `course backup` takes along; in `about_many` what is made of the whole class and
can be made again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grader.classroom.course import Course
from grader.classroom.earlier_runs import ENDING as RUN_ENDING
from grader.classroom.earlier_runs import FOLDER as RUNS
from grader.desk.exporting.export import FOLDER as EXPORTS

MADE_AGAIN = frozenset((".html", ".zip"))
# What a command that was killed had written so far.
PARTIAL = "*.partial"


@dataclass(frozen=True)
class Place:
    """A folder with students' data.

    name: what backups call it. path: where it is. of_student: given its path and a student, the files and
    folders in it that are about this student alone.
    """

    name: str
    path: Callable[[Course], Path]
    of_student: Callable[[Path, str], list[Path]]


def _own_folder(place: Path, student: str) -> list[Path]:
    """A folder, or a link, for each student."""
    return [place / student] if student in _names(place) else []


def _own_records(place: Path, student: str) -> list[Path]:
    """A folder for each lesson, with a file for each student, and how each submission ran in two others."""
    record, run = f"{student}.json", f"{student}{RUN_ENDING}"
    return [
        folder / name
        for lesson in _names(place)
        for folder, name in (
            (place / lesson, record),
            (place / lesson / ".visible", record),
            (place / lesson / RUNS, run),
        )
        if name in _names(folder)
    ]


PLACES = (
    Place("submitted", lambda course: course.submitted, _own_folder),
    Place("autograded", lambda course: course.autograded, _own_folder),
    Place("feedback", lambda course: course.feedback, _own_folder),
    Place("reports", lambda course: course.reports, _own_records),
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
    # Pages and archives of a whole class, and its tables, which are called as those of a platform.
    made = (path for folder in (course.reports, course.feedback) for path in _files(folder))
    paths += [path for path in made if path.suffix in MADE_AGAIN]
    paths += _files(course.root / EXPORTS)
    paths += [path for folder in (course.reports, course.feedback) for path in sorted(folder.rglob(PARTIAL))]
    return [path for path in paths if path.exists()]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def _names(folder: Path) -> frozenset[str]:
    """The names in a folder, letter by letter: some file systems find a name in other letters too."""
    return frozenset(path.name for path in folder.iterdir()) if folder.is_dir() else frozenset()
