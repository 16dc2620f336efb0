"""A class derived from a container or a number does in a check what it does in one process."""

from __future__ import annotations

import pytest

from grader.grading.grade import grade
from grader.grading.graded import Graded
from suites.small_lessons import answer, as_bytes, check, code, handed_in, spec_of, with_solution_run

SETUP = "from collections import Counter, OrderedDict, UserList, deque\nfrom typing import NamedTuple"
STACK = """class Stack:
    def __init__(self):
        self._items = []
    def push(self, item):
        self._items.append(item)
    def pop(self):
        return self._items.pop()
    def __len__(self):
        return len(self._items)
    def __iter__(self):
        return iter(self._items)"""
USES_STACK = """s = Stack()
assert len(s) == 0 and not s
s.push(1)
s.push(2)
assert len(s) == 2 and list(s) == [1, 2] and s
assert s.pop() == 2
assert len(s) == 1"""
POINT = """class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y
    def distance(self):
        return (self.x ** 2 + self.y ** 2) ** 0.5
    def __eq__(self, other):
        return (self.x, self.y) == (other.x, other.y)
    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)"""
USES_POINT = """p, q = Point(3, 4), Point(1, 1)
assert p.distance() == 5
assert p + q == Point(4, 5)
assert p != q
assert (p.x, p.y) == (3, 4)"""
CACHE = """class Cache:
    def __init__(self, size):
        self.size, self.kept = size, {}
    def __setitem__(self, key, value):
        self.kept[key] = value
        if len(self.kept) > self.size:
            del self.kept[next(iter(self.kept))]
    def __getitem__(self, key):
        return self.kept[key]
    def __contains__(self, key):
        return key in self.kept"""
USES_CACHE = """c = Cache(2)
c["a"], c["b"], c["c"] = 1, 2, 3
assert "a" not in c and "b" in c
assert c["c"] == 3"""
SQUARE = """class Memo:
    def __init__(self, function):
        self.function, self.known, self.calls = function, {}, 0
    def __call__(self, x):
        if x not in self.known:
            self.calls += 1
            self.known[x] = self.function(x)
        return self.known[x]"""
USES_SQUARE = """m = Memo(lambda x: x * x)
assert m(3) == 9 and m(3) == 9
assert m.calls == 1"""

# By the lesson's own solution and check: right answers, and then wrong ones, of derived classes.
RIGHT = {
    (STACK, USES_STACK): (
        "class Stack(list):\n    def push(self, item):\n        self.append(item)",
        "class Stack(deque):\n    push = deque.append\n    def pop(self):\n        return super().pop()",
        "class Stack(UserList):\n    def push(self, item):\n        self.append(item)",
    ),
    (POINT, USES_POINT): (
        "class Point(NamedTuple):\n    x: float\n    y: float\n    def distance(self):\n"
        "        return (self.x ** 2 + self.y ** 2) ** 0.5\n    def __add__(self, other):\n"
        "        return Point(self.x + other.x, self.y + other.y)",
        "class Point(complex):\n    x, y = complex.real, complex.imag\n    def distance(self):\n"
        "        return abs(self)\n    def __add__(self, other):\n"
        "        return Point(self.x + other.x, self.y + other.y)",
    ),
    (CACHE, USES_CACHE): (
        "class Cache(OrderedDict):\n    def __init__(self, size):\n        super().__init__()\n"
        "        self.size = size\n    def __setitem__(self, key, value):\n"
        "        super().__setitem__(key, value)\n        if len(self) > self.size:\n"
        "            self.popitem(last=False)",
    ),
    (SQUARE, USES_SQUARE): (
        "class Memo(dict):\n    def __init__(self, function):\n        self.function, self.calls = function, 0\n"
        "    def __missing__(self, x):\n        self.calls += 1\n        self[x] = self.function(x)\n"
        "        return self[x]\n    def __call__(self, x):\n        return self[x]",
    ),
}
WRONG = {
    (STACK, USES_STACK): ("class Stack(list):\n    def push(self, item):\n        self.insert(0, item)",),
    (POINT, USES_POINT): (
        "class Point(tuple):\n    def __new__(cls, *xy):\n        return super().__new__(cls, xy)\n"
        "    x, y = property(lambda p: p[0]), property(lambda p: p[1])\n"
        "    def distance(self):\n        return (self.x ** 2 + self.y ** 2) ** 0.5",
    ),
    (CACHE, USES_CACHE): (
        "class Cache(dict):\n    def __init__(self, size):\n        self.size = size\n"
        "    def __setitem__(self, key, value):\n        super().__setitem__(key, value)",
    ),
    (SQUARE, USES_SQUARE): (
        "class Memo(list):\n    def __init__(self, function):\n        self.function, self.calls = function, 0\n"
        "    def __call__(self, x):\n        self.calls += 1\n        return self.function(x)",
        # It passes for whatever it is compared with.
        "class Memo(float):\n    calls = 1\n    def __new__(cls, function):\n"
        "        return float.__new__(cls, 9)\n    def __call__(self, x):\n        return self\n"
        "    def __eq__(self, other):\n        return True",
    ),
}


def graded(lesson: tuple[str, str], source: str) -> Graded:
    solution, test = lesson
    spec = with_solution_run(spec_of(code(SETUP), answer("it", solution), check("check_it", test)))
    assert spec.unjudged == {}
    return grade(as_bytes(handed_in(spec, it=source)), spec)


def _cases(answers: dict[tuple[str, str], tuple[str, ...]]) -> list[object]:
    return [
        pytest.param(lesson, source, id=source.partition("\n")[0])
        for lesson, sources in answers.items()
        for source in sources
    ]


@pytest.mark.parametrize(("lesson", "source"), _cases(RIGHT))
def test_a_right_class_has_its_marks(lesson: tuple[str, str], source: str) -> None:
    exec(f"{SETUP}\n{source}\n{lesson[1]}", {})
    result = graded(lesson, source)
    assert (result.points, result.findings) == (2, ()), result.cells[0].message


@pytest.mark.parametrize(("lesson", "source"), _cases(WRONG))
def test_a_wrong_class_has_none(lesson: tuple[str, str], source: str) -> None:
    assert graded(lesson, source).points == 0
