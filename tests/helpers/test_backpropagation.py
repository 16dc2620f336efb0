"""Lesson 04: its printed derivatives, its numbers, its exercises and its pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import jupytext
import matplotlib
import numpy as np
import pytest

matplotlib.use("agg")

import matplotlib.pyplot as plt

from helpers import NotDoneYet
from helpers.kit.cases import Case
from helpers.kit.exercise import NotAttempted, NotYet
from helpers.lessons.backpropagation import exercises, pictures
from helpers.lessons.backpropagation.steps import (
    EXAMPLE_PARAMS,
    EXAMPLE_X,
    EXAMPLE_Y,
    backpropagation_steps,
    named_weights,
    shown,
)
from tests.conftest import ROOT
from tests.helpers.said import message_of

SOURCE = ROOT / "source" / "04_backpropagation" / "04_backpropagation.py"
EXAMPLE = (EXAMPLE_PARAMS, EXAMPLE_X, EXAMPLE_Y)
H = 1e-5


@pytest.fixture(autouse=True)
def _no_figures_left() -> Iterator[None]:
    yield
    plt.close("all")


@cache
def lesson() -> dict[str, Any]:
    """What the lesson's cells define, checks and pictures left out, with the solutions in their stubs."""
    namespace: dict[str, Any] = {}
    for cell in jupytext.read(SOURCE).cells:
        if cell.cell_type == "code" and not cell.metadata.get("nbgrader", {}).get("grade"):
            solved = cell.metadata.get("nbgrader", {}).get("solution")
            if solved or cell.source.startswith(("import numpy", "x1, x2")):
                exec(cell.source, namespace)
    return namespace


def prose() -> str:
    return "\n".join(cell.source for cell in jupytext.read(SOURCE).cells if cell.cell_type == "markdown")


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def slope(f: Any, at: float) -> float:
    return (f(at + H) - f(at - H)) / (2 * H)


def loss_of(numbers: dict[str, float]) -> float:
    """The printed forward pass, in the lesson's names."""
    n = numbers
    h1 = sigmoid(n["w11"] * n["x1"] + n["w21"] * n["x2"] + n["b1"])
    h2 = sigmoid(n["w12"] * n["x1"] + n["w22"] * n["x2"] + n["b2"])
    y_hat = sigmoid(n["v1"] * h1 + n["v2"] * h2 + n["c"])
    return (y_hat - n["y"]) ** 2


def numbers_of(params: Any, x: Any, y: float) -> dict[str, float]:
    return {**named_weights(params), "x1": x[0], "x2": x[1], "y": y}


def gradient_of(numbers: dict[str, float], name: str) -> float:
    return slope(lambda value: loss_of({**numbers, name: value}), numbers[name])


def random_example(seed: int) -> Any:
    rng = np.random.default_rng(seed)
    params = {"W1": rng.normal(size=(2, 2)), "b1": rng.normal(size=2)}
    params |= {"W2": rng.normal(size=(2, 1)), "b2": rng.normal(size=1)}
    return params, tuple(rng.normal(size=2)), float(rng.random())


# Printed derivatives: each differentiated numerically


@pytest.mark.parametrize("z", [-3.0, -0.4, 0.0, 2.5])
def test_the_slope_of_the_sigmoid(z: float) -> None:
    assert slope(sigmoid, z) == pytest.approx(sigmoid(z) * (1 - sigmoid(z)), abs=1e-9)


@pytest.mark.parametrize(("y_hat", "y"), [(0.2, 1.0), (0.9, 0.0), (0.5, 0.3)])
def test_the_slope_of_the_squared_error(y_hat: float, y: float) -> None:
    assert slope(lambda value: (value - y) ** 2, y_hat) == pytest.approx(2 * (y_hat - y), abs=1e-9)


