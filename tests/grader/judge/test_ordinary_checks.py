"""Checks as courses of others write them go to the judge, which tells right answers from wrong ones."""

from __future__ import annotations

import pytest

from grader.grading.grade import grade
from grader.grading.graded import Graded
from suites.small_lessons import answer, as_bytes, check, code, handed_in, spec_of
from tests.grader.judge.exercises import Exercise, graded, with_marks

HELLO = "def hello(name):\n    print('Hello,', name)"
BYE = "def hello(name):\n    print('Bye,', name)"
ASK = "def ask():\n    return int(input('How many? ')) + 1"
SQUARES = "def squares(n):\n    for number in range(n):\n        yield number**2"
SHORT = """class Short(Exception):
    def __init__(self, lacks):
        super().__init__(f"{lacks} short")
        self.lacks = lacks
def pay(amount):
    raise Short(amount)"""
PURSE = """class Purse:
    def __init__(self):
        self.coins = 0
    def put(self, coins):
        self.coins += coins
    def __repr__(self):
        return f"Purse({self.coins})"
"""
PLACE = """class Place:
    def __init__(self, x):
        self.x = x
    def __eq__(self, other):
        return self.x == other.x
    def __hash__(self):
        return hash(self.x)"""
COUNTED = """class Dog:
    number = 0
    def __init__(self):
        Dog.number += 1"""
