"""The predictions: ten confidences per image, and the labels they stand for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from helpers.exercises.fashion_mnist.model_outputs import ModelOutputs
from helpers.exercises.last_digits import same_outputs
from helpers.exercises.training_exercise import (
    Numbers,
    TrainingExercise,
    course_images,
    near,
)
from helpers.kit.exercise import Misconception
from helpers.kit.general_slips import NOT_A_NUMBER, WRONG_SHAPE
from helpers.kit.outcome import Slip
from helpers.kit.tolerances import PREDICTION_TOLERANCE, SMALLEST_CONFIDENCE, SUM_TOLERANCE
from helpers.kit.values import show

TEST_IMAGES = 10_000
# Labels may come from predictions made again, in which the other of two equal confidences is the highest.
MOST_TIES = 10
# The share of an answer that has to match what a slip gives.
MOSTLY = 0.99


def _gives(outputs: ModelOutputs, question: Callable[[ModelOutputs], Any], seen: Any) -> bool:
    """Whether that question has this answer, apart from last digits."""
    return same_outputs(seen, question(outputs), lambda: map(question, outputs.shaken))


def _adds_up(confidences: Numbers) -> bool:
    return bool(np.allclose(confidences.sum(axis=1), 1, rtol=0, atol=SUM_TOLERANCE))


@dataclass(frozen=True)
class ConfidencesExercise(TrainingExercise):
    """Confidences that a model gives for test images. A slip's result takes the ModelOutputs.

    which: which of the 10,000 test images are asked for. other: what else may have given such confidences.
    adds_up: whether the task says that rows add up to 1, which those of a model without softmax do not.
    """

    which: slice = field(kw_only=True)
    other: Misconception = field(kw_only=True)
    adds_up: bool = field(default=False, kw_only=True)

    def examine(self, *answers: Any) -> None:
        """Compare an array of confidences with what model predicts. Raises NotYet or NotAttempted."""
        answer, model = answers
        if answer is ...:
            raise self.not_attempted()
        self._need(model=model)
        outputs = ModelOutputs(model, course_images("fashion_mnist"))
        expected = self._ask("model.predict(test_images)", lambda: outputs.test[self.which])
        if self._ask(
            "model.predict(test_images)", lambda: _gives(outputs, lambda it: it.test[self.which], answer)
        ):
            if self.adds_up and not _adds_up(expected):
                raise self.not_yet(
                    "That is what the model gives, but its rows do not add up to 1, so they are not "
                    "confidences. Fix the model first."
                )
            return
        seen = self._numbers(answer)
        if seen.shape != expected.shape:
            text = f"{self.name} has the shape {seen.shape}, expected {expected.shape}."
        else:
            row = int(np.argmax(np.abs(seen - expected).max(axis=1)))
            text = (
                f"Row {row} is {show(seen[row].round(3))}; the model gives {show(expected[row].round(3))} "
                "for that test image."
            )
        raise self.not_yet(text, *self._explained(seen, outputs))

    def _explained(self, seen: Numbers, outputs: ModelOutputs) -> list[Misconception | Slip]:
        known = self._ask(
            "model.predict(images)",
            lambda: [slip for slip in self.misconceptions if _gives(outputs, slip.result, seen)],
        )
        if known:
            return list(known)
        if seen.shape != outputs.test[self.which].shape:
            return [WRONG_SHAPE]
        if not np.isfinite(seen).all():
            return [NOT_A_NUMBER]
        return [self.other] if _adds_up(seen) else []


@dataclass(frozen=True)
class LabelsExercise(TrainingExercise):
    """The label with the highest confidence in every row. A slip's result takes the confidences (n, 10)."""

    def examine(self, *answers: Any) -> None:
        """Compare predicted_labels with the student's own predictions. Raises NotYet or NotAttempted."""
        answer, predictions = answers
        if answer is ...:
            raise self.not_attempted()
        if np.asarray(answer).dtype.kind == "U":
            raise self.not_yet(f"predicted_labels begins with {np.ravel(answer)[0]!r}.", NAMES)
        self._need(predictions=predictions)
        confidences = self._numbers(predictions)
        if confidences.ndim != 2 or confidences.shape[1] != 10 or len(confidences) < TEST_IMAGES:
            raise self.not_yet(
                f"predictions has the shape {confidences.shape}, expected (10000, 10). Fix that first."
            )
        seen = self._numbers(answer)
        expected = np.argmax(confidences, axis=1)
        explained = self._explained(seen, confidences)
        if seen.shape != expected.shape:
            raise self.not_yet(
                f"predicted_labels has the shape {seen.shape}, expected {expected.shape}: one label per "
                "image.",
                *(explained or [WRONG_SHAPE]),
            )
        wrong = np.flatnonzero(seen != expected)
        if len(wrong) > MOST_TIES or not _as_high(seen[wrong], confidences[wrong].T):
            i = wrong[0]
            raise self.not_yet(
                f"predicted_labels[{i}] is {show(seen[i])}, but row {i} of predictions is highest at "
                f"{expected[i]}.",
                *explained,
            )
        if np.asarray(answer).dtype.kind not in "iu":
            raise self.not_yet("The labels are right, but they are floats.", FLOATS)

    def _explained(self, seen: Numbers, confidences: Numbers) -> list[Misconception | Slip]:
        known: list[Misconception | Slip] = [
            slip for slip in self.misconceptions if _mostly(seen, slip.result(confidences))
        ]
        if known:
            return known
        if seen.shape == (10,):
            return [OVER_COLUMNS] if _as_high(seen, confidences) else []
        if seen.shape == ():
            return [OVER_ALL] if _as_high(seen.reshape(1), confidences.reshape(-1, 1)) else []
        return []


