"""The accuracy of the final model on the test images."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from helpers.exercises.accuracy_exercise import AccuracyExercise
from helpers.exercises.mnist.thresholds import (
    BATCH_SIZE,
    BETTER_ON_TEST,
    EPOCHS,
    ERRORS_ON_TRAINING,
    FULL_MARKS_FROM,
    NO_MARKS_BELOW,
    PART,
    VALIDATION,
)
from helpers.kit.exercise import Misconception
from helpers.kit.general_slips import NOT_A_NUMBER, WRONG_SHAPE
from helpers.kit.models import (
    Images,
    Numbers,
    accuracy_of,
    course_images,
    in_place_of_a_model,
    is_model,
    near,
    scaled,
)
from helpers.kit.outcome import Slip
from helpers.kit.tolerances import ACCURACY_TOLERANCE
from helpers.kit.values import show

CLASSES = 10
VALIDATION_IMAGES = slice(PART, PART + VALIDATION)
# Enough to tell an accuracy to half a percentage point, and as many as there are test images.
SOME_TRAINING_IMAGES = slice(0, 60_000, 6)


def accuracy_on(model: Any, images: Numbers, labels: Numbers) -> float:
    """The fraction of images (n, 28, 28) that a model of flattened, scaled images labels right."""
    return accuracy_of(model, _flat(images), labels)


def _flat(images: Numbers) -> Numbers:
    return scaled(images).reshape(len(images), -1)


def _evaluated(model: Any, images: Images) -> Any:
    one_hot = np.eye(CLASSES, dtype=np.float32)[images.test_labels]
    return model.evaluate(_flat(images.test_images), one_hot, batch_size=1000, verbose=0)


def _on_training(model: Any, images: Images) -> float:
    some = SOME_TRAINING_IMAGES
    return accuracy_on(model, images.train_images[some], images.train_labels[some])


def _on_test(model: Any, images: Images) -> float:
    return accuracy_on(model, images.test_images, images.test_labels)


# About a model, by its accuracy on images, whatever test_accuracy is.
NOT_TRAINED = Misconception(
    "not trained",
    lambda on_test: on_test < 0.3,
    "final_model is guessing: it has had little or no training. Train it on x and y, then measure.",
)
TRAINED_ON_TEST = Misconception(
    "trained on the test images",
    lambda on_training, on_test: (
        on_test > on_training + BETTER_ON_TEST and 1 - on_training > ERRORS_ON_TRAINING * (1 - on_test)
    ),
    "It does better on test images than on training images, so it seems to have learned from the test "
    "images. Build a new one and fit it on x and y.",
)


@dataclass(frozen=True)
class MeasuredExercise(AccuracyExercise):
    """The accuracy of final_model on the test images.

    numbers: slips whose result, of (model, images), is what was given in place of the accuracy.
    """

    numbers: tuple[Misconception, ...] = field(kw_only=True)

    def _measure(self, answer: Any, model: Any) -> float:
        if answer is ...:
            raise self.not_attempted()
        if model is ...:
            raise self.not_attempted("final_model comes first. Build and train it in the cell above.")
        if not is_model(model):
            raise self.not_yet(
                f"final_model is {show(model)} of type {type(model).__name__}: it should be the trained "
                "Keras model.",
                in_place_of_a_model(model),
            )
        numbers = self._numbers(answer)
        images = course_images("mnist")
        accuracy: float = self._ask("final_model.predict(x_new)", lambda: _on_test(model, images))
        if not near(answer, accuracy, ACCURACY_TOLERANCE):
            raise self.not_yet(
                f"test_accuracy is {show(answer)}, but final_model gets {accuracy:.4f} on the prepared test "
                "images.",
                *(self._explained(model, images, numbers) or self._of_any_kind(numbers, accuracy)),
            )
        if accuracy < self.no_marks_below:
            raise self.not_yet(
                f"The number is right, but the model gets only {accuracy:.3f}. Marks start at "
                f"{self.no_marks_below}: build a new model and train it on x and y.",
                *((NOT_TRAINED,) if NOT_TRAINED.result(accuracy) else ()),
            )
        on_training: float = self._ask("final_model.predict(x)", lambda: _on_training(model, images))
        if TRAINED_ON_TEST.result(on_training, accuracy):
            raise self.not_yet(
                f"The number is right: {accuracy:.3f} on the test images. On training images it is "
                f"{on_training:.3f}.",
                TRAINED_ON_TEST,
            )
        return accuracy

    def _explained(self, model: Any, images: Images, numbers: Numbers) -> list[Misconception | Slip]:
        slips: list[Misconception | Slip] = self._ask(
            "final_model.evaluate(x_new, y_new)",
            lambda: [
                slip for slip in self.numbers if near(numbers, slip.result(model, images), ACCURACY_TOLERANCE)
            ],
        )
        return slips

    def _of_any_kind(self, numbers: Numbers, accuracy: float) -> list[Misconception | Slip]:
        if numbers.ndim:
            return [WRONG_SHAPE]
        if not np.isfinite(numbers):
            return [NOT_A_NUMBER]
        return [NOT_TRAINED] if NOT_TRAINED.result(accuracy) else []


NUMBERS = (
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
        "evaluate returns the loss and the accuracy. Unpack the two, or take the second.",
    ),
    Misconception(
        "loss instead of accuracy",
        lambda model, images: _evaluated(model, images)[0],
        "That is the loss on the test images. The accuracy is the second number that evaluate returns.",
    ),
    Misconception(
        "evaluated on the validation images",
        lambda model, images: accuracy_on(
            model, images.train_images[VALIDATION_IMAGES], images.train_labels[VALIDATION_IMAGES]
        ),
        "That is the accuracy on x_val. The final measurement is on x_new, which played no part in any "
        "choice.",
    ),
    Misconception(
        "error instead of accuracy",
        lambda model, images: 1 - _on_test(model, images),
        "That is the fraction of images that are labelled wrong. The accuracy is the fraction labelled "
        "right.",
    ),
    Misconception(
        "number of images instead of fraction",
        lambda model, images: _on_test(model, images) * len(images.test_labels),
        "That is how many images are labelled right. Which fraction of all test images is it?",
    ),
)

test_accuracy = MeasuredExercise(
    name="test_accuracy",
    points=3,
    no_marks_below=NO_MARKS_BELOW,
    full_marks_from=FULL_MARKS_FROM,
    for_full_marks=f"was it trained on all of x, {EPOCHS} epochs, batches of {BATCH_SIZE}?",
    hints=(
        "Build, fit, evaluate: three lines. The training data are x and y, the test data x_new and y_new.",
        "final_model = build_model(...), then final_model.fit(x, y, ...) with epochs and batch_size. Then "
        "test_loss, test_accuracy = final_model.evaluate(...) with the test data.",
    ),
    numbers=NUMBERS,
    misconceptions=(*NUMBERS, NOT_TRAINED, TRAINED_ON_TEST),
)
