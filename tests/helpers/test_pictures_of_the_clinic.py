"""The picture of lesson 08 shows and tells what the curves of a training hold, broken ones as well."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib
import numpy as np
import pytest

matplotlib.use("agg")

import matplotlib.pyplot as plt

from helpers.lessons.clinic import pictures

FALLING = {
    "loss": [2.41, 0.87, 0.322],
    "val_loss": [2.39, 0.63, 0.44],
    "accuracy": [0.117, 0.717, 0.889],
    "val_accuracy": [0.116, 0.778, 0.836],
}


@pytest.fixture(autouse=True)
def _no_figures_left() -> Iterator[None]:
    yield
    plt.close("all")


def labels(ax: plt.Axes) -> list[str]:
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_the_curves_start_at_epoch_0_and_are_told_apart_without_colour() -> None:
    for ax, quantity in zip(pictures.draw_curves(FALLING, "Patient 9"), ("loss", "accuracy"), strict=True):
        training, validation, _ = ax.lines
        assert list(training.get_xdata()) == [0, 1, 2]
        assert list(training.get_ydata()) == FALLING[quantity]
        assert list(validation.get_ydata()) == FALLING[f"val_{quantity}"]
        assert training.get_linestyle() != validation.get_linestyle()
        assert training.get_marker() != validation.get_marker()


def test_the_legend_says_where_curves_start_and_end_and_what_guessing_gives() -> None:
    loss, accuracy = pictures.draw_curves(FALLING, "Patient 9")
    assert labels(loss) == ["training: 2.41 → 0.322", "validation: 2.39 → 0.440", "guessing: 2.30"]
    assert labels(accuracy) == ["training: 0.117 → 0.889", "validation: 0.116 → 0.836", "guessing: 0.10"]
    assert loss.lines[2].get_ydata()[0] == pytest.approx(np.log(10))


def test_the_alt_text_holds_the_numbers_of_the_curves() -> None:
    pictures.draw_curves({**FALLING, "val_loss": [2.39, 13.6, 5.2]}, "Patient 9")
    text = plt.gcf().get_label()
    assert text.startswith("Patient 9: two panels of curves over 2 epochs")
    assert "The training loss goes from 2.41 to 0.322, between 0.322 and 2.41" in text
    assert "the validation loss goes from 2.39 to 5.20, between 2.39 and 13.6." in text
    assert "the validation accuracy goes from 0.116 to 0.836" in text


def test_a_very_high_loss_has_a_logarithmic_axis_that_says_so() -> None:
    low, _ = pictures.draw_curves(FALLING, "low")
    assert (low.get_yscale(), low.get_ylim()[0]) == ("linear", 0)
    high, accuracy = pictures.draw_curves({**FALLING, "loss": [168, 13.8, 1.1]}, "high")
    assert (high.get_yscale(), accuracy.get_yscale()) == ("log", "linear")
    assert "ten times" in high.get_ylabel()
    assert "The training loss goes from 168 to 1.10" in plt.gcf().get_label()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("broken", [[2.4, np.nan, np.nan], [np.nan] * 3, [2.4, np.inf, np.nan]])
def test_losses_that_are_no_numbers_are_told_and_not_drawn(broken: list[float]) -> None:
    loss, _ = pictures.draw_curves({**FALLING, "loss": broken}, "Patient 9")
    assert labels(loss)[0].endswith("→ nan")
    assert np.all(np.isfinite(loss.lines[0].get_ydata()[1:]) == [False, False])
    assert f"The training loss goes from {broken[0]:.2f} to nan" in plt.gcf().get_label()
    assert "inf" not in plt.gcf().get_label()
    plt.gcf().canvas.draw()


def test_losses_that_are_small_from_the_start_keep_the_line_of_guessing_in_view() -> None:
    flat = {**FALLING, "loss": [0.09, 0.05, 0.02], "val_loss": [0.09, 0.05, 0.03]}
    loss, _ = pictures.draw_curves(flat, "one-hot labels, mean squared error")
    assert loss.get_ylim()[1] > np.log(10)


def test_the_picture_leaves_matplotlib_as_it_was() -> None:
    before = dict(matplotlib.rcParams)
    pictures.draw_curves(FALLING, "Patient 9")
    assert dict(matplotlib.rcParams) == before
