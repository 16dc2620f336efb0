"""Records as `fit` gives them, with made-up numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, repr=False, eq=False)
class MadeUpHistory:
    """A record as `fit` gives it, with made-up numbers: lists of one length, by name."""

    history: Mapping[str, Sequence[float]]

    @property
    def epoch(self) -> list[int]:
        """The epochs as Keras counts them, from 0."""
        return list(range(len(self.history["loss"])))

    def __eq__(self, other: object) -> bool:
        """Tell whether both hold the same numbers: an answer may have put an array in place of a list."""
        return (
            isinstance(other, MadeUpHistory)
            and set(self.history) == set(other.history)
            and all(np.array_equal(values, other.history[name]) for name, values in self.history.items())
        )

    def __repr__(self) -> str:
        """Show what the tasks ask about."""
        return f"<val_accuracy {', '.join(f'{value:g}' for value in self.history['val_accuracy'])}>"


def as_record(history: Any) -> Any:
    """What `fit` returned, or a record like it where only its `.history` was kept."""
    return MadeUpHistory(history) if isinstance(history, Mapping) else history


def made_up(seed: int, epochs: int) -> MadeUpHistory:
    """Make a record with that many epochs, of four curves that differ everywhere."""
    rng = np.random.default_rng(seed)
    curves = {
        "accuracy": rng.uniform(0.7, 0.95, epochs),
        "loss": rng.uniform(0.5, 2.0, epochs),
        "val_accuracy": rng.uniform(0.4, 0.65, epochs),
        "val_loss": rng.uniform(2.1, 2.9, epochs),
    }
    return MadeUpHistory({name: values.round(3).tolist() for name, values in curves.items()})
