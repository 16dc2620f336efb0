"""What the bank of answers to lesson 06 does not show: part marks, answers that come too early, odd records."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import matplotlib
import numpy as np
import pytest

matplotlib.use("agg")

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from grader.authoring.marking import marked
from helpers.kit.exercise import NotAttempted, NotYet
from helpers.kit.records import MadeUpHistory
from helpers.lessons.digits import exercises
from helpers.lessons.digits.splitting import OF_ROWS
from suites.marking import check_of
from tests.helpers.said import message_of, slips_of

ALL = (
    exercises.split,
    exercises.model,
    exercises.history_5,
    exercises.plot_curves,
    exercises.history_10,
    exercises.best_epoch,
    exercises.better_model,
)
# What the free-text question is worth, which a person marks.


@pytest.fixture(scope="module")
def data() -> list[Any]:
    """X_train, X_test, y_train, y_test."""
    pixels, labels = load_digits(return_X_y=True)
    return train_test_split(pixels, np.eye(10)[labels], test_size=0.2, random_state=0)


class Oracle:
    """Stands in for a trained model: wrong on so many of the validation images and of the test images."""

    def __init__(self, data: list[Any], wrong: int) -> None:
        x_train, x_test, y_train, y_test = data
        images, labels = np.concatenate([x_train, x_test]), np.concatenate([y_train, y_test]).argmax(axis=1)
        labels[1437 - wrong : 1437 + wrong] += 1
        self.labels = {image.tobytes(): label % 10 for image, label in zip(images, labels, strict=True)}

    def __call__(self, images: Any) -> Any:
        one_hot = np.eye(10)[[self.labels[image.tobytes()] for image in images]]
        return 0.8 * one_hot + 0.02

    predict = __call__


def record(
    *,
    epochs: int = 5,
    first: float = 4.0,
    last: float = 0.3,
    fitted: int = 1149,
    kept: int = 288,
    began: float = 0.5,
) -> Any:
    """A record as fit leaves it, with accuracies that are fractions of so many images. began: the first one."""
    rng = np.random.default_rng(epochs)
    right = rng.integers(fitted // 2, fitted, epochs)
    right[0] = began * fitted
    return SimpleNamespace(
        history={
            "accuracy": (right / fitted).astype(np.float32).tolist(),
            "loss": np.linspace(first, last, epochs).tolist(),
            "val_accuracy": (rng.integers(kept // 2, kept, epochs) / kept).astype(np.float32).tolist(),
            "val_loss": np.linspace(first, last, epochs).tolist(),
        }
    )


def test_importing_the_exercises_costs_neither_tensorflow_nor_scikit_learn() -> None:
    code = "import sys, helpers.lessons.digits.exercises; print({'tensorflow', 'keras', 'sklearn'} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "set()\n"


# Answers that are not there yet


@pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.name)
def test_an_untouched_stub_is_not_attempted(exercise: Any) -> None:
    count = {"split": 4, "better_model": 6}.get(exercise.name, 1)
    with pytest.raises(NotAttempted, match=f"{exercise.name}: not attempted yet"):
        exercise.check(*[...] * count)


def test_a_better_model_needs_the_first_one_and_the_split(data: list[Any]) -> None:
    better = Oracle(data, wrong=5)
    with pytest.raises(NotAttempted, match="better_model: model comes first"):
        exercises.better_model.check(better, ..., *data)
    with pytest.raises(NotAttempted, match="better_model: X_train comes first"):
        exercises.better_model.check(better, Oracle(data, wrong=9), ..., ..., ..., ...)
    integers = [data[0], data[1], data[2].argmax(axis=1), data[3].argmax(axis=1)]
    assert "The four arrays of the split are not right yet" in message_of(
        exercises.better_model, better, Oracle(data, wrong=9), *integers
    )


def test_a_better_model_is_measured_by_the_images_own_labels(data: list[Any]) -> None:
    x_train, x_test, y_train, y_test = data
    labelled_to_fit = [x_train, x_test, np.roll(y_train, 1, axis=0), y_test]
    told = message_of(exercises.better_model, Oracle(data, wrong=5), Oracle(data, wrong=9), *labelled_to_fit)
    assert "The four arrays of the split are not right yet" in told
    scaled = [x_train / 255, (x_test - 8) / 8, y_train, y_test]
    told = message_of(exercises.better_model, Oracle(scaled, wrong=99), Oracle(scaled, wrong=9), *scaled)
    assert "validation accuracy" in told


# The split


def test_every_kind_of_one_hot_labels_is_welcome(data: list[Any]) -> None:
    x_train, x_test, y_train, y_test = data
    for kind in (np.float32, np.float64, np.int64, np.bool_):
        exercises.split.examine(x_train, x_test, y_train.astype(kind), y_test.astype(kind))
    exercises.split.examine(x_train / 16, x_test / 16, y_train.tolist(), y_test)


def test_a_single_wrong_label_is_noticed(data: list[Any]) -> None:
    x_train, x_test, y_train, y_test = data
    spoilt = y_train.copy()
    spoilt[700] = np.roll(spoilt[700], 1)
    assert "1,796 of the 1,797 labels" in message_of(exercises.split, x_train, x_test, spoilt, y_test)


def test_a_single_image_twice_is_noticed(data: list[Any]) -> None:
    x_train, x_test, y_train, y_test = data
    x_again, y_again = x_train.copy(), y_train.copy()
    x_again[3], y_again[3] = x_test[8], y_test[8]
    slips = slips_of(exercises.split, x_again, x_test, y_again, y_test)
    assert slips == ["test images also among the training images"]


@pytest.mark.parametrize("spoil", [np.nan, np.inf, 0.5, 99])
@pytest.mark.filterwarnings("error")
def test_pixels_that_are_none_of_the_images_are_noticed(data: list[Any], spoil: float) -> None:
    spoilt = data[0].copy()
    spoilt[5, 20] = spoil
    assert "Expected every row to be one of the images" in message_of(exercises.split, spoilt, *data[1:])


def test_pixels_of_bytes_that_came_round_again_are_noticed(data: list[Any]) -> None:
    train, test, *labels = data
    round_again = [(pixels * (16 if pixels.max() <= 1 else 1) + 256) for pixels in (train, test)]
    assert "Expected every row to be one of the images" in message_of(exercises.split, *round_again, *labels)


@pytest.mark.parametrize("stratified", [True, False])
def test_every_shuffling_is_random_enough(stratified: bool) -> None:
    labels = load_digits().target
    order = np.arange(len(labels))
    for seed in range(200):
        train, test = train_test_split(
            order, test_size=0.2, random_state=seed, stratify=labels if stratified else None
        )
        found = SimpleNamespace(train=train, test=test)
        assert not any(OF_ROWS[sign](found) for sign in ("in order", "training in order"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("train", "slip"),
    [
        (np.arange(1437), "not shuffled"),
        (np.arange(1796, 359, -1), "not shuffled"),
        (np.random.default_rng(1).permutation(1437), "not shuffled"),
        (np.argsort(load_digits().target, kind="stable")[:1437], "not shuffled"),
        (np.sort(np.random.default_rng(1).permutation(1797)[:1437]), "training images not shuffled"),
    ],
    ids=["the first", "the last", "the first, shuffled", "by label", "a random mask"],
)
def test_an_order_that_is_not_random_is_named(train: Any, slip: str) -> None:
    pixels, labels = load_digits(return_X_y=True)
    test = np.setdiff1d(np.arange(1797), train)
    one_hot = np.eye(10)[labels]
    assert slips_of(exercises.split, pixels[train], pixels[test], one_hot[train], one_hot[test]) == [slip]


# Records


@pytest.mark.parametrize(
    ("changes", "slip"),
    [
        ({}, None),
        ({"first": 2.0}, None),
        ({"first": 0.9, "began": 0.78}, None),
        ({"first": 0.3, "began": 0.91}, "carried on with a trained model"),
        ({"last": 2.2}, "loss does not fall"),
        ({"epochs": 10}, "ten epochs"),
        ({"fitted": 1437, "kept": 360}, "test images as validation data"),
        ({"fitted": 1077, "kept": 360}, "a different share for validation"),
        ({"fitted": 1293, "kept": 144}, "a different share for validation"),
        ({"fitted": 1437, "kept": 288}, "a different share for validation"),
    ],
)
def test_a_record_shows_its_training(changes: dict[str, Any], slip: str | None) -> None:
    made = record(**changes)
    if slip is None:
        exercises.history_5.examine(made)
        exercises.history_5.examine(made.history)
    else:
        assert slips_of(exercises.history_5, made) == [slip]


def test_another_number_of_epochs_is_named() -> None:
    assert "7 epochs; the training loss went from 4.00 to 0.30. Expected 10 epochs." in message_of(
        exercises.history_10, record(epochs=7)
    )


def test_a_record_without_accuracy_or_with_broken_losses_is_named() -> None:
    made = record()
    del made.history["accuracy"]
    assert "no accuracy. Look at the metrics" in message_of(exercises.history_5, made)
    broken = record(last=float("nan"))
    assert "Make a new model" in message_of(exercises.history_5, broken)
    assert "is of type float and holds no losses" in message_of(exercises.history_5, 0.9)


# Curves


def drawing(history: Any) -> Any:
    _, ax = plt.subplots()
    curves = history.history
    ax.plot(range(1, len(curves["loss"]) + 1), curves["accuracy"], label="training")
    ax.plot(range(1, len(curves["loss"]) + 1), curves["val_accuracy"], label="validation")
    ax.set(xlabel="epoch", ylabel="accuracy", ylim=(0, 1))
    ax.legend()
    return ax


def test_checking_a_drawing_leaves_no_figure_and_keeps_those_there_are() -> None:
    kept = plt.figure()
    before = plt.get_fignums()
    exercises.plot_curves.examine(drawing)
    exercises.plot_curves.examine(drawing, seed=3)
    with pytest.raises(NotYet):
        exercises.plot_curves.examine(lambda history: plt.plot(history.history["accuracy"]))
    assert plt.get_fignums() == before
    plt.close(kept)


def test_a_drawing_that_does_not_look_at_its_record_fails() -> None:
    fixed = MadeUpHistory({"accuracy": [0.8], "loss": [1], "val_accuracy": [0.7], "val_loss": [1]})
    assert "Expected one curve with the values of accuracy" in message_of(
        exercises.plot_curves, lambda _history: drawing(fixed)
    )


def test_lists_turned_into_arrays_are_no_change_but_other_numbers_are() -> None:
    def as_arrays(history: Any) -> Any:
        history.history.update({name: np.array(values) for name, values in history.history.items()})
        return drawing(history)

    def rounded(history: Any) -> Any:
        history.history.update({name: np.round(values, 1) for name, values in history.history.items()})
        return drawing(history)

    exercises.plot_curves.examine(as_arrays)
    assert slips_of(exercises.plot_curves, rounded) == ["changes its input"]
    case = exercises.best_epoch.cases[0]
    exercises.best_epoch.examine(lambda history: [as_arrays(history), 3][1], case)
    plt.close("all")


def test_a_legend_of_one_curve_is_not_enough() -> None:
    def half(history: Any) -> Any:
        ax = drawing(history)
        ax.legend(handles=ax.get_lines()[:1])
        return ax

    assert slips_of(exercises.plot_curves, half) == ["legend missing"]


@pytest.mark.parametrize(
    ("looks", "named"),
    [
        ({"alpha": 0.3}, []),
        ({"dashes": (6, 2)}, []),
        ({"marker": "o", "markersize": 3}, []),
        ({"linewidth": 0.5}, []),
        ({}, ["curves that look alike"]),
        ({"linewidth": 0}, ["val_accuracy missing"]),
    ],
)
def test_curves_of_one_colour_are_told_apart_by_all_that_is_seen(
    looks: dict[str, Any], named: list[str]
) -> None:
    def black(history: Any) -> Any:
        ax = drawing(history)
        training, validation = ax.get_lines()
        for line in (training, validation):
            line.set_color("black")
        validation.set(**{name: value for name, value in looks.items() if name != "dashes"})
        if "dashes" in looks:
            training.set_dashes((2, 2))
            validation.set_dashes(looks["dashes"])
        ax.legend()
        return ax

    if named:
        assert slips_of(exercises.plot_curves, black) == named
    else:
        exercises.plot_curves.examine(black)


def test_epochs_may_be_words_that_hold_them() -> None:
    def at(words: Any) -> Any:
        def draw(history: Any) -> Any:
            ax = drawing(history)
            texts = [ax.get_lines()[place].get_label() for place in range(2)]
            ax.clear()
            for name, text in zip(("accuracy", "val_accuracy"), texts, strict=True):
                ax.plot([words(place) for place in history.epoch], history.history[name], label=text)
            ax.set(xlabel="epoch", ylabel="accuracy", ylim=(0, 1))
            ax.legend()
            return ax

        return draw

    exercises.plot_curves.examine(at(lambda place: f"{place + 1}"))
    exercises.plot_curves.examine(at(lambda place: f"epoch {place + 1}"))
    assert slips_of(exercises.plot_curves, at(str)) == ["epochs counted from 0"]
    assert "2 curves, x at words, y axis" in message_of(
        exercises.plot_curves, at(lambda place: "abcdefghi"[place])
    )


def test_a_real_record_is_drawn_as_well() -> None:
    import keras

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, activation="softmax")])
    model.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
    fitted = model.fit(np.eye(2), np.eye(2), validation_data=(np.eye(2), np.eye(2)), epochs=2, verbose=0)
    made_up = MadeUpHistory(fitted.history)
    assert made_up.epoch == fitted.epoch
    assert set(made_up.history) == {"accuracy", "loss", "val_accuracy", "val_loss"}
    plt.close(drawing(fitted).figure)


@pytest.mark.parametrize("result", [3, 3.0, np.int64(3), np.array(3)])
def test_the_best_epoch_may_be_any_kind_of_number(result: Any) -> None:
    case = exercises.best_epoch.cases[0]
    exercises.best_epoch.examine(lambda history: result, case)  # noqa: ARG005


def _best(values: Any, least_gain: float = 0.0, patience: int = 99) -> int:
    best = 0
    for epoch, value in enumerate(values):
        if value > values[best] + least_gain:
            best = epoch
        elif epoch - best >= patience:
            break
    return best + 1


@pytest.mark.parametrize(
    ("choose", "is_right"),
    [
        (_best, True),
        (lambda values: _best(np.round(values, 2)), False),
        (lambda values: _best(values, least_gain=0.01), False),
        (lambda values: _best(values, patience=2), False),
        (lambda values: _best(values[:5]), False),
    ],
    ids=["highest", "rounded", "a gain of 0.01", "stopped early", "first five"],
)
def test_hidden_cases_tell_the_best_epoch_from_what_is_nearly_it(choose: Any, is_right: bool) -> None:
    check, points = check_of("06_digits", "best_epoch")
    names = {"exercises": exercises, "best_epoch": lambda history: choose(history.history["val_accuracy"])}
    made = marked(check, points, names)
    assert (made.marks == points) == is_right, made.said


# A better model


def test_one_image_more_earns_all_marks(data: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    better, first = Oracle(data, wrong=19), Oracle(data, wrong=20)
    assert repr(exercises.better_model.marks(better, first, *data)) == "3"
    exercises.better_model.check(better, first, *data)
    assert capsys.readouterr().out == "✓ better_model: right.\n"


def test_95_percent_earn_all_marks_beside_a_lucky_first_model(data: list[Any]) -> None:
    assert exercises.better_model.marks(Oracle(data, wrong=14), Oracle(data, wrong=5), *data) == 3


def test_a_little_less_earns_its_share(data: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    better, first = Oracle(data, wrong=20), Oracle(data, wrong=5)
    accuracy = 1 - 20 / 288
    assert exercises.better_model.marks(better, first, *data) == pytest.approx(
        3 * (1 - (0.95 - accuracy) / 0.05), abs=0.006
    )
    exercises.better_model.check(better, first, *data)
    right, part = capsys.readouterr().out.splitlines()
    assert right == "✓ better_model: right."
    assert "0.931" in part
    assert "Full marks start at 0.950" in part


def test_beating_a_spoilt_first_model_is_not_enough(data: list[Any]) -> None:
    spoilt = Oracle(data, wrong=250)
    with pytest.raises(NotYet):
        exercises.better_model.examine(Oracle(data, wrong=100), spoilt, *data)
    assert exercises.better_model.marks(Oracle(data, wrong=28), spoilt, *data) == 3


def test_much_less_earns_nothing(data: list[Any]) -> None:
    first = Oracle(data, wrong=30)
    assert 0 < exercises.better_model.marks(Oracle(data, wrong=40), first, *data) < 1
    with pytest.raises(NotYet, match=r"has a validation accuracy of 0\.847, the first model one of 0\.896\."):
        exercises.better_model.marks(Oracle(data, wrong=44), first, *data)


def test_checks_of_models_write_nothing_to_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    import keras

    # TensorFlow says once in each process what it was built for.
    keras.ops.zeros(1)
    capfd.readouterr()
    for _ in range(6):
        model = keras.Sequential(
            [
                keras.Input((64,)),
                keras.layers.Dense(64, activation="relu"),
                keras.layers.Dense(10, activation="softmax"),
            ]
        )
        model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
        exercises.model.examine(model)
    assert capfd.readouterr().err == ""
