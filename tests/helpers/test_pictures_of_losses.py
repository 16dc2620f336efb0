"""The pictures of lesson 02 show what the student's own functions give."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import matplotlib
import numpy as np
import pytest

matplotlib.use("agg")

import matplotlib.pyplot as plt
from matplotlib.patches import Rectangle

from helpers import NotDoneYet
from helpers.lessons.loss_function import pictures


@pytest.fixture(autouse=True)
def _no_figures_left() -> Iterator[None]:
    yield
    plt.close("all")


def mse(y_true: Any, y_pred: Any) -> float:
    return float(np.mean((y_true - y_pred) ** 2))


def mae(y_true: Any, y_pred: Any) -> float:
    return float(np.mean(np.abs(y_true - y_pred)))


def undone(_first: Any, _second: Any) -> float:
    raise NotDoneYet


def texts(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_the_squares_are_square_on_the_screen_and_carry_their_areas() -> None:
    ax = pictures.draw_squared_errors([1, 2, 4], [5, 4, 10.5], [3, 5, 9])
    ax.figure.canvas.draw()
    squares = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    boxes = [square.get_window_extent() for square in squares]
    assert [box.width for box in boxes] == pytest.approx([box.height for box in boxes])
    assert [square.get_height() ** 2 for square in squares] == [4, 1, 2.25]
    assert texts(ax)[:3] == ["4", "1", "2.25"]


def test_one_prediction_draws_the_functions_that_were_given() -> None:
    ax = pictures.draw_one_prediction(mse, mae)
    squared, absolute = (line.get_ydata() for line in ax.lines)
    assert (squared[0], squared[30], absolute[0]) == pytest.approx((9, 0, 3))


def test_the_best_constant_is_the_mean_under_mse_and_the_median_under_mae() -> None:
    axes = pictures.draw_best_constant(mse, mae, [18, 19, 20, 21, 22], [18, 19, 20, 21, 60])
    guesses = [[text.split()[-1] for text in texts(ax)] for ax in axes]
    assert guesses == [["20.0", "27.6"], ["20.0", "20.0"]]
    assert all(tick >= 0 for ax in axes for tick in ax.get_yticks())


def test_hinge_curves_mirror_each_other() -> None:
    ax = pictures.draw_hinge(lambda y, s: float(np.mean(np.maximum(0, 1 - y * s))))
    positive, negative = ax.lines[0].get_ydata(), ax.lines[1].get_ydata()
    assert positive[0] == pytest.approx(4)
    assert positive == pytest.approx(negative[::-1])


def test_cross_entropy_marks_are_the_function_values() -> None:
    ax = pictures.draw_cross_entropy(lambda labels, p: float(-np.log(p[0, labels[0]])))
    assert [text.split()[0] for text in texts(ax)] == ["4.61", "2.30", "0.69", "0.11"]


def test_confidence_marks_right_and_wrong_without_colour() -> None:
    axes = pictures.draw_confidence([0, 1], [[0.7, 0.3], [0.8, 0.2]], [[0.1, 0.9], [0.4, 0.6]])
    assert [texts(ax) for ax in axes] == [["✓ 0.70", "✗ 0.20"], ["✗ 0.10", "✓ 0.60"]]
    assert [[bar.get_hatch() for bar in ax.patches] for ax in axes] == [[None, "//"], ["//", None]]


def test_an_undone_function_leaves_no_empty_figure() -> None:
    drawings = [
        lambda: pictures.draw_one_prediction(undone, undone),
        lambda: pictures.draw_best_constant(undone, undone, [1, 2], [1, 9]),
        lambda: pictures.draw_hinge(undone),
        lambda: pictures.draw_cross_entropy(undone),
    ]
    for draw in drawings:
        with pytest.raises(NotDoneYet, match="undone is not done yet"):
            draw()
    assert plt.get_fignums() == []


def test_pictures_leave_matplotlib_as_it_was() -> None:
    before = dict(matplotlib.rcParams)
    pictures.draw_one_prediction(mse, mae)
    assert dict(matplotlib.rcParams) == before


def test_every_picture_carries_alt_text_made_from_its_data() -> None:
    pictures.draw_squared_errors([1, 2], [3.0, 1.0], [1.0, 1.5])
    assert "2 measured rides" in plt.gcf().get_label()
    assert "the areas are 4, 0.25" in plt.gcf().get_label()
    pictures.draw_best_constant(mse, mae, [18.0, 22.0, 20.0], [18.0, 30.0, 20.0])
    assert "it is 22.7 under the MSE and 20.0 under the MAE" in plt.gcf().get_label()
    pictures.draw_one_prediction(mse, mae)
    assert "is at 9 " in plt.gcf().get_label()
    pictures.draw_confidence([0, 1], [[0.7, 0.3], [0.4, 0.6]], [[0.9, 0.1], [0.2, 0.8]])
    assert "The bold model: 0.90, 0.80." in plt.gcf().get_label()