@pytest.mark.parametrize("example", [EXAMPLE, random_example(1), random_example(2), random_example(3)])
def test_the_printed_gradients_are_the_slopes_of_the_printed_forward_pass(example: Any) -> None:
    n = numbers_of(*example)
    h = {j: sigmoid(n[f"w1{j}"] * n["x1"] + n[f"w2{j}"] * n["x2"] + n[f"b{j}"]) for j in (1, 2)}
    y_hat = sigmoid(n["v1"] * h[1] + n["v2"] * h[2] + n["c"])
    delta_o = 2 * (y_hat - n["y"]) * y_hat * (1 - y_hat)
    delta = {j: delta_o * n[f"v{j}"] * h[j] * (1 - h[j]) for j in (1, 2)}
    printed = {"c": delta_o}
    printed |= {f"v{j}": delta_o * h[j] for j in (1, 2)}
    printed |= {f"b{j}": delta[j] for j in (1, 2)}
    printed |= {f"w{i}{j}": delta[j] * n[f"x{i}"] for i in (1, 2) for j in (1, 2)}
    printed |= {f"x{i}": delta[1] * n[f"w{i}1"] + delta[2] * n[f"w{i}2"] for i in (1, 2)}
    for name, gradient in printed.items():
        assert gradient == pytest.approx(gradient_of(n, name), abs=1e-9), name


def test_the_printed_matrix_equations_are_the_slopes_of_the_mean_over_a_batch() -> None:
    params, _, _ = random_example(4)
    rng = np.random.default_rng(5)
    X, Y = rng.normal(size=(5, 2)), rng.random((5, 1))

    def batch_loss(params: Any) -> float:
        hidden = sigmoid(X @ params["W1"] + params["b1"])
        return float(np.mean((sigmoid(hidden @ params["W2"] + params["b2"]) - Y) ** 2))

    H_ = sigmoid(X @ params["W1"] + params["b1"])
    Y_hat = sigmoid(H_ @ params["W2"] + params["b2"])
    D2 = 2 / len(X) * (Y_hat - Y) * Y_hat * (1 - Y_hat)
    D1 = (D2 @ params["W2"].T) * H_ * (1 - H_)
    printed = {"W2": H_.T @ D2, "b2": D2.sum(axis=0), "W1": X.T @ D1, "b1": D1.sum(axis=0)}
    for name, gradient in printed.items():
        for index in np.ndindex(gradient.shape):

            def moved(value: float, name: str = name, index: Any = index) -> float:
                array = params[name].copy()
                array[index] = value
                return batch_loss({**params, name: array})

            assert gradient[index] == pytest.approx(slope(moved, params[name][index]), abs=1e-9)


# The lesson's numbers


def test_the_lesson_starts_from_the_worked_example() -> None:
    names = lesson()
    assert (names["x1"], names["x2"], names["y"]) == (*EXAMPLE_X, EXAMPLE_Y)
    for key, array in EXAMPLE_PARAMS.items():
        np.testing.assert_array_equal(names["params"][key], array)
    for name, value in named_weights(EXAMPLE_PARAMS).items():
        assert names[name] == value


def test_the_exercises_expect_the_numbers_of_the_stepper() -> None:
    steps = {step.name: step.value for step in backpropagation_steps(*EXAMPLE)}
    for exercise in (exercises.forward_pass, exercises.gradients):
        assert exercise.expected == pytest.approx({name: steps[name] for name in exercise.expected})
    y_hat, _ = exercises.forward.cases[0].expected
    assert y_hat[0][0] == pytest.approx(steps["y_hat"], abs=1e-8)
    backward = exercises.backward.cases[0].expected
    assert backward["W1"][1][0] == pytest.approx(steps["grad_w21"], abs=1e-8)
    assert backward["W2"][1][0] == pytest.approx(steps["grad_v2"], abs=1e-8)


