"""The training: its record, and the accuracy on test images that came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.exercises.accuracy_exercise import AccuracyExercise
from helpers.exercises.fashion_mnist.model_outputs import ModelOutputs
from helpers.exercises.fashion_mnist.thresholds import EPOCHS, FULL_MARKS_FROM, NO_MARKS_BELOW
from helpers.exercises.training_exercise import (
    TrainingExercise,
    course_images,
    is_model,
    near,
)
from helpers.kit.exercise import Misconception
from helpers.kit.general_slips import NOT_A_NUMBER, WRONG_SHAPE, WRONG_TYPE
from helpers.kit.outcome import Slip
from helpers.kit.tolerances import ACCURACY_TOLERANCE
from helpers.kit.values import as_numbers, is_list_of_numbers, show

# Random weights stay below this accuracy, any training gets above it.
UNTRAINED = 0.3


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


# Each result takes what the student gave in place of a record, and says whether the slip's signs are there.
NO_RECORDS = (
    Misconception(
        "the model instead of the record",
        lambda answer: is_model(answer),
        "That is the model. The record is what its fit returns: keep that under the name history.",
    ),
    Misconception(
        "the losses alone",
        is_list_of_numbers,
        "Those are numbers from the record. Keep the record itself; its losses are still there, as "
        'history.history["loss"].',
    ),
    Misconception(
        "fit not called",
        callable,
        "That is a function, and it has not run. To call it, add brackets with the images, the labels and "
        "the epochs.",
    ),
    Misconception(
        "not a record",
        lambda _answer: True,
        "model.fit returns the record: write history = model.fit(...).",
    ),
)


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
                f"history is of type {type(history).__name__} and holds no losses.",
                next(slip for slip in NO_RECORDS if slip.result(history)),
            )
        losses = self._numbers(curves["loss"])
        if not np.all(np.isfinite(losses)):
            raise self.not_yet(
                f"The training loss ends at {show(losses[-1])}. Make a new model, then fit it.",
                NOT_A_NUMBER,
            )
        outputs = ModelOutputs(model, course_images("fashion_mnist"))

        def signs() -> Signs:
            return Signs(
                epochs=len(losses),
                first_loss=float(losses[0]),
                last_loss=float(losses[-1]),
                last_accuracy=float(curves["accuracy"][-1]) if len(curves.get("accuracy", ())) else 0.0,
                on_training=outputs.accuracy_on_training(slice(0, 10_000)),
                on_test=outputs.accuracy,
                on_unscaled=outputs.accuracy_on_unscaled,
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
class MeasuredExercise(AccuracyExercise):
    """The accuracy of model on the test images. A slip's result takes the ModelOutputs."""

    def _measure(self, answer: Any, model: Any) -> float:
        if answer is ...:
            raise self.not_attempted()
        self._need(model=model)
        outputs = ModelOutputs(model, course_images("fashion_mnist"))
        accuracy: float = self._ask("model.predict(test_images)", lambda: outputs.accuracy)
        if not near(answer, accuracy, ACCURACY_TOLERANCE):
            raise self.not_yet(
                f"test_accuracy is {show(answer)}, but the model gets {accuracy:.4f} on the scaled test "
                "images.",
                *self._explained(answer, outputs),
            )
        if accuracy < self.no_marks_below:
            raise self.not_yet(
                f"The number is right, but the model gets only {accuracy:.3f}. Marks start at "
                f"{self.no_marks_below}: scale the pixels, make a new model and fit it."
            )
        return accuracy

    def _explained(self, answer: Any, outputs: ModelOutputs) -> list[Misconception | Slip]:
        try:
            numbers = as_numbers(answer)
        except (TypeError, ValueError):
            return [WRONG_TYPE]
        known = self._ask(
            "model.evaluate(test_images, test_labels)",
            lambda: [
                slip for slip in self.misconceptions if near(answer, slip.result(outputs), ACCURACY_TOLERANCE)
            ],
        )
        if known:
            return list(known)
        if numbers.ndim:
            return [WRONG_SHAPE]
        return [ANOTHER_NUMBER if np.isfinite(numbers) else NOT_A_NUMBER]


