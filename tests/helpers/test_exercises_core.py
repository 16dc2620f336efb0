"""What every exercise does with an answer: pass it, say what is not right yet, or see that it was not attempted."""

from __future__ import annotations

import dataclasses
import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from helpers import NotDoneYet, require
from helpers.kit.cases import Case
from helpers.kit.exercise import NotAttempted, NotYet
from helpers.kit.function_exercise import FunctionExercise
from helpers.kit.outcome import Slip
from helpers.kit.values import as_numbers, close, show

DOUBLE = FunctionExercise(
    name="double",
    points=2,
    hints=("Think of two.", "Multiply by two."),
    cases=(
        Case({"x": np.array([1.0, 2.0])}, [2.0, 4.0], ([1.0, 4.0], 3.0, [-2.0, -4.0], [-2.0, -4.0])),
        Case({"x": np.array([3.0])}, [6.0], ([9.0], 3.0, [-6.0], [-6.0])),
    ),
    slips=(
        Slip("squared", "Twice, not squared."),
        Slip("added up", "Keep one number for each entry."),
        Slip("sign flipped", "Look at the sign."),
        Slip("mirrored", "Do not mirror it."),
    ),
)


def message_of(answer: Any, *cases: Case, exercise: FunctionExercise = DOUBLE) -> str:
    with pytest.raises(NotYet) as caught:
        exercise.examine(answer, *cases)
    return str(caught.value)


def slips_of(answer: Any, exercise: FunctionExercise = DOUBLE) -> list[str]:
    with pytest.raises(NotYet) as caught:
        exercise.examine(answer)
    return [slip.slip for slip in caught.value.slips]


# The three outcomes


def test_check_says_that_a_right_answer_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    DOUBLE.check(lambda x: 2 * x)
    assert capsys.readouterr().out == "✓ double: right.\n"


def test_a_wrong_answer_shows_the_arguments_what_was_expected_and_what_came() -> None:
    message = message_of(lambda x: x**3 + 1)
    assert message == "✗ double: not yet. With x=[1, 2] expected [2, 4], and got [2, 9]."


def test_check_raises_what_examine_raises_and_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NotYet, match="not yet"):
        DOUBLE.check(lambda x: 3 * x)
    assert capsys.readouterr().out == ""


def test_the_released_stub_is_not_attempted() -> None:
    def double(_x: Any) -> Any:
        raise NotDoneYet

    with pytest.raises(NotAttempted, match="double: not attempted yet"):
        DOUBLE.examine(double)


def test_a_stub_that_comes_from_another_process_with_its_message_is_not_attempted() -> None:
    def proxy(_x: Any) -> Any:
        raise NotDoneYet("double is not done yet: write it in its cell first.")

    with pytest.raises(NotAttempted):
        DOUBLE.examine(proxy)


def test_an_ellipsis_is_not_attempted() -> None:
    with pytest.raises(NotAttempted, match="double: not attempted yet"):
        DOUBLE.examine(...)


def test_an_answer_that_needs_another_exercise_is_told_which_one() -> None:
    def single(_x: Any) -> Any:
        raise NotDoneYet

    message = message_of(lambda x: 2 * single(x))
    assert "it stopped, because single is not done yet: write it in its cell first." in message


# What can be wrong with an answer


def exits(_x: Any) -> Any:
    sys.exit("done")


@pytest.mark.parametrize(
    ("answer", "part"),
    [
        (6.0, "double is 6. The name should refer to a function. Define it with def"),
        (lambda _x: None, "expected [2, 4], and got None. Does it end with return?"),
        (lambda x: x.missing, "With x=[1, 2] it stopped with AttributeError: 'numpy.ndarray' object has no"),
        (lambda x, _y: x, "it stopped with TypeError:"),
        (exits, "it stopped with SystemExit: done"),
        (lambda _x: "2 4", "and got '2 4' of type str, which is not a number."),
        (lambda _x: ["2", "4"], "and got ['2', '4'] of type list, which is not a number."),
        (lambda _x: [[2.0], [4.0, 1.0]], "of type list, which is not a number."),
        (lambda x: 2 * x[:1], "expected [2, 4] (shape (2,)), and got [2] (shape (1,))."),
        (lambda _x: 7.0, "expected [2, 4] (shape (2,)), and got 7 (a single number)."),
        (lambda x: x * np.nan, "and got [nan, nan]."),
    ],
)
def test_messages(answer: Any, part: str) -> None:
    assert part in " ".join(message_of(answer).split())


