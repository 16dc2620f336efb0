"""The network of lesson 06: its layers and its loss, recognised by what its public methods return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.exercises.activation_slips import ACTIVATION_SLIPS
from helpers.exercises.digits.sizes import CLASSES, PIXELS
from helpers.exercises.networks import (
    SMALLEST,
    accuracy_fits,
    cross_entropy,
    gives,
    loss_fits,
    relu,
    softmax,
    two_layers,
    varied,
)
from helpers.kit.exercise import Misconception, NotYet
from helpers.kit.general_slips import RETURNS_NOTHING, WRONG_SHAPE
from helpers.kit.models import (
    Numbers,
    TrainingExercise,
    is_model,
    near,
    predict,
    quiet,
)
from helpers.kit.tolerances import ACCURACY_TOLERANCE
from helpers.kit.values import as_numbers, show

SHAPES = ((64, 64), (64,), (64, 10), (10,))


def _binary_cross_entropy(confidences: Numbers, one_hot: Numbers) -> float:
    # In float32, as in Keras: there the largest value that clipping leaves is further from 1.
    kept = np.clip(confidences.astype(np.float32), SMALLEST, 1 - SMALLEST)
    return float(-np.mean(one_hot * np.log(kept) + (1 - one_hot) * np.log(1 - kept)))


NOT_CALLED = Misconception(
    "new_model not called",
    lambda: None,
    "model is the function that makes a network, not a network. Put brackets after its name to call it.",
)
IMAGES_IN_ROWS = Misconception(
    "input of 8 by 8",
    lambda: None,
    "The images in X_train are flat: 64 numbers each. So the input has that many, and no Flatten is needed.",
)
# Each result takes how many neurons the first layer has.
LAYOUTS = (
    Misconception(
        "hidden layer missing",
        lambda _width: ((64, 10), (10,)),
        "Between the 64 pixels and the ten outputs there is no hidden layer yet.",
    ),
    Misconception(
        "one output neuron",
        lambda _width: ((64, 64), (64,), (64, 1), (1,)),
        "The last layer has one neuron. It needs one neuron for every digit.",
    ),
    Misconception(
        "hidden layer of lesson 05",
        lambda _width: ((64, 128), (128,), (128, 10), (10,)),
        "128 neurons were the hidden layer of lesson 05. The table here asks for fewer.",
    ),
    Misconception(
        "wrong number of hidden neurons",
        lambda width: ((64, width), (width,), (width, 10), (10,)),
        "The layers are the right ones. How many neurons does the table give the hidden layer?",
    ),
    Misconception(
        "two hidden layers",
        lambda width: ((64, width), (width,), (width, width), (width,), (width, 10), (10,)),
        "There is one more dense layer than in the table. A wider or deeper network comes at the end.",
    ),
)
NOT_COMPILED = Misconception(
    "not compiled",
    lambda _confidences, _one_hot: np.nan,
    "The layers are right. The model still needs compile, with an optimizer, a loss and a metric.",
)
SPARSE = Misconception(
    "sparse instead of categorical cross-entropy",
    cross_entropy,
    "That loss wants labels that are whole numbers. Your labels are one-hot rows now: take the cross-entropy "
    "without sparse in its name.",
)
LOSSES = (
    Misconception(
        "binary instead of categorical cross-entropy",
        _binary_cross_entropy,
        "That is the binary cross-entropy, which looks at each output on its own. One digit out of ten is a "
        "choice between categories.",
    ),
    Misconception(
        "mean squared error as the loss",
        lambda confidences, one_hot: np.mean((confidences - one_hot) ** 2),
        "That is the mean squared error, which is meant for amounts. Digits are classes: take a "
        "cross-entropy.",
    ),
)
NO_METRIC = Misconception(
    "accuracy missing from the metrics",
    lambda _confidences, _one_hot: np.nan,
    'The loss is right. Ask for the metric "accuracy" as well, in a list: the curves are drawn from it.',
)


@dataclass(frozen=True)
class ModelExercise(TrainingExercise):
    """A compiled Keras model, trained or not, recognised by what its public methods return."""

    def examine(self, *answers: Any, seed: int = 1) -> None:
        """Ask the model about random images and compare with its weights. Raises NotYet or NotAttempted.

        seed: which random images and labels are used.
        """
        (model,) = answers
        if model is ...:
            raise self.not_attempted()
        if model is None:
            raise self.not_yet("model is None, because that is what new_model() returned.", RETURNS_NOTHING)
        if callable(model) and not is_model(model):
            raise self.not_yet(f"model is {show(model)}, a function.", NOT_CALLED)
        self._need(model=model)
        rng = np.random.default_rng(seed)
        # Faint, because a trained model is so sure of bright noise that its cross-entropy overflows.
        images = rng.random((200, PIXELS), dtype=np.float32)
        one_hot = np.eye(CLASSES)[rng.integers(0, CLASSES, size=200)]
        confidences = self._confidences(model, images)
        self._compare_layers(model, varied(images))
        self._compare_loss(model, images, one_hot, confidences)

    def _confidences(self, model: Any, images: Numbers) -> Numbers:
        try:
            return as_numbers(self._ask("model.predict(X_train)", lambda: predict(model, images)))
        except NotYet as refusal:
            try:
                with quiet():
                    predict(model, images.reshape(-1, 8, 8))
            except Exception:
                raise refusal from None
            raise self.not_yet(
                "The model takes images of shape (8, 8), but refuses rows of 64 numbers.", IMAGES_IN_ROWS
            ) from None

    def _compare_layers(self, model: Any, images: Numbers) -> None:
        confidences = self._confidences(model, images)
        weights = [as_numbers(array) for array in self._ask("model.get_weights()", model.get_weights)]
        shapes = tuple(array.shape for array in weights)
        if shapes != SHAPES:
            known = (slip for slip in LAYOUTS if slip.result(_width(shapes)) == shapes)
            raise self.not_yet(
                f"The weights and biases have the shapes {_list(shapes)}, expected {_list(SHAPES)}.",
                next(known, WRONG_SHAPE),
            )
        if gives(two_layers(relu, softmax), images, weights, confidences):
            return
        raise self.not_yet(
            "The layers have the right sizes, but for one image the outputs are "
            f"{show(confidences[0].round(3))}, which is not what relu and then softmax give.",
            *(slip for slip in ACTIVATION_SLIPS if gives(slip.result, images, weights, confidences)),
        )

    def _compare_loss(self, model: Any, images: Numbers, one_hot: Numbers, confidences: Numbers) -> None:
        try:
            with quiet():
                results = dict(model.evaluate(images, one_hot, verbose=0, return_dict=True))
        except Exception as error:
            if "compile()" in str(error):
                raise self.not_yet(
                    "The model has no loss yet, so model.evaluate fails.", NOT_COMPILED
                ) from None
            raise self._loss_refuses_rows(model, one_hot, confidences) from None
        loss, weights = results.pop("loss"), [as_numbers(array) for array in model.get_weights()]
        if not loss_fits(loss, images, weights, one_hot):
            expected = show(cross_entropy(confidences, one_hot))
            raise self.not_yet(
                f"For random images the loss is {show(loss)}, but the cross-entropy of the model's "
                f"confidences and the one-hot labels is {expected}. Which loss did you give compile?",
                *self._other_losses(model, one_hot, confidences),
            )
        if not accuracy_fits(results.get("accuracy"), images, weights, one_hot):
            named = ", ".join(results) or "nothing"
            raise self.not_yet(f"Besides the loss, model.evaluate reports {named}.", NO_METRIC)

    def _other_losses(self, model: Any, one_hot: Numbers, confidences: Numbers) -> list[Misconception]:
        # From the confidences alone: within a model, Keras gives some losses what came before the softmax.
        loss = self._loss_alone(model, one_hot, confidences)
        return [slip for slip in LOSSES if near(loss, slip.result(confidences, one_hot), ACCURACY_TOLERANCE)]

    def _loss_refuses_rows(self, model: Any, one_hot: Numbers, confidences: Numbers) -> NotYet:
        # After evaluate has failed, Keras cannot trace it again: ask for the loss alone.
        loss = self._loss_alone(model, np.argmax(one_hot, axis=1), confidences)
        explains = near(loss, SPARSE.result(confidences, one_hot), ACCURACY_TOLERANCE)
        return self.not_yet(
            f"The loss takes labels that are whole numbers (and gives {show(loss)} for random images), but "
            "not one-hot labels.",
            *([SPARSE] if explains else []),
        )

    def _loss_alone(self, model: Any, labels: Numbers, confidences: Numbers) -> float:
        loss: float = self._ask(
            "model.compute_loss", lambda: float(model.compute_loss(y=labels, y_pred=confidences))
        )
        return loss


def _width(shapes: tuple[tuple[int, ...], ...]) -> int:
    return shapes[0][-1] if shapes and shapes[0] else 0


def _list(shapes: tuple[tuple[int, ...], ...]) -> str:
    return ", ".join(str(shape) for shape in shapes)


model = ModelExercise(
    name="model",
    points=2,
    hints=(
        "It is the network of lesson 05 with other sizes, and without Flatten, since the images are flat "
        "already. The loss has a new name too, because the labels are one-hot.",
        "Inside new_model: keras.Sequential with keras.Input(shape=(64,)), keras.layers.Dense(64, "
        'activation="relu") and an output layer; then compile with "categorical_crossentropy"; at the end '
        "return the network.",
    ),
    misconceptions=(
        NOT_CALLED,
        IMAGES_IN_ROWS,
        *LAYOUTS,
        *ACTIVATION_SLIPS,
        NOT_COMPILED,
        SPARSE,
        *LOSSES,
        NO_METRIC,
    ),
)