def _mostly(seen: Numbers, expected: Any) -> bool:
    """Whether labels or confidences are as expected, except for a few."""
    expected = np.asarray(expected)
    return seen.shape == expected.shape and bool(
        np.mean(np.isclose(seen, expected, rtol=PREDICTION_TOLERANCE, atol=SMALLEST_CONFIDENCE)) > MOSTLY
    )


def _as_high(places: Numbers, columns: Numbers) -> bool:
    """Whether the value at the place named for each column is as high as the highest in it."""
    if not np.isin(places, np.arange(len(columns))).all():
        return False
    heights = columns[places.astype(int), np.arange(len(places))]
    return near(heights, columns.max(axis=0), PREDICTION_TOLERANCE, smallest=SMALLEST_CONFIDENCE)


NAMES = Misconception(
    "names instead of labels",
    lambda _confidences: np.nan,
    "Those are names. Keep the labels, which are whole numbers: class_names gives the name of each whenever "
    "you want one.",
)
FLOATS = Misconception(
    "floats instead of integers",
    lambda _confidences: np.nan,
    "A label is a position in a list, so it has to be an integer.",
)
# Many confidences differ from 1 only in last digits, so these may name places other than np.argmax does.
OVER_COLUMNS = Misconception(
    "argmax over axis 0",
    lambda confidences: np.argmax(confidences, axis=0),
    "Those are ten numbers: for each class, the image that is most like it. Look along the other axis.",
)
OVER_ALL = Misconception(
    "argmax over the whole array",
    np.argmax,
    "That is one number for all images together. Tell np.argmax along which axis to look.",
)

predictions = ConfidencesExercise(
    name="predictions",
    points=2,
    hints=(
        "A model has a method that turns images into outputs. It needs no labels.",
        "Call model.predict with all the test images, and keep what it returns.",
    ),
    which=slice(None),
    adds_up=True,
    other=Misconception(
        "predictions of another model",
        lambda _outputs: np.nan,
        "These are confidences, but this model does not give them for the test images. Is it another model, "
        "or has it been trained again since?",
    ),
    misconceptions=(
        Misconception(
            "predictions for the training images",
            lambda outputs: outputs.training(),
            "Those are the confidences for the training images. The question is what the model makes of new "
            "ones.",
        ),
        Misconception(
            "labels instead of confidences",
            lambda outputs: np.argmax(outputs.test, axis=1),
            "Those are labels already. Keep all ten confidences of every image: the next exercise picks the "
            "highest.",
        ),
        Misconception(
            "test images not scaled",
            lambda outputs: outputs.unscaled,
            "Those are the confidences for images with pixels up to 255. Use the scaled test images.",
        ),
        Misconception(
            "one image only",
            lambda outputs: outputs.test[:1],
            "That is the prediction for the first test image. Hand all of them to the model in one call.",
        ),
        Misconception(
            "highest confidence only",
            lambda outputs: np.max(outputs.test, axis=1),
            "Those are the highest confidences. Keep all ten of every image: the other nine say what else "
            "the model considered.",
        ),
        Misconception(
            "classes in rows",
            lambda outputs: outputs.test.T,
            "Rows and columns have changed places. One row per image is what model.predict gives by itself.",
        ),
        Misconception(
            "percent instead of fractions",
            lambda outputs: 100 * outputs.test,
            "Those are percentages. Leave the confidences as fractions, so that each row adds up to 1.",
        ),
    ),
)