@pytest.mark.parametrize("example", [EXAMPLE, random_example(6), random_example(7)])
def test_the_stepper_goes_forward_and_backward_by_the_slopes(example: Any) -> None:
    numbers = numbers_of(*example)
    steps = {step.name: step.value for step in backpropagation_steps(*example)}
    assert steps["loss"] == pytest.approx(loss_of(numbers))
    gradients = {name: value for name, value in steps.items() if name.startswith("grad_")}
    assert gradients.pop("grad_y_hat") == pytest.approx(2 * (steps["y_hat"] - numbers["y"]))
    assert len(gradients) == 11
    for name, value in gradients.items():
        assert value == pytest.approx(gradient_of(numbers, name.removeprefix("grad_")), abs=1e-9), name


def test_numbers_in_the_prose_are_those_of_the_example() -> None:
    steps = {step.name: step.value for step in backpropagation_steps(*EXAMPLE)}
    one = steps["grad_b1"] * EXAMPLE_PARAMS["W1"][0, 0]
    two = steps["grad_b2"] * EXAMPLE_PARAMS["W1"][0, 1]
    assert f"{one:.4f} + {two:.4f} = {steps['grad_x1']:.4f}" in prose()
    assert f"`[[{steps['y_hat']:.4f}]]`" in prose()
    assert f"`[[{steps['grad_v1']:.4f}], [{steps['grad_v2']:.4f}]]`" in prose()
    assert (
        f'`losses` is `[{steps["loss"]:.4f}]` and the new `"b2"` is `[{0.75 - 0.5 * steps["grad_c"]:.4f}]`'
        in prose()
    )


# Bands in the prose


def test_the_error_of_the_central_difference_lies_in_the_printed_band() -> None:
    names = lesson()
    x, y = np.array([EXAMPLE_X]), np.array([[EXAMPLE_Y]])

    def loss(params: Any) -> float:
        return float(np.mean((names["forward"](params, x)[0] - y) ** 2))

    exact = names["backward"](EXAMPLE_PARAMS, names["forward"](EXAMPLE_PARAMS, x)[1], y)
    near = names["numerical_gradient"](loss, EXAMPLE_PARAMS, 1e-5)
    assert 1e-12 < max(np.max(np.abs(near[name] - exact[name])) for name in exact) < 1e-10
    far = names["numerical_gradient"](loss, EXAMPLE_PARAMS, 1e-2)
    farther = names["numerical_gradient"](loss, EXAMPLE_PARAMS, 1e-1)
    growth = max(np.max(np.abs(farther[name] - exact[name])) for name in exact) / max(
        np.max(np.abs(far[name] - exact[name])) for name in exact
    )
    assert growth == pytest.approx(100, rel=0.05)


def test_xor_is_learned_and_the_last_loss_lies_in_the_printed_band() -> None:
    names = lesson()
    (cell,) = [cell.source for cell in jupytext.read(SOURCE).cells if cell.source.startswith("x_xor =")]
    namespace = dict(names)
    exec(cell.rpartition("\n")[0], namespace)
    band = re.search(r"The loss ends between ([\d.]+)\s+and\s+([\d.]+)\.\s", prose().replace("# ", "") + " ")
    assert band is not None
    assert float(band[1]) < namespace["losses"][-1] < float(band[2])
    np.testing.assert_array_equal(
        names["forward"](namespace["trained"], namespace["x_xor"])[0].round(), namespace["y_xor"]
    )


# What the exercises say


def undone(*_arguments: Any) -> Any:
    raise NotDoneYet


def test_points_sum_to_20() -> None:
    names = ("forward_pass", "gradients", "forward", "backward", "numerical_gradient", "train")
    assert sum(getattr(exercises, name).points for name in names) == 20


def test_numbers_that_are_all_missing_are_not_attempted() -> None:
    with pytest.raises(NotAttempted, match="forward_pass: not attempted yet"):
        exercises.forward_pass.examine(..., ..., ..., ...)


def test_the_first_number_that_is_missing_or_wrong_is_named_without_its_value() -> None:
    assert "Right so far: h1, h2. y_hat is still missing." in message_of(
        exercises.forward_pass, 0.6225, 0.2689, ..., ...
    )
    message = message_of(exercises.forward_pass, 0.6225, 0.3, 0.6973, 0.4863)
    assert "Right so far: h1. h2 is 0.3, which is not right yet. Fix it first" in message
    assert "0.2689" not in message


