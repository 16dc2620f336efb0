"""The function that builds a network: each call makes a new one, recognised by what its methods return."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.exercises.activation_slips import ACTIVATION_SLIPS
from helpers.exercises.networks import (
    accuracy_fits,
    cross_entropy,
    gives,
    linear,
    loss_fits,
    relu,
    softmax,
    two_layers,
    varied,
)
from helpers.kit.exercise import Misconception, NotDoneYet, NotYet
from helpers.kit.general_slips import NO_FUNCTION, RETURNS_NOTHING, STOPS
from helpers.kit.last_digits import same_weights
from helpers.kit.models import (
    Numbers,
    TrainingExercise,
    in_place_of_a_model,
    is_model,
    near,
    quiet,
)
from helpers.kit.tolerances import ACCURACY_TOLERANCE
from helpers.kit.values import as_numbers, show

INPUTS, CLASSES = 784, 10

Shapes = tuple[tuple[int, ...], ...]


def shapes_of(hidden: int) -> Shapes:
    """What the arrays of get_weights() look like for a hidden layer of that many neurons."""
    return (INPUTS, hidden), (hidden,), (hidden, CLASSES), (CLASSES,)


ONE_FOR_ALL = Misconception(
    "one model for all calls",
    lambda first, other: first is other,
    "Two calls returned one and the same model, so training it in one place would change it everywhere. Make "
    "a new model inside the function, at each call.",
)
SAME_START = Misconception(
    "same random weights at each call",
    lambda first, other: same_weights(first.get_weights(), other.get_weights()),
    "Two new models start with the very same weights, so a seed is set inside. Leave seeds to whoever calls "
    "the function: the next exercise sets them.",
)
IMAGES_IN = Misconception(
    "takes images of 28×28",
    lambda: (28, 28),
    "The images are flattened before they come here, by prepare. Let the input be one row of 784 numbers.",
)
# Each result takes the number of hidden neurons asked for.
LAYOUTS = (
    Misconception(
        "hidden size fixed at 32",
        lambda _hidden: shapes_of(32),
        "The hidden layer has 32 neurons, whatever hidden says. Use the argument instead of the number.",
    ),
    Misconception(
        "hidden layer missing",
        lambda _hidden: ((INPUTS, CLASSES), (CLASSES,)),
        "Between the 784 inputs and the ten outputs there is no hidden layer yet.",
    ),
    Misconception(
        "one output neuron",
        lambda hidden: ((INPUTS, hidden), (hidden,), (hidden, 1), (1,)),
        "The last layer has one neuron. It needs one neuron for every class.",
    ),
    Misconception(
        "two hidden layers",
        lambda hidden: (*shapes_of(hidden)[:2], (hidden, hidden), *shapes_of(hidden)[1:]),
        "There are two hidden layers. The task asks for one, and then the output layer.",
    ),
    Misconception(
        "layers swapped",
        lambda hidden: ((INPUTS, CLASSES), (CLASSES,), (CLASSES, hidden), (hidden,)),
        "The ten neurons come before the hidden ones. Data go through the layers in the order of the list.",
    ),
    Misconception(
        "hidden size in the output layer",
        lambda hidden: ((INPUTS, hidden), (hidden,), (hidden, hidden), (hidden,)),
        "The last layer also has as many neurons as hidden says. Its size should be the number of classes.",
    ),
)
ACTIVATIONS = (
    *ACTIVATION_SLIPS,
    Misconception(
        "scaled a second time inside the model",
        two_layers(relu, softmax, scale=255),
        "The model divides the pixels by 255 again, but prepare has already done so. Scale in one place.",
    ),
)
NOT_COMPILED = Misconception(
    "not compiled",
    lambda _confidences, _one_hot: np.nan,
    "The layers are right. The model still needs model.compile(...) with an optimizer, a loss and a metric.",
)
SPARSE = Misconception(
    "sparse categorical cross-entropy",
    cross_entropy,
    "That loss wants labels that are whole numbers. prepare makes one-hot rows: take the cross-entropy for "
    "those.",
)
# What these make of confidences, one-hot labels, and the sums from which softmax made the confidences.
OTHER_LOSSES = (
    Misconception(
        "mean squared error as the loss",
        lambda confidences, one_hot, _sums: np.mean((confidences - one_hot) ** 2),
        "That is the mean squared error, which is meant for amounts. For one-hot labels take the categorical "
        "cross-entropy.",
    ),
    Misconception(
        "binary cross-entropy as the loss",
        # Keras goes back to the sums, as if sigmoid had been applied to them.
        lambda _confidences, one_hot, sums: np.mean(np.logaddexp(0, sums) - one_hot * sums),
        "That is the binary cross-entropy, which asks ten yes-or-no questions about each image. Only one "
        "digit can be right: take the cross-entropy for one choice out of several.",
    ),
)
NO_METRIC = Misconception(
    "accuracy missing from the metrics",
    lambda _confidences, _one_hot: np.nan,
    "The loss is right. Ask for the accuracy as well, in a list: metrics=[...].",
)


@dataclass(frozen=True)
class BuildExercise(TrainingExercise):
    """A function of the hidden layer's size that gives a new compiled Keras model at each call."""

    def examine(self, *answers: Any, hidden: tuple[int, int] = (32, 7), seed: int = 1) -> None:
        """Build models and ask them about random inputs. Raises NotYet or NotAttempted.

        hidden: two sizes to try. seed: which random inputs and labels are used.
        """
        (answer,) = answers
        if answer is ...:
            raise self.not_attempted()
        if is_model(answer) or not callable(answer):
            raise self.not_yet(
                f"build_model is of type {type(answer).__name__}: it should be a function.",
                NO_FUNCTION,
            )
        models = [self._build(answer, size) for size in hidden]
        if ONE_FOR_ALL.result(*models):
            raise self.not_yet(
                f"build_model({hidden[0]}) and build_model({hidden[1]}) give the same model.", ONE_FOR_ALL
            )
        rng = np.random.default_rng(seed)
        # Faint, so that no model is so sure of noise that its cross-entropy overflows.
        x = 0.1 * rng.random((200, INPUTS), dtype=np.float32)
        one_hot = np.eye(CLASSES, dtype=np.float32)[rng.integers(0, CLASSES, size=len(x))]
        for model, size in zip(models, hidden, strict=True):
            self._compare_layers(model, size, varied(x))
        self._compare_loss(models[0], x, one_hot)
        another = self._build(answer, hidden[0])
        # A model without an Input draws its weights when it first sees data.
        self._confidences(another, f"build_model({hidden[0]})", x)
        self._compare_start(models[0], another, hidden[0])

    def _build(self, answer: Callable[[int], Any], hidden: int) -> Any:
        try:
            with quiet():
                model = answer(hidden)
        except NotDoneYet:
            raise self.not_attempted() from None
        except Exception as error:
            reason = str(error).strip().partition("\n")[0]
            raise self.not_yet(
                f"build_model({hidden}) stopped with {type(error).__name__}: {reason}", STOPS
            ) from None
        if model is None:
            raise self.not_yet(f"build_model({hidden}) returned None.", RETURNS_NOTHING)
        if not is_model(model):
            raise self.not_yet(
                f"build_model({hidden}) returned {show(model)} of type {type(model).__name__}, which is not "
                "a Keras model.",
                in_place_of_a_model(model),
            )
        return model

    def _compare_layers(self, model: Any, hidden: int, x: Numbers) -> None:
        called = f"build_model({hidden})"
        confidences = self._confidences(model, called, x)
        weights = [as_numbers(array) for array in self._ask("model.get_weights()", model.get_weights)]
        shapes = tuple(array.shape for array in weights)
        if shapes != shapes_of(hidden):
            raise self.not_yet(
                f"The weights and biases of {called} have the shapes {_list(shapes)}, expected "
                f"{_list(shapes_of(hidden))}.",
                *(slip for slip in LAYOUTS if slip.result(hidden) == shapes),
            )
        if gives(two_layers(relu, softmax), x, weights, confidences):
            return
        raise self.not_yet(
            f"The layers of {called} have the right sizes, but for one row of inputs the outputs are "
            f"{show(confidences[0].round(3))}, which is not what relu and then softmax give.",
            *(slip for slip in ACTIVATIONS if gives(slip.result, x, weights, confidences)),
        )

    def _confidences(self, model: Any, called: str, x: Numbers) -> Numbers:
        try:
            return as_numbers(self._ask(f"{called}.predict(x)", lambda: np.asarray(model(x))))
        except NotYet as refusal:
            try:
                with quiet():
                    model(x.reshape(len(x), *IMAGES_IN.result()))
            except Exception:
                raise refusal from None
            raise self.not_yet(
                f"{called} takes images of shape (28, 28), but refuses rows of 784 numbers.", IMAGES_IN
            ) from None

    def _compare_loss(self, model: Any, x: Numbers, one_hot: Numbers) -> None:
        confidences = np.asarray(model(x))
        try:
            with quiet():
                results = dict(model.evaluate(x, one_hot, verbose=0, return_dict=True))
        except Exception as error:
            if "compile()" in str(error):
                raise self.not_yet(
                    "The model has no loss yet, so model.evaluate fails.", NOT_COMPILED
                ) from None
            raise self._loss_refuses_labels(model, confidences, one_hot, error) from None
        loss, weights = results.pop("loss"), [as_numbers(array) for array in model.get_weights()]
        if not loss_fits(loss, x, weights, one_hot):
            sums = two_layers(relu, linear)(x, *weights)
            expected = show(cross_entropy(confidences, one_hot))
            raise self.not_yet(
                f"For random inputs the loss is {show(loss)}, but the cross-entropy of the model's "
                f"confidences and the labels is {expected}. Which loss did you give compile?",
                *(
                    slip
                    for slip in OTHER_LOSSES
                    if near(loss, slip.result(confidences, one_hot, sums), ACCURACY_TOLERANCE)
                ),
            )
        if not any(accuracy_fits(value, x, weights, one_hot) for value in results.values()):
            raise self.not_yet("model.evaluate does not report the accuracy.", NO_METRIC)

    def _loss_refuses_labels(
        self, model: Any, confidences: Numbers, one_hot: Numbers, refusal: Exception
    ) -> NotYet:
        # After evaluate has failed, Keras cannot trace it again: ask for the loss alone.
        try:
            with quiet():
                loss = float(model.compute_loss(y=one_hot.argmax(axis=1), y_pred=confidences))
        except Exception:
            reason = str(refusal).strip().partition("\n")[0]
            return self.not_yet(f"model.evaluate stopped with {type(refusal).__name__}: {reason}", STOPS)
        return self.not_yet(
            f"The loss takes labels that are whole numbers (and gives {show(loss)} for random ones), but not "
            "one-hot labels.",
            *((SPARSE,) if near(loss, SPARSE.result(confidences, one_hot), ACCURACY_TOLERANCE) else ()),
        )

    def _compare_start(self, first: Any, other: Any, hidden: int) -> None:
        for slip in (ONE_FOR_ALL, SAME_START):
            if slip.result(first, other):
                raise self.not_yet(
                    f"Two calls to build_model({hidden}) gave models that are too much alike.", slip
                )


def _list(shapes: Shapes) -> str:
    return ", ".join(str(shape) for shape in shapes)


build_model = BuildExercise(
    name="build_model",
    points=3,
    hints=(
        "The lines that made network above do nearly all of it. Put them into the function, use the "
        "argument, compile, and return the model.",
        'In the hidden layer write keras.layers.Dense(hidden, activation="relu"). The last line of the '
        "function is return model.",
    ),
    misconceptions=(
        ONE_FOR_ALL,
        SAME_START,
        IMAGES_IN,
        *LAYOUTS,
        *ACTIVATIONS,
        NOT_COMPILED,
        SPARSE,
        *OTHER_LOSSES,
        NO_METRIC,
    ),
)
