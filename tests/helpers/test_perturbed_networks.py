"""Marks and slips stay what they are where last digits differ: another processor, batches of another size.

What a student has computed comes from a network whose weights are off by a few last digits; the check gets the
network itself. Each network is tried as it comes out of training, and with outputs so sure that last digits count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from helpers.data import read
from helpers.exercises import clinic, digits, fashion_mnist, mnist
from helpers.exercises.exercise import Exercise, Misconception, NotYet
from helpers.exercises.fashion_mnist.predicting import FLOATS, NAMES

SEEDS = (0, 1, 2)
EACH_SEED = pytest.mark.parametrize("seed", SEEDS)
# How many times as large the weights of every layer are made.
SURE = 30
VERY_SURE = 300

Answers = dict[str, Callable[[Any], Any]]


def off(weights: Iterable[Any], seed: int, last_digits: float = 4) -> list[Any]:
    """Weights that differ by a few of float32's last digits."""
    rng = np.random.default_rng(seed)
    most = last_digits * 2.0**-23
    return [(each * (1 + most * rng.uniform(-1, 1, each.shape))).astype(each.dtype) for each in weights]


def copy_of(model: Any, weights: Iterable[Any]) -> Any:
    """The same network with other weights."""
    import keras

    other = keras.models.clone_model(model)
    other.set_weights(list(weights))
    if model.compiled:
        other.compile_from_config(model.get_compile_config())
    return other


def elsewhere(model: Any, seed: int) -> Any:
    """The network as another processor computes it."""
    return copy_of(model, off(model.get_weights(), seed))


def more_sure(model: Any, times: float) -> Any:
    """The network with larger weights, and so with larger sums."""
    return copy_of(model, [times * each for each in model.get_weights()])


class Computed:
    """A network with the weights of one, and the outputs of another."""

    def __init__(self, model: Any, seed: int) -> None:
        there = elsewhere(model, seed)
        self.get_weights = model.get_weights
        self.predict, self.evaluate, self.compute_loss = there.predict, there.evaluate, there.compute_loss
        self._there = there

    def __call__(self, images: Any) -> Any:
        return self._there(images)


def dense(
    hidden: int,
    activations: tuple[str | None, str | None] = ("relu", "softmax"),
    *,
    shape: tuple[int, ...],
    loss: str | None,
    metrics: tuple[str, ...] = ("accuracy",),
    scaling: bool = False,
) -> Any:
    """A network of two layers, compiled where there is a loss. scaling: whether it divides pixels by 255."""
    import keras

    model = keras.Sequential(
        [
            keras.Input(shape=shape),
            *([keras.layers.Rescaling(1 / 255)] if scaling else []),
            *([keras.layers.Flatten()] if len(shape) > 1 else []),
            keras.layers.Dense(hidden, activation=activations[0]),
            keras.layers.Dense(10, activation=activations[1]),
        ]
    )
    if loss:
        # In groups of steps training takes less time, and gives the same weights.
        model.compile(optimizer="adam", loss=loss, metrics=list(metrics), steps_per_execution=36)
    return model


def with_biases(model: Any, seed: int = 0) -> Any:
    """The network with biases other than 0, as training leaves them."""
    rng = np.random.default_rng(seed)
    w1, b1, w2, b2 = model.get_weights()
    model.set_weights([w1, rng.normal(0, 0.1, b1.shape), w2, rng.normal(0, 0.1, b2.shape)])
    return model


def slips_of(exercise: Exercise, *answers: Any) -> list[str]:
    with pytest.raises(NotYet) as caught:
        exercise.examine(*answers)
    return [slip.slip for slip in caught.value.misconceptions]


def names(slips: Iterable[Misconception]) -> set[str]:
    return {slip.slip for slip in slips}


# Lesson 05: what was made of outputs


@pytest.fixture(scope="module")
def clothes() -> Any:
    """Training images and labels, test images and labels; pixels up to 255."""
    (train, test), _ = read("fashion_mnist")
    return *train, *test


@pytest.fixture(scope="module")
def trained(clothes: Any) -> Any:
    import keras

    keras.utils.set_random_seed(5)
    model = dense(128, shape=(28, 28), loss="sparse_categorical_crossentropy")
    model.fit(clothes[0][:8000] / 255, clothes[1][:8000], epochs=2, verbose=0)
    return model


