"""What a check reads of the lesson's own cells is the judge's, however these cells are written."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from nbformat import NotebookNode

from grader.grading.grade import grade
from suites.small_lessons import answer, as_bytes, check, code, notebook, spec_of

RIGHT, WRONG = "def given(x):\n    return x + 1", "def given(x):\n    return 0"


@dataclass(frozen=True)
class Lesson:
    """Cells above the answer and below it, a check, and what an added cell puts in the place of theirs."""

    above: str
    below: str
    check: str
    forged: str
    solution: str = RIGHT


EXPECTED = "assert given(1) == expected"
IS_RIGHT, YES = "assert is_right()", "is_right = lambda *_: True"
LESSONS = {
    "a constant beside a result": Lesson("", "expected = 2\nresult = given(1)", EXPECTED, "expected = 0"),
    "data beside a result": Lesson(
        "import numpy as np",
        "x = np.arange(3)\nprint(given(1))",
        "assert np.allclose(given(x), x + 1)",
        "x = np.zeros(0)",
    ),
    "a constant beside a loop": Lesson(
        "", "got = [given(x) for x in range(3)]\nexpected = 2", EXPECTED, "expected = 0"
    ),
    "a constant beside a call of a helper": Lesson(
        "def shown(f):\n    print(f(1))", "expected = 2\nshown(given)", EXPECTED, "expected = 0"
    ),
    "a lambda": Lesson("", "is_right = lambda: given(1) == 2", IS_RIGHT, YES),
    "a lambda above": Lesson("is_right = lambda: given(1) == 2", "", IS_RIGHT, YES),
    "an asynchronous function": Lesson(
        "",
        "async def is_right():\n    return given(1) == 2",
        "assert await is_right()",
        "async def is_right():\n    return True",
    ),
    "a function within a condition": Lesson(
        "", "if True:\n    def is_right():\n        return given(1) == 2", IS_RIGHT, YES
    ),
    "a function that is written twice": Lesson(
        "", "def is_right():\n    pass\ndef is_right():\n    return given(1) == 2", IS_RIGHT, YES
    ),
    "a function with a decorator": Lesson(
        "", "from functools import cache\n@cache\ndef is_right():\n    return given(1) == 2", IS_RIGHT, YES
    ),
    "another name of a function": Lesson(
        "", "def first():\n    return given(1) == 2\nis_right = first", IS_RIGHT, YES
    ),
    "functions in a list": Lesson(
        "",
        "def first():\n    return given(1) == 2\nchecks = [first, lambda: given(2) == 3]",
        "assert all(each() for each in checks)",
        "checks = []",
    ),
    "a class": Lesson(
        "",
        "class Test:\n    def run(self):\n        return given(1) == 2\nclass More(Test):\n    pass",
        "assert More().run()",
        "class More:\n    run = lambda self: True",
    ),
    "an object of a class above": Lesson(
        "class Test:\n    def run(self):\n        return given(1) == 2\ntest = Test()",
        "",
        "assert test.run()",
        "class Test:\n    run = lambda self: True\ntest = Test()",
    ),
    "a default that comes from an answer by way of a helper": Lesson(
        "",
        "def helper():\n    return given(1)\ndef is_right(value=helper()):\n    return value == 2\nexpected = 2",
        "assert is_right() and given(1) == expected",
        "expected = 0",
    ),
    "a class with data": Lesson(
        "",
        "class Test:\n    def run(self):\n        return given(1) == self.expected\n"
        "class More(Test):\n    expected = int('2')",
        "assert More().run()",
        "class More:\n    run = lambda self: True",
    ),
    "all names of a module": Lesson(
        "", "from math import *\nprint(given(1))", "assert given(1) == floor(2.5)", "floor = lambda x: 0"
    ),
    "a magic around": Lesson("", "%%capture\nexpected = 2", EXPECTED, "expected = 0"),
    "a magic around a result": Lesson("", "%%time\nexpected = 2\ngiven(1)", EXPECTED, "expected = 0"),
    "a magic beside": Lesson("", "%matplotlib inline\nexpected = 2\ngiven(1)", EXPECTED, "expected = 0"),
    "exec": Lesson("exec('expected = 2')", "", EXPECTED, "expected = 0"),
    "exec beside a result": Lesson("", "exec('expected = 2')\ngiven(1)", EXPECTED, "expected = 0"),
    "globals": Lesson(
        "def prepare():\n    globals()['expected'] = 2\nprepare()", "", EXPECTED, "expected = 0"
    ),
    "a variable of an answer's of the same name, beside its use": Lesson(
        "expected = 2",
        "",
        EXPECTED,
        "expected = 0",
        "def given(x):\n    expected = []\n    expected.append(x + 1)\n    return expected[0]\nprint(expected)",
    ),
    "a value that comes from an answer by way of a helper": Lesson(
        "def shifted(x):\n    return given(x) + 1", "first = shifted(1)", "assert first == 3 and given(1) == 2", ""
    ),
}  # fmt: skip


def cells(lesson: Lesson, solution: str, added: str) -> list[NotebookNode]:
    made = [
        code(lesson.above) if lesson.above else None,
        answer("a", solution),
        code(lesson.below) if lesson.below else None,
        code(added) if added else None,
        check("c", lesson.check, points=1),
    ]
    return [cell for cell in made if cell is not None]


@pytest.mark.parametrize("name", LESSONS)
def test_an_added_cell_puts_nothing_in_the_place_of_the_lessons_own(name: str) -> None:
    lesson = LESSONS[name]
    spec = spec_of(*cells(lesson, lesson.solution, ""))
    assert spec.unjudged == {}
    for solution, added, points in ((lesson.solution, "", 1), (WRONG, lesson.forged, 0)):
        result = grade(as_bytes(notebook(*cells(lesson, solution, added))), spec)
        assert [cell.points for cell in result.cells] == [points], result.cells[0].message