predicted_labels = LabelsExercise(
    name="predicted_labels",
    points=2,
    hints=(
        "np.argmax says where the largest value is. Its argument axis says in which direction it looks.",
        "Rows are axis 0, columns are axis 1. You want the best column of every row, so 10,000 answers.",
    ),
    misconceptions=(
        OVER_COLUMNS,
        OVER_ALL,
        Misconception(
            "max instead of argmax",
            lambda confidences: np.max(confidences, axis=1),
            "Those are the highest confidences themselves. The label is the place where the highest one is.",
        ),
        Misconception(
            "argmin instead of argmax",
            lambda confidences: np.argmin(confidences, axis=1),
            "Those are the labels the model believes in least.",
        ),
        Misconception(
            "counted from 1",
            lambda confidences: np.argmax(confidences, axis=1) + 1,
            "Every label is 1 too high. Labels count from 0, as the places in a row do.",
        ),
        Misconception(
            "true labels instead of predicted ones",
            lambda _confidences: course_images("fashion_mnist").test_labels,
            "Those are the true labels. The question is what the model takes the images for.",
        ),
        Misconception(
            "confidences instead of labels",
            lambda confidences: confidences,
            "Those are still the ten confidences of every image. At which place in its row is the highest?",
        ),
        Misconception(
            "first image only",
            lambda confidences: np.argmax(confidences[0]),
            "That is the label of the first image. Find one for every row.",
        ),
        Misconception(
            "one-hot rows",
            lambda confidences: confidences == np.max(confidences, axis=1, keepdims=True),
            "Those are rows with a 1 at the place of the highest confidence. The label is the number of that "
            "place.",
        ),
        NAMES,
        FLOATS,
    ),
)

prediction_single = ConfidencesExercise(
    name="prediction_single",
    points=1,
    hints=(
        "The model takes batches of shape (n, 28, 28). What must the shape of one image be, and how do you "
        "add an axis?",
        "np.expand_dims(img, 0) puts an axis of length 1 in front. Hand the result to model.predict.",
    ),
    which=slice(1, 2),
    other=Misconception(
        "another image",
        lambda _outputs: np.nan,
        "These are ten confidences, but this model gives others for the test image at index 1. Is it another "
        "image, or another model?",
    ),
    misconceptions=(
        Misconception(
            "batch axis missing",
            lambda outputs: outputs.test[1],
            "The ten numbers are right, but a prediction for a batch of one is an array with one row: shape "
            "(1, 10).",
        ),
        Misconception(
            "first image",
            lambda outputs: outputs.test[0:1],
            "That is the prediction for the image at index 0. The task asks for index 1.",
        ),
        Misconception(
            "training image",
            lambda outputs: outputs.training(slice(1, 2)),
            "That is a training image. Take the one at index 1 of the test images.",
        ),
        Misconception(
            "label instead of confidences",
            lambda outputs: np.argmax(outputs.test[1:2], axis=1),
            "That is the label already. Keep the ten confidences that model.predict gives.",
        ),
        Misconception(
            "test image not scaled",
            lambda outputs: outputs.unscaled[1:2],
            "That is the prediction for pixels up to 255. Use the scaled test images.",
        ),
        Misconception(
            "two images",
            lambda outputs: outputs.test[0:2],
            "That is a batch of two images, at index 0 and index 1. A slice that starts at 1 and ends before "
            "2 holds one.",
        ),
        Misconception(
            "all images",
            lambda outputs: outputs.test,
            "Those are the predictions for all the test images. The task asks for the one at index 1.",
        ),
    ),
)
