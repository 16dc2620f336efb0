"""Lesson 03: its printed derivatives, its exercises' judgement, and its pictures."""

from __future__ import annotations

import re

import matplotlib
import numpy as np
import pytest

matplotlib.use("agg")

import matplotlib.pyplot as plt

from helpers import NotDoneYet
from helpers.lessons.gradient_descent import exercises, pictures, surfaces
from tests.conftest import ROOT

LESSON = (ROOT / "source" / "03_gradient_descent" / "03_gradient_descent.py").read_text(encoding="utf-8")
X, Y = np.array([0.5, 2.0, -1.0, 3.5]), np.array([1.0, 4.0, 0.0, 9.0])


@pytest.fixture(autouse=True)
def _no_figures_left():
    yield
    plt.close("all")


def partial_derivatives(f, place, h=1e-6):
    """The gradient of f at a place, by central differences."""
    nudges = h * np.eye(len(place))
    return np.array([(f(place + nudge) - f(place - nudge)) / (2 * h) for nudge in nudges])


def descend(gradient, start, learning_rate, steps):
    path = [start]
    for _ in range(steps):
        path.append(path[-1] - learning_rate * gradient(path[-1]))
    return np.array(path)


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def undone(*_arguments):
    raise NotDoneYet


# Each printed function with its printed derivative: what the lesson shows, and both as Python.
def mean_squared_error(theta):
    w, b = theta
    return np.sum((w * X + b - Y) ** 2) / len(X)


def its_gradient(theta):
    w, b = theta
    return np.array([2 / len(X) * np.sum((w * X + b - Y) * X), 2 / len(X) * np.sum(w * X + b - Y)])


PRINTED = [
    (
        (
            r"\frac{1}{n} \sum_{i=1}^{n} \left(w x_i + b - y_i\right)^2",
            r"\frac{\partial L}{\partial w} = \frac{2}{n} \sum_{i=1}^{n} \left(w x_i + b - y_i\right) x_i",
            r"\frac{\partial L}{\partial b} = \frac{2}{n} \sum_{i=1}^{n} \left(w x_i + b - y_i\right)$$",
        ),
        mean_squared_error,
        its_gradient,
    ),
    (
        (r"f(x) = x^4 - 3x^2 + x", r"f'(x) = 4x^3 - 6x + 1"),
        lambda theta: theta[0] ** 4 - 3 * theta[0] ** 2 + theta[0],
        lambda theta: np.array([4 * theta[0] ** 3 - 6 * theta[0] + 1]),
    ),
    (
        (r"g(a, b) = a^2 - b^2 + \tfrac{1}{4} b^4", r"\nabla g = \left(2a,\; -2b + b^3\right)"),
        lambda theta: theta[0] ** 2 - theta[1] ** 2 + theta[1] ** 4 / 4,
        lambda theta: np.array([2 * theta[0], -2 * theta[1] + theta[1] ** 3]),
    ),
    (
        (r"L(\theta) = \theta^2$ the gradient is $2\theta$",),
        lambda theta: theta[0] ** 2,
        lambda theta: np.array([2 * theta[0]]),
    ),
]


@pytest.mark.parametrize(("formulas", "function", "gradient"), PRINTED, ids=lambda value: str(value)[:20])
def test_a_printed_derivative_is_that_of_the_printed_function(formulas, function, gradient):
    for formula in formulas:
        assert formula in LESSON
    for place in np.random.default_rng(1).normal(size=(5, 2)):
        theta = place if len(gradient(place)) == 2 else place[:1]
        np.testing.assert_allclose(
            gradient(theta), partial_derivatives(function, theta), rtol=1e-6, atol=1e-8
        )


@pytest.mark.parametrize(
    ("function", "gradient"),
    [
        (pictures.saddle, pictures.gradient_of_saddle),
        (lambda theta: theta[0] ** 2 + 4 * theta[1] ** 2, surfaces.gradient_of_bowl),
        (
            lambda theta: theta[0] ** 2 + theta[0] * theta[1] + 2 * theta[1] ** 2 - theta[1],
            surfaces.gradient_of_tilted_bowl,
        ),
    ],
)
def test_a_gradient_in_the_code_is_that_of_its_function(function, gradient):
    for place in np.random.default_rng(2).normal(size=(5, 2)):
        np.testing.assert_allclose(
            gradient(place), partial_derivatives(function, place), rtol=1e-6, atol=1e-8
        )


@pytest.mark.parametrize(
    ("function", "derivative"),
    [
        (pictures.two_valleys, pictures.slope_of_two_valleys),
        (surfaces.square, surfaces.gradient_of_square),
    ],
)
def test_a_derivative_in_the_code_is_that_of_its_function(function, derivative):
    for x in (-1.7, 0.3, 2.0):
        assert derivative(x) == pytest.approx(central(function, x, 1e-6), rel=1e-6)


