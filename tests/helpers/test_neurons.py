"""Lesson 01: its pictures show what they are given, its checks know nan, and its equations hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jupytext
import matplotlib
import numpy as np
import pytest

matplotlib.use("agg")

import matplotlib.pyplot as plt
from matplotlib.colors import same_color

from helpers import NotDoneYet
from helpers.appearance import CARD
from helpers.kit.exercise import NotYet
from helpers.lessons.neurons import exercises as neurons
from helpers.lessons.neurons import pictures
from tests.conftest import ROOT

EXERCISES = ("weighted_sum", "relu", "sigmoid", "softmax", "dense", "count_parameters")


@pytest.fixture(autouse=True)
def _no_figures_left() -> Iterator[None]:
    yield
    plt.close("all")


def relu(z: Any) -> Any:
    return np.maximum(0, z)


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def softmax(z: Any) -> Any:
    exponentials = np.exp(z - z.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def dense(x: Any, W: Any, b: Any, activation: Any) -> Any:
    return activation(x @ W + b)


def undone(*_arguments: Any) -> Any:
    raise NotDoneYet


def texts(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.texts]


def circles(ax: Any) -> list[Any]:
    return [line for line in ax.lines if line.get_marker() == "o"]


def edges(ax: Any) -> list[Any]:
    return [line for line in ax.lines if line.get_marker() == "None"]


DRAWINGS: dict[str, Callable[[], Any]] = {
    "image": lambda: pictures.draw_image_as_numbers(pictures.make_seven()),
    "network": lambda: pictures.draw_network([3, 4, 2]),
    "activations": lambda: pictures.draw_activations(relu, sigmoid),
    "softmax": lambda: pictures.draw_softmax(softmax),
    "fit": lambda: pictures.draw_with_and_without_activation(dense, relu),
}


def test_the_seven_is_an_image_of_paper_and_ink() -> None:
    seven = pictures.make_seven()
    assert seven.shape == (28, 28)
    assert (seven.min(), seven.max()) == (0, 1)
    top, bottom = seven[:10].sum(axis=0), seven[18:].sum(axis=0)
    assert np.count_nonzero(top) > 2 * np.count_nonzero(bottom)  # the bar is wide, the foot is narrow


def test_the_image_stands_there_as_pixels_as_numbers_and_in_one_line() -> None:
    image = np.arange(144).reshape(12, 12) / 143
    whole, part, line = pictures.draw_image_as_numbers(image, row=2, column=3)
    assert np.array_equal(whole.images[0].get_array(), image)
    assert [float(text) for text in texts(part)] == pytest.approx(image[2:10, 3:11].ravel(), abs=0.0501)
    assert np.array_equal(line.images[0].get_array(), image.reshape(1, 144))
    assert "144 numbers" in line.get_xlabel()


@pytest.mark.parametrize(("row", "column"), [(-1, 0), (21, 0), (0, 28)])
def test_a_part_outside_the_image_is_refused(row: int, column: int) -> None:
    with pytest.raises(ValueError, match=f"row {row}, column {column} is not in an image of"):
        pictures.draw_image_as_numbers(np.zeros((28, 28)), row, column)
    assert plt.get_fignums() == []


def test_a_small_network_shows_every_neuron_and_every_connection() -> None:
    ax = pictures.draw_network([3, 4, 2])
    assert [len(layer.get_xdata()) for layer in circles(ax)] == [3, 4, 2]
    assert len(edges(ax)) == 3 * 4 + 4 * 2
    assert texts(ax) == ["input: 3", "hidden: 4", "output: 2"]


def test_a_large_layer_is_shortened_and_says_its_size() -> None:
    ax = pictures.draw_network([784, 128, 10])
    assert [len(layer.get_xdata()) for layer in circles(ax)] == [6, 6, 10]
    assert texts(ax) == ["input: 784", "hidden: 128", "output: 10"]
    assert "100,352 + 1,280 connections" in ax.figure.get_label()


def test_neurons_hold_the_numbers_that_were_given() -> None:
    ax = pictures.draw_network([2, 1], values=[np.array([[0.5, -2.0]]), [3.25]])
    assert texts(ax) == ["0.50", "−2.00", "input: 2", "3.25", "output: 1"]
    assert "0.50; −2.00 | 3.25" in ax.figure.get_label()


def test_edges_tell_sign_and_size_of_a_weight_without_colour() -> None:
    ax = pictures.draw_network([2, 1], weights=[[[-4.0], [1.0]]])
    lines = edges(ax)
    assert [line.get_linestyle() for line in lines] == ["--", "-"]
    assert lines[0].get_linewidth() > lines[1].get_linewidth()
    assert "1 of the weights is negative" in ax.figure.get_label()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([3],), "at least two whole numbers"),
        (([3, 0],), "at least two whole numbers"),
        (([3, 2.5],), "at least two whole numbers"),
        (([3, 2], [[1, 2, 3], [1]]), r"values should have \[3, 2\] numbers, and has \[3, 1\]"),
        (([3, 2], None, [np.zeros((2, 3))]), r"weights should have the shapes \[\(3, 2\)\]"),
    ],
)
def test_a_network_that_does_not_fit_is_refused_in_one_line(arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message) as refused:
        pictures.draw_network(*arguments)
    assert "\n" not in str(refused.value)
    assert plt.get_fignums() == []


def test_the_activation_curves_are_the_functions_that_were_given() -> None:
    axes = pictures.draw_activations(lambda z: 2 * z, lambda z: z**2)
    for ax, function in zip(axes, (lambda z: 2 * z, lambda z: z**2, np.tanh), strict=True):
        curve = max(ax.lines, key=lambda line: len(line.get_xdata()))
        assert curve.get_ydata() == pytest.approx(function(curve.get_xdata()))
    assert texts(axes[0]) == ["−4.00", "0.00", "4.00"]
    assert "relu gives −4.00, 0.00 and 4.00" in axes[0].figure.get_label()


def test_the_softmax_curves_are_the_function_that_was_given() -> None:
    ax = pictures.draw_softmax(softmax)
    moving = ax.lines[0].get_xdata()
    rows = np.stack([moving, np.ones_like(moving), np.zeros_like(moving)], axis=1)
    assert np.stack([line.get_ydata() for line in ax.lines], axis=1) == pytest.approx(softmax(rows))
    assert len({line.get_linestyle() for line in ax.lines}) == 3


def test_without_activation_the_fit_is_a_straight_line_and_with_relu_it_follows() -> None:
    ax = pictures.draw_with_and_without_activation(dense, relu)
    dots, bent, straight = (line.get_ydata() for line in ax.lines)
    assert np.diff(straight, 2) == pytest.approx(np.zeros(len(straight) - 2), abs=1e-9)
    assert np.abs(np.diff(bent, 2)).max() > 0.1
    assert 2 < np.abs(straight - dots).mean() < 3
    assert np.abs(bent - dots).mean() < 0.5
    slope, start = np.polyfit(np.arange(len(dots)), dots, 1)
    assert straight == pytest.approx(slope * np.arange(len(dots)) + start)


def test_the_straight_line_does_not_come_from_the_drawing() -> None:
    ax = pictures.draw_with_and_without_activation(dense, lambda z: z)
    _, first, second = (line.get_ydata() for line in ax.lines)
    assert first == pytest.approx(second)


@pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS)
def test_each_picture_is_an_opaque_card_with_alt_text(draw: Callable[[], Any]) -> None:
    before = dict(matplotlib.rcParams)
    drawn = draw()
    figure = np.ravel(drawn)[0].figure
    assert same_color(figure.get_facecolor(), CARD)
    assert figure.get_label().endswith(".")
    assert len(figure.get_label()) > 80
    assert dict(matplotlib.rcParams) == before


def test_an_undone_function_leaves_no_empty_figure() -> None:
    drawings = [
        lambda: pictures.draw_activations(undone, sigmoid),
        lambda: pictures.draw_activations(relu, undone),
        lambda: pictures.draw_softmax(undone),
        lambda: pictures.draw_with_and_without_activation(undone, relu),
        lambda: pictures.draw_with_and_without_activation(dense, undone),
    ]
    for draw in drawings:
        with pytest.raises(NotDoneYet, match="undone is not done yet"):
            draw()
    assert plt.get_fignums() == []


def test_nan_is_a_known_slip_only_where_overflow_puts_it() -> None:
    def overflows(z: Any) -> Any:
        return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)

    def always_nan(z: Any) -> Any:
        return np.full(z.shape, np.nan)

    with pytest.raises(NotYet) as known:
        neurons.softmax.examine(overflows)
    assert [slip.slip for slip in known.value.slips] == ["overflow for large z"]
    with pytest.raises(NotYet) as unknown:
        neurons.softmax.examine(always_nan)
    assert [slip.slip for slip in unknown.value.slips] == ["not a number"]


def test_an_answer_of_words_fails_in_one_line_where_nan_is_compared() -> None:
    with pytest.raises(NotYet, match="which is not a number"):
        neurons.sigmoid.examine(lambda _z: "0.5")


def test_dense_says_that_the_activation_wants_the_whole_batch() -> None:
    def row_by_row(x: Any, W: Any, b: Any, activation: Any) -> Any:
        return np.array([activation(row @ W + b) for row in x])

    with pytest.raises(NotYet, match=r"given shape \(4,\): give it the batch"):
        neurons.dense.examine(row_by_row)


def test_the_lesson_gives_the_points_of_its_exercises_and_twenty_in_all() -> None:
    lesson = jupytext.read(ROOT / "source" / "01_neurons" / "01_neurons.py")
    graded = [cell.metadata["nbgrader"] for cell in lesson.cells if "nbgrader" in cell.metadata]
    points = {cell["grade_id"]: cell["points"] for cell in graded if cell["grade"]}
    assert sum(points.values()) == 20
    assert points.pop("why_activation") == 2
    assert points == {f"check_{name}": getattr(neurons, name).points for name in EXERCISES}
