"""Exercises about models and trainings: models are asked through public methods, on the course's own data."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from helpers.kit.calling import is_elsewhere
from helpers.kit.exercise import Exercise
from helpers.kit.general_slips import CALL_STOPS, in_place_of_numbers
from helpers.kit.outcome import Slip
from helpers.kit.values import as_numbers, show_answer

Numbers = npt.NDArray[Any]

# A wide layer's outputs for all 60,000 training images at once take some 200 MB.
PREDICTED_AT_ONCE = 10_000

# An error of Keras holds its reason in one of several lines. These come before it, or are a stack trace.
NO_REASON = re.compile(
    r"\s|$|Exception encountered when calling|Graph execution error|Detected at node|File "
)
DECORATION = re.compile(r"\x1b\[[0-9;]*m|\{\{.*?\}\}\s*")
# Numbers of several rows in the middle of a sentence.
ROWS_OF_NUMBERS = re.compile(r"\[\[.*?\]\]+", re.DOTALL)
LONGEST_REASON = 300

NO_MODEL = Slip(
    "not a model", "The task asks for a Keras model: the object that keras.Sequential or keras.Model makes."
)
RECORD = Slip(
    "record instead of the model",
    "That is the record that fit returns. fit changes the model itself: keep the model.",
)


def are_one(one: Any, other: Any) -> bool:
    """Whether two values are one object. In grading both are copies, which say of what in `copy_of`."""
    of = getattr(one, "copy_of", None)
    return one is other or (of is not None and of == getattr(other, "copy_of", None))


def is_model(answer: Any) -> bool:
    """Tell whether an answer can predict, and is in this process to be asked.

    In grading, what only claims to be a Keras model stays in the process of the student's code.
    """
    return hasattr(answer, "predict") and not isinstance(answer, type) and not is_elsewhere(answer)


def in_place_of_a_model(answer: Any) -> Slip:
    """The slip behind an answer that should be a Keras model, but is something else."""
    return RECORD if isinstance(getattr(answer, "history", None), Mapping) else NO_MODEL


@dataclass(frozen=True)
class Images:
    """The course's own copy of a data set: pixels (n, height, width), labels (n,)."""

    train_images: Numbers
    train_labels: Numbers
    test_images: Numbers
    test_labels: Numbers


def told(error: BaseException) -> str:
    """An error on one line: its type, and the line of its text that holds the reason."""
    text = ROWS_OF_NUMBERS.sub("[[...]]", DECORATION.sub("", str(error)).strip())
    lines = [line for line in text.splitlines() if not NO_REASON.match(line)]
    reason = lines[0] if lines else text.partition("\n")[0]
    if len(reason) > LONGEST_REASON:
        reason = f"{reason[: LONGEST_REASON - 1]}…"
    return f"{type(error).__name__}: {reason}"


def course_images(dataset: str) -> Images:
    """The data set of that key as this process finds it, without a warning or a download."""
    from helpers.data import read

    (train, test), _ = read(dataset)
    return Images(*train, *test)


def scaled(pixels: Numbers) -> Numbers:
    """Pixels as the model should see them: float32 from 0 to 1."""
    return pixels.astype(np.float32) / np.float32(255)


def predict(model: Any, images: Numbers) -> Numbers:
    """What a Keras model gives for images."""
    # Called: predict would make a data set and a graph first, which takes three times as long.
    parts = (images[start : start + PREDICTED_AT_ONCE] for start in range(0, len(images), PREDICTED_AT_ONCE))
    return np.concatenate([np.asarray(model(part)) for part in parts])


def accuracy_of(model: Any, images: Numbers, labels: Numbers) -> float:
    """The fraction of images that a Keras model labels right."""
    return float(np.mean(np.argmax(predict(model, images), axis=-1) == labels))


def near(seen: Any, expected: Any, tolerance: float, smallest: float | None = None) -> bool:
    """Compare with a relative tolerance; below `smallest` (by default the tolerance) all is zero."""
    try:
        seen, expected = as_numbers(seen), as_numbers(expected)
    except (TypeError, ValueError):
        return False
    allowed = tolerance if smallest is None else smallest
    return seen.shape == expected.shape and bool(np.allclose(seen, expected, rtol=tolerance, atol=allowed))


@contextmanager
def quiet() -> Iterator[None]:
    """Silence warnings and TensorFlow's advice."""
    # nbgrader gives no marks for a grade cell that writes to stderr, and TensorFlow's advice goes there.
    logger = logging.getLogger("tensorflow")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


class TrainingExercise(Exercise):
    """What the exercises about data, models and trainings have in common."""

    def _numbers(self, answer: Any) -> Numbers:
        try:
            return as_numbers(answer)
        except (TypeError, ValueError):
            raise self.not_yet(
                f"{self.name} is {show_answer(answer)}, which holds no numbers.", in_place_of_numbers(answer)
            ) from None

    def _need(self, **answers: Any) -> None:
        for name, answer in answers.items():
            if answer is ...:
                raise self.not_attempted(f"{name} comes first. Do that exercise, then run this cell again.")
            if name == "model" and not is_model(answer):
                raise self.not_yet(f"model is {show_answer(answer)}.", in_place_of_a_model(answer))

    def _ask(self, what: str, question: Callable[[], Any]) -> Any:
        try:
            with quiet():
                return question()
        except (Exception, SystemExit) as error:
            raise self.not_yet(f"{what} stopped with {told(error)}", CALL_STOPS) from None
