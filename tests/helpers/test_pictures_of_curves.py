"""The pictures of lesson 06 show the records that they are given."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import matplotlib
import pytest

matplotlib.use("agg")

import matplotlib.pyplot as plt

from helpers.lessons.digits import pictures

LOW = {"accuracy": [0.1, 0.2, 0.31], "val_accuracy": [0.12, 0.18, 0.27]}
HIGH = {"accuracy": [0.6, 0.93, 0.99], "val_accuracy": [0.7, 0.9, 0.84]}


@pytest.fixture(autouse=True)
def _no_figures_left() -> Iterator[None]:
    yield
    plt.close("all")


def test_each_panel_draws_one_record_over_epochs_from_1() -> None:
    axes = pictures.draw_fits({"low": SimpleNamespace(history=LOW), "high": HIGH})
    assert [ax.get_title(loc="left") for ax in axes] == ["low", "high"]
    for ax, record in zip(axes, (LOW, HIGH), strict=True):
        training, validation = ax.lines
        assert list(training.get_xdata()) == [1, 2, 3]
        assert list(training.get_ydata()) == record["accuracy"]
        assert list(validation.get_ydata()) == record["val_accuracy"]
        assert (training.get_linestyle(), training.get_marker()) != (
            validation.get_linestyle(),
            validation.get_marker(),
        )


def test_the_numbers_stand_clear_of_the_curves() -> None:
    axes = pictures.draw_fits({"low": LOW, "high": HIGH})
    axes[0].figure.canvas.draw()
    for ax in axes:
        box = ax.texts[0].get_window_extent()
        for line in ax.lines:
            points = ax.transData.transform(line.get_xydata())
            assert not any(box.contains(*point) for point in points)


def test_alt_text_of_the_panels_has_their_last_accuracies() -> None:
    pictures.draw_fits({"A": LOW, "B": HIGH})
    text = plt.gcf().get_label()
    assert "A: after 3 epochs training is at 0.31 and validation at 0.27." in text
    assert "B: after 3 epochs training is at 0.99 and validation at 0.84." in text


def test_curves_end_at_the_epoch_and_leave_room_for_the_rest() -> None:
    ax = pictures.draw_up_to(HIGH, 2, "two of three")
    training, validation, at_training, at_validation, _ = ax.lines
    assert list(training.get_ydata()) == [0.6, 0.93]
    assert list(validation.get_ydata()) == [0.7, 0.9]
    assert (at_training.get_xdata()[0], at_training.get_ydata()[0]) == (2, 0.93)
    assert (at_validation.get_xdata()[0], at_validation.get_ydata()[0]) == (2, 0.9)
    assert ax.get_xlim()[1] > 3
    assert "from 1 to 2. At the mark training is at 0.930 and validation at 0.900." in plt.gcf().get_label()


def test_pictures_leave_matplotlib_as_it_was() -> None:
    before = dict(matplotlib.rcParams)
    pictures.draw_fits({"A": LOW})
    pictures.draw_up_to(LOW, 3, "all")
    assert dict(matplotlib.rcParams) == before
