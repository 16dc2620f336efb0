"""A term, by the commands of the guide and nothing else: from a release to marks in a platform's own file."""

from __future__ import annotations

import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from grader.authoring.sample_class import Habits, SampleSubmission, generated_class, hand_in
from grader.classroom.course import CONFIG_NAME, Course
from grader.desk.keeping.forget import held_of
from grader.errors import CourseError
from suites.places import SOURCE
from tests.conftest import ROOT

GUIDE = ROOT / "docs" / "guide.md"
LESSON = "02_loss_function"
COMMANDS = re.compile(r"^course .+$", re.MULTILINE)
# What the guide downloads from the platform.
SUBMISSIONS, GRADES = "submissions.zip", "grades.csv"
LEAVES = "ada"


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="nothing holds submissions back here")
@pytest.mark.parametrize("students", [8, pytest.param(200, marks=pytest.mark.slow)])
def test_a_term_by_the_guides_commands(students: int, tmp_path: Path) -> None:
    folder = tmp_path / "course"
    for name in ("helpers", "student", f"source/{LESSON}"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / CONFIG_NAME, folder)
    course = Course.at(folder)
    class_ = generated_class(SOURCE, students, 3, [Habits([LESSON], right=70, wrong=25, untouched=5)])
    commands = [shlex.split(line) for line in COMMANDS.findall(GUIDE.read_text(encoding="utf-8"))]
    assert [command[1] for command in commands] == [
        "doctor", "release", "bundle", "collect", "grade", "report", "feedback", "hand-back", "export",
        "backup", "forget",
    ]  # fmt: skip
    for command in commands:
        if command[1] == "collect":
            download(course, class_)
        if command[1] == "forget":
            check_what_came_of_it(folder, class_)
        follow(command, folder)
    with pytest.raises(CourseError, match="holds nothing about a student named 'ada'"):
        held_of(course, LEAVES)
    left = {path.name for path in (folder / "submitted").iterdir()}
    assert left == {called(number, each) for number, each in enumerate(class_)} - {LEAVES}


def follow(command: Sequence[str], folder: Path) -> None:
    """Run a command of the guide in the course's folder, and say yes where it asks."""
    program = Path(sys.executable).parent / command[0]
    environment = {**os.environ, "COLUMNS": "250"}
    result = subprocess.run(
        [program, *command[1:]],
        cwd=folder,
        env=environment,
        input="y\n",
        capture_output=True,
        text=True,
        check=False,
    )
    # What this machine lacks for other lessons does not stop the term.
    assert result.returncode == 0 or command[1] == "doctor", result.stdout + result.stderr


def called(number: int, submission: SampleSubmission) -> str:
    """What a student is called in the class: the first is the one who leaves."""
    return LEAVES if number == 0 else submission.student


def download(course: Course, class_: Sequence[SampleSubmission]) -> None:
    """What Canvas would give: all hand-ins as a zip, and its gradebook without marks."""
    rows = [
        ["Student", "ID", "SIS Login ID", "Section", f"{LESSON} (77)"],
        ["    Points Possible", "", "", "", "20.00"],
    ]
    handed_in = Course(course.root.with_name("platform"))
    shutil.copytree(course.release, handed_in.release)
    with zipfile.ZipFile(course.root / SUBMISSIONS, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, submission in enumerate(class_):
            hand_in(handed_in, submission)
            notebook = handed_in.submitted / submission.student / LESSON / f"{LESSON}.ipynb"
            archive.write(notebook, f"student{number}_{9000 + number}_{500 + number}_{LESSON}.ipynb")
            rows.append([f"Student {number}", str(9000 + number), called(number, submission), "One", ""])
    with (course.root / GRADES).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def check_what_came_of_it(folder: Path, class_: Sequence[SampleSubmission]) -> None:
    """Everybody has the marks that they deserve in Canvas' file, and a page; and there is a report."""
    with (folder / "exports" / GRADES).open(encoding="utf-8", newline="") as file:
        marks = {row[2]: float(row[4]) for row in list(csv.reader(file))[2:]}
    deserved = {
        called(number, each): sum(low for low, _ in each.deserved.values())
        for number, each in enumerate(class_)
    }
    assert marks == deserved
    with zipfile.ZipFile(folder / "exports" / f"feedback-{LESSON}-canvas.zip") as archive:
        assert len(archive.namelist()) == len(class_)
    assert (folder / "reports" / "report.html").is_file()
    assert {path.name for path in folder.glob("*.zip")} == {SUBMISSIONS, "training-neural-networks.zip"}
    assert list((folder / "backups").iterdir())
