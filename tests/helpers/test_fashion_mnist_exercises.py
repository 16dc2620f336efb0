"""What the bank of answers to lesson 05 does not show: part marks, answers that come too early, broken models."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from helpers.data import read
from helpers.kit.exercise import NotAttempted, NotYet
from helpers.kit.general_slips import CALL_STOPS
from helpers.lessons.fashion_mnist import exercises
from tests.helpers.said import message_of

ALL = (
    exercises.class_names,
    exercises.scaled_images,
    exercises.model,
    exercises.history,
    exercises.test_accuracy,
    exercises.predictions,
    exercises.predicted_labels,
    exercises.prediction_single,
)


def new_model(*, hidden: int = 128) -> Any:
    import keras

    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input(shape=(28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(hidden, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


@pytest.fixture(scope="module")
def data() -> Any:
    (train, test), _ = read("fashion_mnist")
    return train, test


@pytest.fixture(scope="module")
def middling(data: Any) -> Any:
    """A model whose accuracy on the test images lies between no marks and all marks."""
    (images, labels), _ = data
    model = new_model()
    model.fit(images[:2000] / 255, labels[:2000], epochs=5, verbose=0)
    return model


@pytest.fixture(scope="module")
def good(data: Any) -> Any:
    """A model that gets most test images right, since it has seen them all."""
    _, (images, labels) = data
    model = new_model()
    model.fit(images / 255, labels, epochs=10, verbose=0)
    return model


def accuracy_of(model: Any, data: Any) -> float:
    _, (images, labels) = data
    return float(model.evaluate(images / 255, labels, verbose=0)[1])


def test_importing_the_exercises_costs_no_tensorflow() -> None:
    code = "import sys, helpers.lessons.fashion_mnist.exercises; print('tensorflow' in sys.modules, 'keras' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "False False\n"


# Marks for accuracy


def test_an_accuracy_between_the_thresholds_earns_its_share(
    middling: Any, data: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    accuracy = accuracy_of(middling, data)
    assert 0.71 < accuracy < 0.85, "this model is meant to lie between the thresholds"
    marks = exercises.test_accuracy.marks(accuracy, middling)
    assert marks == pytest.approx(4 * (accuracy - 0.70) / 0.16, abs=0.006)
    exercises.test_accuracy.check(accuracy, middling)
    right, part = capsys.readouterr().out.splitlines()
    assert right == "✓ test_accuracy: right."
    assert f"{accuracy:.4f}" in part
    assert "0.86" in part


def test_full_marks_are_a_whole_number_so_that_every_notebook_prints_the_same(good: Any, data: Any) -> None:
    accuracy = accuracy_of(good, data)
    assert accuracy > 0.86
    assert repr(exercises.test_accuracy.marks(accuracy, good)) == "4"


def test_an_accuracy_below_the_lower_threshold_earns_nothing(data: Any) -> None:
    untrained = new_model()
    assert "Marks start at 0.7" in message_of(
        exercises.test_accuracy, accuracy_of(untrained, data), untrained
    )


def test_a_high_number_with_a_poor_model_earns_nothing(middling: Any) -> None:
    with pytest.raises(NotYet, match=r"test_accuracy is 0\.95, but the model gets 0\.[78]"):
        exercises.test_accuracy.marks(0.95, middling)


def test_a_wrong_accuracy_costs_one_question_for_each_set_of_images() -> None:
    asked = []

    class Asked:
        def __call__(self, images: Any) -> Any:
            asked.append((len(images), float(images.max())))
            return np.tile(np.eye(10)[0], (len(images), 1))

        predict = __call__

        def evaluate(self, *_data: Any, **_options: Any) -> list[float]:
            return [2.3, 0.1]

    assert "does not get that number" in message_of(exercises.test_accuracy, 0.95, Asked())
    test, training = [(10_000, 1.0)], [(10_000, 1.0)] * 6
    assert sorted(asked) == [*test, *training, (10_000, 255.0)]


# Answers that are not there yet


@pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.name)
def test_an_untouched_stub_is_not_attempted(exercise: Any, data: Any) -> None:
    (train_images, _), (test_images, _) = data
    answers = {
        "scaled_images": (train_images, test_images),
        "class_names": (...,),
        "model": (...,),
    }.get(exercise.name, (..., ...))
    with pytest.raises(NotAttempted, match=f"{exercise.name}: not attempted yet"):
        exercise.check(*answers)


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (exercises.history, {"loss": [0.5] * 10}),
        (exercises.test_accuracy, 0.88),
        (exercises.predictions, np.zeros((10_000, 10))),
        (exercises.prediction_single, np.zeros((1, 10))),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_without_a_model_a_check_says_what_comes_first(exercise: Any, answer: Any) -> None:
    with pytest.raises(NotAttempted, match=f"{exercise.name}: model comes first"):
        exercise.check(answer, ...)


def test_without_predictions_the_labels_have_to_wait() -> None:
    with pytest.raises(NotAttempted, match="predicted_labels: predictions comes first"):
        exercises.predicted_labels.check(np.zeros(10_000, int), ...)


# Images


def test_images_may_be_scaled_in_single_or_double_precision(data: Any) -> None:
    (train, _), (test, _) = data
    exercises.scaled_images.examine(train / 255, test / 255)
    exercises.scaled_images.examine(train / np.float32(255), test / np.float32(255), start=37)


def test_images_that_only_the_hidden_check_looks_at_count_too(data: Any) -> None:
    (train, _), (test, _) = data
    train, test = train / np.float32(255), test / np.float32(255)
    test[37::100] = 0
    exercises.scaled_images.examine(train, test)
    with pytest.raises(NotYet):
        exercises.scaled_images.examine(train, test, start=37)


def test_scaling_keeps_the_shape(data: Any) -> None:
    (train, _), (test, _) = data
    message = message_of(exercises.scaled_images, train[:, :14], test)
    assert message.startswith(
        "✗ scaled_images: not yet. train_images has the shape (60000, 14, 28), expected (60000, 28, 28). "
        "Scaling keeps the shape.\n"
    )


# Models


def test_a_model_passes_before_and_after_training_and_is_not_changed_by_the_check(good: Any) -> None:
    exercises.model.examine(new_model())
    before = good.get_weights()
    exercises.model.examine(good)
    exercises.model.examine(good)
    for weights, kept in zip(good.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weights, kept)


def test_a_model_with_other_sizes_hears_which_are_expected() -> None:
    message = message_of(exercises.model, new_model(hidden=64))
    assert "(784, 64), (64,), (64, 10), (10,), expected (784, 128), (128,), (128, 10), (10,)." in message


def test_a_model_that_cannot_predict_is_told_in_place_of_a_stack_trace() -> None:
    import keras

    model = keras.Sequential([keras.Input(shape=(3, 3)), keras.layers.Flatten(), keras.layers.Dense(10)])
    message = message_of(exercises.predictions, np.zeros((10_000, 10)), model)
    seen, advice = message.splitlines()
    assert seen.startswith("✗ predictions: not yet. model.predict(test_images) stopped with ValueError: ")
    assert advice == CALL_STOPS.advice


def test_checks_write_nothing_to_stderr_where_tensorflow_would_advise(
    capfd: pytest.CaptureFixture[str],
) -> None:
    # Enough models in a row make TensorFlow warn of retracing; nbgrader would take all marks for that.
    for _ in range(8):
        exercises.model.examine(new_model())
    assert capfd.readouterr().err == ""


# History


def test_a_loss_that_is_no_number_is_named(middling: Any) -> None:
    message = message_of(exercises.history, {"loss": [2.3, np.nan], "accuracy": [0.1, 0.1]}, middling)
    assert "The training loss ends at nan." in message


def test_something_else_than_a_record_is_named(middling: Any) -> None:
    assert "history is of type float and holds no losses" in message_of(exercises.history, 0.91, middling)


# Labels


def test_labels_may_be_whole_numbers_in_an_array_of_objects() -> None:
    predictions = np.random.default_rng(3).random((10_000, 10))
    labels = predictions.argmax(axis=1)
    for kind in (int, np.int64):
        exercises.predicted_labels.examine(np.array([kind(label) for label in labels], object), predictions)
    for wrong in (np.array([float(label) for label in labels], object), labels.astype(float)):
        assert "they are floats" in message_of(exercises.predicted_labels, wrong, predictions)


def test_labels_are_compared_with_the_students_own_predictions() -> None:
    predictions = np.random.default_rng(3).random((10_000, 10))
    exercises.predicted_labels.examine(predictions.argmax(axis=1), predictions)
    labels = predictions.argmax(axis=1)
    labels[7] = (labels[7] + 1) % 10
    assert "predicted_labels[7] is" in message_of(exercises.predicted_labels, labels, predictions)
