"""A course that knows nothing of this project, nbgrader's own quickstart, is marked as nbgrader marks it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbgrader
import pytest

from grader.course import Course
from tests.conftest import run_course

BIN = Path(sys.executable).parent
GUIDE = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide"


def nbgrader_(*arguments: str, cwd: Path) -> None:
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run([BIN / "nbgrader", *arguments], cwd=cwd, env=environment, check=True, capture_output=True)


def gradebook_of(course: Path) -> dict[str, Any]:
    """All that grading enters, by student, notebook and cell."""
    entered = {}
    with Course.at(course).api.gradebook as gradebook:
        for submission in gradebook.find_assignment("ps1").submissions:
            for notebook in submission.notebooks:
                place = (submission.student_id, notebook.name)
                for grade in notebook.grades:
                    entered[*place, grade.name] = (grade.auto_score, grade.needs_manual_grade)
                for comment in notebook.comments:
                    entered[*place, "comment", comment.name] = comment.auto_comment
            entered[submission.student_id] = (submission.timestamp, submission.score, submission.max_score)
    return entered


@pytest.fixture
def quickstart(tmp_path: Path) -> Path:
    nbgrader_("quickstart", "course101", cwd=tmp_path)
    shutil.copytree(GUIDE / "submitted", tmp_path / "course101" / "submitted")
    return tmp_path / "course101"


def test_the_quickstart_course_gets_nbgraders_marks(quickstart: Path) -> None:
    # One of two notebooks missing: nbgrader marks the other.
    shutil.copytree(quickstart / "submitted" / "bitdiddle", quickstart / "submitted" / "carla")
    (quickstart / "submitted" / "carla" / "ps1" / "problem2.ipynb").unlink()
    stock = Path(shutil.copytree(quickstart, quickstart.with_name("stock")))
    result = run_course("grade", "--course", quickstart, cwd=quickstart.parent)
    assert result.returncode == 0, result.stderr
    nbgrader_("generate_assignment", "ps1", cwd=stock)
    nbgrader_("autograde", "ps1", cwd=stock)
    ours, theirs = gradebook_of(quickstart), gradebook_of(stock)
    assert len(theirs) > 40
    # Of a notebook that is missing nbgrader says nothing, this that there was no response.
    missing = {place for place in theirs if place[:3] == ("carla", "problem2", "comment")}
    assert {ours.pop(place) for place in missing} == {"No response."}
    assert ours == {place: entry for place, entry in theirs.items() if place not in missing}
    pictures = [path.relative_to(stock) for path in (stock / "autograded").rglob("*.png")]
    assert pictures
    assert all((quickstart / path).is_file() for path in pictures)