@pytest.mark.parametrize("written", [0.62, 0.622])
def test_too_few_decimals_are_asked_for_more(written: float) -> None:
    message = message_of(exercises.forward_pass, written, 0.2689, 0.6973, 0.4863)
    assert f"h1 is {written}: close, but give at least four decimals." in message


@pytest.mark.parametrize("written", ["0.6225", None, [0.6225, 0.2689], "about 0.6"])
def test_what_is_no_number_is_not_right(written: Any) -> None:
    assert "h1 is" in message_of(exercises.forward_pass, written, 0.2689, 0.6973, 0.4863)


def test_backward_says_that_forward_comes_first() -> None:
    def forward(*_arguments: Any) -> Any:
        raise NotDoneYet

    for missing in (..., forward):
        with pytest.raises(NotAttempted, match="backward: forward comes first"):
            exercises.backward.examine(lesson()["backward"], missing)


def test_backward_says_that_a_wrong_forward_comes_first() -> None:
    message = message_of(exercises.backward, lesson()["backward"], lambda _params, x: (x[:, :1], x))
    assert "forward, which is not right yet: fix that first" in message


def test_an_untouched_backward_is_not_attempted() -> None:
    def backward(*_arguments: Any) -> Any:
        raise NotDoneYet

    for stub in (..., backward):
        with pytest.raises(NotAttempted, match="backward: not attempted yet"):
            exercises.backward.examine(stub, lesson()["forward"])


def test_train_names_the_function_that_it_misses() -> None:
    def backward(*_arguments: Any) -> Any:
        raise NotDoneYet

    message = message_of(exercises.train, lambda *arguments: backward(*arguments))
    assert "it stopped, because backward is not done yet" in message


@pytest.mark.parametrize(
    ("answer", "part"),
    [
        (lambda _params, _x: None, "expected 2 results, and got None.\nDoes it end with return?"),
        (lambda _params, x: (str(x), x), "of type str, which holds no numbers."),
        (lambda _params, _x: (0.69732173, 0), "(shape (1, 1)), and got 0.697322 (a single number)."),
        (lambda _params, x: x, "expected 2 results"),
        (7, "forward is 7.\nThe name should refer to a function."),
    ],
)
def test_what_forward_hears(answer: Any, part: str) -> None:
    assert part in message_of(exercises.forward, answer)


@pytest.mark.parametrize(
    ("gradients", "part"),
    [
        ([1.0], "expected a dict with the keys W, b, and got [1] of type list."),
        ({"W": [[1.0, 2.0]]}, "expected a dict with the keys W, b, and got one with W."),
        ({}, "expected a dict with the keys W, b, and got one with none."),
    ],
)
def test_what_numerical_gradient_hears(gradients: Any, part: str) -> None:
    assert part in message_of(exercises.numerical_gradient, lambda *_arguments: gradients)


def test_rounding_that_a_nudge_leaves_behind_is_no_change_of_params() -> None:
    def loss(params: Any) -> float:
        return float(params["a"][0])

    def leaves(by: float) -> Any:
        def answer(_loss: Any, params: Any, _h: float) -> Any:
            params["a"][0] += by
            return {"a": [1.0]}

        return answer

    case = Case({"loss": loss, "params": {"a": np.array([0.3])}, "h": 0.1}, {"a": [1.0]})
    exercises.numerical_gradient.examine(leaves(1e-16), case)
    with pytest.raises(NotYet, match="it changed params in place"):
        exercises.numerical_gradient.examine(leaves(1e-3), case)


