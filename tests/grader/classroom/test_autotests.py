"""nbgrader's autotests: comments in the source, which a release turns into tests, are graded as released."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from traitlets.config import Config

from grader.classroom.autotests import with_autotests
from grader.classroom.course import Course
from grader.classroom.lesson import Lesson
from grader.errors import CourseError
from grader.grading.spec import read_spec
from grader.limits import Limits
from suites.small_lessons import answer, as_bytes, check, notebook
from tests.course_here import run_course
from tests.grader.classroom.courses import (
    FILES,
    GUIDE,
    autograde,
    gradebook_of,
    hand_in,
    make_course,
    release,
    solutions_of,
    without_grades,
)

WRONG = {
    "soln": 'a = 5\nb = "hello"\nc = [1, 2, "tests"]\nd = {1: 6, 3: 5}\ne = [5, -3.3, "d"]\nf = True\n'
    "def fun(x):\n    return x",
    "squares": "def squares(n):\n    return [i for i in range(1, n + 1)]",
    "sum_of_squares": "def sum_of_squares(n):\n    return n * (n + 1) * (2 * n + 1) // 6",
    "sum_of_squares_equation": "I do not know.",
    "sum_of_squares_application": "1 / 0",
    "cell-d3df8cd59fd0eb74": 'my_dictionary = {"one": 1}',
    # Each equal to what is right, and of another type.
    "whole": "whole = 3",
    "half": "half = 0.5",
    "truth": "truth = True",
    "row": "row = [0, 1, 2]",
    "table": "table = [[1.5, 2.0], [3.0, 4.0]]",
    "text": "text = 'One line\\nand another'",
    "pair": "pair = [1, None]",
    "cube": "def cube(x):\n    return x ** 3 if x else None",
}
# What numbers of NumPy, arrays and text of several lines look like is decided by repr and str.
VALUES = {
    "whole": "whole = np.int64(3)",
    "half": "half = np.float64(0.5)",
    "truth": "truth = np.bool_(True)",
    "row": "row = np.arange(3)",
    "table": "table = np.array([[1.5, 2], [3, 4]])",
    "text": "text = 'one line\\nand another'",
    "pair": "pair = (1, None)",
    "cube": "def cube(x):\n    return np.power(x, 3)",
}


def values_lesson(path: Path) -> Path:
    cells = [nbformat.v4.new_code_cell("import numpy as np")]
    for name, solution in VALUES.items():
        called = "cube(2); cube(np.array([1.0, 2.0])); cube(x=-1)" if name == "cube" else name
        cells.append(answer(name, solution))
        cells.append(check(f"check_{name}", f"### AUTOTEST {called}", hidden=f"### HASHED AUTOTEST {called}"))
    path.write_bytes(as_bytes(notebook(*cells)))
    return path


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_autotests_get_nbgraders_marks(tmp_path: Path) -> None:
    lessons = {
        "01_types": {
            f"{name}.ipynb": FILES / f"autotest-{name}.ipynb" for name in ("hashed", "hidden", "multi")
        },
        "02_guide": {"problem1.ipynb": GUIDE / "source" / "ps1_autotest" / "problem1.ipynb"},
        "03_values": {"03_values.ipynb": values_lesson(tmp_path / "values.ipynb")},
    }
    stock = make_course(tmp_path / "stock", lessons)
    release(stock)
    for lesson in lessons:
        solutions = solutions_of(stock, lesson)
        hand_in(stock, lesson, "right", solutions)
        hand_in(stock, lesson, "wrong", {place: WRONG[place[1]] for place in solutions})
    hand_in(stock, "01_types", "stub", {})
    course = without_grades(stock, tmp_path / "ours")
    autograde(stock)
    result = run_course("grade", "--course", course, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    theirs = gradebook_of(stock)
    assert gradebook_of(course) == theirs
    scores = {place: entry[1:] for place, entry in theirs.items() if len(place) == 2}
    assert scores == {
        ("01_types", "right"): (6, 6),
        ("01_types", "wrong"): (1, 6),
        ("01_types", "stub"): (0, 6),
        ("02_guide", "right"): (3, 10),
        ("02_guide", "wrong"): (0.5, 10),
        ("03_values", "right"): (16, 16),
        ("03_values", "wrong"): (0, 16),
    }


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with one lesson of visible and hidden autotests, not released."""
    return make_course(tmp_path / "course", {"01_types": {"problem.ipynb": FILES / "autotest-hidden.ipynb"}})


