"""A notebook whose checks have changed gets what a whole run of it would give, for less."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode

from grader.grading.again import grade_again
from grader.grading.grade import grade_in
from grader.grading.graded import Again, Earlier, Extent, Graded
from grader.grading.setting import Setting
from grader.grading.spec import Spec, read_spec
from grader.limits import Limits
from suites.places import SOURCE
from suites.small_lessons import answer, as_bytes, check, code, handed_in, spec_of

SET_UP = code("import numpy as np\nlimit = 4")
DOUBLE = "def double(x):\n    return 2 * x"
# The same to look at, but for what comes after it.
REMEMBERS = "seen = []\ndef double(x):\n    seen.append(x)\n    return 2 * x"
BIG = "big = np.arange(3_000_000)"
LAST = check("check_last", "assert last == 3", hidden="assert last < 4")


def lesson(test: str, hidden: str = "", points: float = 2, *, solution: str = DOUBLE) -> Spec:
    """A lesson with one check to change, and one below it that stays."""
    return spec_of(
        SET_UP,
        answer("answer", solution),
        check("check", test, points, hidden),
        answer("last", "last = 3"),
        LAST,
    )


def setting_of(spec: Spec, **options: Any) -> Setting:
    return Setting(Limits(), spec.modules, **options)


def submission(spec: Spec, source: str, *added: NotebookNode) -> bytes:
    made = handed_in(spec, answer=source, last="last = 3\nprint('last')")
    made.cells[2:2] = [code("print('added', limit)")]
    made.cells.extend(added)
    return as_bytes(made)


def compared(graded: Graded) -> Any:
    """All that comes of grading, but how long it took and what is kept of it."""
    cells = [(each.name, each.points, each.possible, each.outcome, each.message) for each in graded.cells]
    slips = [(each.slips, each.relation) for each in graded.cells]
    visible = graded.visible and (
        graded.visible.notebook,
        marks(graded.visible.cells),
        graded.visible.problem,
    )
    return cells, slips, graded.notebook, visible, graded.findings, graded.unanswered, graded.problem


def marks(cells: Any) -> list[Any]:
    return [(each.name, each.points, each.possible, each.outcome, each.message) for each in cells]


def again(before: Spec, now: Spec, notebook: bytes, changed: str = "check") -> Graded | None:
    earlier = grade_in(setting_of(before), notebook, before)
    return grade_again(setting_of(now), notebook, now, Earlier(earlier, frozenset({changed})))


PLAIN = ("assert double(2) == 4", "")
WITH_HIDDEN = ("assert double(2) == 4", "assert double(731) == 1462")


@pytest.mark.parametrize(
    "wrong", ["", "def double(x):\n    return x + 2", "def double(x): raise ValueError(x)"]
)
@pytest.mark.parametrize(
    ("before", "now"),
    [
        (PLAIN, ("assert double(2) == 5, 'another sentence'", "")),
        (PLAIN, ("print('changed')\nassert double(2) == limit\nlimit", "")),
        (("assert double(2) == 5", ""), PLAIN),
        (WITH_HIDDEN, ("assert double(2) == 4, 'another sentence'", "assert double(731) == 1462, 'and here'")),
        (WITH_HIDDEN, ("assert double(2) == 4", "assert double(731) > 1e9")),
        (WITH_HIDDEN, ("assert double(2) == 5", WITH_HIDDEN[1])),
        (("1 if double(2) == 4 else 0.5", ""), ("0.25 if double(2) == 4 else 2", "")),
    ],
)  # fmt: skip
def test_a_check_that_asks_the_same_is_judged_without_the_students_process(
    before: tuple[str, str], now: tuple[str, str], wrong: str
) -> None:
    old, new = lesson(*before), lesson(*now)
    notebook = submission(old, wrong or DOUBLE)
    found = again(old, new, notebook)
    assert found is not None
    assert found.again is not None
    assert found.again.extent is Extent.CHECKS
    assert compared(found) == compared(grade_in(setting_of(new), notebook, new))


@pytest.mark.parametrize(
    ("before", "now", "source"),
    [
        # Another case, one case less, and another order.
        (PLAIN[0], "assert double(2) == 4 and double(3) == 6", DOUBLE),
        ("assert double(2) == 4 and double(3) == 6", PLAIN[0], DOUBLE),
        ("assert double(2) == 4 and double(3) == 6", "assert double(3) == 6 and double(2) == 4", DOUBLE),
        # What a later cell shows depends on what the check asks.
        (PLAIN[0], "assert double(3) == 6", REMEMBERS),
        # The student's own process has to run it.
        (PLAIN[0], "%pwd\nassert double(2) == 4", DOUBLE),
    ],
)
def test_a_check_that_asks_for_something_else_needs_a_whole_run(before: str, now: str, source: str) -> None:
    old, new = lesson(before), lesson(now)
    notebook = submission(old, source, code("print(globals().get('seen'))"))
    assert again(old, new, notebook) is None


def test_hidden_tests_that_are_met_only_now_need_a_whole_run() -> None:
    old, new = lesson("assert double(2) > 99", WITH_HIDDEN[1]), lesson(*WITH_HIDDEN)
    assert again(old, new, submission(old, DOUBLE)) is None


@pytest.mark.parametrize("hidden", ["", "assert big[-1] > 2", "assert big[-1] < 2"])
def test_a_check_that_looks_at_much_needs_the_cells_above_it_once_more(hidden: str) -> None:
    old, new = (
        lesson("assert big.sum() > 5", "assert big[-1] > 2" if hidden else "", solution=BIG),
        lesson("assert big.sum() > 5, 'changed'", hidden, solution=BIG),
    )
    notebook = submission(old, BIG + "\nprint('made')")
    found = again(old, new, notebook)
    assert found is not None
    assert found.again is not None
    assert found.again.extent is Extent.DOWN_TO_CHECKS
    assert compared(found) == compared(grade_in(setting_of(new), notebook, new))


def test_other_points_are_given_without_the_students_process() -> None:
    old, new = lesson(*WITH_HIDDEN), lesson(*WITH_HIDDEN, points=7)
    found = again(old, new, submission(old, DOUBLE))
    assert found is not None
    assert [(each.points, each.possible) for each in found.cells] == [(7, 7), (2, 2)]


def test_it_can_be_done_again_and_again() -> None:
    specs = [lesson(f"assert double(2) == 4, 'version {number}'") for number in range(3)]
    notebook = submission(specs[0], "def double(x):\n    return 5")
    graded = grade_in(setting_of(specs[0]), notebook, specs[0])
    for spec in specs[1:]:
        earlier = Earlier(graded, frozenset({"check"}))
        found = grade_again(setting_of(spec), notebook, spec, earlier)
        assert found is not None
        graded = found
    assert "version 2" in graded.cells[0].message
    whole = grade_in(setting_of(specs[2]), notebook, specs[2])
    assert compared(graded) == compared(whole)
    assert graded.cell_seconds + graded.remembered_seconds >= whole.cell_seconds / 3


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos._exit(1)",
        "open('made.txt', 'w').write('4')\n" + DOUBLE,
        "print(2 *",
    ],
)
def test_odd_answers_get_what_a_whole_run_gives(source: str) -> None:
    old, new = lesson(*PLAIN), lesson("import os\nassert double(2) == 4, os.listdir()")
    notebook = submission(old, source)
    found = again(old, new, notebook)
    whole = grade_in(setting_of(new), notebook, new)
    assert found is None or compared(found) == compared(whole)


def below(first: str, second: str) -> Spec:
    """A lesson with two checks that share the judge's process."""
    return spec_of(
        code("import warnings\nimport numpy as np\ncases = [2]"),
        answer("answer", DOUBLE),
        check("check", first),
        answer("last", "last = 3"),
        check("check_last", second),
    )


