"""An exercise is data plus one solution: what the build makes of it, and what it refuses."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest

from grader.authoring import tables
from grader.authoring.lesson_source import LessonSource, State
from grader.authoring.working_out import EXERCISES
from grader.grading.hidden_cases import MADE, hidden_in, with_hidden, without_hidden
from tests.conftest import LESSONS, ROOT
from tests.grader.authoring.trial_course import ANSWER, EXERCISE, TEXT, Trial


@pytest.fixture(scope="module")
def _built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    trial = Trial(tmp_path_factory.mktemp("built") / "course")
    trial.write(TEXT, EXERCISE)
    result = trial.run("build")
    assert result.returncode == 0, result.stderr
    return trial.folder


@pytest.fixture
def built(_built: Path, tmp_path: Path) -> Trial:
    """The course with the exercise that docs/lessons.md shows, built; to be spoilt at will."""
    trial = Trial(tmp_path / "course")
    shutil.copytree(_built, trial.folder, dirs_exist_ok=True)
    return trial


# What an exercise costs, and what the build makes of it


def test_a_new_exercise_costs_at_most_sixty_lines_in_two_files() -> None:
    written = [line for line in (TEXT + EXERCISE).splitlines() if line.strip()]
    assert len(written) <= 60
    assert EXERCISE.count('{"values"') == 6
    assert EXERCISE.count("Slip(") == 6


def test_the_table_holds_what_solution_and_slips_give(built: Trial) -> None:
    (entry,) = json.loads(built.table.read_text(encoding="utf-8"))["exercises"]
    assert (entry["name"], entry["kind"], entry["points"]) == ("rms", "function", 3)
    assert [case["expected"] for case in entry["cases"]][1] == 2.0
    first = entry["cases"][0]
    assert first["expected"] == pytest.approx(10**0.5)
    assert first["slipped"][:2] == pytest.approx([10.0, (2 / 3) ** 0.5])
    assert first["slipped"][5] == {"array": [1.0, 5.0, 2.0], "dtype": "float64"}


def test_checks_of_the_built_notebook_name_slips_in_visible_and_hidden_cases(built: Trial) -> None:
    assert built.answered("rms = lambda values: np.sqrt(np.mean(values**2))") == "✓ rms: right.\n"
    said = built.answered("rms = lambda values: np.mean(values**2)")
    assert "With values=[1, -5, 2] expected 3.16228, and got 10.\nThat is the mean of the squares." in said
    halves = built.answered("rms = lambda values: np.sqrt(np.mean(values**2)) / 2")
    assert halves.endswith("In all three cases yours is half of what is expected.\n")
    hidden = built.answered(
        "def rms(values):\n    root = np.sqrt(np.mean(values**2))\n"
        "    return root**2 if values[0] in (3, -1, 2) and len(values) != 2 else root"
    )
    assert "✓ rms: right." in hidden
    assert "With values=[3] expected 3, and got 9." in hidden
    assert hidden.endswith("That is the mean of the squares. One step is left.\n")


def test_results_with_names_nan_whole_numbers_functions_and_slips_that_stop(tmp_path: Path) -> None:
    trial = Trial(tmp_path / "course")
    trial.write(
        ANSWER.format(name="ends", solution="return np.min(x), np.max(x)"),
        """\
