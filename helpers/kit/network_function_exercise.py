"""Exercises in which a function builds a network: each call makes a new one, with weights of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.kit.exercise import NotDoneYet
from helpers.kit.general_slips import CALL_STOPS, NO_FUNCTION, RETURNS_NOTHING
from helpers.kit.last_digits import same_weights
from helpers.kit.models import TrainingExercise, are_one, in_place_of_a_model, is_model, quiet, told
from helpers.kit.network_exercise import NetworkCase, NetworkExercise
from helpers.kit.outcome import Slip
from helpers.kit.values import show

ONE_OPTIMIZER = Slip(
    "one optimizer for all calls",
    "An optimizer belongs to the model that it trains first: a second model cannot be trained with it. Make "
    "a new one inside the function, at each call.",
)
TRAINED = Slip(
    "trained inside the function",
    "Building and training are two steps. Leave fit out of the function: whoever calls it wants a network "
    "that has learned nothing yet.",
)
# What two calls should not give: by these words, slips are known.
ONE_MODEL, SAME_START = "one model", "same start"


class CallingForModels(TrainingExercise):
    """What the exercises whose answer is a function that returns a Keras model have in common."""

    def need_function(self, answer: Any) -> None:
        """Raise NotYet or NotAttempted unless the answer is a function."""
        if answer is ...:
            raise self.not_attempted()
        if is_model(answer) or not callable(answer):
            raise self.not_yet(
                f"{self.name} is of type {type(answer).__name__}: it should be a function.", NO_FUNCTION
            )

    def model_from(self, answer: Callable[..., Any], *arguments: Any) -> Any:
        """The model that a call returns. Raises NotYet or NotAttempted."""
        called = f"{self.name}({', '.join(map(show, arguments))})"
        try:
            with quiet():
                model = answer(*arguments)
        except NotDoneYet as error:
            # An answer may call a function of an earlier exercise: that one's stub is not this one's.
            if str(error).startswith(f"{self.name} is "):
                raise self.not_attempted() from None
            raise self.not_yet(f"{called} stopped, because {error}") from None
        except (Exception, SystemExit) as error:
            raise self.not_yet(f"{called} stopped with {told(error)}", CALL_STOPS) from None
        if model is None:
            raise self.not_yet(f"{called} returned None.", RETURNS_NOTHING)
        if not is_model(model):
            raise self.not_yet(
                f"{called} returned {show(model)} of type {type(model).__name__}, which is not a Keras "
                "model.",
                in_place_of_a_model(model),
            )
        return model


@dataclass(frozen=True, repr=False)
class NetworkFunctionExercise(NetworkExercise, CallingForModels):
    """A function that builds a compiled Keras model. Its cases differ in the arguments."""

    def examine(self, answer: Any, *cases: NetworkCase) -> None:
        """Build a model for each case, and one more. Raises NotYet or NotAttempted."""
        self.need_function(answer)
        cases = cases or self.cases
        models = {self.called(case): self.model_from(answer, *case.arguments.values()) for case in cases}
        (called, first), *_, (called_too, last) = models.items()
        if first is last:
            raise self.not_yet(f"{called} and {called_too} give the same model.", *self._known(ONE_MODEL))
        super().examine(models, *cases)
        if int(np.asarray(first.optimizer.iterations)) > 0:
            raise self.not_yet(f"{called} gives a model that has been trained already.", TRAINED)
        another = self.model_from(answer, *cases[0].arguments.values())
        with quiet():  # A model without an Input draws its weights when it first sees data.
            another(np.zeros((1, *cases[0].probe.shape), dtype=np.float32))
        same_start = same_weights(first.get_weights(), another.get_weights())
        for word, is_so in ((ONE_MODEL, first is another), (SAME_START, same_start)):
            if is_so:
                raise self.not_yet(
                    f"Two calls to {called} gave models that are too much alike.", *self._known(word)
                )
        if are_one(first.optimizer, another.optimizer):
            raise self.not_yet(f"Two calls to {called} gave models with the same optimizer.", ONE_OPTIMIZER)

    def model_of(self, answer: Mapping[str, Any], case: NetworkCase) -> Any:  # noqa: D102
        return answer[self.called(case)]

    def called(self, case: NetworkCase) -> str:  # noqa: D102
        return f"{self.name}({', '.join(map(show, case.arguments.values()))})"

    def _known(self, word: str) -> Sequence[Any]:
        given = self.cases[0].slipped
        return [slip for slip, each in zip(self.slips, given, strict=True) if each == ("calls", word)]
