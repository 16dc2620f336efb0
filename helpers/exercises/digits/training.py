"""The two trainings: what `fit` recorded after each of 5 and of 10 epochs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from helpers.exercises.digits.sizes import FITTED, TEST, UPDATES, VALIDATION
from helpers.kit.exercise import Misconception
from helpers.kit.general_slips import NOT_A_NUMBER
from helpers.kit.models import (
    Numbers,
    TrainingExercise,
    is_model,
)
from helpers.kit.tolerances import COUNT_TOLERANCE
from helpers.kit.values import is_list_of_numbers, show

# With new weights the first epoch's loss is about 2 or above, whatever the scale of the pixels; after five
# epochs it is below 1.
FIRST_LOSS_OF_TRAINED = 1.3
# How many of the test images a validation_split of 0.2 would set aside.
TEST_VALIDATION = TEST // 5
# Random guessing among ten classes costs 2.3. With pixels from 0 to 1 less than this is left after so many
# epochs, with pixels far below 1 more.
LAST_LOSS_OF_TRAINED = {5: 1.5, 10: 1.2}


@dataclass(frozen=True)
class Signs:
    """What a record shows of its training. The accuracies are fractions, so they tell of how many images.

    updates: in each epoch; None where only the lists of the record are left.
    """

    epochs: int
    first_loss: float
    last_loss: float
    accuracy: Numbers
    val_accuracy: Numbers | None
    updates: int | None

    def of_images(self, fitted: int, validated: int) -> bool:
        """Tell whether the accuracies are fractions of so many images, in training and in validation."""
        return self.val_accuracy is not None and (
            _fractions(self.accuracy, fitted) and _fractions(self.val_accuracy, validated)
        )


def _fractions(values: Numbers, count: int) -> bool:
    return bool(np.allclose(values * count, np.rint(values * count), rtol=0, atol=COUNT_TOLERANCE))


# Each result takes what the student gave in place of a record, and says whether the slip's signs are there.
NO_RECORDS = (
    Misconception(
        "the model instead of the record",
        lambda answer: is_model(answer),
        "That is the model. The record is what its fit returns: keep that.",
    ),
    Misconception(
        "only one list",
        is_list_of_numbers,
        "Those are numbers from the record. Keep the record itself: the curves are drawn from several of its "
        "lists.",
    ),
    Misconception(
        "fit not called",
        callable,
        "That is a function, and it has not run. To call it, add brackets with its arguments.",
    ),
    Misconception(
        "not a record",
        lambda _answer: True,
        "model.fit returns the record: keep what it returns under this name.",
    ),
)


@dataclass(frozen=True)
class HistoryExercise(TrainingExercise):
    """The record of a training. No two are alike, so a slip's result says whether its signs are there.

    epochs: how many the task asks for.
    """

    epochs: int = field(kw_only=True)

    def examine(self, *answers: Any) -> None:
        """Look at a record. Raises NotYet or NotAttempted."""
        (history,) = answers
        if history is ...:
            raise self.not_attempted()
        signs = self._signs(history)
        for slip in self.misconceptions:
            if slip.result(signs):
                expected = "" if signs.epochs == self.epochs else f" Expected {self.epochs} epochs."
                raise self.not_yet(_summary(signs) + expected, slip)

    def _signs(self, history: Any) -> Signs:
        curves = getattr(history, "history", history)
        if not isinstance(curves, Mapping) or "loss" not in curves:
            raise self.not_yet(
                f"{self.name} is of type {type(history).__name__} and holds no losses.",
                next(slip for slip in NO_RECORDS if slip.result(history)),
            )
        if "accuracy" not in curves:
            raise self.not_yet(
                f"{self.name} holds {', '.join(map(str, curves))}, but no accuracy. Look at the metrics that "
                "the model was compiled with."
            )
        losses = self._numbers(curves["loss"])
        if not len(losses) or not np.all(np.isfinite(losses)):
            raise self.not_yet(f"The losses are {show(losses)}. Make a new model, then fit it.", NOT_A_NUMBER)
        return Signs(
            epochs=len(losses),
            first_loss=float(losses[0]),
            last_loss=float(losses[-1]),
            accuracy=self._numbers(curves["accuracy"]),
            val_accuracy=self._numbers(curves["val_accuracy"]) if "val_accuracy" in curves else None,
            updates=(getattr(history, "params", None) or {}).get("steps"),
        )


def _summary(signs: Signs) -> str:
    epochs = "1 epoch" if signs.epochs == 1 else f"{signs.epochs} epochs"
    return f"{epochs}; the training loss went from {signs.first_loss:.2f} to {signs.last_loss:.2f}."


def _exercise(name: str, epochs: int, hints: tuple[str, str], other: Misconception) -> HistoryExercise:
    return HistoryExercise(
        name=name,
        points=2,
        epochs=epochs,
        hints=hints,
        misconceptions=(
            Misconception(
                "no validation_split",
                lambda signs: signs.val_accuracy is None,
                "The record has no val_accuracy: no validation data were set aside. One argument of fit does "
                "that.",
            ),
            Misconception(
                "carried on with a trained model",
                lambda signs: signs.first_loss < FIRST_LOSS_OF_TRAINED,
                "A first loss that low does not come from new random weights: this training carried on with "
                "a model that was already trained. Make a new model, then fit it.",
            ),
            other,
            Misconception(
                "wrong number of epochs",
                lambda signs: signs.epochs != epochs,
                "The argument epochs says how many times fit goes through the images. If you leave it out, "
                "it is 1.",
            ),
            Misconception(
                "trained on the test images",
                lambda signs: signs.of_images(TEST - TEST_VALIDATION, TEST_VALIDATION),
                "The accuracies are fractions of 288 images in training and 72 in validation, so both were "
                "taken from the 360 test images. Fit on X_train and y_train.",
            ),
            Misconception(
                "loss does not fall",
                lambda signs: signs.last_loss > LAST_LOSS_OF_TRAINED[epochs],
                "That is hardly better than guessing. Do images and labels belong together, and is the "
                "learning rate the usual one?",
            ),
            Misconception(
                "test images as validation data",
                lambda signs: (
                    _fractions(signs.val_accuracy, TEST) and not signs.of_images(FITTED, VALIDATION)
                ),
                "The validation accuracies are fractions of 360 images, as many as there are for testing. "
                "Leave the test images alone until the end, and let fit set some training images aside.",
            ),
            Misconception(
                "a different share for validation",
                lambda signs: not signs.of_images(FITTED, VALIDATION),
                "The accuracies are not fractions of 1,149 images in training and 288 in validation. Fit on "
                "X_train, and set aside a share of 0.2.",
            ),
            Misconception(
                "a different batch size",
                lambda signs: signs.updates not in (None, UPDATES),
                f"The record is of epochs that do not take {UPDATES} updates each. How many images does the "
                "table give for each update?",
            ),
        ),
    )


history_5 = _exercise(
    "history_5",
    epochs=5,
    hints=(
        "model.fit takes the training images, their labels and the three arguments of the table, and returns "
        "the record.",
        "history_5 = model.fit(X_train, y_train, epochs=..., batch_size=32, validation_split=..., verbose=2)",
    ),
    other=Misconception(
        "ten epochs",
        lambda signs: signs.epochs == 10,
        "Ten epochs come later, as history_10. Here the task asks for half as many.",
    ),
)

history_10 = _exercise(
    "history_10",
    epochs=10,
    hints=(
        "First a model with new random weights, then the call to fit from above with a different number of "
        "epochs.",
        "model = new_model() in one line; in the next, history_10 = model.fit(...) with the same arguments "
        "as before, except for epochs.",
    ),
    other=Misconception(
        "five epochs",
        lambda signs: signs.epochs == 5,
        "That is a record of five epochs, like history_5. Here the task asks for twice as many, from new "
        "weights.",
    ),
)
