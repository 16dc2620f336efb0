"""A small course of two lessons without TensorFlow, to try the grader on quickly."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

import nbformat
import pytest

from grader.authoring.lesson_source import LessonSource
from tests.conftest import ROOT, run_course

SMALL_LESSON = """\
# ---
# jupyter:
#   jupytext:
#     notebook_metadata_filter: course
#   course:
#     datasets: [digits]
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A small lesson

# %%
from helpers import NotDoneYet
2 + 3

# %% nbgrader={"grade": false, "grade_id": "double", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["raises-exception"]
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_double", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
assert double(2) == 4
### BEGIN HIDDEN TESTS
assert double(3) == 6
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "check_part", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
min(4, double(2))
"""


@pytest.fixture
def small_course(tmp_path: Path) -> Path:
    """The course's settings with one small lesson as text, 01_small, not built."""
    folder = tmp_path / "course"
    lesson = folder / "source" / "01_small"
    lesson.mkdir(parents=True)
    (lesson / "01_small.py").write_text(SMALL_LESSON, encoding="utf-8")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    return folder


@pytest.fixture(scope="session")
def _released_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built and released by the worker that asks first, for all workers."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder, released = shared / "released" / "course", shared / "released.done"
    with (shared / "released.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not released.exists():
            _release(folder)
            released.touch()
    return folder


def _release(folder: Path) -> None:
    for lesson in ("01_small", "02_other"):
        (folder / "source" / lesson).mkdir(parents=True)
        text = SMALL_LESSON if lesson == "01_small" else SMALL_LESSON.replace("double", "treble")
        (folder / "source" / lesson / f"{lesson}.py").write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    for command in ("build", "release"):
        result = run_course(command, cwd=folder)
        assert result.returncode == 0, result.stderr


@pytest.fixture
def released_course(_released_course: Path, tmp_path: Path) -> Path:
    """The small course with two lessons, built and released, nothing handed in; to be spoilt at will."""
    return Path(shutil.copytree(_released_course, tmp_path / "course"))


def lesson_of(course: Path) -> LessonSource:
    """The small lesson's two forms."""
    return LessonSource(course / "source" / "01_small")


def hand_in(course: Path, student: str, double: str, lesson: str = "01_small") -> Path:
    """Hand in a lesson whose answer cell says `double`; returns the notebook's path."""
    notebook = nbformat.read(course / "notebooks" / lesson / f"{lesson}.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = double
    path = course / "submitted" / student / lesson / f"{lesson}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)
    return path
