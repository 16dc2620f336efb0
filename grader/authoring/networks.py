"""For `exercises.py`: networks that differ from the solution's in one thing, and slips that lessons share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from helpers.kit.author import Slip

# In place of a loss or of metrics: as the solution has it.
AS_IT_IS: Any = object()


def changed(
    model: Any,
    *,
    inputs: tuple[int, ...] | None = None,
    first: Sequence[Any] = (),
    flatten: bool = True,
    units: Sequence[int] = (),
    activations: Sequence[str | None] = (),
    loss: Any = AS_IT_IS,
    metrics: Sequence[str] = ("accuracy",),
    compiled: bool = True,
) -> Any:
    """A network like a Sequential one with dense layers, except for what is given.

    first: layers that come before all others. units, activations: of its dense layers, which are as many as
    there are units.
    """
    import keras

    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    others = [layer for layer in model.layers if layer not in dense]
    kept = [type(layer).from_config(layer.get_config()) for layer in others if flatten]
    sizes = list(units) or [layer.units for layer in dense]
    names = list(activations) or ["relu"] * (len(sizes) - 1) + ["softmax"]
    made = keras.Sequential(
        [
            keras.Input(shape=inputs or model.input_shape[1:]),
            *first,
            *kept,
            *(keras.layers.Dense(size, name) for size, name in zip(sizes, names, strict=True)),
        ]
    )
    if compiled:
        as_it_is = model.get_compile_config()["loss"]
        made.compile(
            optimizer="adam", loss=as_it_is if loss is AS_IT_IS else loss, metrics=list(metrics) or None
        )
    return made


def with_activations(hidden: str | None, output: str | None) -> Callable[[Any], Any]:
    """The solution's network of two dense layers with these activations, as a slip's `wrong`."""
    return lambda model: changed(model, activations=(hidden, output))


# Of a network with a hidden layer of relu and an output layer of softmax.
ACTIVATION_SLIPS = (
    Slip(
        "activation missing in the hidden layer",
        with_activations(None, "softmax"),
        "The hidden layer has no activation, so the whole network is one linear map. Give that layer its "
        "activation.",
    ),
    Slip(
        "sigmoid in the hidden layer",
        with_activations("sigmoid", "softmax"),
        "The hidden layer uses sigmoid. The task asks for relu there.",
    ),
    Slip(
        "softmax missing",
        with_activations("relu", None),
        "The ten outputs are weighted sums, not confidences: they do not sum to 1. The last layer needs its "
        "activation.",
    ),
    Slip(
        "sigmoid in the output layer",
        with_activations("relu", "sigmoid"),
        "With sigmoid, each output lies between 0 and 1 on its own, and the ten do not sum to 1. Which "
        "activation makes them share a total of 1?",
    ),
    Slip(
        "activations swapped",
        with_activations("softmax", "relu"),
        "The two activations have changed places: one belongs inside the network, the other at its end.",
    ),
)