ends = Function(
    results=("low", "high"),
    cases=[{"x": np.array([3, 1, 2])}, {"x": np.array([0.5, np.inf])}, {"x": np.array([np.nan, 2.0])}],
    hidden=[{"x": np.array([-7, -8])}],
    slips=[
        Slip("swapped", "ends(x)[::-1]", "Swap them."),
        Slip("nan left out", lambda x: (np.nanmin(x), np.nanmax(x)), "Where there is nan, nothing else is known."),
        Slip("one too far", "(x[len(x)], x[0])", "Places are counted from 0."),
    ],
    hints=("Look at both ends.", "Take np.min and np.max."),
)
""",
    )
    result = trial.run("build")
    assert result.returncode == 0, result.stderr
    (entry,) = json.loads(trial.table.read_text(encoding="utf-8"))["exercises"]
    assert [case["arguments"]["x"] for case in entry["cases"]] == [
        {"array": [3, 1, 2], "dtype": "int64"},
        {"array": [0.5, "inf"], "dtype": "float64"},
        {"array": ["nan", 2.0], "dtype": "float64"},
    ]
    assert entry["cases"][1]["expected"] == {"tuple": [0.5, {"float": "inf"}]}
    assert entry["cases"][2]["slipped"][1] == {"tuple": [2.0, 2.0]}
    assert entry["cases"][0]["slipped"][2]["stops"][0] == "IndexError"
    assert trial.answered("ends = lambda x: [np.min(x), np.max(x)]", "ends") == "✓ ends: right.\n"
    for answer, said in (
        ("lambda x: (np.max(x), np.min(x))", "expected low = 1, and got 3.\nSwap them.\n"),
        (
            "lambda x: (np.nanmin(x), np.nanmax(x))",
            "expected low = nan, and got 2.\nWhere there is nan, nothing",
        ),
        ("lambda x: (x[len(x)], x[-1])", "Places are counted from 0.\n"),
        ("lambda x: x[0]", "expected 2 results, and got 3 of type int64. End with: return low, high."),
    ):
        assert said in trial.answered(f"ends = {answer}", "ends")


def test_the_release_holds_no_hidden_case_and_no_code_of_a_slip(built: Trial) -> None:
    assert built.run("release").returncode == 0
    released = (built.folder / "notebooks" / "01_trial" / "01_trial.ipynb").read_text(encoding="utf-8")
    assert "check_hidden" not in released
    assert MADE not in released
    check = next(cell for cell in nbformat.reads(released, as_version=4).cells if cell.id == "check_rms")
    assert check.source == "exercises.rms.check(rms)"
    assert not list((built.folder / "notebooks").rglob("*.py"))


def test_the_text_survives_the_way_through_the_notebook(built: Trial) -> None:
    notebook = nbformat.read(built.notebook, as_version=4)
    notebook.cells[0].source += "\nprint('edited')"
    nbformat.write(notebook, built.notebook)
    text = built.lesson / "01_trial.py"
    before = text.read_text(encoding="utf-8")
    assert built.run("sync", "01_trial").returncode == 0
    assert text.read_text(encoding="utf-8") == before.replace(
        "trial import exercises\n", "trial import exercises\nprint('edited')\n"
    )


def test_hidden_cases_come_out_of_a_check_as_they_went_in() -> None:
    cases = [{"arguments": {"x": {"array": list(range(60)), "dtype": "int64"}}, "expected": {"float": "nan"}}]
    source = "exercises.rms.check(rms)"
    assert without_hidden(with_hidden(source, "rms", cases)) == source
    assert hidden_in(with_hidden(source, "rms", cases)) == cases
    by_hand = "check()\n### BEGIN HIDDEN TESTS\nassert True\n### END HIDDEN TESTS"
    assert without_hidden(by_hand) == by_hand


# What is stale


def test_numbers_that_differ_in_the_last_digits_stay(built: Trial) -> None:
    text = built.table.read_text(encoding="utf-8")
    other = text.replace("3.1622776601683795", "3.1622776601683799")
    other = other.replace("3.1622776601683795", "3.162277660168")
    assert other != text
    built.table.write_text(other, encoding="utf-8")
    assert built.run("build").returncode == 0
    assert built.table.read_text(encoding="utf-8") == other


@pytest.mark.parametrize("spoil", ["number", "advice", "table", "hidden", "exercises"])
def test_what_was_changed_by_hand_is_noticed_and_built_again(built: Trial, spoil: str) -> None:
    before = built.table.read_bytes(), built.notebook.read_bytes()
    table, notebook = before[0].decode(), before[1].decode()
    if spoil == "number":
        built.table.write_text(table.replace('"expected": 2.0', '"expected": 2.5'), encoding="utf-8")
    elif spoil == "advice":
        built.table.write_text(table.replace("One step is left.", "All is lost."), encoding="utf-8")
    elif spoil == "table":
        built.table.unlink()
    elif spoil == "hidden":
        built.notebook.write_text(notebook.replace("'expected': 3.0", "'expected': 9.0"), encoding="utf-8")
    else:
        path = built.lesson / EXERCISES
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    released = built.run("release")
    assert released.returncode == 1
    assert "Build it first" in released.stderr
    assert built.run("build").returncode == 0
    assert built.table.read_bytes() == before[0]
    if spoil != "exercises":
        assert built.notebook.read_bytes() == before[1]


@pytest.mark.parametrize(
    "lesson", [name for name in LESSONS if (ROOT / "source" / name / EXERCISES).exists()]
)
def test_the_tables_of_the_course_are_what_a_build_works_out_now(lesson: str) -> None:
    source = LessonSource(ROOT / "source" / lesson)
    assert source.state() is State.FRESH
    assert not tables.is_stale(source.folder, source.built()), "stale: run make notebooks"


# What the build refuses


def function(name: str, **changed: str) -> str:
    parts = {
        "cases": "[{'x': 1.0}, {'x': 3.0}]",
        "hidden": "[{'x': 2.0}]",
        "slips": "[Slip('negative', '-x', 'Look at the sign.')]",
        "hints": "('One.', 'Two.')",
        **changed,
    }
    return f"{name} = Function({', '.join(f'{key}={value}' for key, value in parts.items())})\n"


BAD = {
    "no_case": (function("no_case", cases="[]"), "return x", "it has no visible case."),
    "no_hidden": (function("no_hidden", hidden="[]"), "return x", "it has no hidden case."),
    "right_slip": (
        function("right_slip", slips="[Slip('by one', 'x / 1', 'Not so.')]"),
        "return x",
        "the slip 'by one' gives the right result in every case.",
    ),
    "same_case": (
        function("same_case", hidden="[{'x': 3.0}]"),
        "return x",
        "hidden case 1 is visible case 2.",
    ),
    "stops": (function("stops"), "return 1 / (x - 3)", "its solution stops with ZeroDivisionError"),
    "gives_nothing": (
        function("gives_nothing"),
        "pass",
        "its solution fails: With x=1 expected None, and got None.",
    ),
    "twice": (function("twice") * 2, "return x", "two exercises have this name."),
    "unknown_name": (
        function("unknown_name", slips="[Slip('typing', 'y + 1', 'Mind the name.')]"),
        "return x",
        "the slip 'typing' cannot be run: NameError: name 'y' is not defined",
    ),
    "unknown_part": (
        function("unknown_part", slips="[Slip('typing', 'np.summ(x)', 'Mind the name.')]"),
        "return x",
        "the slip 'typing' cannot be run: AttributeError: module 'numpy' has no attribute 'summ'",
    ),
    "one_hint": (function("one_hint", hints="('One.',)"), "return x", "it needs two hints."),
    "arguments": (
        function("arguments", hidden="[{'z': 2.0}]"),
        "return x",
        "its cases do not all have the same arguments in the same order.",
    ),
    "no_earlier": (
        function("no_earlier", earlier="Earlier('later', ('x',), ('y',))", arguments="('x',)"),
        "return x",
        "no cell above it makes a function later.",
    ),
    "no_argument": (
        function("no_argument", earlier="Earlier('twice_x', ('x',), ('y',))", arguments="('z',)"),
        "return x",
        "neither its cases nor twice_x give its argument z.",
    ),
    "no_number": (
        "no_number = Numbers(names=('area',), hints=('One.', 'Two.'))\n",
        "return x",
        "its solution makes no number area.",
    ),
}


def problems_of(trial: Trial) -> list[str]:
    result = trial.run("build")
    assert result.returncode == 1
    return result.stderr.strip().splitlines()


def test_each_mistake_of_an_author_is_one_line_with_file_and_exercise(tmp_path: Path) -> None:
    trial = Trial(tmp_path / "course")
    late = {name: bad for name, bad in BAD.items() if name != "twice"}
    trial.write(
        "# %%\ndef twice_x(x):\n    return 2 * x\n\n"
        + "".join(ANSWER.format(name=name, solution=solution) for name, (_, solution, _) in late.items()),
        "".join(written for written, _, _ in late.values()),
    )
    problems = problems_of(trial)
    for name, (_, _, problem) in late.items():
        mine = [line for line in problems if f"{EXERCISES}: {name}: " in line]
        assert len(mine) == 1, problems
        assert problem in mine[0]
    assert not trial.table.exists()
    assert not trial.notebook.exists()


NUMBERS = """\
# %% nbgrader={"grade": false, "grade_id": "area", "locked": false, "schema_version": 3, "solution": true, "task": false}
square = root = ...
### BEGIN SOLUTION
square = 3.0**2
root = square**0.5
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_area", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
exercises.area.check(square, root)

