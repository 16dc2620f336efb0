"""Checks of ordinary courses with the judge: what arrives of a student's values, and what cannot be forged."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from grader.grading.grade import grade
from grader.grading.graded import CellMarks, Outcome
from grader.grading.spec import read_spec
from grader.limits import Limits
from suites.small_lessons import answer, as_bytes, check, code, notebook

SETUP = "import numpy as np\nfrom itertools import islice\nlimit = 3\ndef twice(x):\n    return 2 * x"


@dataclass(frozen=True)
class Exercise:
    """An answer, a check of it, and whether it deserves its marks. solution: where it is not the answer."""

    answer: str
    check: str
    passes: bool = True
    solution: str = ""


PLAIN = "'none', None, True, 3, -2**80, 2.5, 1j, 'é', b'b', [1, (2, {3})], {'a': {'b': ()}}, range(3), slice(1, 2), ..."
EXERCISES = {
    "plain values": Exercise(f"given = ({PLAIN})", f"assert given == ({PLAIN})\nassert type(given[6]) is complex"),
    "NumPy's types": Exercise(
        "given = [np.float32(1.5), np.int8(3), np.bool_(True), np.str_('a'), np.arange(6).reshape(2, 3).T, np.array(['ab'])]",
        "assert [str(type(each)) for each in given[:4]] == [str(kind) for kind in (np.float32, np.int8, np.bool_, np.str_)]\n"
        "assert given[4].tolist() == [[0, 3], [1, 4], [2, 5]] and given[4].flags.writeable and given[5][0] == 'ab'",
    ),
    "large arrays": Exercise("given = np.arange(10.0**6)", "assert given.shape == (10**6,) and given[-1] == 999_999"),
    "arrays of objects": Exercise("given = np.array([None, 'a', 2], object)", "assert list(given) == [None, 'a', 2]"),
    "fractions": Exercise("from fractions import Fraction\ngiven = Fraction(1, 3)", "assert given * 3 == 1"),
    "functions": Exercise(
        "def given(a, b=2, *, c=3):\n    'Adds.'\n    return a + b + c",
        "import inspect\nassert given(1) == 6 and given(1, b=1, c=1) == 3 and given.__doc__ == 'Adds.'\n"
        "assert list(inspect.signature(given).parameters) == ['a', 'b', 'c'] and given.__name__ == 'given'",
    ),
    "callbacks": Exercise(
        "def given(f, x):\n    return f(x) + 1",
        "assert given(lambda x: x * limit, 4) == 13 and given(np.sqrt, 4.0) == 3 and given(twice, 2) == 5",
    ),
    "callbacks that raise": Exercise(
        "def given(f):\n    try:\n        f()\n    except ZeroDivisionError as error:\n        return str(error)",
        "assert given(lambda: 1 / 0) == 'division by zero'",
    ),
    "calls that nest": Exercise(
        "def given(f, n):\n    return n if n < 2 else f(given, n - 1)", "def step(f, n):\n    return f(step, n)\nassert given(step, 9) == 1"
    ),
    "classes": Exercise(
        "class Given:\n    kind = 'v'\n    def __init__(self, x): self.x = x\n    def __add__(self, other): return Given(self.x + other.x)\n"
        "    def __eq__(self, other): return self.x == other.x\n    def __len__(self): return self.x\n"
        "    def __getitem__(self, i): return i * self.x\n    def norm(self): return abs(self.x)\ngiven = Given(7)",
        "v = Given(1) + Given(2)\nassert v == Given(3) and v != Given(4) and len(v) == 3 and v[2] == 6 and v.norm() == 3\n"
        "v.x = 9\nassert v.x == 9 and isinstance(v, Given) and isinstance(given, Given) and Given.kind == 'v' and not hasattr(v, 'y')",
    ),
    "classes above classes": Exercise(
        "class Above:\n    def name(self): return 'above'\nclass Given(Above): pass",
        "assert Given().name() == 'above' and issubclass(Given, Above) and isinstance(Given(), Above)",
    ),
    "exceptions of the student's own": Exercise(
        "class GivenError(ValueError): pass\ndef given(): raise GivenError('no')",
        "for kind in (GivenError, ValueError):\n    try:\n        given()\n    except kind as error:\n        assert str(error) == 'no'\n    else:\n        assert False",
    ),
    "Python's exceptions": Exercise(
        "def given(d): return d['b']",
        "try:\n    given({'a': 1})\nexcept KeyError as error:\n    assert str(error) == \"'b'\"\nelse:\n    assert False",
    ),
    "endless generators": Exercise(
        "def given():\n    n = 0\n    while True:\n        yield n\n        n += 1", "assert list(islice(given(), limit)) == [0, 1, 2]"
    ),
    "iterators": Exercise("given = iter([1, 2])", "assert next(given) == 1 and list(given) == [2]"),
    "a value passed back": Exercise(
        "def given(x):\n    return 2 * x, {'f': lambda: x, 'm': np.matrix([[1, 2]])}\ndef back(c):\n    return c['f']() + (c['m'] * c['m'].T)[0, 0]",
        "y, cache = given(3)\nassert y == 6 and back(cache) == 8",
    ),
    "arguments changed on purpose": Exercise("def given(n):\n    n.sort()", "n = [3, 1, 2]\ngiven(n)\nassert n == [1, 2, 3]"),
    "arguments changed while iterating": Exercise(
        "def given(n):\n    yield n.pop()\n    yield n.pop()", "from helpers.kit.calling import changes_followed\nn = [3, 1, 2]\nwith changes_followed():\n    assert list(given(n)) == [2, 1]\nassert n == [3]"
    ),
    "the same seed": Exercise(
        "import random\ndef given():\n    return np.random.rand() + random.random()",
        "import random\nnp.random.seed(3); random.seed(4)\ngot = given()\nnp.random.seed(3); random.seed(4)\nassert got == np.random.rand() + random.random()",
    ),
    "random generators": Exercise("given = np.random.default_rng(5)", "assert given.integers(100) == np.random.default_rng(5).integers(100)"),
    **{
        f"a {made.partition('(')[0]} in place of a dict": Exercise(
            f"from collections import ChainMap, UserDict\nfrom types import MappingProxyType\nfrom wrapt import ObjectProxy\n"
            f"def given(x):\n    return {made}\ndef ask(f, x):\n    return f({made})",
            "assert given(1) == {'a': 1} and given(1)['a'] == 1 and dict(given(1)) == {'a': 1}\n"
            "assert ask(lambda params: params['a'] + 1, 1) == 2",
        )
        for made in ("ChainMap({'a': x}, {})", "UserDict({'a': x})", "MappingProxyType({'a': x})", "ObjectProxy({'a': x})")
    },
    **{
        f"a generator made from another ({kind})": Exercise(
            f"def given(rng):\n    return {made}.permutation(50)",
            f"from numpy.random import Generator, {kind}\n"
            f"one, again, other = (given(Generator({kind}(seed))) for seed in (1, 1, 2))\n"
            "assert (one == again).all() and (one != other).any()\n"
            f"rng = Generator({kind}(1))\n"
            f"assert (one == {made}.permutation(50)).all()",
        )
        for kind, made in (
            ("PCG64", "rng.spawn(1)[0]"),
            ("MT19937", "np.random.default_rng(rng.bit_generator.seed_seq)"),
            ("PCG64DXSM", "np.random.default_rng(rng.bit_generator.seed_seq.spawn(2)[1])"),
        )
    },
    "a generator as an argument": Exercise("def given(rng):\n    return rng.random()", "assert given(np.random.default_rng(1)) == np.random.default_rng(1).random()"),
    "a name that the check binds again": Exercise(
        "scale = 1\ndef given(x):\n    return scale * x", "assert given(2) == 2\nscale = 10\nassert given(2) == 20\nscale = 1"
    ),
    "a name that the check deletes": Exercise(
        "def helper():\n    return 1\ndef given():\n    return helper()",
        "kept = helper\ndel helper\ntry:\n    given()\nexcept NameError:\n    pass\nelse:\n    assert False\nhelper = kept\nassert given() == 1",
    ),
    "containers that are used as lists": Exercise(
        "from array import array\nfrom collections import UserList, deque\n"
        "given = [deque([1, 2]), UserList([1, 2]), array('d', [1, 2]), {1: 2, 2: 1}.keys(), {2: 1, 1: 2}.values()]",
        "assert [list(each) for each in given] == 5 * [[1, 2]] and given[0][1] == given[2][-1] == 2",
    ),
    "exceptions that take more than a text": Exercise(
        "def given(kind):\n    raise UnicodeDecodeError('ascii', b'a', 0, 1, 'odd') if kind == 1 else ExceptionGroup('two', [KeyError()])",
        "for kind, error in ((1, UnicodeDecodeError), (2, Exception)):\n    try:\n        given(kind)\n"
        "    except error as raised:\n        assert 'odd' in str(raised) or 'two' in str(raised)\n    else:\n        assert False",
    ),
    "an exception that is an answer": Exercise("class E(UnicodeDecodeError): pass\ngiven = E('ascii', b'a', 0, 1, 'odd')", "assert given == 5", False),
    "an array of records": Exercise("given = np.zeros(3, [('a', 'f8')])", "assert given == 5", False),
    "a sum that is nested too deep": Exercise("given = 3\nlong = 1" + 3000 * "+1", "assert given == 5", False, solution="given = 5"),
    "files": Exercise("open('given.txt', 'w').write('text')", "assert open('given.txt').read() == 'text'"),
    "drawings": Exercise(
        "import matplotlib.pyplot as plt\ndef given():\n    figure, ax = plt.subplots()\n    ax.plot([1, 2], [3, 4], 'r--', label='q')\n"
        "    ax.bar([1], [2])\n    ax.set(title='T', xlabel='x', ylim=(0, 9))\n    ax.legend()\n    return ax",
        "ax = given()\n(line,) = ax.get_lines()\nassert ax.get_title() == 'T' and ax.get_ylim() == (0, 9) and line.get_ydata().tolist() == [3, 4]\n"
        "assert line.get_linestyle() == '--' and line.get_color() == 'r' and ax.get_legend().get_texts()[0].get_text() == 'q' and len(ax.patches) == 1",
    ),
    "what gives items by their places": Exercise(
        "class given:\n    def __init__(self, most): self.most = most\n"
        "    def __getitem__(self, place):\n        if place == self.most:\n            raise IndexError\n        return place",
        "assert list(given(3)) == [0, 1, 2]",
        solution="def given(most):\n    yield from range(most)",
    ),
    "a data set of TensorFlow": Exercise(
        "import tensorflow as tf\ndef given(most):\n    return tf.data.Dataset.range(most).batch(2)",
        "import numpy as np\nassert [np.asarray(each).tolist() for each in given(3)] == [[0, 1], [2]]",
        solution="import numpy as np\ndef given(most):\n    yield from np.split(np.arange(most), [2])",
    ),
    "light lines on dark Axes": Exercise(
        "import matplotlib.pyplot as plt\ndef given():\n    figure, ax = plt.subplots()\n    ax.set_facecolor('black')\n"
        "    ax.plot([1, 2], color='white')\n    return ax",
        "from helpers.kit.looks import leaves_ink\nax = given()\nassert ax.get_facecolor() == (0, 0, 0, 1) and leaves_ink(ax.get_lines()[0])",
    ),
    "a legend of the figure": Exercise(
        "import matplotlib.pyplot as plt\ndef given():\n    figure, ax = plt.subplots()\n    ax.plot([1, 2], label='q')\n"
        "    figure.legend()\n    return ax",
        "ax = given()\nassert ax.get_legend() is None and ax.figure.legends[0].get_texts()[0].get_text() == 'q'",
    ),
    "looks of a drawing": Exercise(
        "import matplotlib.pyplot as plt\nfrom matplotlib.patches import Patch\ndef given():\n    figure, ax = plt.subplots()\n"
        "    ax.plot(['1', '2'], [3, 4], 'k--', dashes=(6, 2), lw=3, alpha=0.5, marker='o', ms=9)\n    ax.axis('off')\n"
        "    ax.legend(handles=[Patch(color='r', label='p'), *ax.get_lines()], labels=['p', 'q'])\n    return ax",
        "ax = given()\n(line,) = ax.get_lines()\npatch, sample = ax.get_legend().legend_handles\n"
        "assert not ax.axison and list(line.get_xdata()) == ['1', '2'] and patch.get_facecolor() == (1, 0, 0, 1)\n"
        "for each in (line, sample):\n    assert (each.get_linewidth(), each.get_alpha(), each.get_markersize()) == (3, 0.5, 9)\n"
        "    assert each.get_linestyle() == '--' and list(each._unscaled_dash_pattern[1]) == [6, 2]",
    ),
    **{
        f"points that are {name}": Exercise(
            f"import matplotlib.pyplot as plt\ndef given():\n    figure, ax = plt.subplots()\n    {drawn}\n    return ax",
            "assert len(given().collections) == 1",
            passes,
            solution="import matplotlib.pyplot as plt\ndef given():\n    figure, ax = plt.subplots()\n    ax.scatter([1], [2])\n    return ax",
        )
        for name, drawn, passes in (
            ("seen", "ax.scatter([1, 2], [3, 4])", True),
            ("not seen", "ax.scatter([1], [2]).set_visible(False)", False),
            ("an area", "ax.fill_between([1, 2], [3, 4])", False),
        )
    },
    "data frames": Exercise(
        "import pandas\ngiven = pandas.DataFrame({'a': [1, 2], 'b': ['x', None]}, index=['r', 's'])",
        "assert list(given.columns) == ['a', 'b'] and given.loc['s', 'a'] == 2 and given['b'].isna().sum() == 1",
    ),
    "a name of the instructor's that was bound again": Exercise("limit = 0\ntwice = None\nnp = None\ngiven = 3", "assert given == limit and twice(1) == 2 and np.pi > 3", solution="given = 3"),
    "a module that both import": Exercise("import math\ngiven = math.pi\nclass math:\n    pi = floor = lambda *_: given", "assert given == math.pi and math.floor(given) == 3", solution="import math\ngiven = math.pi"),
    "a number that equals everything": Exercise("class L(float):\n    __eq__ = lambda s, o: True\n    __hash__ = None\ndef given():\n    return L(2)", "assert given() == 5", False),
    "an object that equals everything": Exercise("class L:\n    __eq__ = lambda s, o: True\ndef given():\n    return L()", "assert given() == 5", False),
    "an object that is no distance away": Exercise("class L:\n    __sub__ = __rsub__ = lambda s, o: 0.0\ndef given():\n    return L()", "assert abs(given() - 5) < 1e-6", False),
    "an object that is less and more": Exercise("class L:\n    __lt__ = __gt__ = lambda s, o: True\ndef given():\n    return L()", "assert 4 < given() < 6", False),
    "an object that holds everything": Exercise("class L:\n    __contains__ = lambda s, o: True\n    __len__ = lambda s: 5\ndef given():\n    return L()", "assert 5 in given()", False),
    "an array that equals everything": Exercise("class A(np.ndarray):\n    __eq__ = lambda s, o: np.ones(s.shape, bool)\ngiven = np.zeros(3).view(A)", "assert (given == 5).all()", False),
    "arguments changed to fit": Exercise("def given(x):\n    x[:] = 0\n    return x", "x = np.arange(4.0)\nassert np.allclose(given(x), 2 * x)", False),
    "a list that holds itself": Exercise("given = []\ngiven.append(given)", "assert given == 5", False),
    "a number without end": Exercise("given = 7 ** 10**6", "assert given == 5", False),
    "an array without end": Exercise("given = np.broadcast_to(1.0, (10**9, 10**3))", "assert given[0, 0] == 1", False),
    "the end of a loop": Exercise("def given(x):\n    raise StopIteration", "assert all(map(lambda x: given(x) == x, [1, 2]))", False),
    "the end of a loop of its own": Exercise("class End(StopIteration): pass\ndef given(x):\n    raise End", "for each in map(given, [1, 2]):\n    assert each == 5", False),
    "the frames above": Exercise("import sys\ndef given(x):\n    return sys._getframe(1).f_locals.get('expected', 0)", "expected = 42\nassert given(1) == expected", False),
    "magics": Exercise("given = 3", "%timeit -n1 -r1 1\nassert given == 3"),
    "another pytest": Exercise("import builtins\nbuiltins.abs = lambda x: 0\nnp.allclose = lambda *a, **k: True\ndef given():\n    return 3", "assert np.allclose(given(), 5) and abs(given() - 5) == 0", False),
}  # fmt: skip


@pytest.fixture(scope="module")
def graded() -> dict[str, CellMarks]:
    lesson, handed_in = [code(SETUP)], [code(SETUP)]
    for number, exercise in enumerate(EXERCISES.values()):
        checked = check(f"c{number}", exercise.check, points=1)
        lesson += [answer(f"a{number}", exercise.solution or exercise.answer), checked]
        handed_in += [answer(f"a{number}", exercise.answer), checked]
    result = grade(as_bytes(notebook(*handed_in)), read_spec(as_bytes(notebook(*lesson))))
    assert result.problem == ""
    place = list(EXERCISES).index("magics")
    assert result.findings == (
        f"c{place} ran in the student's own process, because it uses IPython's magics: its marks can be forged.",
    )
    return {name: result.cells[number] for number, name in enumerate(EXERCISES)}


@pytest.mark.parametrize("name", EXERCISES)
def test_a_check_gives_what_the_answer_deserves(name: str, graded: dict[str, CellMarks]) -> None:
    expected = (1, Outcome.PASSED) if EXERCISES[name].passes else (0, Outcome.FAILED)
    assert (graded[name].points, graded[name].outcome) == expected, graded[name].message


def test_where_nothing_fails_any_more_a_check_beside_the_students_code_earns_nothing() -> None:
    forged = "get_ipython().ast_transformers.append(type('T', (), {'visit': lambda s, tree: __import__('ast').Module([], [])})())"
    spec = read_spec(as_bytes(notebook(answer("a", "a = 1"), check("c", "%pwd\nassert a == 1"))))
    made = as_bytes(notebook(answer("a", forged), check("c", "%pwd\nassert a == 1")))
    (cell,) = grade(made, spec).cells
    assert (cell.points, cell.message) == (0, "A test that must fail has passed.")


HELPERS = (
    "def shifted(x=3):\n    return given(x) + 1\ndef is_right():\n    return np.all(shifted() == limit + 2)"
)
BELOW = "first = given(1)"


@pytest.mark.parametrize(
    ("given", "passes"), [("def given(x):\n    return x + 1", True), ("def given(x):\n    return 0", False)]
)
@pytest.mark.parametrize("above", [True, False], ids=["helpers above", "helpers below"])
def test_functions_of_the_lesson_that_call_an_answer_are_the_judges_own(
    above: bool, given: str, passes: bool
) -> None:
    cells = [code(SETUP), answer("a", "def given(x):\n    return x + 1"), code(f"{HELPERS}\n{BELOW}")]
    if above:
        cells.insert(1, code(HELPERS))
        cells[-1] = code(BELOW)
    checked = check("c", "assert is_right() and first == 2")
    spec = read_spec(as_bytes(notebook(*cells, checked)))
    forged = [*cells, code("def is_right(): return True\nshifted = is_right\nfirst = 2"), checked]
    forged[cells.index(next(cell for cell in cells if cell.id == "a"))] = answer("a", given)
    result = grade(as_bytes(notebook(*forged)), spec)
    assert [cell.outcome for cell in result.cells] == [Outcome.PASSED if passes else Outcome.FAILED]
    assert result.findings == ()


@pytest.mark.parametrize("changes", ["", "open('data.txt', 'w').write('0')\n"])
def test_a_file_that_the_judge_has_made_is_not_the_students(changes: str) -> None:
    cells = [
        answer("early", "open('early.txt', 'w').write('1')"),
        check("check_early", "assert open('early.txt').read() == '1'", points=1),
        code("data = 3\nopen('data.txt', 'w').write(str(data))"),
        answer("total", "total = 3"),
        check("check_total", "assert data and total == int(open('data.txt').read())", points=1),
        answer("late", "open('early.txt', 'w').write('2')"),
        check("check_late", "assert open('early.txt').read() == '2'", points=1),
    ]
    spec = read_spec(as_bytes(notebook(*cells)))
    cells[0] = answer("early", "open('early.txt', 'w').write('1')\nopen('data.txt', 'w').write('0')")
    cells[3] = answer("total", f"{changes}total = {0 if changes else 3}")
    result = grade(as_bytes(notebook(*cells)), spec)
    assert [cell.points for cell in result.cells] == [1, 0 if changes else 1, 1]


HAS_A_VARIABLE = (
    "def given():\n    limit = []\n    limit.append(3)\n    open('a', 'w').close()\n    return limit[0]"
)
BINDS_IT = (
    "limit = 4\ndef given(): return 4\nclass open:\n    __init__ = lambda *_: None\n    write = lambda *_: 4"
)


@pytest.mark.parametrize(("given", "points"), [(HAS_A_VARIABLE, 2), (BINDS_IT, 0)])
def test_a_name_stays_the_lessons_where_an_answer_has_a_variable_of_that_name(
    given: str, points: int
) -> None:
    checked = check("c", "assert given() == limit and open('b', 'w').write('abc') == limit")
    spec = read_spec(as_bytes(notebook(code(SETUP), answer("a", HAS_A_VARIABLE), checked)))
    made = as_bytes(notebook(code(SETUP), answer("a", given), checked))
    assert [cell.points for cell in grade(made, spec).cells] == [points]


SAYS_CHANGED = """import sys
side = sys.modules["grader.judge.student_side"]
side.Student._changed = lambda self, watched, writer: [
    (place, writer.value({"right": True, "_made_here": True})) for place in range(len(watched))
]
"""
EXAMINER = """class Examiner:
    def __init__(self):
        self.right = False
    def __call__(self, value):
        self.right = value == 42
