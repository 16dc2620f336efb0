"""A training that can be repeated: the same seed gives the same weights, another seed gives others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from helpers.kit.calling import draw_where_it_runs
from helpers.kit.last_digits import same_weights
from helpers.kit.measuring import AskedImages
from helpers.kit.models import Numbers, accuracy_of, course_images
from helpers.kit.network_function_exercise import CallingForModels
from helpers.kit.own_exercise import OwnExercise
from helpers.kit.signs import value_of
from helpers.kit.values import as_numbers

TEST_IMAGES = AskedImages(flat=True)
OF_THE_FIRST = ("updates", "accuracy", "hidden", "is_dense")
SIGNS = (*OF_THE_FIRST, "one_model", "repeats", "python_repeats", "numpy_repeats", "ignores_seed")


@dataclass(frozen=True)
class Run:
    """What one call left behind.

    weights: copies. updates: as the model's own optimizer counted them, 0 if it was not used. accuracy: on
    test images. python, numpy: the next random number that each of these two gave.
    """

    model: Any
    weights: tuple[Numbers, ...]
    updates: int
    accuracy: float
    python: float
    numpy: float

    @property
    def layers(self) -> list[tuple[int, ...]]:
        """The shapes of the weights and biases."""
        return [array.shape for array in self.weights]


def shapes_of(sizes: Sequence[int]) -> list[tuple[int, ...]]:
    """The shapes of the weights and biases of dense layers, from the inputs to the outputs."""
    return [shape for pair in pairwise(sizes) for shape in (pair, pair[1:])]


@dataclass(frozen=True, repr=False)
class TrainingsExercise(OwnExercise, CallingForModels):
    """train_model(seed) → a trained Keras model.

    sizes: of its layers, inputs first. updates: how many there should be. trained_from: an accuracy that
    every such training reaches. A slip is known by a sign of the calls so far: one, two with the same seed,
    and a third with another.
    """

    sizes: Sequence[int] = field(kw_only=True)
    updates: int = field(kw_only=True)
    trained_from: float = field(kw_only=True)

    def examine(self, *answers: Any, seeds: tuple[int, int] = (7, 8)) -> None:
        """Call the function twice with one seed and once with another. Raises NotYet or NotAttempted."""
        (answer,) = answers
        self.need_function(answer)
        runs: list[Run] = []
        for seed in (seeds[0], seeds[0], seeds[1]):
            runs.append(self._run(answer, seed, call=len(runs)))
            self._judge(runs, seeds[0])

    def _judge(self, runs: Sequence[Run], seed: int) -> None:
        first, shapes = runs[0], shapes_of(self.sizes)
        signs = self._signs(runs)
        slips = [slip for slip, sign in zip(self.slips, self.given, strict=True) if value_of(sign, signs.get)]
        if first.layers != shapes:
            raise self.not_yet(
                f"The weights and biases have the shapes {tuple(first.layers)}, expected {tuple(shapes)}: "
                f"those of build_model({self.sizes[1]}).",
                *(slips[:1] if signs["is_dense"] else ()),
            )
        seen = (
            f"train_model({seed}) returned a model that was updated {first.updates} times (expected "
            f"{self.updates}) and gets {first.accuracy:.2f} on test images."
        )
        if len(runs) > 1:
            seen += f" A second call gave {'the same' if signs['repeats'] else 'different'} weights."
        if slips:
            raise self.not_yet(seen, slips[0])
        # A training loop of one's own need not use the model's optimizer, which then has counted nothing.
        if first.updates not in (0, self.updates):
            raise self.not_yet(f"{seen} Are epochs, batch_size and the images as the task says?")
        if first.accuracy < self.trained_from:
            raise self.not_yet(
                f"{seen} Training runs usually reach {self.trained_from} or more: is the "
                "optimizer of build_model rmsprop, and are x and y as prepare made them?"
            )
        if not signs["repeats"]:
            raise self.not_yet(f"{seen} What else is random, besides what you have set?")

    def _signs(self, runs: Sequence[Run]) -> dict[str, Any]:
        first, second = runs[0], runs[min(1, len(runs) - 1)]
        hidden = next((shape[-1] for shape in first.layers if shape), 0)
        return {
            "updates": first.updates,
            "accuracy": first.accuracy,
            "hidden": hidden,
            "is_dense": first.layers == shapes_of((self.sizes[0], hidden, self.sizes[-1])),
            "one_model": len(runs) > 1 and first.model is second.model,
            "repeats": same_weights(first.weights, second.weights),
            "python_repeats": first.python == second.python,
            "numpy_repeats": first.numpy == second.numpy,
            "ignores_seed": len(runs) > 2 and same_weights(first.weights, runs[2].weights),
        }

    def _run(self, answer: Callable[[int], Any], seed: int, call: int) -> Run:
        import keras

        # Each call finds other random numbers, so that only the seed can make two calls agree.
        keras.utils.set_random_seed(1000 + call)
        model = self.model_from(answer, seed)
        python, numpy = draw_where_it_runs(answer)
        images = course_images("mnist")
        accuracy = self._ask(
            "model.predict(x)",
            lambda: accuracy_of(model, TEST_IMAGES.pixels(images), TEST_IMAGES.labels(images)),
        )
        optimizer = getattr(model, "optimizer", None)
        return Run(
            model=model,
            weights=tuple(as_numbers(array) for array in model.get_weights()),
            updates=int(optimizer.iterations) if optimizer is not None else 0,
            accuracy=accuracy,
            python=python,
            numpy=numpy,
        )