"""


def numbers(wrong: str) -> str:
    slip = f"Slip('doubled', {wrong!r}, 'A square is no double.')"
    return f"area = Numbers(names=('square', 'root'), slips=[{slip}], hints=('One.', 'Two.'))\n"


def test_a_slip_changes_a_number_and_the_solution_works_out_the_next_one(tmp_path: Path) -> None:
    trial = Trial(tmp_path / "course")
    trial.write(NUMBERS, numbers("square = 6.25"))
    assert trial.run("build").returncode == 0
    (entry,) = json.loads(trial.table.read_text(encoding="utf-8"))["exercises"]
    assert (entry["expected"], entry["slipped"]) == ([["square", 9.0], ["root", 3.0]], [[6.25, 2.5]])
    assert trial.answered("square, root = 9, 3", "area") == "✓ area: right.\n"
    assert "A square is no double." in trial.answered("square, root = 6.25, 2.5", "area")


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ("square = 9.0", "the slip 'doubled' gives the right numbers."),
        ("square = cube", "the slip 'doubled' cannot be run: NameError: name 'cube' is not defined"),
    ],
)
def test_a_slip_of_numbers_that_is_none_is_named(tmp_path: Path, wrong: str, problem: str) -> None:
    trial = Trial(tmp_path / "course")
    trial.write(NUMBERS, numbers(wrong))
    (said,) = problems_of(trial)
    assert said.endswith(f"{EXERCISES}: area: {problem}")


def test_a_function_may_take_what_an_earlier_answer_gives(tmp_path: Path) -> None:
    trial = Trial(tmp_path / "course")
    forward, backward = "return {'double': 2 * x}, [x]", "return cache[0] + x['double']"
    check = ANSWER.format(name="backward", solution=backward).replace(
        "check(backward)", "check(backward, forward)"
    )
    trial.write(
        ANSWER.format(name="forward", solution=forward) + check.replace("backward(x)", "backward(cache, x)"),
        """\
