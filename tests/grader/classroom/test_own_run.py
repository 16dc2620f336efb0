"""A lesson's own solution is tried before a class is graded, where nothing shows that it passes."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from suites.small_lessons import answer, check, code, handed_in, notebook, spec_of
from tests.course_here import run_course

CELLS = (
    code("import math"),
    answer("double", "def double(x):\n    return 2 * x"),
    check("check_double", "assert double(2) == 4", points=2),
)


def course_of(folder: Path, *cells: nbformat.NotebookNode, **answers: str) -> Path:
    """A course of one lesson that `course build` did not make, and one student's answers to it."""
    source = folder / "source" / "lesson" / "lesson.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(notebook(*cells), source)
    submitted = folder / "submitted" / "ada" / "lesson" / "lesson.ipynb"
    submitted.parent.mkdir(parents=True)
    nbformat.write(handed_in(spec_of(*cells), **answers), submitted)
    return folder


def record(course: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((course / "reports" / "lesson" / "ada.json").read_text())
    return found


def test_a_solution_that_fails_its_check_is_named_and_nothing_is_graded(tmp_path: Path) -> None:
    wrong = answer("double", "def double(x):\n    return 3 * x")
    course = course_of(tmp_path, CELLS[0], wrong, CELLS[2], double="def double(x):\n    return 2 * x")
    result = run_course("grade", cwd=course)
    assert result.returncode == 1
    (line,) = result.stderr.strip().splitlines()
    assert "lesson.ipynb: its own solution does not pass check_double: AssertionError" in line
    assert not (course / "reports" / "lesson").exists()


def test_a_lesson_whose_kernel_is_missing_is_one_line_and_nothing_is_graded(tmp_path: Path) -> None:
    course = course_of(tmp_path, *CELLS)
    for path in course.rglob("*.ipynb"):
        written = nbformat.read(path, as_version=4)
        written.metadata.kernelspec = {"name": "ir", "display_name": "R", "language": "R"}
        nbformat.write(written, path)
    result = run_course("grade", cwd=course)
    assert result.returncode == 1
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith(f"{course}/source/lesson/lesson.ipynb cannot be run: ")
    assert "No such kernel named ir" in line


def test_a_solution_that_fails_its_check_is_named_at_the_release(tmp_path: Path) -> None:
    wrong = answer("double", "def double(x):\n    return 3 * x")
    result = run_course("release", cwd=course_of(tmp_path, CELLS[0], wrong, CELLS[2]))
    assert result.returncode == 1
    assert "lesson.ipynb: its own solution does not pass check_double: AssertionError" in result.stderr


def test_a_solution_is_tried_again_once_it_has_changed(tmp_path: Path) -> None:
    course = course_of(tmp_path, *CELLS, double="def double(x):\n    return 2 * x")
    for _ in range(2):
        assert run_course("grade", "--force", cwd=course).returncode == 0
        assert record(course)["score"] == 2
    source = course / "source" / "lesson" / "lesson.ipynb"
    source.write_text(source.read_text().replace("2 * x", "3 * x"), encoding="utf-8")
    result = run_course("grade", "--force", cwd=course)
    assert result.returncode == 1
    assert "its own solution does not pass check_double" in result.stderr


def test_what_is_kept_of_a_lesson_and_cannot_be_read_is_worked_out_again(tmp_path: Path) -> None:
    course = course_of(tmp_path, *CELLS, double="def double(x):\n    return 2 * x")
    assert run_course("grade", cwd=course).returncode == 0
    kept = course / "reports" / "lesson" / ".own_run"
    for content in ("", "[]", "{}", kept.read_text()[:-100]):
        kept.write_text(content, encoding="utf-8")
        assert run_course("grade", "--force", cwd=course).returncode == 0
        assert record(course)["score"] == 2


def test_a_course_without_solutions_is_graded_all_the_same(tmp_path: Path) -> None:
    stub = answer("double", "")
    stub.source = "# Write double here."
    course = course_of(tmp_path, CELLS[0], stub, CELLS[2], double="def double(x):\n    return 2 * x")
    result = run_course("grade", cwd=course)
    assert (result.returncode, record(course)["score"]) == (0, 2), result.stderr


def test_what_a_check_takes_from_an_answers_cell_and_students_can_change_is_named(tmp_path: Path) -> None:
    cell = answer("cube", "def cube(x):\n    return x**3")
    # A helper and a number of the lesson's; an object that the solution fills; one that it makes.
    given = "def _close(a, b):\n    return abs(a - b) < LEAST\nLEAST = 1e-6\nseen = []\n"
    cell.source = f"import math\n{given}{cell.source}\nseen.append(math.pi)\ncubed = cube(2)"
    cell.source = cell.source.replace("\n### END SOLUTION", "\nseen.append(1)\n### END SOLUTION")
    test = "assert _close(cube(2), 8)\nassert math.pi > LEAST\nassert seen and cubed == 8"
    answered = f"import math\n{given}def cube(x):\n    return x**3\nseen.append(1)\ncubed = cube(2)"
    course = course_of(tmp_path, cell, check("check_cube", test, points=2), cube=answered)
    result = run_course("grade", cwd=course)
    assert (result.returncode, record(course)["score"]) == (0, 2), result.stderr
    said = " ".join(result.stdout.split())
    assert "lesson: check_cube uses LEAST, _close, which students can change: it is given in an" in said


@pytest.mark.parametrize(
    ("solution", "test", "why"),
    [
        ("given = 2", "%pwd\nassert given == 2", "it uses IPython's magics"),
        ("given = []\ngiven.append(given)", "assert given[0] is given", "given cannot be handed over."),
    ],
)
def test_a_check_that_the_judge_cannot_run_is_named_and_graded(
    solution: str, test: str, why: str, tmp_path: Path
) -> None:
    cells = (answer("given", solution), check("check_given", test, points=2))
    course = course_of(tmp_path, *cells, given=solution)
    result = run_course("grade", cwd=course)
    assert result.returncode == 0, result.stderr
    assert "lesson: check_given runs in the students' own processes, because" in result.stdout
    assert why in result.stdout
    assert record(course)["score"] == 2
    findings = record(course)["findings"]
    assert isinstance(findings, list)
    (finding,) = findings
    assert "check_given ran in the student's own process" in finding
    assert why in finding