def test_an_answer_may_not_change_its_arguments() -> None:
    def in_place(x: np.ndarray) -> np.ndarray:
        x *= 2
        return x

    assert "With x=[1, 2] it changed x in place. Work on a copy" in " ".join(message_of(in_place).split())
    # The next answer gets the exercise's own numbers, not what the last one left behind.
    DOUBLE.examine(lambda x: 2 * x)


def test_a_student_who_stops_a_loop_without_end_is_asked_whether_it_ends() -> None:
    def interrupted(_x: np.ndarray) -> None:
        raise KeyboardInterrupt

    assert "With x=[1, 2] it was stopped while it was still running." in message_of(interrupted)
    assert slips_of(interrupted) == ["runs on"]


def test_half_precision_is_named() -> None:
    large = Case({"x": np.array([1000.7])}, [2001.4])
    assert "float16 keeps only three digits" in message_of(lambda x: np.float16(2 * x), large)


def test_nan_in_unchanged_arguments_is_no_change() -> None:
    DOUBLE.examine(lambda _x: np.zeros(2), Case({"x": np.array([np.nan, 1.0])}, [0.0, 0.0]))


def test_a_warning_of_the_answer_does_not_reach_stderr() -> None:
    def noisy(x: np.ndarray) -> np.ndarray:
        warnings.warn("something", stacklevel=1)
        np.log(np.zeros(1))
        return 2 * x

    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        DOUBLE.examine(noisy)
    assert seen == []


@pytest.mark.parametrize(
    "answer", [lambda x: [2 * v for v in x], lambda x: np.float32(2) * x.astype("float32")]
)
def test_lists_and_other_precisions_are_right(answer: Callable[..., Any]) -> None:
    DOUBLE.examine(answer)


def test_given_cases_take_the_place_of_the_visible_ones() -> None:
    def knows_the_visible(x: np.ndarray) -> Any:
        return {2: [2.0, 4.0], 1: [6.0]}[len(x)]

    DOUBLE.examine(knows_the_visible)
    hidden = Case({"x": np.array([5.0, 6.0])}, [10.0, 12.0])
    assert "With x=[5, 6] expected [10, 12], and got [2, 4]." in message_of(knows_the_visible, hidden)
    DOUBLE.examine(lambda _x: np.array([10.0, 12.0]), hidden)


# Slips


def test_a_known_slip_is_named_with_its_advice() -> None:
    message = message_of(lambda x: x * x)
    assert message.splitlines()[1:] == ["Twice, not squared."]
    assert slips_of(lambda x: x * x) == ["squared"]


def test_a_slip_with_another_shape_is_named_instead_of_the_shape() -> None:
    assert slips_of(np.sum) == ["added up"]
    assert "shape" not in message_of(np.sum)


def test_all_slips_that_explain_the_numbers_are_named() -> None:
    assert slips_of(lambda x: -2 * x) == ["sign flipped", "mirrored"]
    assert message_of(lambda x: -2 * x).splitlines()[1:] == [
        "More than one slip gives exactly these numbers:",
        "- Look at the sign.",
        "- Do not mirror it.",
    ]


def test_a_slip_must_explain_every_case() -> None:
    # Squared for one case only: naming the slip would send the student the wrong way.
    assert slips_of(lambda x: x**2 if len(x) == 2 else 2 * x) == []


def test_a_slip_that_divides_by_zero_warns_nobody() -> None:
    cases = (Case({"x": np.array([1.0, 2.0])}, [2.0, 4.0], ([np.inf, 1.0],)),)
    risky = dataclasses.replace(DOUBLE, slips=(Slip("inverse", "No."),), cases=cases)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert slips_of(lambda x: 3 * x, exercise=risky) == []


# Hints


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        (1, "Hint 1 of 2: Think of two.\n"),
        (2, "Hint 2 of 2: Multiply by two.\n"),
        (3, "double has two hints: hint() and hint(2).\n"),
        (0, "double has two hints: hint() and hint(2).\n"),
    ],
)
def test_hints(number: int, printed: str, capsys: pytest.CaptureFixture[str]) -> None:
    DOUBLE.hint(number)
    assert capsys.readouterr().out == printed


def test_the_first_hint_comes_first(capsys: pytest.CaptureFixture[str]) -> None:
    DOUBLE.hint()
    assert capsys.readouterr().out == "Hint 1 of 2: Think of two.\n"


# Cells that come too early


