"""A check whose hidden tests wait gives the marks that it gives where it runs once, whole and in its place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode

from grader.grading import execution
from grader.grading.grade import grade
from grader.grading.graded import Graded
from grader.grading.hidden_last import hidden_tests
from grader.grading.spec import Spec
from suites.small_lessons import answer, as_bytes, check, code, handed_in, spec_of

VISIBLE, HIDDEN = "assert double(0) == 0", "assert double(731) == 1462"
LESSON = spec_of(
    answer("double", "def double(x):\n    return 2 * x"),
    check("check_double", VISIBLE, hidden=HIDDEN),
    answer("treble", "def treble(x):\n    return 3 * x"),
    check("check_treble", "assert treble(0) == 0", hidden="assert treble(731) == 2193"),
)
# Ways to hold a factor, each with ways in which a later cell may change it. FIRST and LATER become numbers.
ANSWERS = {
    "number": "factor = FIRST\ndef double(x): return factor * x",
    "list": "factor = [FIRST]\nsame = factor\ndef double(x): return factor[0] * x",
    "default": "factor = [FIRST]\ndef double(x, by=factor): return by[0] * x",
    "dictionary": "factor = {0: FIRST}\ndef double(x): return factor[0] * x",
    "array": "import numpy as np\nfactor = np.array([FIRST])\ndef double(x): return int(factor[0] * x)",
    "attribute of a class": "class Of: factor = FIRST\ndef double(x): return Of.factor * x",
    "attribute of a base": "class Base: factor = FIRST\nclass Of(Base): pass\ndef double(x): return Of.factor * x",
    "attribute of an instance": (
        "class Of:\n    def __init__(self): self.factor = FIRST\n    def double(self, x): return self.factor * x\n"
        "of = Of()\ndouble = of.double"
    ),
    "attribute of the function": "def double(x): return double.factor * x\ndouble.factor = FIRST",
    "attribute of a module": "import math\nmath.factor = FIRST\ndef double(x): return math.factor * x",
    "helper": "def times(x): return FIRST * x\ndef double(x): return times(x)",
    "closure": "def make(by): return lambda x: by[0] * x\nfactor = [FIRST]\ndouble = make(factor)",
    "file": "open('factor', 'w').write('FIRST')\ndef double(x): return int(open('factor').read()) * x",
    "generator": "factors = iter([0, FIRST, LATER, LATER, LATER])\ndef double(x): return next(factors) * x",
    "counted calls": (
        "def make():\n    calls = 0\n    def double(x):\n        nonlocal calls\n        calls += 1\n"
        "        return (FIRST if calls < 3 else LATER) * x\n    return double\ndouble = make()"
    ),
    "counted in a default": "def double(x, calls=[]):\n    calls.append(x)\n    return (FIRST if len(calls) < 3 else LATER) * x",
    "plain": "def double(x): return FIRST * x",
    "another name": "def times(x): return FIRST * x\ndouble = times",
}
CHANGES = (
    "factor = LATER",
    "factor[0] = LATER",
    "same[0] = LATER",
    "other = factor\nother[0] = LATER",
    "_ = factor.pop(0)\nfactor[0] = LATER",
    "list(map(factor.__setitem__, [0], [LATER]))",
    "import numpy as np\nnp.add(factor, LATER - FIRST, out=factor)",
    "def change():\n    global factor\n    factor = LATER\nchange()",
    "def change(held): held[0] = LATER\nchange(factor)",
    "globals()['factor'] = LATER",
    "exec('factor = LATER')",
    "double.__globals__['factor'] = LATER",
    "import __main__\n__main__.factor = LATER",
    "get_ipython().run_cell('factor = LATER')",
    "%%time\nfactor = LATER",
    "del factor",
    "for factor[0] in (LATER,): pass",
    "Of.factor = LATER",
    "Base.factor = LATER",
    "setattr(Of, 'factor', LATER)",
    "of.factor = LATER",
    "vars(of)['factor'] = LATER",
    "double.factor = LATER",
    "import math as same\nsame.factor = LATER",
    "def times(x): return LATER * x",
    "times = lambda x: LATER * x",
    "def new(x): return LATER * x\ndouble.__code__ = new.__code__",
    "def new(x): return LATER * x\nother = double\nother.__code__ = new.__code__",
    "open('factor', 'w').write('LATER')",
    "def double(x): return LATER * x",
    "double = None",
    "print(double(5))",
    "1 / 0",
)  # fmt: skip


def both_ways(spec: Spec, submission: NotebookNode) -> tuple[Graded, Graded]:
    """Graded as ever, and with each check run once, whole and in its place."""
    usual = grade(as_bytes(submission), spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            execution, "hidden_tests", lambda *notebook: replace(hidden_tests(*notebook), may_wait=False)
        )
        return usual, grade(as_bytes(submission), spec)


def assert_same_marks(spec: Spec, submission: NotebookNode) -> Graded:
    usual, in_place = both_ways(spec, submission)
    assert [(cell.name, cell.points, cell.outcome) for cell in usual.cells] == [
        (cell.name, cell.points, cell.outcome) for cell in in_place.cells
    ]
    return usual


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(sorted(ANSWERS)),
    st.lists(st.sampled_from(CHANGES), max_size=2),
    st.sampled_from([("2", "3"), ("3", "2")]),
)
@example("default", ["factor[0] = LATER"], ("2", "3"))
@example("plain", ["def new(x): return LATER * x\nother = double\nother.__code__ = new.__code__"], ("3", "2"))
@example("counted in a default", [], ("2", "3"))
@example("counted calls", [], ("3", "2"))
@example("attribute of a base", ["Base.factor = LATER"], ("2", "3"))
def test_no_mark_depends_on_when_hidden_tests_run(
    held: str, changes: list[str], numbers: tuple[str, str]
) -> None:
    first, later = numbers
    written = [source.replace("FIRST", first).replace("LATER", later) for source in (ANSWERS[held], *changes)]
    submission = handed_in(LESSON, double=written[0], treble="def treble(x):\n    return 3 * x")
    submission.cells.extend(map(code, written[1:]))
    assert_same_marks(LESSON, submission)
