"""Put weights from elsewhere into a network, with all that its layers derive from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.executor.quick_training import FUNCTIONS


def set_weights(model: Any, weights: Sequence[Any]) -> None:
    """Set the weights of a built Keras model. weights: as its get_weights gives them."""
    model.set_weights(weights)
    finalize_layers(model)


def finalize_layers(model: Any) -> None:
    """Have layers work out again what they derive from their weights, once these were set.

    A Normalization layer computes with a mean and a variance that it takes from its weights when it has
    adapted to data, and at no other time. Other layers that adapt are rebuilt with what they have learned.
    """
    import keras

    layers = [
        layer
        for layer in model._flatten_layers(include_self=False)
        if layer.built and isinstance(layer, keras.layers.Normalization)
    ]
    for layer in layers:
        layer.finalize_state()
    if layers:
        # What Keras has made for `fit`, `evaluate` and `predict` holds what layers kept at the time.
        for name in FUNCTIONS:
            setattr(model, name, None)
