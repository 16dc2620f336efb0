"""A check whose hidden tests wait gives the marks that it gives where it runs once, whole and in its place."""

from __future__ import annotations

import re
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


PASSING = re.compile(r"\b(0x)?[0-9a-f]{9,}\b|ipykernel_\d+|CPU times.*?Wall time: [^n]*")


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
    assert _shown(usual) == _shown(in_place)
    return usual


def _shown(graded: Graded) -> list[str]:
    """What the cells show, but for addresses and times."""
    shown = [repr((cell.get("outputs"), cell.get("execution_count"))) for cell in graded.notebook.cells]
    return [PASSING.sub("", each) for each in shown]


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


def lesson_of(*cells: NotebookNode) -> Spec:
    return spec_of(*cells, check("last", "assert True", hidden="assert 1"))


DOUBLE = answer("double", "def double(x):\n    return 2 * x")
COUNTS = "class Of:\n    made = 0\n    def __init__(self):\n        Of.made += 1"


@pytest.mark.parametrize(
    "lesson",
    [
        lesson_of(
            answer("total", "total = [3]"),
            check("changes", "total.append(1)\nassert len(total) == 2", hidden="assert total == [3, 1]"),
        ),
        lesson_of(
            code("tries = 0"), DOUBLE, check("counts", "tries += 1\nassert double(0) == 0", hidden="assert tries == 1")
        ),
        lesson_of(
            code("import numpy as np\nchance = np.random.default_rng(1)"), DOUBLE,
            check("draws", "x = chance.integers(100)\nassert double(0) == 0", hidden="assert x == 47"),
        ),
        lesson_of(
            DOUBLE, check("prepares", "assert double(0) == 0", hidden="wanted = 4"),
            check("is_prepared", "assert double(0) == 0", hidden="assert double(2) == wanted"),
        ),
        lesson_of(
            answer("factor", "factor = 2\ndef times(x):\n    return factor * x"),
            check("shares", "assert times(0) == 0", hidden="factor = 5\nassert times(1) == 5"),
            answer("later", "later = times(1)"), check("reads", "assert later", hidden="assert later == 5"),
        ),
        lesson_of(
            code("limit = 2"), DOUBLE, check("limited", "assert double(0) == 0", hidden="assert double(1) == limit"),
            code("limit = 7"),
        ),
        lesson_of(answer("Of", COUNTS), check("counted", "Of()\nassert Of.made", hidden="Of()\nassert Of.made == 2")),
        lesson_of(
            DOUBLE, check("in_parts", "earned = 1", hidden="earned += double(731) == 1462\nint(earned)")
        ),
        lesson_of(
            code("import numpy as np\nclass Marked(np.ndarray): pass"),
            answer("marked", "marked = np.ones(2).view(Marked)\ndef total(each): return float(each.sum())"),
            check("takes_both", "assert total(marked) > 0", hidden="assert total(marked) == 2"),
            answer("after", "marked[0] = 5"),
        ),
    ],
    ids=lambda lesson: lesson.cells[-2].name or "odd",
)  # fmt: skip
def test_checks_that_change_things_give_the_marks_that_they_give_in_place(lesson: Spec) -> None:
    """By the way they all pass: what is handed in are the solutions."""
    solutions = {cell.name: cell.solution for cell in lesson.cells if cell.is_answer and cell.name}
    result = assert_same_marks(lesson, handed_in(lesson, **solutions))
    assert result.points == result.possible


WRONG = "def double(x):\n    return 0"


@pytest.mark.parametrize(
    ("lesson", "added"),
    [
        # A later check reads what a check has left undone.
        (
            spec_of(
                DOUBLE,
                check("half_done", "half = 1", hidden="assert double(731) == 1462\nhalf = 2"),
                answer("after", "after = 0"),
                check("reads", "assert half == 2", hidden="assert half"),
            ),
            [],
        ),
        # A later cell changes what an earlier one has shown.
        (LESSON, ["shown = display('one', display_id='x')", "shown.update('two')"]),
        # A later cell draws, prints and raises.
        (LESSON, ["import matplotlib.pyplot as plt\nplt.plot([1, 2]);", "print(double(7))", "1 / 0"]),
    ],
    ids=["a check that prepares", "a named display", "other cells"],
)
def test_a_notebook_looks_as_if_its_checks_had_run_in_place(lesson: Spec, added: list[str]) -> None:
    submission = handed_in(lesson, double=WRONG, after="after = 0", treble="def treble(x):\n    return 3 * x")
    for place, source in enumerate(added):
        # One above the checks, the others below.
        submission.cells.insert(0 if place == 0 else len(submission.cells), code(source))
    result = assert_same_marks(lesson, submission)
    assert result.points < result.possible


# What it prints is another number each time it runs.
RUNS = "import time\nprint(time.time_ns())"


def _has_run_twice(result: Graded, place: int) -> bool:
    """Whether a cell has run again after the run that students see."""
    assert result.visible is not None
    first, last = (each.notebook.cells[place].outputs for each in (result.visible, result))
    assert first
    return bool(first != last)


def test_cells_below_a_hidden_test_that_fails_do_not_run_twice() -> None:
    submission = handed_in(LESSON, double=WRONG, treble="def treble(x):\n    return 3 * x")
    submission.cells = [code(RUNS), *submission.cells, code(RUNS)]
    result = grade(as_bytes(submission), LESSON)
    assert _has_run_twice(result, 0)
    assert not _has_run_twice(result, -1)


def _valued(hidden: str, value: str) -> Spec:
    """A lesson whose check ends in a number of points, below its hidden tests."""
    source = f"points = 1 if double(1) == 0 else 2\nheld = [points]\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS\n{value}"
    return spec_of(DOUBLE, check("valued", source, points=2))


@pytest.mark.parametrize(
    ("hidden", "value", "runs_twice"),
    [
        # Its points are what they were in its place: nothing runs twice.
        ("assert double(0) == 0", "points", False),
        ("seen = double(731)", "float(points)", False),
        # Hidden tests decide on them: in its place they might earn more.
        ("points = points + (double(731) == 1462)", "points", True),
        ("held[0] += double(731) == 1462", "held[0]", True),
        ("held = [points]\npoints += double(731) == 1462", "points", True),
        # They fail.
        ("assert double(731) == 1462", "points", True),
    ],
)
def test_part_of_the_points_is_earned_once_where_hidden_tests_have_no_part_in_them(
    hidden: str, value: str, runs_twice: bool
) -> None:
    spec = _valued(hidden, value)
    submission = handed_in(spec, double=WRONG)
    submission.cells.insert(0, code(RUNS))
    usual, in_place = both_ways(spec, submission)
    assert [(cell.points, cell.outcome) for cell in usual.cells] == [
        (cell.points, cell.outcome) for cell in in_place.cells
    ]
    assert _has_run_twice(usual, 0) == runs_twice
