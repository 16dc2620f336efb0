"""The predictions: ten confidences per image, and the labels they stand for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from helpers.exercises.exercise import Misconception
from helpers.exercises.training_exercise import (
    TrainingExercise,
    course_images,
    near,
    predict,
    scaled,
)
from helpers.exercises.values import show

# For two float32 predictions. Relative, since where a model is sure only small confidences tell inputs apart.
PREDICTION_TOLERANCE = 1e-3


def _same_predictions(seen: Any, expected: Any) -> bool:
    return near(seen, expected, PREDICTION_TOLERANCE, smallest=1e-15)


@dataclass(frozen=True)
class ConfidencesExercise(TrainingExercise):
    """Confidences that a model gives for test images. A slip's result takes (model, images).

    which: which of the 10,000 test images are asked for.
    """

    which: slice = field(kw_only=True)

    def examine(self, *answers: Any) -> None:
        """Compare an array of confidences with what model predicts. Raises NotYet or NotAttempted."""
        answer, model = answers
        if answer is ...:
            raise self.not_attempted()
        self._need(model=model)
        images = course_images("fashion_mnist")
        expected = self._ask(
            "model.predict(test_images)", lambda: predict(model, scaled(images.test_images[self.which]))
        )
        if _same_predictions(answer, expected):
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
        raise self.not_yet(
            text,
            *self._ask(
                "model.predict(images)",
                lambda: [
                    slip
                    for slip in self.misconceptions
                    if _same_predictions(seen, slip.result(model, images))
                ],
            ),
        )


@dataclass(frozen=True)
class LabelsExercise(TrainingExercise):
    """The label with the highest confidence in every row. A slip's result takes the confidences (n, 10)."""

    def examine(self, *answers: Any) -> None:
        """Compare predicted_labels with the student's own predictions. Raises NotYet or NotAttempted."""
        answer, predictions = answers
        if answer is ...:
            raise self.not_attempted()
        self._need(predictions=predictions)
        confidences = self._numbers(predictions)
        if confidences.ndim != 2 or confidences.shape[1] != 10:
            raise self.not_yet(
                f"predictions has the shape {confidences.shape}, expected (10000, 10). Mend that first."
            )
        seen = self._numbers(answer)
        expected = np.argmax(confidences, axis=1)
        explained = [slip for slip in self.misconceptions if near(seen, slip.result(confidences), 1e-6)]
        if seen.shape != expected.shape:
            raise self.not_yet(
                f"predicted_labels has the shape {seen.shape}, expected {expected.shape}: one label per "
                "image.",
                *explained,
            )
        if not np.array_equal(seen, expected):
            i = int(np.argmax(seen != expected))
            raise self.not_yet(
                f"predicted_labels[{i}] is {show(seen[i])}, but row {i} of predictions is highest at "
                f"{expected[i]}.",
                *explained,
            )
        if np.asarray(answer).dtype.kind not in "iu":
            raise self.not_yet(
                "The labels are right, but they are floats. A label is a position in a list, so it has to "
                "be an integer."
            )


predictions = ConfidencesExercise(
    name="predictions",
    points=2,
    hints=(
        "A model has a method that turns images into outputs. It needs no labels.",
        "Call model.predict with all the test images, and keep what it gives back.",
    ),
    which=slice(None),
    misconceptions=(
        Misconception(
            "predictions of the training images",
            lambda model, images: predict(model, scaled(images.train_images)),
            "Those are the confidences for the training images. The question is what the model makes of new "
            "ones.",
        ),
        Misconception(
            "labels instead of confidences",
            lambda model, images: np.argmax(predict(model, scaled(images.test_images)), axis=1),
            "Those are labels already. Keep all ten confidences of every image: the next exercise picks the "
            "highest.",
        ),
        Misconception(
            "test images not scaled",
            lambda model, images: predict(model, images.test_images.astype(np.float32)),
            "Those are the confidences for images with pixels up to 255. Use the scaled test images.",
        ),
        Misconception(
            "one image only",
            lambda model, images: predict(model, scaled(images.test_images[:1])),
            "That is the prediction for the first test image. Hand all of them to the model in one call.",
        ),
    ),
)

predicted_labels = LabelsExercise(
    name="predicted_labels",
    points=2,
    hints=(
        "np.argmax says where the largest value stands. Its argument axis says in which direction it looks.",
        "Rows are axis 0, columns are axis 1. You want the best column of every row, so 10,000 answers.",
    ),
    misconceptions=(
        Misconception(
            "argmax over axis 0",
            lambda confidences: np.argmax(confidences, axis=0),
            "Those are ten numbers: for each class, the image that is most like it. Look along the other "
            "axis.",
        ),
        Misconception(
            "argmax over the whole array",
            np.argmax,
            "That is one number for all images together. Tell np.argmax along which axis to look.",
        ),
        Misconception(
            "max instead of argmax",
            lambda confidences: np.max(confidences, axis=1),
            "Those are the highest confidences themselves. The label is the place where the highest one "
            "stands.",
        ),
        Misconception(
            "argmin instead of argmax",
            lambda confidences: np.argmin(confidences, axis=1),
            "Those are the labels the model believes in least.",
        ),
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
    misconceptions=(
        Misconception(
            "batch axis missing",
            lambda model, images: predict(model, scaled(images.test_images[1:2]))[0],
            "The ten numbers are right, but a prediction for a batch of one has a row of its own: shape (1, "
            "10).",
        ),
        Misconception(
            "first image",
            lambda model, images: predict(model, scaled(images.test_images[0:1])),
            "That is the prediction for the image at index 0. The task asks for index 1.",
        ),
        Misconception(
            "training image",
            lambda model, images: predict(model, scaled(images.train_images[1:2])),
            "That is a training image. Take the one at index 1 of the test images.",
        ),
        Misconception(
            "label instead of confidences",
            lambda model, images: np.argmax(predict(model, scaled(images.test_images[1:2])), axis=1),
            "That is the label already. Keep the ten confidences that model.predict gives.",
        ),
    ),
)