def test_require_names_what_is_missing() -> None:
    with pytest.raises(NotDoneYet, match="This cell needs model: do the exercises above first"):
        require(model=..., history=[1])
    with pytest.raises(NotDoneYet, match="This cell needs model and history: do the exercises above first"):
        require(model=..., history=...)
    with pytest.raises(NotDoneYet, match="This cell needs w, b and losses: do"):
        require(w=..., b=..., losses=...)


def test_require_lets_answers_pass() -> None:
    require(image=np.zeros((2, 2)), nothing=None)


def test_a_stub_without_a_function_speaks_of_its_cell() -> None:
    with pytest.raises(NotDoneYet) as caught:
        exec("raise NotDoneYet", {"NotDoneYet": NotDoneYet})
    assert str(caught.value) == "Not done yet: write your code in this cell."


# In a notebook


@pytest.fixture
def shell(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> InteractiveShell:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    return InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (
            "exercise.check(lambda x: x * x)",
            "With x=[1, 2] expected [2, 4], and got [1, 4].\nTwice, not squared.",
        ),
        (
            "exercise.check(...)",
            "○ double: not attempted yet. Write it in the cell above, then run both cells. Or did the cell above\n"
            "stop with an error?",
        ),
        (
            "exercise.hint",
            "Out[0]: <bound method Exercise.hint of exercises.double: call check(...), hint() or hint(2)>",
        ),
        ("def f():\n    raise NotDoneYet\nf()", "f is not done yet: write it in its cell first."),
    ],
)
def test_ipython_shows_the_message_and_no_stack_trace(
    shell: InteractiveShell, cell: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.push({"exercise": DOUBLE, "NotDoneYet": NotDoneYet})
    result = shell.run_cell(cell)
    output = capsys.readouterr().out
    assert isinstance(result.error_in_exec, NotYet | NotDoneYet | None)
    assert output.strip().endswith(shown)
    assert "Traceback" not in output
    assert len(output.strip().splitlines()) == len(shown.splitlines())


# Numbers


OBJECTS = [np.array(value, dtype=object) for value in ("3.5", [1, "2"], [b"3"], [None])]


@pytest.mark.parametrize(
    "value", ["3.5", ["1", "2"], b"3", 1 + 2j, [[1, 2], [3]], [1, "a"], [object()], *OBJECTS]
)
def test_as_numbers_refuses_what_is_no_real_number(value: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        as_numbers(value)


@pytest.mark.parametrize("value", [3, 3.0, True, [1, 2], (1.5, 2), np.arange(3, dtype="uint8")])
def test_as_numbers_keeps_values_and_shape(value: Any) -> None:
    numbers = as_numbers(value)
    assert numbers.dtype == np.float64
    assert np.array_equal(numbers, value)


@pytest.mark.parametrize(
    ("seen", "expected", "same"),
    [
        (1 / 3, 0.3333333, True),
        (np.float32(0.1), 0.1, True),
        (0.0, 5e-8, True),
        (0.0, 1e-6, False),
        (1.0, 1.0001, False),
        ([1.0], 1.0, False),
        ([[1.0, 2.0]], [1.0, 2.0], False),
        (float("nan"), float("nan"), False),
        (float("inf"), float("inf"), True),
        ("1", 1.0, False),
        (None, 1.0, False),
    ],
)
def test_close(seen: Any, expected: Any, same: bool) -> None:
    assert close(seen, expected) is same


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (10 / 3, "3.33333"),
        (3, "3"),
        (True, "True"),
        (None, "None"),
        ("text", "'text'"),
        (np.array([1, -1, 2]), "[1, -1, 2]"),
        ([0.5, -1.0, 1 / 3], "[0.5, -1, 0.333333]"),
        ([[1, 2], [3, 4]], "[[1, 2], [3, 4]]"),
        (np.arange(20), "[0, 1, 2, ..., 17, 18, 19]"),
        (np.eye(10)[[4]], "[[0, 0, 0, 0, 1, 0, 0, 0, 0, 0]]"),
        (np.eye(8)[[0] * 9], f"[{3 * '[1, 0, 0, 0, 0, 0, 0, 0], '}...{3 * ', [1, 0, 0, 0, 0, 0, 0, 0]'}]"),
        (["a", "b"], "['a', 'b']"),
        (len, "len"),
    ],
)
def test_show(value: Any, shown: str) -> None:
    assert show(value) == shown


def test_show_abridges_what_is_no_number() -> None:
    shown = show({"letters": "x" * 200})
    assert len(shown) == 80
    assert shown.endswith("...")
