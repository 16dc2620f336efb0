"""The chooser of predictions: in a kernel with widgets, and without."""

from __future__ import annotations

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers.lessons.fashion_mnist.chooser import choose_prediction, show_prediction
from tests.helpers.kernels import run_in_kernel

IMAGES = np.random.default_rng(1).random((3, 28, 28))
LABELS = np.array([9, 2, 6])
# Right for images 0 and 1; image 2 is a shirt taken for a T-shirt.
PREDICTIONS = np.full((3, 10), 0.02)
PREDICTIONS[[0, 1, 2], [9, 2, 0]] = 0.82


@pytest.fixture(autouse=True)
def figures(monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: None)  # Agg, which tests draw with, warns that it has no window
    yield
    plt.close("all")


def test_a_right_guess_is_printed_and_drawn(capsys):
    show_prediction(1, PREDICTIONS, LABELS, IMAGES)
    assert capsys.readouterr().out == "Expected: Pullover\nGuess:    Pullover, 82% sure\n"
    image, bars = plt.gcf().axes
    np.testing.assert_array_equal(image.images[0].get_array(), IMAGES[1])
    np.testing.assert_allclose([bar.get_height() for bar in bars.patches], PREDICTIONS[1])


def test_a_wrong_guess_names_both_classes(capsys):
    show_prediction(2, PREDICTIONS, LABELS, IMAGES)
    assert capsys.readouterr().out == "Expected: Shirt\nGuess:    T-shirt/top, 82% sure\n"


@pytest.mark.parametrize("i", [-1, 3])
def test_a_number_without_an_image_is_refused_in_one_line(i):
    with pytest.raises(ValueError, match=rf"^i is {i}, and there are 3 images: choose from 0 to 2\.$"):
        show_prediction(i, PREDICTIONS, LABELS, IMAGES)
    assert not plt.get_fignums()


def test_arrays_that_do_not_belong_together_are_refused_and_leave_no_figure():
    with pytest.raises(ValueError, match="label"):
        show_prediction(0, PREDICTIONS, LABELS[:2], IMAGES)
    assert not plt.get_fignums()


def test_without_a_kernel_it_shows_the_first_image_and_says_how_to_see_others(capsys):
    assert choose_prediction(PREDICTIONS, IMAGES, LABELS) is None
    printed = capsys.readouterr().out
    assert printed.startswith("Expected: Ankle boot\nGuess:    Ankle boot, 82% sure\n")
    assert "show_prediction(i, predictions, labels, images) with i from 0 to 2." in printed


def test_before_there_are_predictions_it_says_so_and_draws_nothing(capsys):
    assert choose_prediction(..., IMAGES, LABELS) is None
    assert capsys.readouterr().out.count("\n") == 1
    assert not plt.get_fignums()


def test_a_model_is_asked_for_its_predictions(capsys):
    import keras

    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
    )
    choose_prediction(model, IMAGES, LABELS)
    asked = capsys.readouterr().out
    choose_prediction(model.predict(IMAGES, verbose=0), IMAGES, LABELS)
    assert asked == capsys.readouterr().out


def test_only_the_first_1001_images_can_be_chosen(capsys):
    many = 1002
    choose_prediction(np.full((many, 10), 0.1), np.zeros((many, 28, 28)), np.zeros(many, int))
    assert "with i from 0 to 1000." in capsys.readouterr().out


def test_in_a_kernel_a_typed_number_changes_what_is_shown():
    notebook = run_in_kernel(
        "import numpy as np\n"
        "from helpers.lessons.fashion_mnist.chooser import choose_prediction\n"
        f"labels = np.array({LABELS.tolist()})\n"
        f"predictions = np.array({PREDICTIONS.tolist()})\n"
        "box = choose_prediction(predictions, np.zeros((3, 28, 28)), labels)\n"
        "box",
        "box.children[0].value = 1000\nbox.children[0].value",
    )
    typed = notebook.cells[1].outputs[0]["data"]["text/plain"]
    assert typed == "2", "a number beyond the last image becomes the last"
    assert "application/vnd.jupyter.widget-view+json" in notebook.cells[0].outputs[0]["data"]
    states = notebook.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"].values()
    (shown,) = [state["state"]["outputs"] for state in states if state["model_name"] == "OutputModel"]
    text = "".join(output.get("text", "") for output in shown)
    assert re.fullmatch(r"Expected: Shirt\nGuess: +T-shirt/top, 82% sure\n", text)
    assert any("image/png" in output.get("data", {}) for output in shown)


def test_where_a_notebook_is_graded_there_is_a_picture_and_no_widget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    notebook = run_in_kernel(
        "import numpy as np\nfrom helpers.lessons.fashion_mnist import chooser as prediction_chooser\n"
        "prediction_chooser.choose_prediction(np.eye(10)[:3], np.zeros((3, 28, 28)), np.array([0, 1, 2]))"
    )
    kinds = {output.output_type for output in notebook.cells[0].outputs}
    assert kinds == {"display_data", "stream"}
    assert "widgets" not in notebook.metadata
