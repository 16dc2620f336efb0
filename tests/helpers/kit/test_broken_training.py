"""Broken trainings, as lesson 08 has them: names spelled freely, part marks, odd and broken networks."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from helpers.data import read
from helpers.kit.broken_training_exercise import names_meant
from helpers.kit.exercise import NotAttempted, NotYet
from helpers.kit.general_slips import CALL_STOPS
from helpers.lessons.clinic import exercises as clinic
from tests.conftest import ROOT
from tests.helpers.said import message_of

exercises: Any = clinic  # its names come from a table
RIGHT = {
    exercises.patient_1: "learning rate too low",
    exercises.patient_2: "shuffled labels",
    exercises.patient_3: "pixels not scaled",
    exercises.patient_4: "learning rate too high",
    exercises.patient_5: "trained on test data",
    exercises.patient_6: "softmax missing",
    exercises.patient_7: "wrong loss for the labels",
}
EACH = pytest.mark.parametrize(
    ("patient", "fault"), RIGHT.items(), ids=lambda value: getattr(value, "name", "")
)
FIRST, FAULT = exercises.patient_1, "learning rate too low"
FAULTS = FIRST.faults


def network(*before: Any, shape: tuple[int, ...] = (28, 28), output: str | None = "softmax") -> Any:
    import keras

    return keras.Sequential(
        [
            keras.Input(shape=shape),
            *before,
            keras.layers.Flatten(),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(10, activation=output),
        ]
    )


@pytest.fixture(scope="module")
def good() -> Any:
    """A network that has learned enough from images with pixels from 0 to 1."""
    import keras

    ((images, labels), _), _ = read("fashion_mnist")
    keras.utils.set_random_seed(1)
    model = network()
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", steps_per_execution=40)
    model.fit(images[:6000] / 255, labels[:6000], epochs=4, verbose=0)
    return model


def like(good: Any, model: Any, *, hidden: float = 1, last: float = 1) -> Any:
    """A network with the weights of the good one, those of each layer times a number."""
    w1, b1, w2, b2 = good.get_weights()
    model.set_weights([hidden * w1, hidden * b1, last * w2, b2])
    return model


def test_the_points_of_the_lesson_sum_up_to_20() -> None:
    assert sum(patient.points for patient in RIGHT) == 20


def test_no_two_slips_of_an_exercise_share_a_name() -> None:
    for patient in RIGHT:
        slips = [slip.slip for slip in patient.slips]
        assert len(set(slips)) == len(slips) >= 4, patient.name


def test_importing_the_exercises_costs_no_tensorflow() -> None:
    code = "import sys, helpers.lessons.clinic.exercises; print('tensorflow' in sys.modules, 'keras' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "False False\n"


# The name of the fault


def test_the_lesson_lists_the_names_that_the_check_knows() -> None:
    text = (ROOT / "source/08_training_clinic/08_training_clinic.py").read_text(encoding="utf-8")
    table = re.search(r"# \|---\|---\|---\|\n((?:# \|.*\n)+)", text)
    assert table
    cells = [cell.strip() for cell in re.split(r"[|#\n]", table.group(1))]
    assert sorted(filter(None, cells)) == sorted(FAULTS)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_name_counts_in_any_capitals_with_hyphens_and_full_stops(fault: str) -> None:
    for written in (fault.upper(), fault.replace(" ", "-"), f"  {fault}. ", fault.replace(" ", "_").title()):
        assert names_meant(written, FAULTS) == [fault]


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("The label was shuffled", "shuffled labels"),
        ("too high", "learning rate too high"),
        ("missing softmax", "softmax missing"),
        ("wrong", None),
        ("too few", None),
        ("learning rate", None),
        ("the learning rate is too high and the pixels are not scaled", None),
        ("", None),
        ("the", None),
        ("not scaled", "pixels not scaled"),
        ("scaled pixels", None),
        ("not", None),
        ("for the", None),
        ("high", None),
        ("shuffled", None),
    ],
)
def test_a_part_of_a_name_counts_if_it_fits_one_fault_only(written: str, fault: str | None) -> None:
    meant = names_meant(written, FAULTS)
    assert (meant == [fault]) if fault else len(meant) != 1


@EACH
def test_no_message_on_a_wrong_name_tells_the_right_one(patient: Any, fault: str) -> None:
    for other in set(FAULTS) - {fault}:
        message = message_of(patient, other, ...)
        assert f"is '{other}', but these curves show something else." in message
        assert fault not in message.casefold()


@EACH
def test_the_slips_of_a_patient_do_not_give_its_fault_away(patient: Any, fault: str) -> None:
    named = [slip.slip for slip in patient.slips if slip.slip in FAULTS]
    assert fault in named
    assert sorted(named) == sorted(FAULTS)


@EACH
def test_what_is_no_name_hears_the_list(patient: Any, fault: str) -> None:
    number = patient.name[-1]
    for written in ("broken", 7, [fault, "too few neurons"], None):
        message = message_of(patient, written, ...)
        assert f"fault_{number} is " in message
        assert all(name in message for name in FAULTS)


def test_a_misspelt_name_hears_which_one_may_be_meant() -> None:
    message = message_of(FIRST, "learning rate to low", ...)
    assert (
        "is 'learning rate to low', which is not on the list. Did you mean 'learning rate too low'?"
        in message
    )
    assert [slip.slip for slip in FIRST.outcome("pixel not scald", ...).slips] == ["misspelt"]


# Marks


@EACH
def test_name_and_network_earn_all_marks_as_a_whole_number(
    patient: Any, fault: str, good: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    patient.check(fault, good)
    assert capsys.readouterr().out == f"✓ {patient.name}: right.\n"
    assert repr(patient.marks(fault, good, start=6000)) == str(patient.points)


@EACH
def test_the_name_alone_earns_one_mark_and_hears_what_is_next(
    patient: Any, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    patient.check(fault, ...)
    first, *others = capsys.readouterr().out.splitlines()
    assert first == f"◐ {patient.name}: the fault is right, for 1 of {patient.points} marks."
    assert f"mended_{patient.name[-1]} comes next" in " ".join(others)
    assert repr(patient.marks(fault, ...)) == "1"


@EACH
def test_a_good_network_without_the_right_name_earns_nothing(patient: Any, fault: str, good: Any) -> None:
    for ask in (patient.check, patient.marks):
        with pytest.raises(NotYet):
            ask("too few layers", good)
        with pytest.raises(NotAttempted, match=f"fault_{patient.name[-1]} comes first"):
            ask(..., good)
    assert fault != "too few layers"


@EACH
def test_an_untouched_stub_is_not_attempted(patient: Any, fault: str) -> None:
    assert fault in FAULTS
    for ask in (patient.check, patient.marks, patient.examine):
        with pytest.raises(NotAttempted, match=f"{patient.name}: not attempted yet"):
            ask(..., ...)


def test_what_is_still_missing_is_said_on_lines_that_pages_can_show(
    good: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    FIRST.check(FAULT, like(good, network(), last=0))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 2
    assert max(map(len, lines)) <= 100


class Knows:
    """Stands for a network that labels so many of a hundred images right, wherever they come from."""

    def __init__(self, of_hundred: int) -> None:
        train, test = read("fashion_mnist")[0]
        self._answers = {
            image.tobytes(): label if number % 100 < of_hundred else (label + 1) % 10
            for images, labels in (train, test)
            for number, (image, label) in enumerate(zip(images, labels, strict=True))
        }

    def predict(self, images: Any, **_: Any) -> Any:
        pixels = np.clip(np.rint(255 * images), 0, 255).astype(np.uint8)
        return np.eye(10)[[self._answers.get(image.tobytes(), 0) for image in pixels]]


@pytest.mark.parametrize(("of_hundred", "share"), [(69, 0), (71, 0.5), (73, 1)])
def test_marks_for_the_network_rise_evenly_just_below_what_is_asked_for(
    of_hundred: int, share: float, capsys: pytest.CaptureFixture[str]
) -> None:
    patient = exercises.patient_2
    network = Knows(of_hundred)
    patient.check(RIGHT[patient], network)
    printed = capsys.readouterr().out
    assert ("earns part of the marks" in printed) == (share == 0.5)
    assert printed[0] == ("✓" if share else "◐")
    assert patient.marks(RIGHT[patient], network, start=6000) == pytest.approx(1 + 2 * share, abs=0.15)


# Networks


def test_pixels_may_be_scaled_inside_and_images_may_have_other_shapes(good: Any) -> None:
    import keras

    rescaling = keras.layers.Rescaling(1 / 255)
    for model in (
        network(rescaling),
        network(shape=(784,)),
        network(shape=(28, 28, 1)),
        network(output=None),
    ):
        FIRST.examine(FAULT, like(good, model))
        assert FIRST.marks(FAULT, model, start=6000) == 2


def test_the_check_changes_no_weights(good: Any) -> None:
    before = good.get_weights()
    FIRST.examine(FAULT, good)
    for weights, kept in zip(good.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weights, kept)


@pytest.mark.parametrize(
    ("changes", "slip"),
    [
        ({"last": np.nan}, "outputs are not numbers"),
        ({"last": 0}, "the same label for nearly every image"),
        ({"last": -1}, "no better than guessing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_broken_network_is_told_by_what_it_answers(good: Any, changes: dict[str, float], slip: str) -> None:
    with pytest.raises(NotYet) as caught:
        FIRST.examine(FAULT, like(good, network(), **changes))
    assert [slip.slip for slip in caught.value.slips] == [slip]
    assert re.search(
        r"mended_1 has an accuracy of 0\.\d{4} on 4,000 new images \(0\.72 is enough\)", str(caught.value)
    )


def test_a_network_for_other_images_is_a_line_and_advice_in_place_of_a_stack_trace() -> None:
    message = message_of(FIRST, FAULT, network(shape=(3, 3)))
    first, advice = message.splitlines()
    assert first.startswith("✗ patient_1: not yet. mended_1.predict(images) stopped with ValueError: ")
    assert advice == CALL_STOPS.advice


@pytest.mark.parametrize("mended", ["done", 0.85, None, np.zeros(3)])
def test_what_is_no_network_is_named_by_its_type(mended: Any) -> None:
    message = message_of(FIRST, FAULT, mended)
    assert f"mended_1 is of type {type(mended).__name__}: it should be a Keras model." in message


def test_checks_write_nothing_to_stderr_where_tensorflow_would_advise(
    good: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    # Enough models in a row make TensorFlow warn of retracing; nbgrader would take all marks for that.
    for _ in range(8):
        FIRST.check(FAULT, like(good, network()))
    FIRST.check(FAULT, network(shape=(3, 3)))
    assert capfd.readouterr().err == ""