class Student:
    """A network for pictures of clothes, and what a student on another processor computes with it."""

    def __init__(self, model: Any, clothes: Any, seed: int) -> None:
        self.there = elsewhere(model, seed)
        self.train_images, self.train_labels, self.test_images, self.test_labels = clothes

    def gives(self, images: Any, scale: float = 255) -> Any:
        return self.there.predict(images / np.float32(scale), batch_size=500, verbose=0)

    @cached_property
    def outputs(self) -> Any:
        return self.gives(self.test_images)

    @cached_property
    def right(self) -> Any:
        return self.outputs.argmax(axis=1) == self.test_labels

    def evaluated(self, images: Any, labels: Any) -> Any:
        return self.there.evaluate(images / np.float32(255), labels, batch_size=500, verbose=0)


@pytest.fixture(scope="module", params=[1, SURE], ids=["as trained", "sure"])
def dresser(request: pytest.FixtureRequest, trained: Any) -> Any:
    return more_sure(trained, request.param)


@pytest.fixture(scope="module", params=SEEDS)
def student(request: pytest.FixtureRequest, dresser: Any, clothes: Any) -> Student:
    return Student(dresser, clothes, request.param)


PREDICTIONS: Answers = {
    "predictions of the training images": lambda student: student.gives(student.train_images),
    "labels instead of confidences": lambda student: student.outputs.argmax(axis=1),
    "test images not scaled": lambda student: student.gives(student.test_images, scale=1),
    "one image only": lambda student: student.outputs[:1],
    "highest confidence only": lambda student: student.outputs.max(axis=1),
    "classes in rows": lambda student: student.outputs.T,
    "percent instead of fractions": lambda student: 100 * student.outputs,
}
PREDICTION_SINGLE: Answers = {
    "batch axis missing": lambda student: student.outputs[1],
    "first image": lambda student: student.outputs[:1],
    "training image": lambda student: student.gives(student.train_images[1:2]),
    "label instead of confidences": lambda student: student.outputs[1:2].argmax(axis=1),
    "test image not scaled": lambda student: student.gives(student.test_images[1:2], scale=1),
    "two images": lambda student: student.outputs[:2],
    "all images": lambda student: student.outputs,
}
PREDICTED_LABELS: Answers = {
    "argmax over axis 0": lambda student: student.outputs.argmax(axis=0),
    "argmax over the whole array": lambda student: student.outputs.argmax(),
    "max instead of argmax": lambda student: student.outputs.max(axis=1),
    "argmin instead of argmax": lambda student: student.outputs.argmin(axis=1),
    "counted from 1": lambda student: student.outputs.argmax(axis=1) + 1,
    "true labels instead of predicted ones": lambda student: student.test_labels,
    "confidences instead of labels": lambda student: student.outputs,
    "first image only": lambda student: student.outputs[0].argmax(),
    "one-hot rows": lambda student: student.outputs == student.outputs.max(axis=1, keepdims=True),
    NAMES.slip: lambda student: student.outputs.argmax(axis=1).astype(str),
    FLOATS.slip: lambda student: student.outputs.argmax(axis=1).astype(float),
}
TEST_ACCURACY: Answers = {
    "evaluated on the training data": lambda student: student.evaluated(
        student.train_images, student.train_labels
    )[1],
    "percent instead of fraction": lambda student: 100 * np.mean(student.right),
    "loss and accuracy together": lambda student: student.evaluated(student.test_images, student.test_labels),
    "loss instead of accuracy": lambda student: student.evaluated(student.test_images, student.test_labels)[0],
    "test images not scaled": lambda student: np.mean(
        student.gives(student.test_images, scale=1).argmax(axis=1) == student.test_labels
    ),
    "wrong ones instead of right ones": lambda student: np.mean(~student.right),
    "number of images instead of fraction": lambda student: np.sum(student.right),
    "compared with the training labels": lambda student: np.mean(
        student.outputs.argmax(axis=1) == student.train_labels[:10_000]
    ),
    "measured on another model or on other images": lambda _student: 0.123,
}


def test_right_answers_from_another_processor_stay_right(dresser: Any, student: Student, clothes: Any) -> None:
    fashion_mnist.predictions.examine(student.outputs, dresser)
    fashion_mnist.prediction_single.examine(student.outputs[1:2], dresser)
    fashion_mnist.test_accuracy.examine(np.mean(student.right), dresser)
    here = dresser.predict(clothes[2] / np.float32(255), verbose=0)
    fashion_mnist.predicted_labels.examine(student.outputs.argmax(axis=1), here)


