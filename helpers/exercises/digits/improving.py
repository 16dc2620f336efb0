"""A better model: its accuracy on the validation images, next to that of the first one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from helpers.exercises.digits.sizes import FITTED, VALIDATION
from helpers.exercises.digits.splitting import NAMES, SHAPES
from helpers.kit.exercise import Misconception
from helpers.kit.last_digits import accuracies, same_outputs, shaken
from helpers.kit.models import (
    Numbers,
    TrainingExercise,
    is_model,
    predict,
)
from helpers.kit.tolerances import SUM_TOLERANCE
from helpers.kit.values import show

# Where the first model was lucky, this accuracy is enough: 20 epochs of 256 neurons always reached it or beat
# the first model, in 200 splits and trainings.
ENOUGH = 0.95
# Where the first model was spoilt: every sound training of it got this far, so beating less proves nothing.
LEAST = 0.9
# Marks rise evenly over this much below what is asked for.
PART = 0.05
# Images that were learned have losses like those of training images, far below those of new ones. None of
# 2,000 honest trainings showed both signs; short dishonest ones may not show them either.
MUCH_LESS = 0.25
ALIKE = 0.4
# Below this, last digits decide how large a loss is.
SMALLEST_LOSS = 1e-6
# Equal confidences cost ln 10, which is 2.303: new random weights nearly always cost more.
LOSS_OF_GUESSING = 2.35


@dataclass(frozen=True)
class Comparison:
    """Both models on the validation images, and the better one's losses on images it may and may not learn.

    first, better: their accuracies. Where better falls short, images whose labels depend on last digits count
    for better and not for first.
    same_outputs: whether both give the same confidences. sums_to_1: whether the better one's add up to 1.
    """

    first: float
    better: float
    same_outputs: bool
    sums_to_1: bool
    loss_fitted: float
    loss_validation: float
    loss_test: float

    def learned(self, loss: float, loss_of_others: float) -> bool:
        """Tell whether images with this loss were learned, judging by the losses on other images."""
        fitted, least = max(self.loss_fitted, SMALLEST_LOSS), max(loss, SMALLEST_LOSS)
        return loss < MUCH_LESS * loss_of_others and fitted > ALIKE * least


@dataclass(frozen=True)
class BetterModelExercise(TrainingExercise):
    """A model that beats another one. A slip's result tells from a Comparison whether its signs are there."""

    def examine(self, *answers: Any) -> None:
        """Compare better_model with model, on X_train, X_test, y_train, y_test. May raise as `check`."""
        self._compare(*answers)

    def check(self, *answers: Any) -> None:
        """Say that the answer is right, and what it is worth. Raises NotYet or NotAttempted."""
        comparison = self._compare(*answers)
        print(f"✓ {self.name}: right.")
        if comparison.better < _asked(comparison):
            print(
                f"It labels {comparison.better:.3f} of the validation images right, the first model "
                f"{comparison.first:.3f}. That earns part of the marks. Full marks start at "
                f"{_asked(comparison):.3f}: change one thing and train again."
            )

    def marks(self, *answers: Any) -> float:
        """Marks, rising evenly from 0 to points up to what is asked for. Raises NotYet or NotAttempted."""
        margin = self.margin(*answers)
        return self.points if margin >= 0 else round(self.points * (1 + margin / PART), 2)

    def margin(self, *answers: Any) -> float:
        """How far the accuracy is above what full marks need; negative below. May raise as `check`."""
        comparison = self._compare(*answers)
        return comparison.better - _asked(comparison)

    def _compare(self, *answers: Any) -> Comparison:
        better, first, *arrays = answers
        if better is ...:
            raise self.not_attempted()
        self._need(model=first, **dict(zip(NAMES, arrays, strict=True)))
        if not is_model(better):
            raise self.not_yet(f"better_model is {show(better)}.", NO_MODEL)
        arrays = [self._numbers(array) for array in arrays]
        if tuple(array.shape for array in arrays) != SHAPES:
            raise self.not_yet("The four arrays of the split are not right yet. Fix that exercise first.")
        comparison: Comparison = self._ask(
            "model.predict(X_train)", lambda: _measured(better, first, *arrays)
        )
        explained = [slip for slip in self.misconceptions if slip.result(comparison)]
        if explained or comparison.better <= _asked(comparison) - PART:
            raise self.not_yet(
                f"better_model labels {comparison.better:.3f} of the validation images right, the first "
                f"model {comparison.first:.3f}.",
                *explained[:1] or [FAR_BEHIND],
            )
        return comparison


