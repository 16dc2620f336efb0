"""Grade what was handed in by stock nbgrader and by `course grade`, each in a folder of its own."""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.options import parser_of
from grader.classroom.course import Course
from grader.classroom.records import read_record

BIN = Path(sys.executable).parent


def read_options(description: str, lessons: Sequence[str], page: str) -> argparse.Namespace:
    """What was asked for: lessons, keep, record. page: the file with the table. Exits for other lessons."""
    parser = parser_of(description)
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help=", ".join(lessons))
    parser.add_argument("--keep", action="store_true", help="take what nbgrader gave from the record")
    parser.add_argument("--record", action="store_true", help=f"write {page} and its figures")
    options = parser.parse_args()
    if unknown := set(options.lessons) - set(lessons):
        raise SystemExit(f"Nothing of this kind is handed in for {', '.join(sorted(unknown))}.")
    return options


def run(folder: Path, *command: str, seconds: float | None = None) -> None:
    """Run a command in a folder, for so many seconds at most. What could not be graded earns nothing."""
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run(
            [BIN / command[0], *command[1:]],
            cwd=folder,
            env=environment,
            capture_output=True,
            check=False,
            timeout=seconds,
        )


def our_marks(course: Course, lesson: str, students: Iterable[str]) -> dict[str, float]:
    """The marks of those students whose submissions `course grade` has graded."""
    records = (read_record(course, lesson, student) for student in students)
    return {record.student: record.score for record in records if record is not None}


def stock_marks(folder: Path, lesson: str) -> dict[str, float]:
    """The marks of those students whose submissions nbgrader has graded."""
    with Course.at(folder).api.gradebook as gradebook:
        return {each.student_id: each.score for each in gradebook.find_assignment(lesson).submissions}
