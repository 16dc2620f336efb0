"""The pictures of lesson 07 show the prepared image and the table of what was tried."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import matplotlib
import numpy as np
import pytest

matplotlib.use("agg")

import matplotlib.pyplot as plt

from helpers.lessons.mnist import pictures

TABLE = [
    {"hidden": 32, "epochs": 5, "batch_size": 128, "val_accuracy": 0.9052},
    {"hidden": 512, "epochs": 5, "batch_size": 128, "val_accuracy": np.float32(0.9454)},
    {"hidden": 32, "epochs": 2, "batch_size": 10, "val_accuracy": 0.9066},
]


@pytest.fixture(autouse=True)
def _no_figures_left() -> Iterator[None]:
    yield
    plt.close("all")


def prepared() -> tuple[Any, int, Any, Any]:
    image = np.zeros((28, 28), np.uint8)
    image[14] = np.arange(28) * 9
    return image, 7, image.ravel() / 255, np.eye(10)[7]


def texts(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_the_flattened_image_is_drawn_as_it_was_given_and_the_framed_row_where_it_stands() -> None:
    image, label, x, y = prepared()
    whole, one_hot, line = pictures.draw_prepared(image, label, x, y)
    np.testing.assert_array_equal(whole.images[0].get_array(), image)
    np.testing.assert_array_equal(line.lines[0].get_ydata(), x)
    span = line.patches[0].get_extents().transformed(line.transData.inverted())
    assert (span.x0, span.x1) == pytest.approx((392, 419))
    assert np.flatnonzero(x).min() >= span.x0
    assert np.flatnonzero(x).max() <= span.x1
    assert texts(one_hot) == ["0"] * 7 + ["1", "0", "0"]


def test_the_alt_text_of_the_prepared_image_has_its_numbers() -> None:
    image, label, x, y = prepared()
    pictures.draw_prepared(image, label, x, y)
    alt = plt.gcf().get_label()
    assert "shape (28, 28) with the label 7" in alt
    assert "y has 10 places, and is 1 at place 7" in alt
    assert "784 values from 0 to 0.952941" in alt


@pytest.mark.parametrize("place", [0, 2, 3])
def test_arrays_that_do_not_go_together_are_refused_without_an_empty_figure(place: int) -> None:
    answers = list(prepared())
    answers[place] = np.zeros((2, 784))
    with pytest.raises(ValueError, match="do not go together"):
        pictures.draw_prepared(*answers)
    assert plt.get_fignums() == []


def test_the_best_row_stands_at_the_top_and_is_told_without_colour() -> None:
    ax = pictures.draw_experiments(TABLE)
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "hidden 32, 5 epochs, batches of 128",
        "hidden 32, 2 epochs, batches of 10",
        "hidden 512, 5 epochs, batches of 128",
    ]
    assert texts(ax) == ["0.905", "0.907", "0.945  best"]
    points = [line for line in ax.lines if len(line.get_xdata()) == 1]
    assert [float(point.get_xdata()[0]) for point in points] == pytest.approx([0.9052, 0.9066, 0.9454])
    assert [point.get_marker() for point in points] == ["o", "o", "s"]


def test_the_alt_text_of_the_table_lists_every_row_the_best_first() -> None:
    pictures.draw_experiments(TABLE)
    assert plt.gcf().get_label() == (
        "The validation accuracy of 3 trainings, the best first. hidden 512, 5 epochs, batches of 128: 0.945; "
        "hidden 32, 2 epochs, batches of 10: 0.907; hidden 32, 5 epochs, batches of 128: 0.905."
    )


def test_a_single_row_has_room_for_its_label() -> None:
    ax = pictures.draw_experiments(TABLE[:1])
    left, right = ax.get_xlim()
    assert left < 0.9052 < right


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(ValueError, match="experiments is empty"):
        pictures.draw_experiments([])
    assert plt.get_fignums() == []


def test_pictures_leave_matplotlib_as_it_was() -> None:
    before = dict(matplotlib.rcParams)
    pictures.draw_experiments(TABLE)
    pictures.draw_prepared(*prepared())
    assert dict(matplotlib.rcParams) == before


def test_a_list_of_one_accuracy_is_drawn_like_the_number() -> None:
    table: Any = TABLE
    lists = [row | {"val_accuracy": [row["val_accuracy"]]} for row in table]
    assert texts(pictures.draw_experiments(lists)) == texts(pictures.draw_experiments(TABLE))
