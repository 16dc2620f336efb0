"""Choose a test image by its number: what was expected, and what the network guessed."""

from __future__ import annotations

from typing import Any, SupportsIndex

import numpy as np
import numpy.typing as npt

from helpers.plots import FASHION_MNIST_CLASS_NAMES, plot_image, plot_value_array
from helpers.widgets import controls_above, widgets_work

LAST = 1000


def show_prediction(
    i: SupportsIndex, predictions: npt.ArrayLike, labels: npt.ArrayLike, images: npt.ArrayLike
) -> None:
    """Print the expected and the guessed class of image i, and draw the image beside its confidences.

    predictions: shape (n, 10), from 0 to 1. labels: shape (n,), from 0 to 9. images: shape (n, 28, 28).
    Raises ValueError for input that does not fit.
    """
    import matplotlib.pyplot as plt

    confidences, classes, pixels = np.asarray(predictions), np.asarray(labels), np.asarray(images)
    number = int(i)
    if not 0 <= number < len(pixels):
        raise ValueError(
            f"i is {number}, and there are {len(pixels)} images: choose from 0 to {len(pixels) - 1}."
        )
    figure, (left, right) = plt.subplots(1, 2, figsize=(7, 3.6), layout="constrained")
    try:
        plot_image(number, confidences, classes, pixels, ax=left)
        plot_value_array(number, confidences, classes, ax=right)
    except ValueError:
        plt.close(figure)
        raise
    guess = int(np.argmax(confidences[number]))
    print(f"Expected: {FASHION_MNIST_CLASS_NAMES[classes[number]]}")
    print(f"Guess:    {FASHION_MNIST_CLASS_NAMES[guess]}, {confidences[number, guess]:.0%} sure")
    plt.show()


def choose_prediction(model_or_predictions: Any, images: npt.ArrayLike, labels: npt.ArrayLike) -> Any:
    """Make a box in which to type the number of an image (0 to 1000), over what show_prediction shows of it.

    model_or_predictions: a Keras model, or its confidences for the images, shape (n, 10).
    images: shape (n, 28, 28), scaled as the model wants them. labels: shape (n,), from 0 to 9.
    Returns the widget. Where there are none it shows image 0, says how to see another, and returns None.
    While the predictions are not there yet (`...`) it says only that. Raises ValueError for input that does
    not fit.
    """
    if model_or_predictions is ...:
        print("Here you can choose an image once there are predictions: see the exercise above.")
        return None
    pixels, classes = np.asarray(images)[: LAST + 1], np.asarray(labels)[: LAST + 1]
    if hasattr(model_or_predictions, "predict"):
        predictions = np.asarray(model_or_predictions.predict(pixels, verbose=0))
    else:
        predictions = np.asarray(model_or_predictions)[: LAST + 1]
    if widgets_work():
        return _chooser(predictions, classes, pixels)
    show_prediction(0, predictions, classes, pixels)
    print(
        "No widgets here. For another image call show_prediction(i, predictions, labels, images) with i "
        f"from 0 to {len(pixels) - 1}."
    )
    return None


def _chooser(predictions: npt.NDArray[Any], labels: npt.NDArray[Any], images: npt.NDArray[Any]) -> Any:
    import ipywidgets

    number = ipywidgets.BoundedIntText(value=0, min=0, max=len(images) - 1, description="Image")
    return controls_above(
        [number],
        lambda: show_prediction(number.value, predictions, labels, images),
        "A number that chooses an image. show_prediction shows the same without a kernel.",
    )
