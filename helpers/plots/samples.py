"""Read what a plot of predictions is given: one sample's confidences, label and image.

Bad input gives a ValueError with one clear line. Every function takes the name under which the caller knows
the value, for that line.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

# Sums of float32 may leave a softmax output this far outside 0 to 1.
CONFIDENCE_SLACK = 1e-5


def whole_number(value: Any, name: str, smallest: int) -> int:
    """Read an integer from `smallest` upwards."""
    try:
        number = operator.index(value)
    except TypeError:
        raise ValueError(f"{name} should be a whole number, but is {value!r}: give an integer.") from None
    if number < smallest:
        raise ValueError(f"{name} is {number}: give a whole number from {smallest} upwards.")
    return number


def array(value: Any, name: str) -> npt.NDArray[Any]:
    """Read a list, array or tensor of numbers."""
    try:
        numbers = np.asarray(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is not a regular array: give rows of equal length.") from None
    if numbers.dtype.kind not in "biuf":
        raise ValueError(f"{name} should hold numbers, but holds {numbers.dtype}: give an array of numbers.")
    return numbers


def entry(numbers: npt.NDArray[Any], i: int, name: str) -> npt.NDArray[Any]:
    """Sample i of a whole array."""
    if i >= len(numbers):
        last = f"0 to {len(numbers) - 1}" if len(numbers) else "none at all"
        raise ValueError(f"There is no sample {i} in {name}, which has {len(numbers)}: i can be {last}.")
    return np.asarray(numbers[i])


def read_confidences(
    predictions: npt.NDArray[Any], i: int, class_names: Sequence[str], name: str
) -> npt.NDArray[np.float64]:
    """One sample's confidences, shape (classes,), from its own array or from the whole (n, classes) one."""
    numbers, where = predictions, name
    if numbers.ndim == 2:
        numbers, where = entry(numbers, i, name), f"{name}[{i}]"
    if numbers.ndim != 1 or len(numbers) == 0:
        raise ValueError(
            f"{name} has shape {numbers.shape}: give one sample's confidences, shape ({len(class_names)},), "
            f"or those of all samples, shape (n, {len(class_names)})."
        )
    if len(numbers) != len(class_names):
        raise ValueError(
            f"{where} holds {len(numbers)} confidences for {len(class_names)} class names: "
            "give one confidence for each class, or other class_names."
        )
    numbers = numbers.astype(np.float64)
    bad = ~((numbers >= -CONFIDENCE_SLACK) & (numbers <= 1 + CONFIDENCE_SLACK))
    if bad.any():
        first = int(np.argmax(bad))
        raise ValueError(
            f"{where} holds {numbers[first]:.6g} for class {first}, which is not a confidence from 0 to 1: "
            "check that the last layer has softmax and that the loss stayed finite."
        )
    return numbers.clip(0, 1)


def read_label(labels: npt.NDArray[Any], i: int, class_names: Sequence[str], name: str) -> int:
    """One sample's class number, from itself or from the whole (n,) array."""
    numbers, where = labels, name
    if numbers.ndim == 1:
        numbers, where = entry(numbers, i, name), f"{name}[{i}]"
    if numbers.ndim != 0:
        raise ValueError(
            f"{name} has shape {numbers.shape}: give class numbers, shape (n,). "
            f"One-hot labels become class numbers with np.argmax({name}, axis=1)."
        )
    label = float(numbers)
    if not label.is_integer() or not 0 <= label < len(class_names):
        raise ValueError(
            f"{where} is {label:g}, which is not a class: labels are whole numbers from 0 to "
            f"{len(class_names) - 1}, one for each of class_names."
        )
    return int(label)


def is_stack(images: npt.NDArray[Any]) -> bool:
    """Tell many images from one: (28, 28) and (28, 28, 1) are one, (28, 28, 28) is a stack of 28."""
    return images.ndim == 4 or (images.ndim == 3 and images.shape[-1] != 1)


def read_image(images: npt.NDArray[Any], i: int, name: str) -> npt.NDArray[Any]:
    """One grey image, shape (height, width), from itself or the whole array; a last axis of 1 is dropped."""
    image = entry(images, i, name) if is_stack(images) else images
    if image.ndim == 3 and image.shape[-1] == 1:
        image = image[..., 0]
    if image.ndim != 2 or image.size == 0:
        raise wrong_image_shape(images, name)
    return image


def wrong_image_shape(images: npt.NDArray[Any], name: str) -> ValueError:
    """The error that says which shapes images can have."""
    return ValueError(
        f"{name} has shape {images.shape}: give grey images, shape (n, height, width), or one, shape "
        f"(height, width). Flattened 28×28 images come back with {name}.reshape(-1, 28, 28)."
    )


def require_one_set(
    predictions: tuple[str, npt.NDArray[Any]],
    labels: tuple[str, npt.NDArray[Any]],
    images: tuple[str, npt.NDArray[Any]] | None = None,
) -> None:
    """Raise ValueError if arrays of many samples do not hold equally many. Each comes with its name."""
    whole = [named for named, rank in ((predictions, 2), (labels, 1)) if named[1].ndim == rank]
    if images is not None:
        if labels[1].ndim == 1 and images[1].ndim == 2:
            rows, width = images[1].shape
            # A square one is an image; as many rows as there are labels are flattened images.
            if rows == len(labels[1]) and rows != width:
                raise wrong_image_shape(images[1], images[0])
        if is_stack(images[1]):
            whole.append(images)
    if len({len(numbers) for _, numbers in whole}) > 1:
        lengths = ", ".join(f"{name} has {len(numbers)}" for name, numbers in whole)
        raise ValueError(
            f"Different numbers of samples: {lengths}. Give arrays from the same set, test with test."
        )