history = HistoryExercise(
    name="history",
    points=3,
    hints=(
        "model.fit takes the images, their labels and the number of epochs, and returns the record of the "
        "training.",
        "history = model.fit(images, labels, epochs=...): put in the training images, the training labels "
        "and 10.",
    ),
    misconceptions=(
        Misconception(
            "pixels not scaled",
            lambda signs: signs.first_loss > 1 and signs.on_unscaled > max(signs.on_test + 0.02, UNTRAINED),
            "A first loss that high comes from pixels up to 255. Scale the images, make a new model, and fit "
            "it.",
        ),
        Misconception(
            "trained on the test data",
            lambda signs: signs.on_test > signs.on_training + 0.015,
            "The model does better on the test images than on the training images: it seems to have learned "
            "from the test images. Make a new model and fit it on the training data.",
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
            "model made again after the training",
            lambda signs: (
                max(signs.on_training, signs.on_unscaled) < UNTRAINED
                # A record need not hold accuracies: then its falling losses are those of a trained model.
                and (signs.last_accuracy > UNTRAINED or not signs.last_accuracy)
            ),
            "The record shows a better model than the one there is now. The cell that makes the model has "
            "run again since: run model.fit again too.",
        ),
    ),
)

ANOTHER_NUMBER = Misconception(
    "measured on another model or on other images",
    lambda _outputs: np.nan,
    "No measurement of this model on the test images gives that number. Has the model been trained again "
    "since, or are these other images or labels?",
)

test_accuracy = MeasuredExercise(
    name="test_accuracy",
    points=4,
    no_marks_below=NO_MARKS_BELOW,
    full_marks_from=FULL_MARKS_FROM,
    for_full_marks=f"were the pixels scaled, and were there {EPOCHS} epochs?",
    hints=(
        "model.evaluate returns two numbers, in the order loss, accuracy. You want the second.",
        "test_loss, test_accuracy = model.evaluate(images, labels), with the test images and the test "
        "labels.",
    ),
    misconceptions=(
        Misconception(
            "evaluated on the training data",
            lambda outputs: outputs.accuracy_on_training(),
            "That is the accuracy on images the model has learned from. How good is it on images it never "
            "saw?",
        ),
        Misconception(
            "percent instead of fraction",
            lambda outputs: 100 * outputs.accuracy,
            "That is the accuracy in percent. Leave it as the fraction between 0 and 1 that Keras gives.",
        ),
        Misconception(
            "loss and accuracy together",
            lambda outputs: outputs.evaluated,
            "model.evaluate returns the loss and the accuracy. Unpack the two, or take the second.",
        ),
        Misconception(
            "loss instead of accuracy",
            lambda outputs: outputs.evaluated[0],
            "That is the loss on the test images. The accuracy is the second number that model.evaluate "
            "returns.",
        ),
        Misconception(
            "test images not scaled",
            lambda outputs: outputs.accuracy_on_unscaled,
            "That is the accuracy on test images with pixels up to 255. Scale them as the training images "
            "were scaled.",
        ),
        Misconception(
            "fraction wrong instead of fraction right",
            lambda outputs: 1 - outputs.accuracy,
            "That is the fraction of images that are labelled wrong. The accuracy counts those labelled "
            "right.",
        ),
        Misconception(
            "number of images instead of fraction",
            lambda outputs: len(outputs.test) * outputs.accuracy,
            "That is how many test images are labelled right. Which fraction of all of them is that?",
        ),
        Misconception(
            "compared with the training labels",
            lambda outputs: np.mean(
                np.argmax(outputs.test, axis=-1) == outputs.images.train_labels[: len(outputs.test)]
            ),
            "The guesses are those for the test images, but the labels are those of the training images. "
            "Take both from the same data.",
        ),
        ANOTHER_NUMBER,
    ),
)
