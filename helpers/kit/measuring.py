"""What is measured of a model and of a training, by the names that signs use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from helpers.kit.last_digits import same_outputs, shaken
from helpers.kit.models import Images, Numbers, course_images, is_model, near, predict
from helpers.kit.signs import value_of
from helpers.kit.tolerances import ACCURACY_TOLERANCE
from helpers.kit.values import is_list_of_numbers

# Large, since a check may ask about all 70,000 images.
BATCH = 1000
OF_IMAGES = ("outputs", "accuracy", "evaluated", "labels")
OF_ANSWERS = ("is_model", "is_numbers", "is_function", "is_text", "is_whole_numbers")


@dataclass(frozen=True)
class AskedImages:
    """Images that a model is asked about.

    training: whether they are training images, else test images. divided_by: what pixels are divided by.
    flat: whether each image is one row. one_hot: whether evaluate gets one-hot rows. rows: which of them.
    """

    training: bool = False
    divided_by: float = 255
    flat: bool = False
    one_hot: bool = False
    rows: tuple[int | None, int | None, int | None] = (None, None, None)

    def pixels(self, images: Images) -> Numbers:
        """The images as the model gets them."""
        raw = images.train_images if self.training else images.test_images
        scaled = raw[slice(*self.rows)].astype(np.float32) / np.float32(self.divided_by)
        return scaled.reshape(len(scaled), -1) if self.flat else scaled

    def labels(self, images: Images) -> Numbers:
        """Their labels, as whole numbers."""
        labels = images.train_labels if self.training else images.test_labels
        return labels[slice(*self.rows)]


def asked_from(entry: Mapping[str, Any]) -> dict[str, AskedImages]:
    """Read the images that an exercise asks about, by name. Raises KeyError, TypeError or ValueError."""
    return {
        name: AskedImages(**{**each, "rows": tuple(each.get("rows", (None, None, None)))})
        for name, each in entry["images"].items()
    }


@dataclass(frozen=True)
class OfModel:
    """What a model gives for images, by names such as test.accuracy: each is worked out once, when needed."""

    model: Any
    images: Images
    asked: Mapping[str, AskedImages]

    @cached_property
    def _known(self) -> dict[str, Any]:
        return {}

    def __call__(self, name: str) -> Any:
        """What is measured under a name."""
        if name not in self._known:
            which, _, what = name.rpartition(".")
            self._known[name] = self._measured(which, self.asked[which], what)
        return self._known[name]

    def _measured(self, which: str, asked: AskedImages, what: str) -> Any:
        labels = asked.labels(self.images)
        if what == "labels":
            return labels
        if what == "outputs":
            return predict(self.model, asked.pixels(self.images))
        if what == "accuracy":
            return float(np.mean(np.argmax(self(f"{which}.outputs"), axis=-1) == labels))
        if asked.one_hot:
            labels = np.eye(self(f"{which}.outputs").shape[-1], dtype=np.float32)[labels]
        results = self.model.evaluate(asked.pixels(self.images), labels, batch_size=BATCH, verbose=0)
        return [float(result) for result in np.ravel(results)]

    @cached_property
    def _shaken(self) -> tuple[OfModel, ...]:
        return tuple(OfModel(model, self.images, self.asked) for model in shaken(self.model))

    def gives(self, sign: Any, seen: Any) -> bool:
        """Whether outputs, or what a sign makes of them, are these apart from last digits."""
        return same_outputs(
            seen, value_of(sign, self), lambda: (value_of(sign, other) for other in self._shaken)
        )

    def gives_number(self, sign: Any, seen: Any) -> bool:
        """Whether a sign is this number, which may be rounded to three digits."""
        return near(seen, value_of(sign, self), ACCURACY_TOLERANCE)


def of_model(model: Any, dataset: str, asked: Mapping[str, AskedImages]) -> OfModel:
    """What is measured of a model on the course's own data."""
    return OfModel(model, course_images(dataset), asked)


def of_answer(answer: Any, what: str) -> bool:
    """What kind of thing an answer is: one of OF_ANSWERS."""
    if what == "is_model":
        return is_model(answer)
    if what == "is_numbers":
        return is_list_of_numbers(answer)
    if what == "is_function":
        return callable(answer)
    values = np.asarray(answer)
    if what == "is_text":
        return values.dtype.kind == "U"
    return values.dtype.kind in "iu" or _holds_whole_numbers(values)


def _holds_whole_numbers(values: Numbers) -> bool:
    """Whether an array of objects holds whole numbers alone, as Python or NumPy write them."""
    return values.dtype == object and all(
        isinstance(value, (int, np.integer)) and not isinstance(value, bool) for value in values.flat
    )


def of_record(curves: Mapping[str, Any], steps: int | None) -> dict[str, Any]:
    """What a record shows of its training, by name. Without a curve, its values are none at all.

    steps: updates in each epoch; None where that is not known.
    """
    losses = np.asarray(curves["loss"], dtype=float)
    accuracy, validated = (np.asarray(curves.get(name, ()), float) for name in ("accuracy", "val_accuracy"))
    return {
        "record.epochs": len(losses),
        "record.first_loss": float(losses[0]),
        "record.last_loss": float(losses[-1]),
        "record.accuracy": accuracy,
        "record.val_accuracy": validated,
        "record.first_accuracy": float(accuracy[0]) if len(accuracy) else 0.0,
        "record.last_accuracy": float(accuracy[-1]) if len(accuracy) else 0.0,
        "record.is_validated": bool(len(validated)),
        "record.updates": steps or 0,
    }


OF_RECORDS = tuple(of_record({"loss": [0.0]}, None))