def test_every_slip_that_shows_in_outputs_is_tried() -> None:
    for exercise, answers in (
        (fashion_mnist.predictions, PREDICTIONS),
        (fashion_mnist.prediction_single, PREDICTION_SINGLE),
        (fashion_mnist.predicted_labels, PREDICTED_LABELS),
        (fashion_mnist.test_accuracy, TEST_ACCURACY),
    ):
        assert names(exercise.misconceptions) == set(answers), exercise.name


@pytest.mark.parametrize("slip", PREDICTIONS)
def test_wrong_predictions_from_another_processor_are_named(
    dresser: Any, student: Student, slip: str
) -> None:
    assert slips_of(fashion_mnist.predictions, PREDICTIONS[slip](student), dresser) == [slip]


@pytest.mark.parametrize("slip", PREDICTION_SINGLE)
def test_a_wrong_prediction_from_another_processor_is_named(
    dresser: Any, student: Student, slip: str
) -> None:
    assert slip in slips_of(fashion_mnist.prediction_single, PREDICTION_SINGLE[slip](student), dresser)


@pytest.mark.parametrize("slip", PREDICTED_LABELS)
def test_wrong_labels_from_another_processor_are_named(
    dresser: Any, student: Student, clothes: Any, slip: str
) -> None:
    here = dresser.predict(clothes[2] / np.float32(255), verbose=0)
    assert slips_of(fashion_mnist.predicted_labels, PREDICTED_LABELS[slip](student), here) == [slip]


@pytest.mark.parametrize("slip", TEST_ACCURACY)
def test_a_wrong_accuracy_from_another_processor_is_named(dresser: Any, student: Student, slip: str) -> None:
    assert slip in slips_of(fashion_mnist.test_accuracy, TEST_ACCURACY[slip](student), dresser)


@EACH_SEED
@pytest.mark.parametrize("scale", [255, 1], ids=["pixels up to 1", "pixels up to 255"])
def test_a_row_that_hangs_on_last_digits_decides_nothing(
    trained: Any, clothes: Any, seed: int, scale: float
) -> None:
    # Move the bias of the second guess up to where the first image has two labels, for pixels of that scale.
    weights = trained.get_weights()
    image = clothes[2][:1] / np.float32(scale)
    for times in (1, SURE):
        w1, b1, w2, b2 = (times * each.astype(float) for each in weights)
        sums = (np.maximum(image.reshape(1, -1) @ w1 + b1, 0) @ w2 + b2)[0]
        second, first = np.argsort(sums)[-2:]
        b2[second] += sums[first] - sums[second]
        model = copy_of(trained, [w1, b1, w2, b2])
        student = Student(model, clothes, seed)
        outputs = student.gives(clothes[2], scale)
        assert sorted(outputs[0])[-2] > 0.01
        if scale == 1:
            slips = slips_of(fashion_mnist.predictions, outputs, model)
            assert slips == ["test images not scaled"]
        else:
            fashion_mnist.predictions.examine(outputs, model)


def test_outputs_of_another_network_or_of_other_images_are_never_right(
    trained: Any, dresser: Any, clothes: Any
) -> None:
    student = Student(dresser, clothes, 0)
    other = copy_of(trained, trained.get_weights())
    other.fit(clothes[0][:32] / 255, clothes[1][:32], verbose=0)
    for wrong in (
        Student(more_sure(other, 1), clothes, 0).outputs,
        np.roll(student.outputs, 1, axis=0),
        np.where(np.arange(10_000)[:, None] < 9984, student.outputs, 0),
        np.where(np.arange(10_000)[:, None] < 9999, student.outputs, student.outputs[0]),
    ):
        with pytest.raises(NotYet):
            fashion_mnist.predictions.examine(wrong, dresser)


def test_labels_that_are_not_the_highest_are_never_right(dresser: Any, student: Student) -> None:
    labels = student.outputs.argsort(axis=1)
    for row in range(5):
        wrong = labels[:, -1].copy()
        wrong[row] = labels[row, -2]
        with pytest.raises(NotYet, match=rf"predicted_labels\[{row}\] is"):
            fashion_mnist.predicted_labels.examine(wrong, student.outputs)