def lesson_of(course: Path) -> Lesson:
    return with_autotests(Lesson(Course.at(course), "01_types", Limits()))


def graded_cell(lesson: Lesson) -> str:
    (source,) = (cell.source for cell in lesson.specs["problem"].cells if cell.is_test)
    return source


def replace_in_source(course: Path, old: str, new: str) -> None:
    path = course / "source" / "01_types" / "problem.ipynb"
    edited = nbformat.read(path, as_version=4)
    for cell in edited.cells:
        cell.source = cell.source.replace(old, new)
    nbformat.write(edited, path)


def test_what_is_graded_follows_the_source(course: Path) -> None:
    before = lesson_of(course)
    assert 'assert str(a) == """5"""' in graded_cell(before)
    assert lesson_of(course).digest == before.digest
    replace_in_source(course, "a = 5", "a = 6")
    replace_in_source(course, "AUTOTEST a", "AUTOTEST 2 * a")
    after = lesson_of(course)
    assert 'assert str(2 * a) == """12"""' in graded_cell(after)
    assert after.digest != before.digest


def test_a_course_without_solutions_is_graded_as_it_was_released(course: Path) -> None:
    release(course)
    replace_in_source(course, "a = 5", "")
    assert 'assert str(a) == """5"""' in graded_cell(lesson_of(course))


def write_config(course: Path, line: str) -> None:
    (course / "nbgrader_config.py").write_text(f"c = get_config()\n{line}\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        pytest.param(
            lambda course: (course / "autotests.yml").write_text("python3: ["),
            "autotests.yml contains invalid YAML code",
            id="no templates",
        ),
        pytest.param(
            lambda course: replace_in_source(course, "a = 5", "a = [][0]"),
            "IndexError: list index out of range",
            id="wrong solution",
        ),
        pytest.param(
            lambda course: replace_in_source(course, "a = 5", ""),
            "NameError: name 'a' is not defined",
            id="no solution",
        ),
        pytest.param(
            lambda course: write_config(course, "c.InstantiateTests.enabled = False"),
            "The autotests of cell 'test_hidden' are not filled in",
            id="switched off",
        ),
    ],
)
def test_autotests_that_cannot_be_filled_in_are_one_line(
    course: Path, spoil: Callable[[Path], object], reason: str
) -> None:
    spoil(course)
    with pytest.raises(CourseError) as error:
        graded_cell(lesson_of(course))
    assert reason in str(error.value)
    assert str(course / "source" / "01_types") in str(error.value)
    assert "\n" not in str(error.value)


def test_autotests_that_cannot_be_filled_in_are_no_marks(course: Path) -> None:
    folder = course / "submitted" / "ada" / "01_types"
    folder.mkdir(parents=True)
    shutil.copy(FILES / "autotest-hidden-changed-right.ipynb", folder / "problem.ipynb")
    (course / "autotests.yml").unlink()
    result = run_course("grade", "--course", course, cwd=course)
    assert result.returncode == 1
    assert "No autotests.yml file found" in result.stderr
    assert result.stderr.count("\n") == 1
    assert gradebook_of(course) == {}
    assert not list(course.glob("reports/*/*.json"))


def test_a_spec_is_not_read_from_autotests_that_nobody_filled_in() -> None:
    lesson = as_bytes(notebook(answer("one", "one = 1"), check("check_one", "# TEST ME one")))
    config = Config(InstantiateTests={"autotest_delimiter": "TEST ME"})
    with pytest.raises(CourseError, match="autotests of cell 'check_one' are not filled in"):
        read_spec(lesson, config)
    with pytest.raises(CourseError, match="autotests of cell 'check_one' are not filled in"):
        read_spec(lesson, config, {"check_one": "# TEST ME one"})
    spec = read_spec(lesson, config, {"check_one": "assert one == 1"})
    assert [cell.source for cell in spec.cells if cell.is_test] == ["assert one == 1"]
    # Elsewhere it is a comment like any other.
    assert read_spec(lesson).cells[1].source == "# TEST ME one"