def _asked(comparison: Comparison) -> float:
    return min(max(comparison.first + 1 / VALIDATION - 1e-9, LEAST), ENOUGH)


def _measured(
    better: Any, first: Any, x_train: Numbers, x_test: Numbers, y_train: Numbers, y_test: Numbers
) -> Comparison:
    held_back = slice(FITTED, None)
    confidences = predict(better, x_train)
    of_first = predict(first, x_train[held_back])
    labels = y_train[held_back].argmax(axis=1)

    def when_shaken(model: Any) -> list[Numbers]:
        return [predict(network, x_train[held_back]) for network in shaken(model)]

    comparison = Comparison(
        first=_accuracy(of_first, labels),
        better=_accuracy(confidences[held_back], labels),
        sums_to_1=bool(np.allclose(confidences.sum(axis=1), 1, rtol=0, atol=SUM_TOLERANCE)),
        same_outputs=same_outputs(confidences[held_back], of_first, lambda: when_shaken(first)),
        loss_fitted=_loss(confidences[:FITTED], y_train[:FITTED]),
        loss_validation=_loss(confidences[held_back], y_train[held_back]),
        loss_test=_loss(predict(better, x_test), y_test),
    )
    if comparison.better >= _asked(comparison):
        return comparison
    lowest, _ = accuracies([of_first, *when_shaken(first)], labels)
    _, highest = accuracies([confidences[held_back], *when_shaken(better)], labels)
    return replace(comparison, first=lowest, better=highest)


def _accuracy(confidences: Numbers, labels: Numbers) -> float:
    return float(np.mean(confidences.argmax(axis=1) == labels))


def _loss(confidences: Numbers, one_hot: Numbers) -> float:
    return float(-np.mean(np.log(np.clip(np.sum(confidences * one_hot, axis=1), 1e-7, 1))))


NO_MODEL = Misconception(
    "not a model",
    lambda _comparison: False,
    "better_model should be a trained Keras model. fit returns the record and compile returns nothing: call "
    "each of them on a line of its own.",
)
FAR_BEHIND = Misconception(
    "far behind the first model",
    lambda _comparison: False,
    "That is not a step forward. Draw its curves: are both low? Then it has too few neurons or epochs. Is "
    "only validation low? Then it has learned too few images, or images with other pixels than those of "
    "X_train.",
)

better_model = BetterModelExercise(
    name="better_model",
    points=3,
    hints=(
        "The curves of history_10 show what is missing: the training accuracy has not levelled off yet, and "
        "validation is still rising. Which of width, depth and epochs helps with that?",
        "Build it like the first model, but with a hidden layer of several times 64 neurons; compile it, and "
        "fit it like the first one, for twice as many epochs.",
    ),
    misconceptions=(
        Misconception(
            "the first model again",
            lambda comparison: comparison.same_outputs,
            "Both models give the same outputs: this is the first one under another name. Build a new one, "
            "and change something.",
        ),
        Misconception(
            "softmax missing",
            lambda comparison: not comparison.sums_to_1,
            "Its ten outputs do not add up to 1, so they are not confidences. Which activation does the last "
            "layer need?",
        ),
        Misconception(
            "trained on the validation images",
            lambda comparison: comparison.learned(comparison.loss_validation, comparison.loss_test),
            "Its loss on the validation images is as low as on the training images, and much higher on the "
            "test images: it seems to have learned them. Set them aside again with validation_split.",
        ),
        Misconception(
            "trained on the test images",
            lambda comparison: comparison.learned(comparison.loss_test, comparison.loss_validation),
            "Its loss on the test images is far lower than on the validation images: it seems to have "
            "learned from the test images. Fit it on the training data only.",
        ),
        Misconception(
            "not trained",
            lambda comparison: comparison.loss_fitted > LOSS_OF_GUESSING,
            "Its loss on the training images is higher than that of guessing, so it seems untrained. After "
            "compile comes fit.",
        ),
        NO_MODEL,
        FAR_BEHIND,
    ),
)
