"""What an answer gives back and changes later is changed in the check as well, as in one process."""

from __future__ import annotations

import pytest

from grader.grading.grade import grade
from suites.small_lessons import answer, as_bytes, check, code, handed_in, spec_of

SET_UP = code("import numpy as np")
# By what is wrong: a right answer, one that gives the same object again and again, and a check of both.
CASES = {
    "a generator of one list": (
        "def prefixes(items):\n    for end in range(1, len(items) + 1):\n        yield items[:end]",
        "def prefixes(items):\n    got = []\n    for item in items:\n        got.append(item)\n        yield got",
        "assert list(prefixes([1, 2, 3])) == [[1], [1, 2], [1, 2, 3]]",
    ),
    "a generator of parts of one array": (
        "def rows(x):\n    for row in x:\n        yield row.copy()",
        "def rows(x):\n    room = np.empty(2)\n    for row in x:\n        room[:] = row\n        yield room[:]",
        "first, second = rows(np.array([[1., 2.], [3., 4.]]))\nassert first.tolist() == [1, 2]\n"
        "assert second.tolist() == [3, 4]",
    ),
    "pairs of parts of two arrays": (
        "def pairs(x):\n    for one in x:\n        yield np.array([one]), np.array([-one])",
        "def pairs(x):\n    a, b = np.empty(3), np.empty(3)\n    for one in x:\n        a[:1], b[:1] = one, -one\n"
        "        yield a[:1], b[:1]",
        "found = list(pairs([1., 2.]))\nassert [a[0] for a, _ in found] == [1, 2]\n"
        "assert [b[0] for _, b in found] == [-1, -2]",
    ),
    "one list from each call": (
        "def make(x, kept=()):\n    return [*kept, x]",
        "def make(x, kept=[]):\n    kept.append(x)\n    return kept",
        "first = make(1)\nmake(2)\nassert first == [1]",
    ),
    "the list inside of an object": (
        "class Path:\n    def __init__(self):\n        self.seen = []\n"
        "    def step(self):\n        self.seen = [*self.seen, len(self.seen)]\n        return self.seen",
        "class Path:\n    def __init__(self):\n        self.seen = []\n"
        "    def step(self):\n        self.seen.append(len(self.seen))\n        return self.seen",
        "path = Path()\nassert [path.step() for _ in range(3)] == [[0], [0, 1], [0, 1, 2]]",
    ),
    "one list for a function of the check's": (
        "def walk(steps, note):\n    for step in range(steps):\n        note([step])",
        "def walk(steps, note):\n    at = [0]\n    for step in range(steps):\n        at[0] = step\n        note(at)",
        "seen = []\nwalk(3, seen.append)\nassert seen == [[0], [1], [2]]",
    ),
    "a list of the notebook's": (
        "log = []\ndef note(x):\n    log.append(x)",
        "log = []\ndef note(x):\n    log.extend([x, x])",
        "before = len(log)\nnote(1)\nassert len(log) == before + 1",
    ),
    "an array that is changed in place and given back": (
        "def double(x):\n    return 2 * x",
        "def double(x):\n    x *= 2\n    return x",
        "a = np.array([1., 2.])\nb = double(a)\nassert b.tolist() == [2, 4]\na[0] = 100\nassert b[0] == 2",
    ),
    "the memory of an array that is given back": (
        "def double(x):\n    return 2 * x",
        "def double(x):\n    x *= 2\n    return x",
        "a = np.array([1., 2.])\nb = double(a)\nassert b.tolist() == [2, 4]\nassert not np.shares_memory(a, b)",
    ),
    "a list that is changed in place and given back": (
        "def add(x):\n    return [*x, 9]",
        "def add(x):\n    x.append(9)\n    return x",
        "a = [1]\nb = add(a)\nassert b == [1, 9]\na.append(5)\nassert b == [1, 9]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_marks_are_those_of_one_process(case: str) -> None:
    right, wrong, test = CASES[case]
    spec = spec_of(SET_UP, answer("answer", right), check("check_answer", test))
    assert spec.unjudged == {}
    for source in (right, wrong):
        namespace: dict[str, object] = {}
        exec(f"import numpy as np\n{source}", namespace)
        try:
            exec(test, namespace)
            passes = True
        except AssertionError:
            passes = False
        result = grade(as_bytes(handed_in(spec, answer=source)), spec)
        assert result.points == (2 if passes else 0), result.cells[0].message
