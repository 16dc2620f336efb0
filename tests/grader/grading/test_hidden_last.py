"""Hidden tests come after all cells where that changes no mark; what was printed before is for students."""

from __future__ import annotations

import time

import pytest
from nbformat import NotebookNode

from grader.grading.grade import grade
from grader.grading.graded import Graded, Outcome
from grader.grading.hidden_last import hidden_tests
from grader.grading.rebuild import rebuild
from grader.grading.spec import read_spec
from grader.grading.submitted_notebook import read_submission
from grader.limits import Limits
from suites.places import SOURCE
from suites.small_lessons import answer, as_bytes, check, code, handed_in, spec_of

HIDDEN = "assert double(731) == 1462"
RIGHT = "def double(x):\n    return 2 * x"
# Nobody can tell what `remembering` made, so it runs as students have it, and once more in place.
REMEMBERS = """\
def remembering():
    seen = []
    def double(x):
        seen.append(x)
        return 2 * x
    return double, seen
double, seen = remembering()"""
# Its hidden tests give students' names other values, which only in their places is what it was.
IN_PLACE = ("07_mnist",)


def graded(double: str, *added: NotebookNode, limits: Limits | None = None, hidden: str = HIDDEN) -> Graded:
    spec = spec_of(
        answer("double", RIGHT),
        check("check_double", "assert double(2) == 4", hidden=hidden),
        answer("treble", "def treble(x):\n    return 3 * x"),
        check("check_treble", "assert treble(2) == 6", hidden="assert treble(731) == 2193"),
    )
    submission = handed_in(spec, double=double, treble="def treble(x):\n    return 3 * x")
    submission.cells.extend(added)
    return grade(as_bytes(submission), spec, limits)


def outcomes(result: Graded) -> list[Outcome]:
    return [cell.outcome for cell in result.cells]


def test_what_students_see_was_printed_before_any_hidden_test() -> None:
    result = graded(REMEMBERS, code("print(seen)"))
    assert outcomes(result) == [Outcome.PASSED, Outcome.PASSED]
    assert result.visible is not None
    assert result.visible.notebook.cells[-1].outputs[0].text == "[2]\n"
    assert "731" not in str(result.visible.notebook)
    assert "731" in str(result.notebook.cells[1].source)
    assert "731" in result.notebook.cells[-1].outputs[0].text


def test_a_hidden_test_that_fails_costs_its_marks_and_is_not_seen() -> None:
    result = graded("def double(x):\n    return 4")
    assert outcomes(result) == [Outcome.FAILED, Outcome.PASSED]
    assert "AssertionError" in result.notebook.cells[1].outputs[0].ename
    assert result.visible is not None
    assert [cell.points for cell in result.visible.cells] == [2, 2]
    assert result.visible.notebook.cells[1].outputs == []


@pytest.mark.parametrize(
    ("double", "added"),
    [
        ("factor = 2\ndef double(x):\n    return factor * x", "factor = 3"),
        ("factor = [2]\ndef double(x):\n    return factor[0] * x", "factor[0] = 3"),
        ("def times(x):\n    return 2 * x\ndouble = times\n", "times = None\ndef times(x): return x"),
        ("def twice(x): return 2 * x\ndouble = lambda x: twice(x)", "from math import sqrt as twice"),
        (RIGHT, "%run other.py"),
    ],
)
def test_hidden_tests_do_not_wait_where_a_later_cell_may_change_what_they_test(
    double: str, added: str
) -> None:
    result = graded(double, code(added))
    assert outcomes(result) == [Outcome.PASSED, Outcome.PASSED]
    waited = result.visible is not None
    # A function under another name stays what it was.
    assert waited == added.startswith("times")


def test_a_check_keeps_the_values_that_it_took_in_its_place() -> None:
    spec = spec_of(
        answer("total", "total = 3"),
        check("check_total", "assert total > 0", hidden="assert total == 3"),
    )
    submission = handed_in(spec, total="total = 3")
    submission.cells.append(code("total = 4\nprint(total)"))
    result = grade(as_bytes(submission), spec)
    assert outcomes(result) == [Outcome.PASSED]
    assert result.visible is not None


def test_a_last_cell_without_end_costs_no_exercise_above_it() -> None:
    limits = Limits(cell_seconds=60, notebook_seconds=3)
    result = graded(RIGHT, code("while True: pass"), code("print('after')"), limits=limits)
    assert outcomes(result) == [Outcome.PASSED, Outcome.PASSED]
    assert "took longer" in result.problem


def test_a_hidden_test_that_does_not_end_costs_that_exercise_only() -> None:
    endless = "def double(x):\n    while x != 2: pass\n    return 4"
    result = graded(endless, code("print('after')"), limits=Limits(cell_seconds=2))
    assert outcomes(result) == [Outcome.TIMED_OUT, Outcome.PASSED]
    assert result.visible is not None
    assert result.visible.notebook.cells[-1].outputs[0].text == "after\n"
    assert result.visible.problem == ""


@pytest.mark.parametrize("lesson", sorted(path.name for path in SOURCE.glob("0*/")))
def test_hidden_tests_of_the_lessons_wait(lesson: str) -> None:
    solved = (SOURCE / lesson / f"{lesson}.ipynb").read_bytes()
    spec = read_spec(solved)
    rebuilt = rebuild(spec, read_submission(solved))
    assert hidden_tests(rebuilt, rebuilt.plans(spec.plans)).may_wait == (lesson not in IN_PLACE)


def test_a_huge_notebook_is_not_read_for_long() -> None:
    spec = spec_of(answer("double", RIGHT), check("check_double", "assert double(2) == 4", hidden=HIDDEN))
    submission = handed_in(spec, double=RIGHT)
    submission.cells.extend(code("a = 1;" * 30_000) for _ in range(8))
    rebuilt = rebuild(spec, read_submission(as_bytes(submission)))
    started = time.monotonic()
    assert not hidden_tests(rebuilt, rebuilt.plans(spec.plans)).may_wait
    assert time.monotonic() - started < 0.5


TAKES_READING = {
    "magics by the thousand": ("%pwd\n" * 3_000 + "x = [1, 2, 3, 4, 5, 6]\n" * 1_000, False),
    "an indented cell": ("  double = double", False),
    "no Python at all": ("there is no such thing", True),
    "expressions in text by the thousand": ("x = f'" + "{1}" * 60_000 + "'", False),
}


@pytest.mark.parametrize("name", TAKES_READING)
def test_whether_hidden_tests_wait_is_known_soon(name: str) -> None:
    added, may_wait = TAKES_READING[name]
    spec = spec_of(answer("double", RIGHT), check("check_double", "assert double(2) == 4", hidden=HIDDEN))
    submission = handed_in(spec, double=RIGHT)
    submission.cells.insert(0, code(added))
    rebuilt = rebuild(spec, read_submission(as_bytes(submission)))
    started = time.process_time()
    assert hidden_tests(rebuilt, rebuilt.plans(spec.plans)).may_wait == may_wait
    assert time.process_time() - started < 5
