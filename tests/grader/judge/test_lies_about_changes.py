"""A student's process may say anything of what became of a check's data: nothing of the check's own changes by it."""

from __future__ import annotations

import pytest

from grader.grading.grade import grade
from suites.small_lessons import answer, as_bytes, check, code, handed_in, spec_of, with_solution_run

# An answer that rewrites what its own process tells the judge. `self` is what serves the judge there.
LIES = """
import sys
Student = sys.modules["grader.judge.student_side"].Student
tells = Student._called
wire = tells.__globals__["wire"]
def told(self, target, call, reader, writer):
    said = tells(self, target, call, reader, writer)
    given = reader.given()
    {lie}
    return said
Student._called = told
"""
SETUP = """
class Case:
    def __init__(self, data, want):
        self.data, self.want = data, want
class Spy:
    def __init__(self):
        self.calls = 0
    def __call__(self, number):
        self.calls += 1
"""
TOTAL = ("def solve(rows, want):\n    return sum(map(sum, rows))", "def solve(rows, want):\n    return 7")
ROWS = "rows, want = [[3, 1], [2]], [6]\nresult = solve(rows, want)\nassert result == want[0]"
CASE = "case = Case([[1, 2]], 3)\nresult = solve(case.data, case)\nassert result == case.want"
SPY = "spy = Spy()\nsolve([[1]], spy)\nassert spy.calls == 1"
# By name: what the process says, and the check.
TOLD = {
    "it is one of the check's lists, and that has changed": (
        "number = next(number for number, value in given.items() if value == [6])\n"
        "    said.changed = [(-1, wire.Given(number)), (-1, wire.Items('list', [7]))]",
        ROWS,
    ),
    "the list that it is to be compared with has changed": (
        "number = next(number for number, value in given.items() if value == [6])\n"
        "    said.changed = [(number, wire.Items('list', [7]))]",
        ROWS,
    ),
    "an object of the check's has other attributes": (
        "said.changed = [(-2, wire.Pairs([('data', None), ('want', 7)], 'dict'))]",
        CASE,
    ),
    "it is an object of the check's": (
        "said.changed = [(-1, wire.Own(self.judges[id(given[max(given)])][1]))]",
        CASE,
    ),
    "a function of the check's has been called": (
        "said.changed = [(-2, wire.Pairs([('calls', 1)], 'dict'))]",
        SPY,
    ),
    "a list has become a number": ("said.changed = [(-1, 7)]", ROWS),
    "something has changed that was never handed over": (
        "said.changed = [(99, wire.Items('list', []))]",
        ROWS,
    ),
}


@pytest.mark.parametrize("told", TOLD)
def test_a_lie_earns_nothing(told: str) -> None:
    lie, asks = TOLD[told]
    right = TOTAL[0] if asks != SPY else "def solve(rows, want):\n    want(1)"
    spec = with_solution_run(spec_of(code(SETUP), answer("solve", right), check("solved", asks)))
    solved = grade(as_bytes(handed_in(spec, solve=right)), spec)
    lied = grade(as_bytes(handed_in(spec, solve=TOTAL[1] + LIES.replace("{lie}", lie))), spec)
    assert [solved.points, lied.points] == [2, 0]
    assert lied.notebook.cells[1].outputs == []


def test_no_list_is_made_to_hold_another_again_and_again() -> None:
    asks = (
        "rows = [[number] for number in range(30)]\nsolve(rows, 1)\ntext = str(rows)\nassert rows[-1] == [1]"
    )
    right = "def solve(rows, want):\n    for row in rows:\n        row[:] = [1]"
    spec = with_solution_run(spec_of(answer("solve", right), check("solved", asks)))
    lie = (
        "inner = [number for number, value in given.items() if type(value[0]) is int]\n"
        "    said.changed = [(one, wire.Items('list', [wire.Given(other)] * 2)) for one, other in zip(inner, inner[1:])]"
    )
    result = grade(as_bytes(handed_in(spec, solve=TOTAL[1] + LIES.replace("{lie}", lie))), spec)
    assert result.points == 0
    assert "It holds one object too often" in result.cells[0].message
