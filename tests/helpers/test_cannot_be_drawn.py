"""A picture that an answer cannot fill says so in a line or two, and leaves no half of itself."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers.appearance import card
from helpers.cannot_be_drawn import CannotBeDrawn, one_path
from helpers.kit.exercise import require
from helpers.lessons.backpropagation import pictures as backpropagation
from helpers.lessons.gradient_descent import pictures as gradient_descent
from helpers.lessons.loss_function import pictures


@pytest.fixture(autouse=True)
def no_figures() -> Iterator[None]:
    plt.close("all")
    yield
    plt.close("all")


def mse(y_true: Any, y_pred: Any) -> Any:
    return np.mean((y_true - y_pred) ** 2)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (np.zeros(1), "an array of shape (1,)"),
        (np.zeros((2, 3)), "an array of shape (2, 3)"),
        ("loss 0.5", "'loss 0.5'"),
        (None, "None"),
        (1j, "1j"),
        ([0.5], "[0.5]"),
        ("x" * 1000, "'" + "x" * 39 + "…"),
    ],
    ids=lambda given: type(given).__name__,
)
def test_a_picture_names_the_answer_that_gives_something_else_than_a_number(given: Any, shown: str) -> None:
    with pytest.raises(CannotBeDrawn) as caught:
        pictures.draw_one_prediction(mse, lambda *_: given)
    assert (
        str(caught.value)
        == f"This picture needs a number from mae, and got {shown}. See what its check says."
    )
    assert plt.get_fignums() == []


class Tensor:
    """What float() takes, and NumPy as well, though it is no class of either."""

    def __float__(self) -> float:
        return 0.5

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array(0.5, dtype)


NUMBERS = [1, 0.5, True, np.float32(0.5), np.array(0.5), float("nan"), float("inf"), Fraction(1, 2), Tensor()]


@pytest.mark.parametrize("given", NUMBERS)
def test_whatever_is_a_number_is_drawn(given: Any) -> None:
    assert pictures.draw_one_prediction(mse, lambda *_: given) is not None


@pytest.mark.parametrize("start", [2.0, np.zeros(2)])
def test_a_path_may_be_a_list_and_all_else_is_named(start: Any) -> None:
    path = one_path([start, start, start], "walk", start)
    assert path.shape == (3, *np.shape(start))
    for other in (start, None, "path", [], [start, "place"], [[start]], np.zeros((3, 5))):
        with pytest.raises(CannotBeDrawn, match="needs a path from walk"):
            one_path(other, "walk", start)


def test_no_half_of_a_picture_is_left() -> None:
    with pytest.raises(CannotBeDrawn, match=r"fix that first. \(ValueError"), card(3, 2) as figure:
        figure.subplots().plot([1, 2], [1, 2, 3])
    assert plt.get_fignums() == []


PARAMS = {"W1": np.zeros((2, 2)), "b1": np.zeros(2)}


@pytest.mark.parametrize(
    "draw",
    [
        lambda: backpropagation.draw_difference_error(lambda *_: None, lambda _: 0.0, PARAMS, PARAMS),
        lambda: backpropagation.draw_training(
            lambda _, x: (np.full((len(x), 1), 0.5), None), {}, {}, [], np.eye(2), np.eye(2)[:, :1]
        ),
        lambda: gradient_descent.draw_learning_rates(
            lambda w: w, lambda w: w, lambda *_: np.full(2, np.nan), {"small": 0.1}
        ),
        lambda: gradient_descent.draw_paths(lambda _: 0.0, {"a": np.zeros((2, 2))}),
    ],
    ids=["no gradients", "no losses", "no numbers", "a path that stays where it is"],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_pictures_of_what_cannot_be_drawn_say_so(draw: Any) -> None:
    with pytest.raises(CannotBeDrawn):
        draw()
    assert plt.get_fignums() == []


def test_an_error_in_a_students_function_keeps_its_lines() -> None:
    namespace: dict[str, Any] = {}
    exec(compile("def mistaken():\n    return 1 / 0", "/tmp/ipykernel_1/2.py", "exec"), namespace)
    with pytest.raises(ZeroDivisionError), card(3, 2):
        namespace["mistaken"]()


def test_what_is_not_done_yet_is_said_as_ever() -> None:
    with pytest.raises(NotImplementedError, match="needs mse"), card(3, 2):
        require(mse=...)
