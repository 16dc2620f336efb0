"""A check that ends in a number gives that many points, and none where an answer makes it end in something else."""

from __future__ import annotations

import pytest

from grader.grading.grade import grade
from suites.small_lessons import answer, as_bytes, check, code, handed_in, spec_of, with_solution_run
from tests.grader.judge.exercises import Exercise, with_marks, without_marks

SQUARE = "def {0}(x):\n    return x * x"
NOTHING_OFF = "def {0}(x):\n    return 0.0"
SUM = "sum({0}(x) == x * x for x in range(4)) / 2"
OFF = "2 - {0}(3)"


def _part(name: str, right: str, wrong: str, value: str) -> tuple[str, Exercise]:
    gives = f"def {name}(x):\n    {wrong}"
    return name, Exercise(right.format(name), gives, value.format(name))


PARTS = dict(
    (
        _part("arrays", SQUARE, "return np.array([-1.0, -1.0])", SUM),
        _part("frames", SQUARE, "import pandas as pd\n    return pd.DataFrame([[7] * 4])", SUM),
        _part("clipped", NOTHING_OFF, "return np.array([9.0])", "2 * np.clip(1 - {0}(3), 0, 1)"),
        _part("series", NOTHING_OFF, "import pandas as pd\n    return pd.Series([50.0])", OFF),
        _part("decimals", NOTHING_OFF, "from decimal import Decimal\n    return Decimal(50)", OFF),
        _part("fractions", NOTHING_OFF, "from fractions import Fraction\n    return Fraction(50)", OFF),
        _part("complex_ones", NOTHING_OFF, "return complex(9, 9)", OFF),
        _part("beyond_floats", NOTHING_OFF, "return 10**400", OFF),
        _part("counted_up", SQUARE, "return np.arange(20.0)",
              "score = 0\nfor x in range(4):\n    score += 0.5 * ({0}(x) == x * x)\nscore"),
    )
)  # fmt: skip


@pytest.mark.parametrize(
    "nothing", ["from fractions import Fraction\n    return Fraction(0)",
                "from decimal import Decimal\n    return Decimal(0)", "return np.array(0.0)", "return np.float32(0)"],
)  # fmt: skip
@pytest.mark.parametrize("value", [OFF, "abs({0}(3)) + 2", "np.asarray(float({0}(3)) + 2)"])
def test_numbers_of_other_kinds_are_numbers(nothing: str, value: str) -> None:
    right = f"def off(x):\n    {nothing}"
    spec = with_solution_run(
        spec_of(
            code("import numpy as np"),
            answer("off", NOTHING_OFF.format("off")),
            check("ends", value.format("off")),
        )
    )
    assert [cell.points for cell in grade(as_bytes(handed_in(spec, off=right)), spec).cells] == [2]


def test_a_number_is_the_only_way_to_part_marks() -> None:
    assert without_marks(PARTS) == {}
    assert with_marks(PARTS) == set()


@pytest.mark.parametrize(
    ("released", "hidden"),
    [
        ("score = right(1) == 1", "score += right(3) == 9\nscore"),
        ("right(1) == 1", "right(2)\nscore = 2\nscore"),
    ],
)
def test_only_the_whole_check_has_to_end_in_a_number(released: str, hidden: str) -> None:
    solution = SQUARE.format("right")
    spec = with_solution_run(spec_of(answer("right", solution), check("ends", released, hidden=hidden)))
    assert [cell.points for cell in grade(as_bytes(handed_in(spec, right=solution)), spec).cells] == [2]
    shown = grade(as_bytes(handed_in(spec, right=solution)), spec.as_released())
    assert [cell.points for cell in shown.cells] == [2]


def test_a_check_whose_solution_ends_in_something_else_gives_all_points() -> None:
    spec = with_solution_run(
        spec_of(
            code("import numpy as np"),
            answer("counted", "def counted():\n    return np.arange(3)"),
            check("shown", "assert len(counted()) == 3\ncounted()"),
        )
    )
    other = "def counted():\n    return [4, 5, 6]"
    assert [cell.points for cell in grade(as_bytes(handed_in(spec, counted=other)), spec).cells] == [2]