EXERCISES = {
    "printed_redirected": Exercise(
        HELLO,
        BYE,
        "import io\nfrom contextlib import redirect_stdout\nwith redirect_stdout(io.StringIO()) as printed:\n"
        "    hello('Bo')\nassert printed.getvalue() == 'Hello, Bo\\n'",
    ),
    "printed_before_an_error": Exercise(
        HELLO + "\n    raise ValueError(name)",
        BYE + "\n    raise ValueError(name)",
        "import io, sys\nkept, sys.stdout = sys.stdout, io.StringIO()\ntry:\n    hello('Bo')\nexcept ValueError:\n"
        "    pass\nfinally:\n    printed, sys.stdout = sys.stdout.getvalue(), kept\nassert printed == 'Hello, Bo\\n'",
    ),
    "printed_by_a_generator": Exercise(
        "def count():\n    print(1)\n    yield 1",
        "def count():\n    yield 1",
        "import io\nfrom contextlib import redirect_stdout\nwith redirect_stdout(io.StringIO()) as printed:\n"
        "    list(count())\nassert printed.getvalue() == '1\\n'",
    ),
    "print_replaced": Exercise(
        HELLO,
        BYE,
        "from unittest.mock import patch\nwith patch('builtins.print') as printed:\n    hello('Bo')\n"
        "printed.assert_called_once_with('Hello,', 'Bo')",
    ),
    "input_replaced": Exercise(
        ASK,
        ASK.replace("+ 1", "+ 2"),
        "from unittest.mock import patch\nwith patch('builtins.input', return_value='4') as asked:\n"
        "    assert ask() == 5\nasked.assert_called_once()",
    ),
    "input_replaced_and_put_back": Exercise(
        ASK,
        ASK.replace("+ 1", "+ 2"),
        "import builtins\nkept, builtins.input = builtins.input, lambda question: '4'\nassert ask() == 5\n"
        "builtins.input = kept\ntry:\n    ask()\nexcept Exception:\n    pass\n"
        "else:\n    assert False",
    ),
    "a_date": Exercise(
        "import datetime\nday = datetime.date(2024, 2, 29)",
        "import datetime\nday = datetime.date(2024, 3, 1)",
        "import datetime\nassert day == datetime.date(2024, 2, 29)",
    ),
    "dates_and_times_handed_over": Exercise(
        "def later(moment, by):\n    return moment + by",
        "def later(moment, by):\n    return moment - by",
        "from datetime import datetime, time, timedelta\n"
        "assert later(datetime(2024, 1, 2, 3, 4), timedelta(1, 2, 3)) == datetime(2024, 1, 3, 3, 4, 2, 3)",
    ),
    "a_path": Exercise(
        "from pathlib import Path\npath = Path('data') / 'digits.csv'",
        "path = 'data/digits.csv'",
        "from pathlib import Path\nassert path == Path('data/digits.csv')\nassert path.suffix == '.csv'",
    ),
    "a_named_tuple": Exercise(
        "from collections import namedtuple\nPoint = namedtuple('Point', 'x y')\npoint = Point(1, 2)",
        "point = (1, 2)",
        "assert (point.x, point.y) == point == (1, 2)\nassert repr(point) == 'Point(x=1, y=2)'",
    ),
    "a_counter": Exercise(
        "from collections import Counter\ndef count(text):\n    return Counter(text)",
        "def count(text):\n    return {each: text.count(each) for each in text}",
        "assert count('aab').most_common(1) == [('a', 2)]\nassert count('aab')['z'] == 0",
    ),
    "a_generator_function": Exercise(
        SQUARES,
        "def squares(n):\n    return [number**2 for number in range(n)]",
        "import inspect, types\nassert inspect.isgeneratorfunction(squares)\n"
        "assert isinstance(squares(2), types.GeneratorType)\nassert list(squares(3)) == [0, 1, 4]",
    ),
    "what_a_function_takes": Exercise(
        "def power(base, exponent=2):\n    return base**exponent",
        "def power(base, exponent=3):\n    return base**exponent",
        "import inspect\nassert inspect.isfunction(power)\nassert power.__code__.co_argcount == 2\n"
        "assert inspect.signature(power).parameters['exponent'].default == 2",
    ),
    "a_frame_of_groups": Exercise(
        "import pandas as pd\nframe = pd.DataFrame({'a': [1, 1, 2], 'b': [1, 2, 3], 'c': [4, 5, 6]})\n"
        "groups = frame.groupby(['a', 'b']).sum()",
        "import pandas as pd\nframe = pd.DataFrame({'a': [1, 1, 2], 'b': [1, 2, 3], 'c': [4, 5, 6]})\n"
        "groups = frame.groupby('a').sum()",
        "assert groups.index.names == ['a', 'b']\nassert groups.loc[(1, 2), 'c'] == 5",
    ),
    "categories": Exercise(
        "import pandas as pd\nsizes = pd.Series(pd.Categorical(['s', 'l', 's'], ['s', 'm', 'l'], ordered=True))",
        "import pandas as pd\nsizes = pd.Series(['s', 'l', 's'])",
        "assert list(sizes.cat.categories) == ['s', 'm', 'l']\nassert list(sizes < 'm') == [True, False, True]",
    ),
    "bars_with_names": Exercise(
        "import matplotlib.pyplot as plt\n_, ax = plt.subplots()\nbars = ax.bar(['a', 'b'], [3, 4])",
        "import matplotlib.pyplot as plt\n_, ax = plt.subplots()\nbars = ax.bar([0, 1], [3, 4])",
        "assert [tick.get_text() for tick in ax.get_xticklabels()] == ['a', 'b']",
    ),
    "a_file_under_the_same_name": Exercise(
        "with open('out.txt', 'w') as file:\n    file.write('done')",
        "with open('out.txt', 'w') as file:\n    file.write('not done')",
        "with open('out.txt') as file:\n    assert file.read() == 'done'",
    ),
    "a_moment_of_pandas": Exercise(
        "import pandas as pd\nday = pd.Timestamp('2024-01-02 03:04', tz='UTC')\ngone = [pd.NaT, pd.Timedelta('1h')]",
        "import pandas as pd\nday = pd.Timestamp('2024-01-03 03:04', tz='UTC')\ngone = [None, pd.Timedelta('1h')]",
        "import pandas as pd\nassert day == pd.Timestamp('2024-01-02 03:04', tz='UTC') and day.year == 2024\n"
        "assert gone[0] is pd.NaT and gone[1].total_seconds() == 3600",
    ),
    "what_an_exception_holds": Exercise(
        SHORT,
        SHORT.replace("lacks = lacks", "lacks = 0"),
        "try:\n    pay(5)\nexcept Short as error:\n    assert error.lacks == 5 and error.args == ('5 short',)\n"
        "else:\n    assert False",
    ),
    "shown_as_it_is_now": Exercise(
        PURSE,
        PURSE.replace("+=", "-="),
        "purse = Purse()\npurse.put(3)\nassert repr(purse) == 'Purse(3)' and str(purse) == 'Purse(3)'",
    ),
    "equal_ones_in_a_set": Exercise(
        PLACE, PLACE.replace("hash(self.x)", "id(self)"), "assert len({Place(1), Place(1), Place(2)}) == 2"
    ),
    "an_attribute_of_a_class": Exercise(
        COUNTED, COUNTED.replace("+= 1", "= 1"), "Dog.number = 0\nDog()\nDog()\nassert Dog.number == 2"
    ),
    "all_names": Exercise(
        "total = 7",
        "sum_of_all = 7",
        "assert 'total' in globals()\nassert 'total' in dir()",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def right() -> Graded:
    return graded(EXERCISES, {name: exercise.right for name, exercise in EXERCISES.items()})


def test_right_answers_get_all_points_from_the_judge(right: Graded) -> None:
    assert {cell.name: cell.message for cell in right.cells if cell.points != cell.possible} == {}
    assert right.findings == ()


def test_what_a_check_looks_at_is_not_shown(right: Graded) -> None:
    shown = [str(cell.outputs) for cell in right.notebook.cells if "nbgrader" in cell.metadata]
    assert shown
    assert not [each for each in shown if "Hello" in each or "How many" in each]


def test_wrong_answers_get_none() -> None:
    assert with_marks(EXERCISES) == set()


FAKES = """from collections import namedtuple
Fake = namedtuple("Fake", "predict weights")
model = Fake(lambda images: [1] * len(images), 3)"""
LIES = """class Lying(type):
    def __len__(cls):
        return 3
    def __getitem__(cls, place):
        return place
    def __iter__(cls):
        return iter([3, 1, 2])
def ordered(numbers):
    return Lying("Result", (), {})"""
LINE = """class LinearRegression:
    __module__ = "sklearn.linear_model._base"
    def score(self, x, y):
        return 1.0
line = LinearRegression()"""
HIDES = "import numpy as np\ndef triple(x):\n    return np.ma.masked_all(len(x))"


@pytest.mark.parametrize(
    ("name", "solution", "fake", "check_source"),
    [
        ("model", "model = 1", FAKES, "assert model.predict([1, 2]) == [1, 1]"),
        (
            "ordered",
            "ordered = sorted",
            LIES,
            "result = ordered([3, 1, 2])\nassert len(result) == 3 and sorted(result) == [1, 2, 3]\n"
            "assert result[0] < result[1] < result[2]",
        ),
        (
            "line",
            "line = 1",
            LINE,
            "from sklearn.linear_model import LinearRegression\nassert isinstance(line, LinearRegression)\n"
            "assert line.score([[1]], [1]) > 0.9",
        ),
        (
            "added",
            "def added(frame):\n    return frame.assign(b=1)",
            "class Frame:\n    def equals(self, other):\n        return True\ndef added(frame):\n    return Frame()",
            "import pandas as pd\nframe = pd.DataFrame({'a': [1]})\n"
            "assert added(frame).equals(pd.DataFrame({'a': [1], 'b': [1]}))",
        ),
        (
            "are_positive",
            "import numpy as np\ndef are_positive(x):\n    return np.array(x) > 0",
            "class Yes:\n    def all(self, *_, **__):\n        return True\ndef are_positive(x):\n    return Yes()",
            "assert are_positive([1, 2]).all()",
        ),
        (
            "triple",
            "def triple(x):\n    return 3 * x",
            HIDES,
            "import numpy as np\nnp.testing.assert_allclose(triple(np.arange(1.0, 4)), [3, 6, 9])",
        ),
    ],
)
def test_nothing_passes_for_what_it_is_not(name: str, solution: str, fake: str, check_source: str) -> None:
    spec = spec_of(code("pass"), answer(name, solution), check(f"check_{name}", check_source))
    assert grade(as_bytes(handed_in(spec, **{name: fake})), spec).points == 0


# What says no of a right answer, and must not say so of a wrong one without asking it.
NEGATIVE = {
    "not equal to a number": (
        "class P:\n    def __init__(self, x):\n        self.x = x\n    def __eq__(self, other):\n"
        "        return isinstance(other, P) and self.x == other.x",
        "class P:\n    def __init__(self, x):\n        self.x = x\n    def __eq__(self, other):\n"
        "        return self.x == getattr(other, 'x', other)",
        "assert P(1) == P(1)\nassert not P(1) == 1",
    ),
    "not to be ordered among numbers": (
        "class R:\n    def __init__(self, x):\n        self.x = x\n    def __lt__(self, other):\n"
        "        return self.x < other.x if isinstance(other, R) else NotImplemented",
        "class R:\n    def __init__(self, x):\n        self.x = x\n    def __lt__(self, other):\n"
        "        return self.x < getattr(other, 'x', other)",
        "assert R(1) < R(2)\ntry:\n    R(1) < 5\nexcept TypeError:\n    pass\nelse:\n    assert False",
    ),
    "no password among its attributes": (
        "class User:\n    def __init__(self, password):\n        self.length = len(password)",
        "class User:\n    def __init__(self, password):\n        self.password = password",
        "assert 'password' not in vars(User('x'))",
    ),
    "no attribute with a hidden name": (
        "class A:\n    def __init__(self):\n        self._A__b = 1",
        "class A:\n    pass\nsetattr(A, '__b', 1)",
        "assert not hasattr(A(), '__b')",
    ),
}


@pytest.mark.parametrize("name", NEGATIVE)
def test_what_must_not_be_is_asked_for(name: str) -> None:
    right, wrong, test = NEGATIVE[name]
    spec = spec_of(answer("answer", right), check("check_answer", test))
    points = [grade(as_bytes(handed_in(spec, answer=source)), spec).points for source in (right, wrong)]
    assert points == [2, 0]
