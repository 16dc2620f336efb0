"""Courses that know nothing of this project, made of nbgrader's own notebooks, are marked as nbgrader does."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import nbformat
import pytest

from grader.classroom.course import Course
from grader.errors import CourseError
from grader.grading.spec import read_spec
from tests.course_here import run_course
from tests.grader.classroom.courses import (
    FILES,
    PACKAGE,
    UI_FILES,
    autograde,
    copy,
    gradebook_of,
    hand_in,
    is_answer,
    make_course,
    name_of,
    nbgrader_,
    quickstart,
    release,
    solutions_of,
    without_grades,
)


def schema_of(course: Path) -> str:
    """The schema that the gradebook says it has."""
    with closing(sqlite3.connect(course / "gradebook.db")) as gradebook:
        ((schema,),) = gradebook.execute("SELECT version_num FROM alembic_version").fetchall()
    return str(schema)


def test_the_quickstart_course_gets_nbgraders_marks(tmp_path: Path) -> None:
    course = quickstart(tmp_path / "course101")
    # One of two notebooks missing: nbgrader marks the other.
    shutil.copytree(course / "submitted" / "bitdiddle", course / "submitted" / "carla")
    (course / "submitted" / "carla" / "ps1" / "problem2.ipynb").unlink()
    stock = Path(shutil.copytree(course, tmp_path / "stock"))
    result = run_course("grade", "--course", course, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    nbgrader_("generate_assignment", "ps1", cwd=stock)
    nbgrader_("autograde", "ps1", cwd=stock)
    ours, theirs = gradebook_of(course), gradebook_of(stock)
    assert len(theirs) > 40
    # Of a notebook that is missing nbgrader says nothing, this that there was no response.
    missing = {place for place in theirs if place[1:4] == ("carla", "problem2", "comment")}
    assert {ours.pop(place) for place in missing} == {"No response."}
    assert ours == {place: entry for place, entry in theirs.items() if place not in missing}
    assert schema_of(course) == schema_of(stock)
    pictures = [path.relative_to(stock) for path in (stock / "autograded").rglob("*.png")]
    assert pictures
    assert all((course / path).is_file() for path in pictures)


# Left out: notebooks whose checks import nose or torch, which nobody has (nothing of them passes), those that
# loop for ever, those that nbgrader itself refuses to release, and those that cheat, which works there.
LESSONS = {
    # Solutions, hidden tests, answers in words, code that a person marks, a check that deletes an answer.
    "01_squares": {
        "squares.ipynb": FILES / "test.ipynb",
        "hidden.ipynb": FILES / "test-hidden-tests.ipynb",
        "jupyter.png": FILES / "jupyter.png",
    },
    # Answer cells that hold nothing but the stub.
    "02_unsolved": {"problem.ipynb": UI_FILES / "submitted-unchanged.ipynb"},
    # Metadata as nbgrader wrote it before version 0.4, and a notebook without any.
    "03_old": {
        "problem.ipynb": FILES / "test-v0.ipynb",
        "remarks.ipynb": PACKAGE / "tests" / "preprocessors" / "files" / "header.ipynb",
        "jupyter.png": FILES / "jupyter.png",
    },
    "04_nothing": {"blank.ipynb": UI_FILES / "blank.ipynb"},
    # A check that reads a file of the lesson.
    "05_file": {"problem.ipynb": FILES / "open_relative_file.ipynb", "data.txt": FILES / "data.txt"},
}
SQUARES_WRONG = {
    "squares": "def squares(n):\n    return list(range(1, n + 1))",
    "sum_of_squares": "def sum_of_squares(n):\n    return sum(squares(n))",
    "sum_of_squares_equation": "I do not know.",
    "sum_of_squares_application": "1 / 0",
}
# Handed in by nbgrader's tests: answered, and with a check or a locked cell changed. Those with a check or an
# answer that was made another kind of cell stop nbgrader 0.9.6.
HANDED_IN = ("changed", "grade-cell-changed", "locked-cell-changed")


def solve(path: Path, solved: Path) -> None:
    """Put the solutions of another notebook into one with cells of the same names."""
    notebook = nbformat.read(path, as_version=4)
    solutions = {name_of(cell): cell.source for cell in nbformat.read(solved, as_version=4).cells}
    for cell in notebook.cells:
        if is_answer(cell):
            cell.source = solutions[name_of(cell)]
    nbformat.write(notebook, path)


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_nbgraders_own_notebooks_get_nbgraders_marks(tmp_path: Path) -> None:
    stock = make_course(tmp_path / "stock", LESSONS)
    # What that notebook has for solutions fails its hidden tests, for which this refuses to grade the lesson.
    visible = solutions_of(stock, "01_squares")
    solve(stock / "source" / "01_squares" / "hidden.ipynb", FILES / "test.ipynb")
    nbgrader_("update", "source/03_old", cwd=stock)
    release(stock)
    for lesson in ("01_squares", "03_old"):
        solutions = solutions_of(stock, lesson)
        hand_in(stock, lesson, "right", solutions)
        hand_in(stock, lesson, "wrong", {place: SQUARES_WRONG[place[1]] for place in solutions})
        hand_in(stock, lesson, "stub", {})
    hand_in(stock, "01_squares", "visible", visible)
    hand_in(stock, "02_unsolved", "stub", {})
    for student in HANDED_IN:
        copy(
            UI_FILES / f"submitted-{student}.ipynb",
            stock / "submitted" / student / "02_unsolved" / "problem.ipynb",
        )
    for lesson in ("04_nothing", "05_file"):
        hand_in(stock, lesson, "right", {})
    course = without_grades(stock, tmp_path / "ours")
    autograde(stock)
    # As the instructor wrote it and as students got it years ago, which nbgrader would have updated first.
    old = FILES / "test-v0.ipynb"
    copy(old, course / "source" / "03_old" / "problem.ipynb")
    copy(old, course / "submitted" / "right" / "03_old" / "problem.ipynb")
    result = run_course("grade", "--course", course, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    theirs = gradebook_of(stock)
    assert gradebook_of(course) == theirs
    scores = [theirs["01_squares", student][1] for student in ("right", "visible", "wrong", "stub")]
    assert scores == [6, 4.5, 1, 0]
    assert theirs["03_old", "right"][1:] == (3, 6)
    assert old.read_bytes() == (course / "source" / "03_old" / "problem.ipynb").read_bytes()


def test_a_lesson_with_nothing_to_grade_is_recorded_once(tmp_path: Path) -> None:
    course = make_course(tmp_path, {name: LESSONS[name] for name in ("04_nothing", "05_file")})
    # Nothing is made even of another lesson's cells, which a student may have copied.
    copy(LESSONS["05_file"]["problem.ipynb"], course / "submitted" / "ada" / "04_nothing" / "blank.ipynb")
    for said in ("ada, 04_nothing: 0 of 0", "1 unchanged"):
        result = run_course("grade", "--course", course, cwd=tmp_path)
        assert result.returncode == 0, result.stderr
        assert said in result.stdout
    assert gradebook_of(course) == {("04_nothing", "ada"): (None, 0, 0)}
    assert (course / "autograded" / "ada" / "04_nothing" / "blank.ipynb").is_file()


def test_a_notebook_without_an_exercise_is_refused_where_there_is_something_to_grade(tmp_path: Path) -> None:
    course = make_course(tmp_path, {"05_file": LESSONS["05_file"]})
    path = copy(
        LESSONS["04_nothing"]["blank.ipynb"], course / "submitted" / "ada" / "05_file" / "problem.ipynb"
    )
    result = run_course("grade", "--course", course, cwd=tmp_path)
    assert result.returncode == 1
    assert f"{path} is not 05_file: it has no exercise of this course." in result.stderr


@pytest.mark.parametrize("version", ["v0", "v1", "v2"])
def test_older_metadata_says_the_same(version: str) -> None:
    newest = read_spec((FILES / "test.ipynb").read_bytes())
    older = read_spec((FILES / f"test-{version}.ipynb").read_bytes())
    assert older.cells == newest.cells
    nbformat.validate(older.template)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("c = get_config()\nlimit = (", "line 2: SyntaxError: '(' was never closed"),
        ("c = get_config()\n\nlimit + 1\n", "line 3: NameError: name 'limit' is not defined"),
    ],
)
def test_a_configuration_that_fails_is_named_with_its_line(written: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    config = tmp_path / "nbgrader_config.py"
    config.write_text(written, encoding="utf-8")
    with pytest.raises(CourseError) as refused:
        Course.at(tmp_path)
    assert str(refused.value) == f"{config}, {told}. Fix that, then run the command again."
