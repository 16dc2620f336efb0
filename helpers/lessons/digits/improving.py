"""A better model: its accuracy on the validation images, next to that of the first one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from helpers.kit.last_digits import accuracies, same_outputs, shaken
from helpers.kit.models import Numbers, is_model, predict
from helpers.kit.own_exercise import OwnExercise
from helpers.kit.signs import value_of
from helpers.kit.tolerances import SUM_TOLERANCE
from helpers.kit.values import show_answer
from helpers.lessons.digits.splitting import NAMES, SHAPES, are_of_the_digits


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


@dataclass(frozen=True, repr=False)
class BetterModelExercise(OwnExercise):
    """A model that beats another one. Slips are known by signs in what a Comparison holds.

    validation: how many images are held back for it. enough: where the first model was lucky, this accuracy
    is enough. least: where it was spoilt, beating less proves nothing. part: marks rise evenly over this much
    below what is asked for.
    """

    validation: int = field(kw_only=True)
    enough: float = field(kw_only=True)
    least: float = field(kw_only=True)
    part: float = field(kw_only=True)

    def examine(self, *answers: Any) -> None:
        """Compare better_model with model, on X_train, X_test, y_train, y_test. May raise as `check`."""
        self._compare(*answers)

    def check(self, *answers: Any) -> None:
        """Say that the answer is right, and what it is worth. Raises NotYet or NotAttempted."""
        comparison = self._compare(*answers)
        print(f"✓ {self.name}: right.")
        if comparison.better < self._asked(comparison):
            print(
                f"Its validation accuracy is {comparison.better:.3f}, that of the first model "
                f"{comparison.first:.3f}. That earns part of the marks. Full marks start at "
                f"{self._asked(comparison):.3f}: change one thing and train again."
            )

    def marks(self, *answers: Any) -> float:
        """Marks, rising evenly from 0 to points up to what is asked for. Raises NotYet or NotAttempted."""
        margin = self.margin(*answers)
        return self.points if margin >= 0 else round(self.points * (1 + margin / self.part), 2)

    def margin(self, *answers: Any) -> float:
        """How far the accuracy is above what full marks need; negative below. May raise as `check`."""
        comparison = self._compare(*answers)
        return comparison.better - self._asked(comparison)

    def _asked(self, comparison: Comparison) -> float:
        return min(max(comparison.first + 1 / self.validation - 1e-9, self.least), self.enough)

    def _compare(self, *answers: Any) -> Comparison:
        better, first, *arrays = answers
        if better is ...:
            raise self.not_attempted()
        self._need(model=first, **dict(zip(NAMES, arrays, strict=True)))
        if not is_model(better):
            raise self.not_yet(f"better_model is {show_answer(better)}.", *self.with_given("not a model"))
        arrays = [self._numbers(array) for array in arrays]
        x_train, x_test, y_train, y_test = arrays
        if tuple(array.shape for array in arrays) != SHAPES or not (
            are_of_the_digits(np.concatenate((x_train, x_test)), np.concatenate((y_train, y_test)))
        ):
            raise self.not_yet("The four arrays of the split are not right yet. Fix that exercise first.")
        comparison: Comparison = self._ask(
            "model.predict(X_train)", lambda: self._measured(better, first, *arrays)
        )
        explained = [
            slip
            for slip, sign in zip(self.slips, self.given, strict=True)
            if isinstance(sign, list) and value_of(sign, vars(comparison).__getitem__)
        ]
        if explained or comparison.better <= self._asked(comparison) - self.part:
            raise self.not_yet(
                f"better_model has a validation accuracy of {comparison.better:.3f}, the first model one of "
                f"{comparison.first:.3f}.",
                *(explained[:1] or self.with_given("otherwise")),
            )
        return comparison

    def _measured(
        self, better: Any, first: Any, x_train: Numbers, x_test: Numbers, y_train: Numbers, y_test: Numbers
    ) -> Comparison:
        fitted, held_back = slice(None, -self.validation), slice(-self.validation, None)
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
            loss_fitted=_loss(confidences[fitted], y_train[fitted]),
            loss_validation=_loss(confidences[held_back], y_train[held_back]),
            loss_test=_loss(predict(better, x_test), y_test),
        )
        if comparison.better >= self._asked(comparison):
            return comparison
        lowest, _ = accuracies([of_first, *when_shaken(first)], labels)
        _, highest = accuracies([confidences[held_back], *when_shaken(better)], labels)
        return replace(comparison, first=lowest, better=highest)


def _accuracy(confidences: Numbers, labels: Numbers) -> float:
    return float(np.mean(confidences.argmax(axis=1) == labels))


def _loss(confidences: Numbers, one_hot: Numbers) -> float:
    return float(-np.mean(np.log(np.clip(np.sum(confidences * one_hot, axis=1), 1e-7, 1))))
