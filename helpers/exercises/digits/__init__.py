"""The exercises of lesson 06: reading training curves, on small handwritten digits."""

from helpers.exercises.digits.building import model
from helpers.exercises.digits.improving import better_model
from helpers.exercises.digits.reading import MadeUpHistory, best_epoch, plot_curves
from helpers.exercises.digits.splitting import split
from helpers.exercises.digits.training import history_5, history_10

__all__ = [
    "MadeUpHistory",
    "best_epoch",
    "better_model",
    "history_5",
    "history_10",
    "model",
    "plot_curves",
    "split",
]
