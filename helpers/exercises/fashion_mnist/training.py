"""The training: its record, and the accuracy on test images that came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.exercises.exercise import Misconception
from helpers.exercises.fashion_mnist.thresholds import EPOCHS, FULL_MARKS_FROM, NO_MARKS_BELOW
from helpers.exercises.training_exercise import (
    ACCURACY_TOLERANCE,
    TrainingExercise,
    accuracy_of,
    course_images,
    near,
    scaled,
)
from helpers.exercises.values import show


@dataclass(frozen=True)
class Signs:
    """What a training left behind: its curve, and how accurate the model is now, from 0 to 1."""

    epochs: int
    first_loss: float
    last_loss: float
    last_accuracy: float
    on_training: float
    on_test: float
    on_unscaled: float


@dataclass(frozen=True)
class HistoryExercise(TrainingExercise):
    """The record of a training.

    No two trainings give the same numbers, so a slip's result says whether its signs are there.
    """

    def examine(self, *answers: Any) -> None:
        """Look at history and the model that was trained. Raises NotYet or NotAttempted."""
        history, model = answers
        if history is ...:
            raise self.not_attempted()
        self._need(model=model)
        curves = getattr(history, "history", history)
        if not isinstance(curves, Mapping) or "loss" not in curves:
            raise self.not_yet(
                f"history is of type {type(history).__name__} and holds no losses. model.fit gives the "
                "record back: write history = model.fit(...)."
            )
        losses = self._numbers(curves["loss"])
        if not np.all(np.isfinite(losses)):
            raise self.not_yet(
                f"The training loss ends at {show(losses[-1])}. Make the model anew, then fit it again."
            )
        images = course_images("fashion_mnist")
        some = slice(0, 10_000)
        test = scaled(images.test_images)

        def signs() -> Signs:
            return Signs(
                epochs=len(losses),
                first_loss=float(losses[0]),
                last_loss=float(losses[-1]),
                last_accuracy=float(curves["accuracy"][-1]) if "accuracy" in curves else 0.0,
                on_training=accuracy_of(model, scaled(images.train_images[some]), images.train_labels[some]),
                on_test=accuracy_of(model, test, images.test_labels),
                on_unscaled=accuracy_of(model, images.test_images.astype(np.float32), images.test_labels),
            )

        seen = self._ask("model.predict(images)", signs)
        for slip in self.misconceptions:
            if slip.result(seen):
                raise self.not_yet(
                    f"{seen.epochs} epochs; the training loss went from {seen.first_loss:.2f} to "
                    f"{seen.last_loss:.2f}; now the model gets {seen.on_training:.2f} on training images and "
                    f"{seen.on_test:.2f} on test images.",
                    slip,
                )


@dataclass(frozen=True)
class AccuracyExercise(TrainingExercise):
    """The accuracy of a model on the test images, with part marks. A slip's result takes (model, images)."""

    def examine(self, *answers: Any) -> None:
        """Compare test_accuracy with what model gets on test images. Raises NotYet or NotAttempted."""
        self._measure(*answers)

    def check(self, *answers: Any) -> None:
        """Say that the answer is right, and what it is worth. Raises NotYet or NotAttempted."""
        accuracy = self._measure(*answers)
        print(f"✓ {self.name}: right.")
        if accuracy < FULL_MARKS_FROM:
            print(
                f"The model gets {accuracy:.3f}, which earns part of the marks. All of them come from "
                f"{FULL_MARKS_FROM} on: were the pixels scaled, and were there {EPOCHS} epochs?"
            )

    def marks(self, *answers: Any) -> float:
        """Marks, rising evenly from 0 to points between the thresholds. Raises NotYet or NotAttempted."""
        accuracy = self._measure(*answers)
        if accuracy >= FULL_MARKS_FROM:
            return self.points
        return round(self.points * (accuracy - NO_MARKS_BELOW) / (FULL_MARKS_FROM - NO_MARKS_BELOW), 2)

    def _measure(self, answer: Any, model: Any) -> float:
        if answer is ...:
            raise self.not_attempted()
        self._need(model=model)
        images = course_images("fashion_mnist")
        accuracy: float = self._ask(
            "model.predict(test_images)",
            lambda: accuracy_of(model, scaled(images.test_images), images.test_labels),
        )
        if not near(answer, accuracy, ACCURACY_TOLERANCE):
            raise self.not_yet(
                f"test_accuracy is {show(answer)}, but the model gets {accuracy:.4f} on the scaled test "
                "images.",
                *self._ask(
                    "model.evaluate(test_images, test_labels)",
                    lambda: [
                        slip
                        for slip in self.misconceptions
                        if near(answer, slip.result(model, images), ACCURACY_TOLERANCE)
                    ],
                ),
            )
        if accuracy < NO_MARKS_BELOW:
            raise self.not_yet(
                f"The number is right, but the model gets only {accuracy:.3f}. Marks start at "
                f"{NO_MARKS_BELOW}: scale the pixels, make the model anew and fit it again."
            )
        return accuracy