forward = Function(
    cases=[{"x": 1.0}, {"x": 2.0}],
    hidden=[{"x": 5.0}],
    results=("made", "cache"),
    free=("cache",),
    hints=("One.", "Two."),
    slips=[Slip("tripled", "({'double': 3 * x}, None)", "Two times.")],
)
backward = Function(
    earlier=Earlier("forward", arguments=("y",), results=("made", "cache")),
    arguments=("cache", "x"),
    cases=[{"x": {"double": 4.0}, "y": 1.0}],
    hidden=[{"x": {"double": 3.0}, "y": 7.0}],
    hints=("One.", "Two."),
    slips=[Slip("cache forgotten", "x['double']", "Add what is in the cache.")],
)
""",
    )
    assert trial.run("build").returncode == 0
    right = "forward = lambda x: ({'double': 2 * x}, ('mine', x))\n"
    assert trial.answered(right, "forward") == "✓ forward: right.\n"
    tripled = trial.answered("forward = lambda x: ({'double': 3 * x}, 0)", "forward")
    assert "With x=1 expected double = 2, and got 3.\nTwo times." in tripled
    back = right + "backward = lambda cache, x: "
    assert trial.answered(back + "cache[1] + x['double']", "backward") == "✓ backward: right.\n"
    assert "Add what is in the cache." in trial.answered(back + "x['double']", "backward")
    assert "backward: forward comes first." in trial.answered(back + "x['double']\nforward = ...", "backward")


@pytest.mark.parametrize(
    ("text", "exercises", "problem"),
    [
        (ANSWER.format(name="twice", solution="return x"), BAD["twice"][0], "twice: two exercises have this name."),
        (ANSWER.format(name="double", solution="return 2 * x"), function("treble"), "treble: the lesson has no check cell check_treble."),
        (ANSWER.format(name="double", solution="return 2 *"), function("double"), "double: the cell that starts with 'def double(x):' failed: SyntaxError"),
        (ANSWER.format(name="double", solution="return 2 * x"), "double = Function(\n", "SyntaxError"),
    ],
)  # fmt: skip
def test_a_bad_lesson_leaves_everything_as_it_was(
    built: Trial, text: str, exercises: str, problem: str
) -> None:
    before = built.table.read_bytes(), built.notebook.read_bytes()
    built.write(text, exercises)
    (line,) = problems_of(built)
    assert EXERCISES in line
    assert problem in line
    assert (built.table.read_bytes(), built.notebook.read_bytes()) == before


def test_a_cell_that_fails_below_the_exercises_leaves_everything_as_it_was(built: Trial) -> None:
    before = built.table.read_bytes(), built.notebook.read_bytes()
    built.write(
        TEXT + "\n# %%\nraise ValueError('broken')\n", EXERCISE.replace("One step is left.", "Go on.")
    )
    assert "broken" in "".join(problems_of(built))
    assert (built.table.read_bytes(), built.notebook.read_bytes()) == before


def test_a_module_that_there_is_not_is_named(tmp_path: Path) -> None:
    trial = Trial(tmp_path / "course")
    trial.write(TEXT, EXERCISE)
    shutil.rmtree(trial.table.parent)
    (line,) = problems_of(trial)
    assert "helpers.lessons has no package trial with exercises.py in it" in line


def test_exercises_that_are_gone_are_missed(built: Trial) -> None:
    before = built.table.read_bytes(), built.notebook.read_bytes()
    (built.lesson / EXERCISES).unlink()
    for command in (["build"], ["build", "--force"], ["release"], ["try", "01_trial"]):
        done = built.run(*command)
        assert done.returncode == 1, command
        assert "exercises.py" in done.stderr or "Build it first" in done.stderr, command
    assert (built.table.read_bytes(), built.notebook.read_bytes()) == before
