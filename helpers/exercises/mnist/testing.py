"""The accuracy of the final model on the test images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.exercises.exercise import Misconception, NotAttempted
from helpers.exercises.mnist.thresholds import (
    BATCH_SIZE,
    EPOCHS,
    FULL_MARKS_FROM,
    NO_MARKS_BELOW,
    PART,
    VALIDATION,
)
from helpers.exercises.training_exercise import (
    ACCURACY_TOLERANCE,
    Images,
    Numbers,
    TrainingExercise,
    course_images,
    near,
    scaled,
)
from helpers.exercises.values import show

CLASSES = 10
VALIDATION_IMAGES = slice(PART, PART + VALIDATION)


def accuracy_on(model: Any, images: Numbers, labels: Numbers) -> float:
    """The fraction of images (n, 28, 28) that a model of flattened, scaled images labels right."""
    # Large batches: a model this small needs most of the time for the way between them.
    confidences = model.predict(_flat(images), batch_size=1000, verbose=0)
    return float(np.mean(np.argmax(confidences, axis=-1) == labels))


def _flat(images: Numbers) -> Numbers:
    return scaled(images).reshape(len(images), -1)


def _evaluated(model: Any, images: Images) -> Any:
    one_hot = np.eye(CLASSES, dtype=np.float32)[images.test_labels]
    return model.evaluate(_flat(images.test_images), one_hot, batch_size=1000, verbose=0)


def _on_test(model: Any, images: Images) -> float:
    return accuracy_on(model, images.test_images, images.test_labels)


@dataclass(frozen=True)
class AccuracyExercise(TrainingExercise):
    """The accuracy of a model on the test images, with part marks. A slip's result takes (model, images)."""

    def examine(self, *answers: Any) -> None:
        """Compare test_accuracy with what final_model gets on test images. Raises NotYet or NotAttempted."""
        self._measure(*answers)

    def check(self, *answers: Any) -> None:
        """Say that the answer is right, and what it is worth. Raises NotYet or NotAttempted."""
        accuracy = self._measure(*answers)
        print(f"✓ {self.name}: right.")
        if accuracy < FULL_MARKS_FROM:
            print(
                f"The model gets {accuracy:.3f}, which earns part of the marks. All of them come from "
                f"{FULL_MARKS_FROM} on: was it trained on all of x, {EPOCHS} epochs, batches of {BATCH_SIZE}?"
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
        if model is ...:
            raise NotAttempted(
                f"○ {self.name}: final_model comes first. Build and train it in the cell above."
            )
        if not hasattr(model, "predict"):
            raise self.not_yet(
                f"final_model is {show(model)} of type {type(model).__name__}: it should be the trained "
                "Keras model."
            )
        images = course_images("mnist")
        accuracy: float = self._ask("final_model.predict(x_new)", lambda: _on_test(model, images))
        if not near(answer, accuracy, ACCURACY_TOLERANCE):
            raise self.not_yet(
                f"test_accuracy is {show(answer)}, but final_model gets {accuracy:.4f} on the prepared test "
                "images.",
                *self._ask(
                    "final_model.evaluate(x_new, y_new)",
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
                f"{NO_MARKS_BELOW}: build a new model and train it on x and y."
            )
        return accuracy


test_accuracy = AccuracyExercise(
    name="test_accuracy",
    points=3,
    hints=(
        "Build, fit, evaluate: three lines. The training data are x and y, the test data x_new and y_new.",
        "final_model = build_model(...), then final_model.fit(x, y, ...) with epochs and batch_size. Then "
        "test_loss, test_accuracy = final_model.evaluate(...) with the test data.",
    ),
    misconceptions=(
        Misconception(
            "evaluated on the training data",
            lambda model, images: accuracy_on(model, images.train_images, images.train_labels),
            "That is the accuracy on x, the training images. The final measurement is on x_new, which the "
            "model has never seen.",
        ),
        Misconception(
            "percent instead of fraction",
            lambda model, images: 100 * _on_test(model, images),
            "That is the accuracy in percent. Leave it as the fraction between 0 and 1 that Keras gives.",
        ),
        Misconception(
            "loss and accuracy together",
            _evaluated,
            "evaluate gives back the loss and the accuracy. Unpack the two, or take the second.",
        ),
        Misconception(
            "loss instead of accuracy",
            lambda model, images: _evaluated(model, images)[0],
            "That is the loss on the test images. The accuracy is the second number that evaluate gives.",
        ),
        Misconception(
            "evaluated on the validation images",
            lambda model, images: accuracy_on(
                model, images.train_images[VALIDATION_IMAGES], images.train_labels[VALIDATION_IMAGES]
            ),
            "That is the accuracy on x_val. The final measurement is on x_new, which took part in no choice.",
        ),
    ),
)
