"""What the bank of answers to lesson 07 does not show: part marks, answers that come too early, odd types."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from helpers import NotDoneYet
from helpers.data import read
from helpers.kit.exercise import NotAttempted, NotYet
from helpers.kit.general_slips import CALL_STOPS
from helpers.lessons.mnist import exercises as mnist
from tests.helpers.said import message_of

exercises: Any = mnist  # its names come from a table
VALIDATION = 5000
ALL = (
    exercises.prepare,
    exercises.build_model,
    exercises.train_model,
    exercises.experiments,
    exercises.test_accuracy,
)
TABLE = [
    {"hidden": 32, "epochs": 5, "batch_size": 128, "val_accuracy": 0.905},
    {"hidden": 64, "epochs": 5, "batch_size": 128, "val_accuracy": 0.918},
    {"hidden": 512, "epochs": 5, "batch_size": 128, "val_accuracy": 0.9454},
    {"hidden": 784, "epochs": 5, "batch_size": 128, "val_accuracy": 0.9480},
]


def prepare(images: Any, labels: Any) -> tuple[Any, Any]:
    return images.reshape(len(images), 784).astype(np.float32) / 255, np.eye(10, dtype=np.float32)[labels]


def build_model(hidden: int) -> Any:
    import keras

    model = keras.Sequential(
        [
            keras.Input(shape=(784,)),
            keras.layers.Dense(hidden, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
    return model


@pytest.fixture(scope="module")
def data() -> Any:
    """The prepared training data, then the prepared test data."""
    (train, test), _ = read("mnist")
    return prepare(*train), prepare(*test)


@pytest.fixture(scope="module")
def middling(data: Any) -> Any:
    """A model whose accuracy on the test images lies between no marks and all marks."""
    import keras

    keras.utils.set_random_seed(1)
    model = build_model(32)
    (x, y), _ = data
    model.fit(x[:12_800], y[:12_800], epochs=1, batch_size=128, verbose=0)
    return model


def trainer(
    data: Any, *, hidden: int = 32, images: int = 12_800, batch_size: int = 128, mixed: int = 0
) -> Callable[[int], Any]:
    """A right train_model, or one that differs from it in what is given. mixed: how many labels are of others."""
    import keras

    x, y = (array[:images] for array in data[0])
    y = np.concatenate([np.random.default_rng(1).permutation(y[:mixed]), y[mixed:]])

    def train_model(seed: int) -> Any:
        keras.utils.set_random_seed(seed)
        model = build_model(hidden)
        model.fit(x, y, epochs=1, batch_size=batch_size, verbose=0)
        return model

    return train_model


def accuracy_of(model: Any, data: Any) -> float:
    return float(model.evaluate(*data[1], verbose=0)[1])


def test_the_points_of_the_lesson_sum_up_to_20_with_the_question() -> None:
    assert sum(exercise.points for exercise in ALL) + 2 == 20


def test_no_two_slips_of_an_exercise_share_a_name() -> None:
    for exercise in ALL:
        slips = [slip.slip for slip in exercise.slips]
        assert len(set(slips)) == len(slips) >= 4, exercise.name


def test_importing_the_exercises_costs_no_tensorflow() -> None:
    code = "import sys, helpers.lessons.mnist.exercises; print('tensorflow' in sys.modules, 'keras' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "False False\n"


# Answers that are not there yet


def undone(name: str) -> Callable[..., Any]:
    """The stub of an exercise as it is released."""
    namespace: dict[str, Any] = {"NotDoneYet": NotDoneYet}
    exec(f"def {name}(*arguments):\n    raise NotDoneYet", namespace)
    stub: Callable[..., Any] = namespace[name]
    return stub


@pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.name)
def test_an_untouched_stub_is_not_attempted(exercise: Any) -> None:
    answers = {
        "prepare": (undone("prepare"),),
        "build_model": (undone("build_model"),),
        "train_model": (undone("train_model"),),
        "experiments": (...,),
        "test_accuracy": (..., ...),
    }[exercise.name]
    with pytest.raises(NotAttempted, match=f"{exercise.name}: not attempted yet"):
        exercise.check(*answers)


def test_training_without_a_model_to_build_names_what_comes_first() -> None:
    missing = undone("build_model")
    message = message_of(exercises.train_model, lambda _seed: missing(32))
    assert "train_model(7) stopped, because build_model is not done yet" in message


def test_a_function_that_ends_python_is_not_the_end_of_its_check() -> None:
    for exercise in (exercises.build_model, exercises.train_model):
        assert "stopped with SystemExit" in message_of(exercise, lambda *_: sys.exit())


def test_an_accuracy_without_a_model_has_to_wait() -> None:
    with pytest.raises(NotAttempted, match="test_accuracy: final_model comes first"):
        exercises.test_accuracy.check(0.95, ...)


@pytest.mark.parametrize("exercise", [exercises.build_model, exercises.train_model], ids=lambda one: one.name)
def test_a_model_in_place_of_the_function_is_named(exercise: Any) -> None:
    assert f"{exercise.name} is of type Sequential: it should be a function" in message_of(
        exercise, build_model(32)
    )
    assert f"{exercise.name} is of type int: it should be a function" in message_of(exercise, 32)


def test_an_accuracy_is_measured_on_a_model_and_nothing_else() -> None:
    assert "final_model is build_model of type function" in message_of(
        exercises.test_accuracy, 0.95, build_model
    )


# prepare


def test_float32_passes_in_silence_and_float64_with_a_remark(capsys: pytest.CaptureFixture[str]) -> None:
    exercises.prepare.check(prepare)
    assert capsys.readouterr().out == "✓ prepare: right.\n"
    exercises.prepare.check(lambda images, labels: (images.reshape(-1, 784) / 255, np.eye(10)[labels]))
    right, remark = capsys.readouterr().out.splitlines()
    assert right == "✓ prepare: right."
    assert remark.startswith("x is float64. That works")


def test_half_precision_is_too_coarse() -> None:
    message = message_of(
        exercises.prepare,
        lambda images, labels: (prepare(images, labels)[0].astype(np.float16), np.eye(10)[labels]),
    )
    assert "x lies between 0 and 1. x[0, " in message


def test_a_wrong_place_in_y_is_named() -> None:
    def shifted(images: Any, labels: Any) -> Any:
        return prepare(images, labels)[0], np.roll(np.eye(10)[labels], 1, axis=1)

    assert "y lies between 0 and 1. y[0, 5] is 0, expected 1." in message_of(exercises.prepare, shifted)


def test_tensors_pass() -> None:
    import keras

    exercises.prepare.examine(
        lambda images, labels: tuple(keras.ops.convert_to_tensor(array) for array in prepare(images, labels))
    )


def test_what_is_no_numbers_is_named() -> None:
    message = message_of(exercises.prepare, lambda _images, _labels: ("x", "y"))
    assert "got 'x' of type str, which holds no numbers." in message


def test_a_result_that_never_comes_back_hears_what_was_expected() -> None:
    message = message_of(exercises.prepare, lambda _images, _labels: None)
    assert "expected 2 results, and got None" in message


# build_model


def test_three_models_are_built_and_are_left_alone() -> None:
    built: list[Any] = []

    def remembering(hidden: int) -> Any:
        built.append((build_model(hidden), hidden))
        return built[-1][0]

    exercises.build_model.examine(remembering)
    assert [hidden for _, hidden in built] == [32, 7, 32]
    assert all(int(model.optimizer.iterations) == 0 for model, _ in built)


def test_a_network_of_other_depth_hears_which_shapes_are_expected() -> None:
    import keras

    def deeper(hidden: int) -> Any:
        return keras.Sequential(
            [keras.Input((784,)), *(keras.layers.Dense(hidden) for _ in range(2)), keras.layers.Dense(10)]
        )

    message = message_of(exercises.build_model, deeper)
    assert "(32, 32), (32,), (32, 10), (10,), expected (784, 32), (32,), (32, 10), (10,)." in message


def test_what_fails_inside_is_a_line_and_advice_in_place_of_a_stack_trace() -> None:
    message = message_of(exercises.build_model, lambda hidden: build_model(-hidden))
    first, advice = message.splitlines()
    assert first.startswith("✗ build_model: not yet. build_model(32) stopped with ValueError: ")
    assert advice == CALL_STOPS.advice


def test_a_model_that_cannot_learn_is_named() -> None:
    import keras

    def with_optimizer(hidden: int, optimizer: Any) -> Any:
        model = build_model(hidden)
        model.compile(optimizer=optimizer, loss="categorical_crossentropy", metrics=["accuracy"])
        return model

    message = message_of(
        exercises.build_model, lambda hidden: with_optimizer(hidden, keras.optimizers.SGD(0.0))
    )
    assert "The optimizer of build_model(32) has the learning rate 0." in message
    shared = keras.optimizers.RMSprop()
    assert "gave models with the same optimizer" in message_of(
        exercises.build_model, lambda hidden: with_optimizer(hidden, shared)
    )
    rising = keras.optimizers.schedules.CosineDecay(0.0, 100, warmup_target=0.001, warmup_steps=10)
    exercises.build_model.examine(lambda hidden: with_optimizer(hidden, keras.optimizers.Adam(rising)))


def test_something_else_than_a_model_is_named() -> None:
    assert "returned [32] of type list, which is not a Keras model." in message_of(
        exercises.build_model, lambda hidden: [hidden]
    )


def test_checks_write_nothing_to_stderr_where_tensorflow_would_advise(
    capfd: pytest.CaptureFixture[str],
) -> None:
    # Enough models in a row make TensorFlow warn of retracing; nbgrader would take all marks for that.
    for _ in range(3):
        exercises.build_model.examine(build_model)
    assert capfd.readouterr().err == ""


# train_model


def test_training_passes_for_any_seeds(data: Any) -> None:
    exercises.train_model.examine(trainer(data), seeds=(1337, 0))


def test_another_size_is_named(data: Any) -> None:
    assert "expected ((784, 32), (32,), (32, 10), (10,)): those of build_model(32)." in message_of(
        exercises.train_model, trainer(data, hidden=5)
    )


def test_too_many_updates_without_a_name_are_counted(data: Any) -> None:
    message = message_of(exercises.train_model, trainer(data, batch_size=512))
    assert "updated 25 times (expected 100)" in message
    assert "Are epochs, batch_size and the images as the task says?" in message


def test_labels_that_match_in_part_show_in_the_accuracy(data: Any) -> None:
    message = message_of(exercises.train_model, trainer(data, mixed=11_000))
    assert "reach 0.8 or more: is the optimizer of build_model rmsprop" in message


@pytest.mark.parametrize(("updates", "slip"), [(469, "all training images"), (500, "five epochs")])
def test_updates_tell_what_was_trained_on(data: Any, updates: int, slip: str) -> None:
    with pytest.raises(NotYet) as caught:
        # As many updates with smaller batches: that is what the check can see.
        exercises.train_model.examine(trainer(data, images=8 * updates, batch_size=8))
    assert [each.slip for each in caught.value.slips] == [slip]


# experiments


@pytest.mark.parametrize("real", [True, False], ids=["real images", "stand-ins"])
def test_a_table_may_be_of_the_real_images_or_of_the_stand_ins_but_not_of_both(real: bool) -> None:
    def row(number: int, real: bool) -> dict[str, float]:
        band = exercises.experiments.bands["real" if real else "stand-ins"][number]
        hidden, epochs, batch_size, low, high = band
        middle = round((low + high) / 2 * VALIDATION) / VALIDATION
        return {"hidden": hidden, "epochs": epochs, "batch_size": batch_size, "val_accuracy": middle}

    table = [row(number, real) for number in range(5)]
    exercises.experiments.examine(table)
    assert "Training runs with this setting end between" in message_of(
        exercises.experiments, [row(0, not real), *table[1:]]
    )


def test_a_table_of_settings_of_ones_own_passes() -> None:
    exercises.experiments.examine(
        [{**row, "hidden": hidden, "val_accuracy": 0.6 + hidden / 50} for hidden, row in enumerate(TABLE)]
    )


def test_three_of_the_settings_are_too_few() -> None:
    assert "3 rows, expected at least 4 different settings" in message_of(exercises.experiments, TABLE[:3])
    assert "0 rows, expected at least 4 different settings" in message_of(exercises.experiments, [])


def test_numbers_may_be_of_any_kind() -> None:
    exercises.experiments.examine(
        [
            {key: np.float32(value) if "val" in key else np.int64(value) for key, value in row.items()}
            for row in TABLE
        ]
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"val_accuracy": None}, "should be a number"),
        ({"hidden": "many"}, "should be a number"),
        ({"val_accuracy": float("nan")}, "experiments[0]['val_accuracy'] is nan, which is not an accuracy."),
        (
            {"val_accuracy": 0.1},
            "hidden 32, 5 epochs, batches of 128: 0.1. Training runs with this setting end between",
        ),
    ],
)
def test_a_row_that_cannot_be_is_named(change: dict[str, Any], message: str) -> None:
    # The first row is the first to be named, also where the images are the stand-ins, with other accuracies.
    assert message in message_of(exercises.experiments, [{**TABLE[0], **change}, *TABLE[1:]])


@pytest.mark.parametrize(
    ("answer", "advice"),
    [
        ({key: [row[key] for row in TABLE] for key in TABLE[0]}, "Those are columns."),
        (TABLE[0], "That is one dictionary."),
        (dict(enumerate(TABLE)), "That is a dictionary of dictionaries."),
    ],
)
def test_what_is_in_place_of_the_list_is_named(answer: Any, advice: str) -> None:
    assert advice in message_of(exercises.experiments, answer)


def test_a_missing_key_and_a_row_of_another_kind_are_named() -> None:
    without = {key: value for key, value in TABLE[1].items() if key != "epochs"}
    assert "experiments[1] has no 'epochs'." in message_of(exercises.experiments, [TABLE[0], without])
    assert "experiments[0] is 0.905: make it a dictionary" in message_of(exercises.experiments, [0.905])
    assert "experiments is of type float." in message_of(exercises.experiments, 0.905)


# test_accuracy


def test_an_accuracy_between_the_thresholds_earns_its_share(
    middling: Any, data: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    accuracy = accuracy_of(middling, data)
    assert 0.81 < accuracy < 0.92, "this model is meant to lie between the thresholds"
    assert exercises.test_accuracy.marks(accuracy, middling) == pytest.approx(
        3 * (accuracy - 0.80) / 0.13, abs=0.006
    )
    exercises.test_accuracy.check(accuracy, middling)
    right, part = capsys.readouterr().out.splitlines()
    assert right == "✓ test_accuracy: right."
    assert f"{accuracy:.3f}" in part
    assert "0.93" in part


def test_full_marks_are_a_whole_number_so_that_every_notebook_prints_the_same(data: Any) -> None:
    model = build_model(64)
    model.fit(*data[0], epochs=3, batch_size=128, verbose=0)
    accuracy = accuracy_of(model, data)
    assert accuracy > 0.93
    assert repr(exercises.test_accuracy.marks(accuracy, model)) == "3"


def test_an_accuracy_may_be_rounded_but_not_measured_on_fewer_images(middling: Any, data: Any) -> None:
    accuracy = accuracy_of(middling, data)
    for decimals in (2, 3, 4):
        exercises.test_accuracy.examine(round(accuracy, decimals), middling)
    for off in (-0.0012, 0.0012):
        # Three decimals at least, so that nobody takes it for the accuracy rounded to two.
        wrong = round(accuracy + off, 4) + 0.00001
        assert "on the test images" in message_of(exercises.test_accuracy, wrong, middling)


def test_a_high_number_with_a_poorer_model_earns_nothing(middling: Any) -> None:
    with pytest.raises(NotYet, match=r"test_accuracy is 0\.97, but final_model gets 0\.[89]"):
        exercises.test_accuracy.marks(0.97, middling)


def test_a_model_below_the_lower_threshold_earns_nothing(data: Any) -> None:
    untrained = build_model(32)
    assert "Marks start at 0.8" in message_of(
        exercises.test_accuracy, accuracy_of(untrained, data), untrained
    )
