"""The picture of lesson 05 counts and shows the mix-ups that are there."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib
import numpy as np
import pytest

matplotlib.use("agg")

import matplotlib.pyplot as plt

from helpers.lessons.fashion_mnist.pictures import draw_confusion

NAMES = ("Coat", "Shirt", "Bag")
# Of four coats one is taken for a shirt, of two shirts one for a coat; bags are always right.
TRUE = np.array([0, 0, 0, 0, 1, 1, 2])
PREDICTED = np.array([0, 0, 0, 1, 0, 1, 2])
IMAGES = np.arange(7)[:, None, None] * np.ones((7, 4, 4))


@pytest.fixture(autouse=True)
def _no_figures_left() -> Iterator[None]:
    yield
    plt.close("all")


def test_the_table_holds_percents_of_each_true_class_and_frames_the_pair() -> None:
    ax = draw_confusion(TRUE, PREDICTED, IMAGES, NAMES, (1, 0))
    written = {tuple(map(int, text.get_position()[::-1])): text.get_text() for text in ax.texts}
    assert written == {(0, 0): "75", (0, 1): "25", (1, 0): "50", (1, 1): "50", (2, 2): "100"}
    assert {(frame.get_y() + 0.5, frame.get_x() + 0.5) for frame in ax.patches} == {(0, 1), (1, 0)}


def test_the_examples_are_the_images_that_were_mixed_up() -> None:
    figure = draw_confusion(TRUE, PREDICTED, IMAGES, NAMES, (1, 0)).get_figure(root=True)
    examples = figure.axes[1]
    assert [image.get_array().max() for image in examples.images] == [4, 3]
    assert [text.get_text() for text in examples.texts] == [
        "Shirt taken for Coat: 1 of 2", "image 4", "Coat taken for Shirt: 1 of 4", "image 3",
    ]  # fmt: skip


def test_the_alt_text_has_the_numbers_of_the_table() -> None:
    figure = draw_confusion(TRUE, PREDICTED, IMAGES, NAMES, (1, 0)).get_figure(root=True)
    assert "Coat 75%, Shirt 50%, Bag 100%" in figure.get_label()
    assert "Shirt taken for Coat: 1 of 2; Coat taken for Shirt: 1 of 4" in figure.get_label()


def test_classes_that_never_meet_are_shown_as_such() -> None:
    figure = draw_confusion(TRUE, TRUE, IMAGES, NAMES, (1, 0)).get_figure(root=True)
    assert "Shirt taken for Coat: 0 of 2" in figure.get_label()
    assert not figure.axes[1].images
