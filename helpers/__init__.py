"""What the course's notebooks import: data, plots and exercises. Importing it costs no TensorFlow."""

from helpers.data import load_fashion_mnist, load_mnist
from helpers.kit.exercise import NotDoneYet, require
from helpers.lessons.fashion_mnist.chooser import choose_prediction, show_prediction
from helpers.live_curves import live_history
from helpers.plots import plot_history, plot_image, plot_predictions, plot_value_array
from helpers.two_copies import warn_of_two_copies

__all__ = [
    "NotDoneYet",
    "choose_prediction",
    "live_history",
    "load_fashion_mnist",
    "load_mnist",
    "plot_history",
    "plot_image",
    "plot_predictions",
    "plot_value_array",
    "require",
    "show_prediction",
]

warn_of_two_copies()
