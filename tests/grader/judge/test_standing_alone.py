"""Which checks can be judged without the others of their lesson, by their text."""

from __future__ import annotations

import pytest

from grader.grading.spec import Spec
from suites.small_lessons import answer, check, code, spec_of

SET_UP = code(
    "import os\nimport warnings\nimport matplotlib.pyplot as plt\nimport numpy as np\n"
    "from helpers.lessons.welcome import exercises\nlimit = 4\ncases = [2]\nfor i in cases:\n    pass\n"
    "def near(a, b):\n    return abs(a - b) < 1e-9"
)
ALONE = (
    "assert double(2) == 4",
    "assert abs(double(2) - 4) < 1e-9, f'{double(2)} is not 4'",
    "exercises.greeting.check(double)",
    "x = np.array([1.0, 2.0])\nx[0] = 3\nassert np.allclose(double(x), 2 * x)",
    "try:\n    double(-1)\nexcept ValueError:\n    pass\nelse:\n    raise AssertionError('no error')",
    "for i in range(5):\n    assert double(i) == 2 * i",
    "assert [double(i) for i in range(3)] == [0, 2, 4]",
    "assert max((1, 2), key=lambda i: double(i)) == 2",
    "import math\nassert math.isclose(double(1.5), 3)",
    "assert getattr(double, 'name', 'double') == 'double'\n0.5",
)
NOT_ALONE = (
    # They read what others may have changed, or change what others read.
    "assert double(2) == limit",
    "limit += 1",
    "assert double(i) > 1\ni = 3",
    "cases.append(4)\nassert double(2) == 4",
    "cases[0] = 1",
    "double(cases)",
    "assert near(double(2), 4)",
    "del cases",
    "global other\nother = 1",
    # Settings, random numbers, files and modules.
    "np.four = 4",
    "np.random.seed(1)",
    "chance = np.random\nchance.seed(1)",
    "from numpy.random import seed\nseed(1)",
    "import numpy.random as chance",
    "np.set_printoptions(precision=2)",
    "with np.errstate(all='raise'):\n    double(2)",
    "np.loadtxt('made.txt')",
    "open('made.txt', 'w')",
    "os.chdir('/')",
    "warnings.simplefilter('error')",
    "plt.rcParams['lines.color'] = 'red'",
    "import random\nrandom.seed(1)",
    "from helpers import *",
    "exercises.greeting.tolerance = 1",
    "exercises.__dict__.update(tolerance=1)",
    "exercises.cases.append(1)",
    # Ways to everything.
    "getattr(np, 'random').seed(1)",
    "getattr(np, 'ran' + 'dom').seed(1)",
    "getattr(np, '__dict__')",
    "setattr(np, 'four', 4)",
    "vars(np)['four'] = 4",
    "exec('limit = 5')",
    "class Own:\n    pass",
    "print(_)",
    "%pwd",
    "assert double(2",
)


def lesson(test: str) -> Spec:
    return spec_of(
        SET_UP,
        answer("answer", "def double(x):\n    return 2 * x"),
        check("check", test),
        answer("last", "last = 3"),
        check("check_last", "assert last == 3"),
    )


@pytest.mark.parametrize("test", ALONE)
def test_it_leaves_nothing_behind_and_reads_nothing_of_others(test: str) -> None:
    assert lesson(test).checks_stand_alone


@pytest.mark.parametrize("test", NOT_ALONE)
def test_there_is_a_doubt(test: str) -> None:
    assert not lesson(test).checks_stand_alone


def test_a_name_that_another_check_reads_is_left_behind() -> None:
    spec = spec_of(
        answer("answer", "def double(x):\n    return 2 * x"),
        check("check", "four = double(2)"),
        answer("last", "last = 3"),
        check("check_last", "assert last < four"),
    )
    assert not spec.checks_stand_alone
