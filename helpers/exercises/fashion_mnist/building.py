"""The network: its layers and what it was compiled with, recognised by what its methods return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.exercises.activation_slips import ACTIVATION_SLIPS
from helpers.exercises.networks import (
    accuracy_fits,
    cross_entropy,
    gives,
    loss_fits,
    relu,
    softmax,
    two_layers,
    varied,
)
from helpers.exercises.training_exercise import (
    Numbers,
    TrainingExercise,
    near,
    predict,
    quiet,
)
from helpers.kit.exercise import Misconception, NotYet
from helpers.kit.general_slips import WRONG_SHAPE
from helpers.kit.tolerances import ACCURACY_TOLERANCE
from helpers.kit.values import as_numbers, show

# What the arrays of a model's get_weights() look like.
SHAPES = ((784, 128), (128,), (128, 10), (10,))

NO_FLATTEN = Misconception(
    "Flatten missing",
    lambda _width: ((28, 128), (128,), (128, 10), (10,)),
    "A dense layer wants one row of numbers per image, but gets 28 rows of 28. Which layer turns 28×28 into "
    "784?",
)
# Each result takes how many neurons the first dense layer has.
LAYOUTS = (
    NO_FLATTEN,
    Misconception(
        "hidden layer missing",
        lambda _width: ((784, 10), (10,)),
        "Between the flattened image and the ten outputs there is no hidden layer yet.",
    ),
    Misconception(
        "one output neuron",
        lambda _width: ((784, 128), (128,), (128, 1), (1,)),
        "The last layer has one neuron. It needs one neuron for every class.",
    ),
    Misconception(
        "wrong number of hidden neurons",
        lambda width: ((784, width), (width,), (width, 10), (10,)),
        "The layers are the right ones. How many neurons does the table give the hidden layer?",
    ),
    Misconception(
        "two hidden layers",
        lambda width: ((784, width), (width,), (width, width), (width,), (width, 10), (10,)),
        "There is one more dense layer than in the table. Each line of a Sequential model adds a layer.",
    ),
)
ACTIVATIONS = (
    *ACTIVATION_SLIPS,
    Misconception(
        "softmax in both layers",
        two_layers(softmax, softmax),
        "The hidden layer ends in softmax as well, so its 128 neurons share a total of 1. The task asks for "
        "relu there.",
    ),
    Misconception(
        "relu in both layers",
        two_layers(relu, relu),
        "The ten outputs come out of relu: many are 0, and they do not sum to 1. Which activation makes "
        "confidences?",
    ),
    Misconception(
        "scaled a second time inside the model",
        two_layers(relu, softmax, scale=255),
        "The model divides the pixels by 255 again, but they are already scaled. Scale in one place.",
    ),
)
NOT_IN_A_MODEL = Misconception(
    "layers without a model",
    lambda: [],
    "The layers are in a list, but nothing joins them yet. Which class makes a model from such a list?",
)
NOTHING_KEPT = Misconception(
    "what compile returns",
    lambda: None,
    "compile and summary change or show a model, and return None. Keep the model itself under its name, and "
    "call them on lines of their own.",
)
NOT_COMPILED = Misconception(
    "not compiled",
    lambda _confidences, _labels: np.nan,
    "The layers are right. The model still needs model.compile(...) with an optimizer, a loss and a metric.",
)
# What these make of confidences and one-hot labels.
ONE_HOT_LOSSES = (
    Misconception(
        "categorical instead of sparse cross-entropy",
        cross_entropy,
        "That loss wants one-hot labels, such as [0, 0, 1, ...]. The labels here are whole numbers from 0 "
        "to 9: take the sparse one of the two cross-entropies.",
    ),
    Misconception(
        "mean squared error as the loss",
        lambda confidences, one_hot: np.mean((confidences - one_hot) ** 2),
        "That is the mean squared error, which is meant for amounts. Labels are names of classes: take the "
        "cross-entropy for labels that are whole numbers.",
    ),
)
NO_METRIC = Misconception(
    "accuracy missing from the metrics",
    lambda _confidences, _labels: np.nan,
    "The loss is right. Ask for the accuracy as well, in a list: metrics=[...].",
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
        for slip in (NOT_IN_A_MODEL, NOTHING_KEPT):
            if isinstance(model, type(slip.result())):
                raise self.not_yet(f"model is {show(model)}: it should be a Keras model.", slip)
        self._need(model=model)
        rng = np.random.default_rng(seed)
        # Faint, because a trained model is so sure of bright noise that its cross-entropy overflows.
        images = 0.1 * rng.random((200, 28, 28), dtype=np.float32)
        labels = rng.integers(0, 10, size=200)
        confidences = self._confidences(model, images)
        self._compare_layers(model, varied(images))
        self._compare_loss(model, images, labels, confidences)

    def _confidences(self, model: Any, images: Numbers) -> Numbers:
        try:
            return as_numbers(self._ask("model.predict(images)", lambda: predict(model, images)))
        except NotYet as refusal:
            try:
                predict(model, images.reshape(len(images), 784))
            except Exception:
                raise refusal from None
            raise self.not_yet(
                "The model takes rows of 784 numbers, but refuses images of shape (28, 28).", NO_FLATTEN
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
            *(slip for slip in ACTIVATIONS if gives(slip.result, images, weights, confidences)),
        )

    def _compare_loss(self, model: Any, images: Numbers, labels: Numbers, confidences: Numbers) -> None:
        one_hot = np.eye(10)[labels]
        try:
            with quiet():
                results = dict(model.evaluate(images, labels, verbose=0, return_dict=True))
        except Exception as error:
            if "compile()" in str(error):
                raise self.not_yet(
                    "The model has no loss yet, so model.evaluate fails.", NOT_COMPILED
                ) from None
            raise self._loss_refuses_labels(model, labels, confidences) from None
        loss, weights = results.pop("loss"), [as_numbers(array) for array in model.get_weights()]
        if not loss_fits(loss, images, weights, one_hot):
            expected = show(cross_entropy(confidences, one_hot))
            raise self.not_yet(
                f"For random images the loss is {show(loss)}, but the cross-entropy of the model's "
                f"confidences and the labels is {expected}. Which loss did you give compile?"
            )
        if not any(accuracy_fits(value, images, weights, one_hot) for value in results.values()):
            raise self.not_yet("model.evaluate does not report the accuracy.", NO_METRIC)

    def _loss_refuses_labels(self, model: Any, labels: Numbers, confidences: Numbers) -> NotYet:
        one_hot = np.eye(10)[labels]
        # After evaluate has failed, Keras cannot trace it again: ask for the loss alone.
        loss = self._ask(
            "model.compute_loss", lambda: float(model.compute_loss(y=one_hot, y_pred=confidences))
        )
        return self.not_yet(
            f"The loss takes one-hot labels (and gives {show(loss)} for random images), but not labels that "
            "are whole numbers.",
            *(
                slip
                for slip in ONE_HOT_LOSSES
                if near(loss, slip.result(confidences, one_hot), ACCURACY_TOLERANCE)
            ),
        )


def _width(shapes: tuple[tuple[int, ...], ...]) -> int:
    return shapes[0][-1] if shapes and shapes[0] else 0


def _list(shapes: tuple[tuple[int, ...], ...]) -> str:
    return ", ".join(str(shape) for shape in shapes)


model = ModelExercise(
    name="model",
    points=4,
    hints=(
        "keras.Sequential takes a list: the input, a layer that flattens, and two dense layers. After that "
        "comes model.compile with three arguments: optimizer, loss, metrics.",
        'The hidden layer is keras.layers.Dense(128, activation="relu"). The output layer looks the same '
        "with its own "
        'number of neurons and activation. The loss is "sparse_categorical_crossentropy".',
    ),
    misconceptions=(
        NOT_IN_A_MODEL,
        NOTHING_KEPT,
        *LAYOUTS,
        *ACTIVATIONS,
        NOT_COMPILED,
        *ONE_HOT_LOSSES,
        NO_METRIC,
    ),
)
