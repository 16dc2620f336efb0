"""The course's plots: predictions with their images, and training curves. Importing this costs no pyplot."""

from helpers.plots.class_names import FASHION_MNIST_CLASS_NAMES
from helpers.plots.history import plot_history
from helpers.plots.predictions import plot_image, plot_predictions, plot_value_array

__all__ = ["FASHION_MNIST_CLASS_NAMES", "plot_history", "plot_image", "plot_predictions", "plot_value_array"]