@pytest.mark.parametrize(
    "change",
    [
        lambda params: params.update(W1=params["W1"] + 1),
        lambda params: params.pop("b1"),
        lambda params: params["b2"].fill(9),
    ],
)
def test_every_way_to_change_params_is_noticed(change: Any) -> None:
    forward = lesson()["forward"]

    def changing(params: Any, x: Any) -> Any:
        result = forward(params, x)
        change(params)
        return result

    with pytest.raises(NotYet) as caught:
        exercises.forward.examine(changing)
    assert [each.slip for each in caught.value.slips] == ["params changed in place"]


# Pictures


def texts(ax: Any) -> str:
    return "\n".join(text.get_text() for text in ax.texts)


def test_the_network_carries_every_parameter() -> None:
    ax = pictures.draw_network(EXAMPLE_PARAMS)
    for name, value in named_weights(EXAMPLE_PARAMS).items():
        assert f"{name} = {shown(value)}" in texts(ax)
        assert f"{name} = {shown(value)}" in ax.figure.get_label()
    assert "loss" not in texts(ax)


def test_the_forward_picture_carries_every_value_and_no_gradient() -> None:
    ax = pictures.draw_forward(*EXAMPLE)
    for part in ("h1\n0.6225", "h2\n0.2689", "ŷ\n0.6973", "loss\n0.4863"):
        assert part in texts(ax)
    assert "gradient" not in texts(ax)
    assert "h1 = 0.6225, h2 = 0.2689, y_hat = 0.6973, loss = 0.4863" in ax.figure.get_label()


def test_the_backward_picture_carries_every_gradient() -> None:
    ax = pictures.draw_gradients(*EXAMPLE)
    gradients = [step for step in backpropagation_steps(*EXAMPLE) if step.backward]
    assert len(re.findall(r"gradient [−\d]", texts(ax))) == len(gradients) == 12
    for step in gradients:
        assert f"gradient {shown(step.value)}" in texts(ax)
        assert f"{step.name} = {shown(step.value)}" in ax.figure.get_label()


def test_the_picture_of_errors_shows_a_valley() -> None:
    def differences(_loss: Any, params: Any, h: float) -> Any:
        return {name: array + h**2 + 1e-16 / h for name, array in params.items()}

    ax = pictures.draw_difference_error(differences, len, {"a": np.zeros(2)}, {"a": np.zeros(2)})
    steps, errors = ax.lines[0].get_data()
    assert errors == pytest.approx(steps**2 + 1e-16 / steps)
    assert errors[np.argmin(errors)] == ax.lines[1].get_ydata()[0]
    assert "a valley" in ax.figure.get_label()


def test_the_picture_of_training_writes_the_outputs_beside_the_samples() -> None:
    def forward(params: Any, x: Any) -> Any:
        return params["level"] * x[:, :1], None

    x, y = np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([[0.0], [1.0]])
    before, after = {"level": np.array(0.2)}, {"level": np.array(0.9)}
    axes = pictures.draw_training(forward, before, after, [0.5, 0.25, 0.125], x, y)
    assert "y = 1\nŷ = 0.20" in texts(axes[0])
    assert "y = 1\nŷ = 0.90" in texts(axes[1])
    assert axes[2].lines[0].get_ydata() == pytest.approx([0.5, 0.25, 0.125])
    assert "0.00, 0.20 before training and 0.00, 0.90 after it" in axes[0].figure.get_label()


def test_an_undone_function_leaves_no_empty_figure() -> None:
    def draw_both() -> Iterator[Any]:
        yield lambda: pictures.draw_difference_error(undone, len, EXAMPLE_PARAMS, EXAMPLE_PARAMS)
        yield lambda: pictures.draw_training(
            undone, EXAMPLE_PARAMS, EXAMPLE_PARAMS, [1.0], np.zeros((1, 2)), np.zeros((1, 1))
        )

    for draw in draw_both():
        with pytest.raises(NotDoneYet):
            draw()
    assert plt.get_fignums() == []


def test_pictures_leave_matplotlib_as_it_was() -> None:
    before = dict(matplotlib.rcParams)
    pictures.draw_gradients(*EXAMPLE)
    assert dict(matplotlib.rcParams) == before