history = HistoryExercise(
    name="history",
    points=3,
    hints=(
        "model.fit takes the images, their labels and the number of epochs, and gives back the record of "
        "the training.",
        "history = model.fit(images, labels, epochs=...): put in the training images, the training labels "
        "and 10.",
    ),
    misconceptions=(
        Misconception(
            "pixels not scaled",
            lambda signs: signs.first_loss > 1 and signs.on_unscaled > signs.on_test + 0.02,
            "A first loss that high comes from pixels up to 255. Scale the images, make the model anew, fit "
            "it again.",
        ),
        Misconception(
            "trained on the test data",
            lambda signs: signs.on_test > signs.on_training + 0.015,
            "The model does better on the test images than on the training images: it seems to have learned "
            "from the test images. Make the model anew and fit it on the training data.",
        ),
        Misconception(
            "too few epochs",
            lambda signs: signs.epochs < EPOCHS,
            f"Fewer than {EPOCHS} passes through the data. Tell model.fit how many epochs you want.",
        ),
        Misconception(
            "loss does not fall",
            lambda signs: signs.last_loss > 0.9 * signs.first_loss,
            "A training loss should fall. Do images and labels belong together, and is the learning rate "
            "the usual one?",
        ),
        Misconception(
            "model made anew after the training",
            lambda signs: max(signs.on_training, signs.on_unscaled) < 0.3 < signs.last_accuracy,
            "The record shows a better model than the one there is now. The cell that makes the model has "
            "run again since: run model.fit again, too.",
        ),
    ),
)

test_accuracy = AccuracyExercise(
    name="test_accuracy",
    points=4,
    hints=(
        "model.evaluate gives two numbers back, in the order loss, accuracy. You want the second.",
        "test_loss, test_accuracy = model.evaluate(images, labels), with the test images and the test "
        "labels.",
    ),
    misconceptions=(
        Misconception(
            "evaluated on the training data",
            lambda model, images: accuracy_of(model, scaled(images.train_images), images.train_labels),
            "That is the accuracy on images the model has learned from. How good is it on images it never "
            "saw?",
        ),
        Misconception(
            "percent instead of fraction",
            lambda model, images: 100 * accuracy_of(model, scaled(images.test_images), images.test_labels),
            "That is the accuracy in percent. Leave it as the fraction between 0 and 1 that Keras gives.",
        ),
        Misconception(
            "loss and accuracy together",
            lambda model, images: model.evaluate(scaled(images.test_images), images.test_labels, verbose=0),
            "model.evaluate gives back the loss and the accuracy. Unpack the two, or take the second.",
        ),
        Misconception(
            "loss instead of accuracy",
            lambda model, images: model.evaluate(scaled(images.test_images), images.test_labels, verbose=0)[
                0
            ],
            "That is the loss on the test images. The accuracy is the second number that model.evaluate "
            "gives.",
        ),
        Misconception(
            "test images not scaled",
            lambda model, images: accuracy_of(
                model, images.test_images.astype(np.float32), images.test_labels
            ),
            "That is the accuracy on test images with pixels up to 255. Scale them as the training images "
            "were scaled.",
        ),
    ),
)