LIMIT = "limit = double(2)\nassert limit == 4"
SAME = "assert double(2) == 4"
OTHER = "assert double(2) == 4, 'changed'"


@pytest.mark.parametrize(
    ("old", "new", "second", "changed", "comes_out"),
    [
        (LIMIT, LIMIT + ", 'changed'", "assert last * limit == 12", "check", True),
        (LIMIT, OTHER, "assert last * limit == 12", "check", False),
        # What one check leaves, the other finds; only a whole run can say what comes of it then.
        (SAME, SAME + "\ncases.append(99)", "assert cases[-1] == 2 and last == 3", "check", False),
        (SAME, SAME + "\nwarnings.simplefilter('error')", "np.log(np.float64(0))\nassert last == 3", "check", False),
        (SAME, SAME + "\nopen('note', 'w').close()", "import os\nassert not os.path.exists('note')", "check", False),
        (SAME, SAME + "\nnp.four = 4", "assert hasattr(np, 'four')", "check", False),
        # Here the one above stays as it is, and has to be judged before the one that is changed.
        ("cases.append(4)\nassert double(2) == 4", OTHER, "assert last == cases[-1] - 1", "check_last", True),
        ("np.four = 4\nassert double(2) == 4", OTHER, "assert last == np.four - 1", "check_last", True),
        ("np.random.seed(5)\nassert double(2) == 4", OTHER, "assert last > np.random.rand()", "check_last", True),
        # A check that is emptied asks for nothing.
        (SAME, "", "assert last == 3", "check", False),
    ],
)  # fmt: skip
def test_checks_find_what_others_have_left(
    old: str, new: str, second: str, changed: str, comes_out: bool
) -> None:
    if changed == "check":
        specs = below(old, second), below(new, second)
    else:
        specs = below(old, second), below(old, second + ", 'changed'")
    notebook = as_bytes(handed_in(specs[0], answer=DOUBLE, last="last = 3"))
    found = again(*specs, notebook, changed)
    assert (found is not None) == comes_out
    assert found is None or compared(found) == compared(grade_in(setting_of(specs[1]), notebook, specs[1]))


