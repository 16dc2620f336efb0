"""A training that can be repeated: the same seed gives the same weights, another seed gives others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from helpers.exercises.mnist.building import shapes_of
from helpers.exercises.mnist.testing import accuracy_on
from helpers.exercises.mnist.thresholds import PART, TRAINED_FROM, VALIDATION
from helpers.kit.calling import draw_where_it_runs
from helpers.kit.exercise import Misconception, NotDoneYet
from helpers.kit.general_slips import NO_FUNCTION, RETURNS_NOTHING, STOPS
from helpers.kit.last_digits import same_weights
from helpers.kit.models import (
    Numbers,
    TrainingExercise,
    course_images,
    in_place_of_a_model,
    is_model,
    quiet,
)
from helpers.kit.values import as_numbers, show

HIDDEN, BATCH_SIZE = 32, 128


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


Runs = Sequence[Run]


def _same(one: Run, other: Run) -> bool:
    return same_weights(one.weights, other.weights)


def _repeats(runs: Runs) -> bool:
    """Whether the first two calls, which have the same seed, agree; true before there are two."""
    return len(runs) < 2 or _same(runs[0], runs[1])


def _updates(images: int, batch_size: int = BATCH_SIZE, epochs: int = 1) -> int:
    return -(-images // batch_size) * epochs


def _layout(run: Run) -> tuple[tuple[int, ...], ...]:
    return tuple(array.shape for array in run.weights)


def _hidden(runs: Runs) -> int:
    """How many neurons the first layer has, 0 if there is none."""
    return next((shape[-1] for shape in _layout(runs[0]) if shape), 0)


OTHER_SIZE = Misconception(
    "a different hidden size",
    lambda runs: _hidden(runs) != HIDDEN and _layout(runs[0]) == shapes_of(_hidden(runs)),
    f"The hidden layer has another size. The task asks for {HIDDEN} neurons, whatever the seed is.",
)


@dataclass(frozen=True)
class TrainModelExercise(TrainingExercise):
    """train_model(seed) → a trained Keras model.

    A slip's result says whether the runs so far show its signs: one, two with the same seed, and a third with
    another.
    """

    def examine(self, *answers: Any, seeds: tuple[int, int] = (7, 8)) -> None:
        """Call the function twice with one seed and once with another. Raises NotYet or NotAttempted."""
        (answer,) = answers
        if answer is ...:
            raise self.not_attempted()
        if is_model(answer) or not callable(answer):
            raise self.not_yet(
                f"train_model is of type {type(answer).__name__}: it should be a function.",
                NO_FUNCTION,
            )
        runs: list[Run] = []
        for seed in (seeds[0], seeds[0], seeds[1]):
            runs.append(self._run(answer, seed, call=len(runs)))
            self._judge(runs, seeds)

    def _judge(self, runs: Runs, seeds: tuple[int, int]) -> None:
        first = runs[0]
        shapes = _layout(first)
        if shapes != shapes_of(HIDDEN):
            raise self.not_yet(
                f"The weights and biases have the shapes {shapes}, expected {shapes_of(HIDDEN)}: those of "
                f"build_model({HIDDEN}).",
                *((OTHER_SIZE,) if OTHER_SIZE.result(runs) else ()),
            )
        seen = (
            f"train_model({seeds[0]}) returned a model that was updated {first.updates} times (expected "
            f"{_updates(PART)}) and gets {first.accuracy:.2f} on test images."
        )
        if len(runs) > 1:
            seen += f" A second call gave {'the same' if _repeats(runs) else 'different'} weights."
        for slip in self.misconceptions:
            if slip.result(runs):
                raise self.not_yet(seen, slip)
        # A training loop of one's own need not use the model's optimizer, which then has counted nothing.
        if first.updates not in (0, _updates(PART)):
            raise self.not_yet(f"{seen} Are epochs, batch_size and the images as the task says?")
        if first.accuracy < TRAINED_FROM:
            raise self.not_yet(f"{seen} Trainings usually reach {TRAINED_FROM} or more: do x and y match?")
        if not _repeats(runs):
            raise self.not_yet(f"{seen} What else is random, besides what you have set?")

    def _run(self, answer: Callable[[int], Any], seed: int, call: int) -> Run:
        import keras

        # Each call finds other random numbers, so that only the seed can make two calls agree.
        keras.utils.set_random_seed(1000 + call)
        try:
            with quiet():
                model = answer(seed)
        except NotDoneYet as error:
            if str(error).startswith(f"{self.name} is "):
                raise self.not_attempted() from None
            raise self.not_yet(f"train_model({seed}) stopped, because {error}") from None
        except Exception as error:
            reason = str(error).strip().partition("\n")[0]
            raise self.not_yet(
                f"train_model({seed}) stopped with {type(error).__name__}: {reason}", STOPS
            ) from None
        if model is None:
            raise self.not_yet(f"train_model({seed}) returned None.", RETURNS_NOTHING)
        if not is_model(model):
            raise self.not_yet(
                f"train_model({seed}) returned {show(model)} of type {type(model).__name__}, which is not a "
                "Keras model.",
                in_place_of_a_model(model),
            )
        drawn = draw_where_it_runs(answer)
        images = course_images("mnist")
        accuracy = self._ask(
            "model.predict(x)", lambda: accuracy_on(model, images.test_images, images.test_labels)
        )
        optimizer = getattr(model, "optimizer", None)
        return Run(
            model=model,
            weights=tuple(as_numbers(array) for array in model.get_weights()),
            updates=int(optimizer.iterations) if optimizer is not None else 0,
            accuracy=accuracy,
            python=drawn[0],
            numpy=drawn[1],
        )


train_model = TrainModelExercise(
    name="train_model",
    points=4,
    hints=(
        "Order matters: the initial weights are drawn when the model is made. What has to be set before "
        "that?",
        "Four lines: keras.utils.set_random_seed with the argument, build_model(32), fit on x_part and "
        "y_part with epochs, batch_size and verbose=0, and return.",
    ),
    misconceptions=(
        Misconception(
            "not trained",
            lambda runs: runs[0].updates == 0 and runs[0].accuracy < 0.3,
            "That is a model with its initial weights. Train it with fit before you return it.",
        ),
        Misconception(
            "one model trained on and on",
            lambda runs: len(runs) > 1 and runs[0].model is runs[1].model,
            "Each call trains the same model further. Make a new one inside the function.",
        ),
        Misconception(
            "labels of other images",
            lambda runs: runs[0].updates == _updates(PART) and runs[0].accuracy < 0.3,
            "After a whole epoch the model still guesses. Do images and labels belong together, row by row?",
        ),
        OTHER_SIZE,
        Misconception(
            "trained on the validation images",
            lambda runs: runs[0].updates == _updates(VALIDATION),
            "40 updates are what the 5,000 images of x_val give. They are for comparing models: train on "
            "x_part and y_part.",
        ),
        Misconception(
            "trained on the test images",
            lambda runs: runs[0].updates == _updates(10_000),
            "79 updates are what 10,000 images give: there are that many test images. Train on x_part and "
            "y_part.",
        ),
        Misconception(
            "all training images",
            lambda runs: runs[0].updates == _updates(60_000),
            "469 updates are what all 60,000 images give. Here x_part and y_part are enough, and five times "
            "as fast.",
        ),
        Misconception(
            "batches of 32",
            lambda runs: runs[0].updates == _updates(PART, batch_size=32),
            "Without batch_size, fit takes batches of 32, so there are four times as many updates.",
        ),
        Misconception(
            "five epochs",
            lambda runs: runs[0].updates == _updates(PART, epochs=5),
            "There are five times as many updates as in one epoch. The task asks for one epoch.",
        ),
        Misconception(
            "seed set after the model is made",
            lambda runs: (
                not _repeats(runs) and runs[0].python == runs[1].python and runs[0].numpy == runs[1].numpy
            ),
            "A seed is set, but too late for the initial weights: they were drawn when the model was made.",
        ),
        Misconception(
            "only NumPy's seed set",
            lambda runs: not _repeats(runs) and runs[0].numpy == runs[1].numpy,
            "Only NumPy's random numbers repeat, and Keras draws its own. Which function sets all seeds at "
            "once?",
        ),
        Misconception(
            "seed not set",
            lambda runs: not _repeats(runs) and runs[0].python != runs[1].python,
            "The random numbers do not repeat. Set all seeds from the argument, as the first step inside the "
            "function.",
        ),
        Misconception(
            "seed fixed inside",
            lambda runs: len(runs) > 2 and _same(runs[0], runs[2]),
            "Every seed gives the same weights, so the function ignores its argument. Which seed does it set "
            "instead?",
        ),
    ),
)
