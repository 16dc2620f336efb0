"""The exercises of lesson 05: pictures of clothes, with Keras."""

from helpers.exercises.fashion_mnist.building import model
from helpers.exercises.fashion_mnist.predicting import predicted_labels, prediction_single, predictions
from helpers.exercises.fashion_mnist.preparing import class_names, scaled_images
from helpers.exercises.fashion_mnist.training import history, test_accuracy

__all__ = [
    "class_names",
    "history",
    "model",
    "predicted_labels",
    "prediction_single",
    "predictions",
    "scaled_images",
    "test_accuracy",
]
