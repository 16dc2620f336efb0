"""Put weights into a network from elsewhere, and have its layers take note."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

# What Keras has made of a network for `fit`, `evaluate` and `predict`: it holds what layers kept at the time.
FUNCTIONS = ("train_function", "test_function", "predict_function")


def set_weights(model: Any, weights: Sequence[Any]) -> None:
    """Set the weights of a built Keras model. weights: as its get_weights gives them."""
    model.set_weights(weights)
    take_note(model)


def take_note(model: Any) -> None:
    """Have layers work out what they keep besides their weights, once these were set.

    A Normalization layer computes with a mean and a variance that it takes from its weights when it has
    adapted to data, and at no other time.
    """
    finishing = [
        layer
        for layer in model._flatten_layers(include_self=False)
        if layer.built and hasattr(layer, "finalize_state")
    ]
    for layer in finishing:
        layer.finalize_state()
    if finishing:
        for name in FUNCTIONS:
            setattr(model, name, None)