examiner = Examiner()
tell(examiner)
assert examiner.right"""


@pytest.mark.parametrize(
    ("solution", "forged", "source"),
    [
        ("def tell(ask):\n    ask(42)", "def tell(ask):\n    pass", EXAMINER),
        (
            "number = 3\ndef tell(x):\n    pass",
            "class Lying:\n    def __abs__(self):\n        return 3\nnumber = Lying()\ndef tell(x):\n    pass",
            "tell(number)\nassert abs(number) == 3",
        ),
    ],
    ids=["what a function of the check's has noted", "what the check knows of an object"],
)
def test_an_answer_changes_nothing_but_the_data_that_it_was_given(
    solution: str, forged: str, source: str
) -> None:
    spec = read_spec(as_bytes(notebook(answer("a", solution), check("c", source))))
    assert [
        grade(as_bytes(notebook(answer("a", made), check("c", source))), spec).points
        for made in (solution, SAYS_CHANGED + forged)
    ] == [2, 0]


ROOT = "import numpy as np\ndef root(x):\n    if x >= 0:\n        return x**0.5\n    "
CATCHES_ALL = """try:
    root(-1)
    refused = False
except:
    refused = True
assert refused"""


@pytest.mark.parametrize(
    ("refuses", "points"),
    [
        ("raise ValueError", 2),
        ("return np.zeros(1, 'i4,i4')", 0),
        ("import os; os._exit(0)", 0),
        ("return 0", 0),
    ],
    ids=["raises", "gives what cannot be handed over", "ends its process", "gives a number"],
)
def test_what_ends_a_check_is_no_exception_of_the_answers(refuses: str, points: int) -> None:
    spec = read_spec(as_bytes(notebook(answer("a", ROOT + "raise ValueError"), check("c", CATCHES_ALL))))
    made = as_bytes(notebook(answer("a", ROOT + refuses), check("c", CATCHES_ALL)))
    assert grade(made, spec).points == points


BACK = "def back(*given):\n    return answer(back, *given) if given else answer(back)\nassert back() == 1"


@pytest.mark.parametrize(
    "made",
    [
        "def answer(f):\n    return f()",
        "import numpy as np\ndef answer(f, x=0):\n    return f(np.zeros(1, 'i4,i4'))",
        "def answer(f, *x):\n    try:\n        return f(1, *x)\n    except Exception:\n        return f()",
        "def answer(f):\n    while True:\n        try:\n            f()\n        except Exception:\n            pass",
    ],
    ids=["calls itself", "gives what cannot be handed over", "tries again", "tries for ever"],
)
def test_a_check_that_ends_while_its_function_is_called_costs_no_other(made: str) -> None:
    cells = check("c", BACK), answer("b", "b = 3"), check("c_b", "assert b == 3", points=1)
    spec = read_spec(as_bytes(notebook(answer("a", "def answer(f, *x):\n    return 1"), *cells)))
    graded = grade(as_bytes(notebook(answer("a", made), *cells)), spec, Limits(cell_seconds=30))
    assert [cell.points for cell in graded.cells] == [0, 1], graded.cells
    assert "took longer" not in graded.problem


@pytest.mark.parametrize("ends", ["raise SystemExit('wrong')", "pytest.fail('wrong')"])
def test_a_check_whose_own_function_ends_it_costs_no_other(ends: str) -> None:
    source = f"import pytest\ndef back(x):\n    if x != 1:\n        {ends}\nanswer(back)"
    cells = check("c", source), answer("b", "b = 3"), check("c_b", "assert b == 3", points=1)
    spec = read_spec(as_bytes(notebook(answer("a", "def answer(f):\n    f(1)"), *cells)))
    made = as_bytes(notebook(answer("a", "def answer(f):\n    f(2)"), *cells))
    graded = grade(made, spec, Limits(cell_seconds=30))
    assert (graded.cells[1].points, graded.problem) == (1, "")


def test_a_check_reads_a_file_of_the_lessons_whatever_became_of_the_students_copy() -> None:
    checked = check("c", "assert x == int(open('data.txt').read())")
    spec = read_spec(as_bytes(notebook(answer("a", "x = 1"), checked)))
    written = "open('data.txt', 'w').write('5')\nx = 5"
    assert [
        grade(as_bytes(notebook(answer("a", made), checked)), spec, files={"data.txt": b"1"}).points
        for made in ("x = 1", written)
    ] == [2, 0]


def test_the_lessons_own_files_leave_students_files_their_room() -> None:
    checked = check("c", "assert open('z/a.txt').read() == 'mine'")
    made = "import os\nos.mkdir('z')\nopen('z/a.txt', 'w').write('mine')"
    made_notebook = as_bytes(notebook(answer("a", made), checked))
    files = {f"{number}.txt": b"" for number in range(1100)} | {"large.bin": bytes(101 * 2**20)}
    assert grade(made_notebook, read_spec(made_notebook), files=files).points == 2


LYING = """class answer:
    def __init__(self, *_):
        pass
    def __sub__(self, other):
        return 0
    def __contains__(self, item):
        return True
    def __len__(self):
        return 2
    def __getitem__(self, place):
        return self
    def __round__(self, digits=0):
        return 9
    def items(self):
        return self