@pytest.mark.parametrize(
    ("limits", "added"),
    [
        (Limits(output_mb=1), "\nprint('x' * 600_000)"),
        (Limits(notebook_seconds=3), "\nimport time\ntime.sleep(1.8)"),
    ],
)
def test_the_limits_of_a_whole_notebook_still_hold(limits: Limits, added: str) -> None:
    old, new = lesson(SAME), lesson(SAME + added)
    notebook = submission(old, DOUBLE + added)
    before = grade_in(Setting(limits, old.modules), notebook, old)
    earlier = Earlier(before, frozenset({"check"}))
    assert grade_again(Setting(limits, new.modules), notebook, new, earlier) is None


def test_a_check_whose_display_others_may_change_needs_a_whole_run() -> None:
    shown = SAME + "\nfrom IPython.display import display\ndisplay('one', display_id='d')"
    for old, new in ((shown, shown + "\nassert True"), (SAME, shown)):
        specs = lesson(old), lesson(new)
        assert again(*specs, submission(specs[0], DOUBLE)) is None


@pytest.mark.parametrize(("seconds", "points"), [(0.0, 2), (0.6, 0)])
def test_a_check_that_takes_the_time_finds_it_as_it_was(seconds: float, points: float) -> None:
    test = "import time\nstarted = time.perf_counter()\ndouble(2)\nassert time.perf_counter() - started < 0.5"
    old, new = lesson(test), lesson(test + ", 'It is slow.'")
    found = again(old, new, submission(old, f"import time\ndef double(x):\n    time.sleep({seconds})"))
    assert found is not None
    assert found.cells[0].points == points


# Functions that check cells hand over, and networks, histories and drawings.
@pytest.mark.parametrize(
    ("lesson", "alone"), [("03_gradient_descent", "check_slope"), ("06_digits", "check_plot_curves")]
)
def test_the_checks_of_a_lesson_find_again_what_its_solution_said(lesson: str, alone: str) -> None:
    notebook = (SOURCE / lesson / f"{lesson}.ipynb").read_bytes()
    spec = read_spec(notebook)
    graded = grade_in(setting_of(spec), notebook, spec)
    everything = frozenset(str(cell.name) for cell in spec.cells if cell.is_test)
    for names in (everything, frozenset({alone})):
        made = nbformat.reads(notebook.decode(), as_version=4)
        for cell in made.cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") in names:
                cell.source += "\n# changed"
        now = read_spec(as_bytes(made))
        found = grade_again(setting_of(now), notebook, now, Earlier(graded, names))
        assert found is not None
        assert found.again == Again(names, Extent.CHECKS)
        assert marks(found.cells) == marks(graded.cells)
        assert outputs(found.notebook) == outputs(graded.notebook)
        assert found.visible is not None
        assert graded.visible is not None
        assert outputs(found.visible.notebook) == outputs(graded.visible.notebook)


def outputs(notebook: NotebookNode) -> list[Any]:
    return [cell.get("outputs") for cell in notebook.cells]
