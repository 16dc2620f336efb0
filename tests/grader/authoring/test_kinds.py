"""What the build makes of exercises on networks and trainings: what their checks say, and what it refuses."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from grader.authoring.kinds import entry_of
from grader.authoring.networks import ACTIVATION_SLIPS, AS_IT_IS, changed
from grader.authoring.signs import sign_of
from helpers.kit.author import (
    OTHERWISE,
    Accuracy,
    Arrays,
    Axes,
    Exercise,
    Names,
    Network,
    Own,
    Predictions,
    Record,
    Slip,
)
from helpers.kit.exercise import NotYet
from helpers.kit.outcome import Verdict
from helpers.kit.signs import is_condition, value_of
from helpers.kit.tables import exercise_from

HINTS = ("Look again.", "Look there.")


def network(*, loss: str = "sparse_categorical_crossentropy") -> Any:
    import keras

    model = keras.Sequential(
        [keras.Input((6,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(3, "softmax")]
    )
    model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    return model


def worked_out(written: Exercise, solution: Any) -> tuple[Any, list[Any]]:
    """The exercise as a check reads it, and its hidden cases; both by way of JSON."""
    entry, hidden, problems = entry_of("here: it", "it", written, {"it": solution}).work_out(2)
    assert not problems
    return exercise_from(json.loads(json.dumps(entry))), json.loads(json.dumps(hidden))


def problems_of(written: Exercise, solution: Any) -> str:
    return "\n".join(entry_of("here: it", "it", written, {"it": solution}).work_out(2)[2])


SLIPS = [
    Slip("no model", "[]", "Join them."),
    Slip("square input", lambda model: changed(model, inputs=(2, 3)), "Six in a row."),
    Slip("another size", lambda model, n: changed(model, units=(n, 3)), "How many?"),
    *ACTIVATION_SLIPS,
    Slip("not compiled", lambda model: changed(model, compiled=False), "Compile."),
    Slip("one-hot", lambda model: changed(model, loss="categorical_crossentropy"), "Sparse."),
    Slip("no accuracy", lambda model: changed(model, metrics=()), "A metric."),
]


def written(*slips: Slip) -> Network:
    return Network(said="relu and then softmax", inputs=[(2, 3)], hints=HINTS, slips=slips or SLIPS)


@pytest.fixture(scope="module")
def built() -> tuple[Any, list[Any]]:
    return worked_out(written(), network())


def test_a_network_is_right_whatever_its_weights_and_its_optimizer_are_and_keeps_them(built: Any) -> None:
    exercise, hidden = built
    for times in (1e-6, 1, 10_000):
        model = network()
        model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy", metrics=["acc"])
        weights = [times * each for each in model.get_weights()]
        model.set_weights(weights)
        assert exercise.outcome(model).verdict is Verdict.PASSED
        exercise.check_hidden(model, *hidden)
        for kept, before in zip(model.get_weights(), weights, strict=True):
            np.testing.assert_array_equal(kept, before)
    model.fit(np.zeros((4, 6)), np.array([0, 1, 2, 0]), verbose=0)


@pytest.mark.parametrize("slip", [slip for slip in SLIPS if callable(slip.wrong)], ids=lambda slip: slip.slip)
def test_a_slip_of_a_network_is_named_in_the_visible_and_in_the_hidden_case(built: Any, slip: Slip) -> None:
    exercise, hidden = built
    arguments = (network(), 5) if slip.slip == "another size" else (network(),)
    model = slip.wrong(*arguments)
    assert [each.slip for each in exercise.outcome(model).slips] == [slip.slip]
    with pytest.raises(NotYet) as caught:
        exercise.check_hidden(model, *hidden)
    assert [each.slip for each in caught.value.slips] == [slip.slip]


def test_something_that_is_not_a_model_is_named(built: Any) -> None:
    exercise, _ = built
    record = SimpleNamespace(history={"loss": [1.0]})
    for answer, slip in (([], "no model"), (None, "returns nothing"), (3, "not a model"), (record, "record")):
        (named,) = exercise.outcome(answer).slips
        assert named.slip.startswith(slip)


def test_networks_that_are_wrong_in_a_way_nobody_foresaw_are_wrong(built: Any) -> None:
    exercise, _ = built
    for units, activations, loss in (
        ((8, 4), (), None),
        ((8, 3), ("tanh", "softmax"), None),
        ((8, 3), (), "kl_divergence"),
    ):
        model = changed(network(), units=units, activations=activations, loss=loss or AS_IT_IS)
        assert exercise.outcome(model).verdict is Verdict.NOT_YET


def test_the_labels_that_a_loss_takes_come_from_the_solution() -> None:
    exercise, _ = worked_out(
        Network(said="relu", hints=HINTS, slips=[Slip("sparse", lambda model: changed(
            model, loss="sparse_categorical_crossentropy"), "One-hot.")]),
        network(loss="categorical_crossentropy"),
    )  # fmt: skip
    assert exercise.outcome(network(loss="categorical_crossentropy")).verdict is Verdict.PASSED
    (slip,) = exercise.outcome(network()).slips
    assert slip.slip == "sparse"


def test_a_table_of_a_network_holds_numbers_and_no_names_of_activations() -> None:
    entry, hidden, _ = entry_of("here: it", "it", written(), {"it": network()}).work_out(2)
    del entry["hints"], entry["slips"], entry["said"]
    text = json.dumps([entry, hidden])
    assert not [
        word for word in ("relu", "softmax", "sigmoid", "Dense", "adam", "crossentropy") if word in text
    ]


def test_what_is_wrong_with_an_exercise_is_said_in_a_line_each() -> None:
    right = Slip("right", lambda model: changed(model), "But it is right.")
    assert problems_of(written(right), network()) == (
        "here: it: the slip 'right' gives the right result in every case."
    )
    assert "its solution makes no model of that name." in problems_of(written(), 3)
    assert "the slip 'no' cannot be run: NameError" in problems_of(
        written(Slip("no", "nothing", "No.")), network()
    )
    seeds = Network(said="relu", hints=HINTS, slips=SLIPS, seeds=(1, 1))
    assert "its hidden case has the seed of the visible one." in problems_of(seeds, network())
    names = Names(hints=HINTS, slips=[Slip("same", list, "Same.")])
    assert "the slip 'same' gives the right result in every case." in problems_of(names, ["a", "b"])
    axes = Axes(
        curves={"accuracy": "val"}, limits=(0, 1), words=("epoch", "acc"), seed=6, hints=HINTS,
        slips=[Slip("crooked", "crooked lines", "Straighten them.")],
    )  # fmt: skip
    assert "no drawing has the fault 'crooked lines'" in problems_of(axes, print)
    assert "its hidden case has the records of the visible one." in problems_of(axes, print)
    arrays = Arrays(
        dataset="mnist", names=("a", "b"), expected="own / 255", said="fractions", hidden=200, hints=HINTS
    )
    assert "its hidden case looks at the images of the visible one." in problems_of(arrays, None)
    own = Own(where="helpers.kit:Nothing", hints=HINTS)
    assert "there is no class helpers.kit:Nothing." in problems_of(own, None)


@pytest.mark.parametrize(
    ("sign", "problem"),
    [
        ("record.epoch < 3", "names record.epoch, which nothing measures"),
        ("record.epochs <", "is not an expression"),
        ("sorted(record.epochs)", "is not allowed in a sign"),
        ("'text'", "is not allowed in a sign"),
    ],
)
def test_a_sign_that_cannot_be_looked_for_is_refused(sign: str, problem: str) -> None:
    assert problem in problems_of(Record(hints=HINTS, slips=[Slip("odd", sign, "Odd.")]), None)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("2 + 3 * few - 1", 7),
        ("-few", -2),
        ("1 < few < 3 and not few == 5", True),
        ("few > 3 or few > 1", True),
        ("most(few, 3) / least(few, 4)", 1.5),
        ("rows.of[1]", 4.0),
        ("count(rows.of[:few])", 2),
        ("fractions(rows.of, 8)", True),
        ("place_of_largest(rows.of)", 2),
    ],
)
def test_a_sign_means_what_its_expression_says(expression: str, value: Any) -> None:
    measured = {"few": 2, "rows.of": np.array([0.5, 4.0, 9.0])}
    sign = json.loads(json.dumps(sign_of(expression, measured.__contains__)))
    assert value_of(sign, measured.__getitem__) == value
    assert is_condition(sign) is isinstance(value, bool)


def test_a_sign_measures_only_what_decides() -> None:
    asked: list[str] = []

    def measured(name: str) -> float:
        asked.append(name)
        return 1.0

    assert not value_of(sign_of("cheap > 2 and dear > 2", lambda _name: True), measured)
    assert asked == ["cheap"]


def test_records_are_known_by_signs_and_by_what_is_given_in_their_place() -> None:
    exercise, _ = worked_out(
        Record(
            epochs=3,
            curves=["accuracy"],
            hints=HINTS,
            slips=[
                Slip("a function", "answer.is_function", "Call it."),
                Slip("not a record", OTHERWISE, "Keep it."),
                Slip("too long", "record.epochs > 3", "Three."),
                Slip("no validation", "not record.is_validated", "Split."),
            ],
        ),
        None,
    )
    curves = {"loss": [2, 1, 0.5], "accuracy": [0.1, 0.5, 0.9], "val_accuracy": [0.1, 0.2, 0.3]}
    assert exercise.outcome(SimpleNamespace(history=curves)).verdict is Verdict.PASSED
    longer = {name: [*values, 0.9] for name, values in curves.items()}
    for answer, slip in (
        (print, "a function"),
        (5, "not a record"),
        (longer, "too long"),
        ({name: curves[name] for name in ("loss", "accuracy")}, "no validation"),
        ({**curves, "loss": [1, np.nan, np.nan]}, "not a number"),
    ):
        assert [each.slip for each in exercise.outcome(answer).slips] == [slip]
    assert "Expected 3 epochs" in str(exercise.outcome(longer))
    assert "but no accuracy" in str(exercise.outcome({"loss": [1.0]}))


def test_thresholds_and_names_of_images_are_checked() -> None:
    accuracy = Accuracy(
        dataset="mnist", images={}, no_marks_below=0.9, full_marks_from=0.8, for_marks="", for_full_marks="",
        hints=HINTS,
    )  # fmt: skip
    problems = problems_of(accuracy, None)
    assert "full marks have to start above the accuracy that earns none." in problems
    assert "names test.accuracy, which nothing measures" in problems
    predictions = Predictions(dataset="mnist", images={}, expected="test.outputs", hints=HINTS)
    assert "names test.outputs" in problems_of(predictions, None)