"""
HOLDS = "class answer:\n    def __init__(self, *items):\n        self.items = items\n    def __getitem__(self, place):\n        return self.items[place]"


@pytest.mark.parametrize(
    ("solution", "source"),
    [
        ("def answer(x):\n    return x**2", "assert abs(answer(3) - 9) < 1e-9"),
        ("def answer(x):\n    return x**2", "assert round(answer(3)) == 9"),
        ("def answer(x):\n    return ['a', 'b']", "assert 'a' in answer(3)"),
        ("def answer(x):\n    return ['a', 'b']", "assert len(answer(3)) == 2"),
        ("class answer:\n    def items(self):\n        return [1, 2]", "assert 2 in answer().items()"),
        (HOLDS, "assert abs(answer(3)[0] - 3) < 1e-9"),
    ],
    ids=["subtracted", "rounded", "looked into", "counted", "itself", "an item"],
)
def test_what_a_function_gives_is_no_number_by_the_word_of_its_class(solution: str, source: str) -> None:
    spec = read_spec(as_bytes(notebook(answer("a", solution), check("c", source))))
    assert [
        grade(as_bytes(notebook(answer("a", made), check("c", source))), spec).points
        for made in (solution, LYING)
    ] == [2, 0]


def test_a_generator_has_no_numbers_beyond_its_own() -> None:
    solution = "import numpy as np\nrandom = np.random.Generator(np.random.MT19937(1))\n"
    far = "state = random.bit_generator.state\nstate['state']['pos'] = 2**20\nrandom.bit_generator.state = state"
    source = "assert 0 <= random.random() < 1"
    spec = read_spec(as_bytes(notebook(answer("a", solution), check("c", source))))
    right, wrong = (
        grade(as_bytes(notebook(answer("a", made), check("c", source))), spec).cells[0]
        for made in (solution, solution + far)
    )
    assert (right.points, wrong.points) == (2, 0)
    assert "odd state" in wrong.message