def test_the_printed_formulas_of_the_picture_are_those_it_draws():
    x = np.linspace(-2, 2, 9)
    np.testing.assert_allclose(pictures.two_valleys(x), [PRINTED[1][1]([one]) for one in x])
    for place in np.random.default_rng(3).normal(size=(5, 2)):
        assert pictures.saddle(place) == pytest.approx(PRINTED[2][1](place))


def test_points_are_those_of_the_check_cells_and_sum_to_20():
    points = dict(re.findall(r'"grade_id": "check_(\w+)".*?"points": (\d+)', LESSON))
    assert {name: getattr(exercises, name).points for name in points} == {
        name: int(number) for name, number in points.items()
    }
    assert sum(map(int, points.values())) == 20


# Pictures


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_tangents_have_the_slopes_that_the_function_gives():
    ax = pictures.draw_tangents(lambda w: (w - 3) ** 2, central, steep=1.0, flat=3.0)
    tangents = [line for line in ax.lines if line.get_linestyle() in ("--", "-.")]
    rises = [np.ptp(line.get_ydata()) / np.ptp(line.get_xdata()) for line in tangents]
    assert rises == pytest.approx([4, 0], abs=1e-6)
    assert texts(ax) == ["steep: slope −4.0", "flat: slope 0.0"]
    assert "w = 1 with a slope of −4.0" in ax.figure.get_label()


def test_each_learning_rate_has_its_path_and_both_losses():
    rates = {"slow": 0.1, "wild": 1.1}
    axes = pictures.draw_learning_rates(lambda w: w**2, lambda w: 2 * w, descend, rates, start=1.0, steps=3)
    paths = [ax.lines[1].get_xdata() for ax in axes]
    assert paths[0] == pytest.approx([1, 0.8, 0.64, 0.512])
    assert paths[1] == pytest.approx([1, -1.2, 1.44, -1.728])
    assert "loss 1.0 → 0.3" in texts(axes[0])
    assert "Slow (0.1) takes the loss from 1.0 to 0.3" in axes[0].figure.get_label()


def test_descent_ends_in_both_minima_on_the_saddle_and_beside_it():
    axes = pictures.draw_minimum_and_saddle(descend)
    assert [text for text in texts(axes[0]) if "minimum" in text] == [
        "global minimum\nloss −3.51",
        "local minimum\nloss −1.07",
    ]
    assert [text.splitlines()[1] for text in texts(axes[1])] == [
        "ends at (0.00, 0.00)",
        "ends at (0.00, 1.41)",
    ]
    assert "local minimum at x = 1.13" in axes[0].figure.get_label()


def test_the_fit_shows_the_line_that_was_given():
    left, right = pictures.draw_fit(X, Y, 2.0, -0.5, [4.0, 1.0, 0.25])
    x, y = left.lines[1].get_data()
    assert y == pytest.approx(2 * x - 0.5)
    assert right.lines[0].get_ydata() == pytest.approx([4, 1, 0.25])
    assert "2.00 times km minus 0.50" in left.figure.get_label()


def test_paths_differ_in_line_and_mark_and_tell_their_last_loss():
    ends = np.linspace(0.5, 1, 5)
    paths = {f"path {number}": [[-1, -1], [0, 0], [end, end]] for number, end in enumerate(ends)}
    ax = pictures.draw_paths(lambda theta: float(theta @ theta) + 1, paths)
    drawn = [line for line in ax.lines if len(line.get_xdata()) == 3]
    looks = {(str(line.get_linestyle()), line.get_marker()) for line in drawn}
    assert len({line for line, _ in looks}) >= 4
    assert len({mark for _, mark in looks}) == 5
    assert {text.splitlines()[-1] for text in texts(ax)} == {
        "start", "loss 1.500", "loss 1.781", "loss 2.125", "loss 2.531", "loss 3.000",
    }  # fmt: skip
    assert "path 4 3.000" in ax.figure.get_label()


def test_an_undone_function_leaves_no_empty_figure():
    drawings = [
        lambda: pictures.draw_tangents(lambda w: w**2, undone, 1.0, 0.0),
        lambda: pictures.draw_learning_rates(lambda w: w, lambda w: w, undone, {"any": 0.1}),
        lambda: pictures.draw_minimum_and_saddle(undone),
    ]
    for draw in drawings:
        with pytest.raises(NotDoneYet, match="undone is not done yet"):
            draw()
    assert plt.get_fignums() == []


def test_pictures_leave_matplotlib_as_it_was():
    before = dict(matplotlib.rcParams)
    pictures.draw_minimum_and_saddle(descend)
    assert dict(matplotlib.rcParams) == before
