"""What a network gives, apart from the last digits: another processor or batch size rounds differently.

Where weighted sums are large, as with pixels up to 255, last digits can decide between two classes. To
measure how far that goes, the network is asked again with all its weights changed a little.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from helpers.kit.models import Numbers
from helpers.kit.tolerances import PREDICTION_TOLERANCE, SAME_WEIGHTS, SHAKE, SMALLEST_CONFIDENCE
from helpers.kit.values import as_numbers

# Each is applied in both directions. One output in 100,000 depends on last digits and moves in none of them.
PATTERNS = 3


def shakes(weights: Sequence[Numbers]) -> Iterator[list[Numbers]]:
    """Change the weights of a network a little, by far more than rounding does, in several ways."""
    rng = np.random.default_rng(0)
    for _ in range(PATTERNS):
        signs = [rng.choice([-SHAKE, SHAKE], size=array.shape) for array in weights]
        for direction in (1, -1):
            yield [
                (array * (1 + direction * sign)).astype(array.dtype)
                for array, sign in zip(weights, signs, strict=True)
            ]


def shaken(model: Any) -> Iterator[Callable[[Numbers], Numbers]]:
    """Yield functions that give what a Keras model would give with shaken weights; it does not change."""
    if not hasattr(model, "stateless_call"):  # something else that can predict
        return
    trained = [np.asarray(variable) for variable in model.trainable_variables]
    others = [np.asarray(variable) for variable in model.non_trainable_variables]
    floats = [array for array in (*trained, *others) if array.dtype.kind == "f"]
    for weights in shakes(floats):
        following = iter(weights)
        arrays = [next(following) if array.dtype.kind == "f" else array for array in (*trained, *others)]
        yield _with(model, arrays[: len(trained)], arrays[len(trained) :])


def _with(model: Any, trained: list[Numbers], others: list[Numbers]) -> Callable[[Numbers], Numbers]:
    return lambda images: np.asarray(model.stateless_call(trained, others, images)[0])


def same_outputs(seen: Any, expected: Any, when_shaken: Callable[[], Iterable[Any]]) -> bool:
    """Tell whether a network's outputs, or what was made from them, are as expected apart from last digits.

    when_shaken: what is expected of the network with its weights shaken; called only if that may matter.
    """
    try:
        seen, expected = as_numbers(seen), as_numbers(expected)
    except (TypeError, ValueError):
        return False
    if seen.shape != expected.shape:
        return False
    off = np.abs(seen - expected)
    allowed = PREDICTION_TOLERANCE * np.abs(expected) + SMALLEST_CONFIDENCE
    if np.all(off <= allowed):
        return True
    # Last digits may decide a few rows, but not half of them: then these are different outputs.
    sizes = off / (np.abs(expected) + SMALLEST_CONFIDENCE)
    if not np.median(sizes.reshape(len(sizes), -1).max(axis=1)) <= 1:
        return False
    spread = np.zeros_like(expected)
    for other in when_shaken():
        spread = np.maximum(spread, np.abs(as_numbers(other) - expected))
    return bool(np.all(off <= allowed + spread))


def same_weights(some: Sequence[Numbers], others: Sequence[Numbers]) -> bool:
    """Tell whether two networks have the same weights, apart from what rounding does in a short training."""
    if [array.shape for array in some] != [array.shape for array in others]:
        return False
    first, second = (np.concatenate([np.ravel(array) for array in each]) for each in (some, others))
    return bool(np.linalg.norm(first - second) <= SAME_WEIGHTS * np.linalg.norm(first))


def accuracies(outputs: Iterable[Numbers], labels: Numbers) -> tuple[float, float]:
    """The lowest and the highest accuracy that a network may be found to have.

    outputs: those of the network, and those with its weights shaken. labels: whole numbers.
    """
    right = np.array([np.argmax(each, axis=-1) == labels for each in outputs])
    return float(np.mean(right.all(axis=0))), float(np.mean(right.any(axis=0)))