@EACH_SEED
def test_what_a_training_left_behind_shows_from_another_processor(
    trained: Any, clothes: Any, seed: int
) -> None:
    train_images, train_labels, test_images, test_labels = clothes
    curves = {"loss": np.linspace(1.2, 0.4, 10), "accuracy": np.linspace(0.7, 0.9, 10)}
    fashion_mnist.history.examine(curves, elsewhere(trained, seed))

    # Weights for pixels up to 255, from those for pixels up to 1.
    w1, *others = trained.get_weights()
    unscaled = copy_of(trained, [w1 / 255, *others])
    assert slips_of(fashion_mnist.history, curves, elsewhere(unscaled, seed)) == ["pixels not scaled"]

    learned = copy_of(trained, trained.get_weights())
    learned.fit(test_images[:4000] / 255, test_labels[:4000], epochs=8, verbose=0)
    assert slips_of(fashion_mnist.history, curves, elsewhere(learned, seed)) == ["trained on the test data"]

    new = dense(128, shape=(28, 28), loss="sparse_categorical_crossentropy")
    assert slips_of(fashion_mnist.history, curves, elsewhere(new, seed)) == [
        "model made anew after the training"
    ]


# Lessons 05, 06 and 07: networks that are known by their outputs

ACTIVATIONS: dict[str, tuple[str | None, str | None]] = {
    "activation missing in the hidden layer": (None, "softmax"),
    "sigmoid in the hidden layer": ("sigmoid", "softmax"),
    "softmax missing": ("relu", None),
    "sigmoid in the output layer": ("relu", "sigmoid"),
    "activations swapped": ("softmax", "relu"),
    "softmax in both layers": ("softmax", "softmax"),
    "relu in both layers": ("relu", "relu"),
}
SCALED_INSIDE = "scaled a second time inside the model"
LAYERS = {
    "05": ({"hidden": 128, "shape": (28, 28)}, "sparse_categorical_crossentropy"),
    "06": ({"hidden": 64, "shape": (64,)}, "categorical_crossentropy"),
    "07": ({"hidden": 32, "shape": (784,)}, "categorical_crossentropy"),
}
EXERCISES: dict[str, Exercise] = {
    "05": fashion_mnist.model,
    "06": digits.model,
    "07": mnist.build_model,
}
LOSSES = {
    "05": {
        "categorical instead of sparse cross-entropy": "categorical_crossentropy",
        "mean squared error as the loss": "mse",
    },
    "06": {
        "sparse instead of categorical cross-entropy": "sparse_categorical_crossentropy",
        "binary instead of categorical cross-entropy": "binary_crossentropy",
        "mean squared error as the loss": "mse",
    },
    "07": {
        "sparse categorical cross-entropy": "sparse_categorical_crossentropy",
        "binary cross-entropy as the loss": "binary_crossentropy",
        "mean squared error as the loss": "mse",
    },
}
EACH_LESSON = pytest.mark.parametrize("lesson", EXERCISES)
EACH_SURENESS = pytest.mark.parametrize(
    "times", [1, SURE, VERY_SURE], ids=["as made", "sure", "very sure"]
)


def answer_of(lesson: str, times: float, seed: int, **changes: Any) -> Any:
    """A network, or a function that makes one, whose outputs come from another processor."""
    layers, loss = LAYERS[lesson]

    def network(hidden: int) -> Any:
        options = {**layers, "loss": loss, **changes, "hidden": hidden}
        return Computed(more_sure(with_biases(dense(**options)), times), seed)

    if lesson == "07":
        return network
    return network(layers["hidden"])


@EACH_LESSON
@EACH_SURENESS
@EACH_SEED
def test_a_right_network_stays_right_when_computed_elsewhere(lesson: str, times: float, seed: int) -> None:
    EXERCISES[lesson].examine(answer_of(lesson, times, seed))


@EACH_LESSON
@EACH_SURENESS
@pytest.mark.parametrize("slip", [*ACTIVATIONS, SCALED_INSIDE])
def test_other_activations_are_named_when_computed_elsewhere(lesson: str, times: float, slip: str) -> None:
    exercise = EXERCISES[lesson]
    if slip not in names(exercise.misconceptions):
        pytest.skip("no slip of this exercise")
    for seed in SEEDS:
        changes = {"scaling": True} if slip == SCALED_INSIDE else {"activations": ACTIVATIONS[slip]}
        assert slips_of(exercise, answer_of(lesson, times, seed, **changes)) == [slip]


@EACH_LESSON
@EACH_SURENESS
@EACH_SEED
def test_another_loss_or_metric_is_named_when_computed_elsewhere(lesson: str, times: float, seed: int) -> None:
    exercise = EXERCISES[lesson]
    for slip, loss in LOSSES[lesson].items():
        assert slips_of(exercise, answer_of(lesson, times, seed, loss=loss)) == [slip]
    missing = answer_of(lesson, times, seed, metrics=())
    assert slips_of(exercise, missing) == ["accuracy missing from the metrics"]
