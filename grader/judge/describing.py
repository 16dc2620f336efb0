"""Describe objects of well-known libraries, in the student's process, so that the judge can rebuild them."""

from __future__ import annotations

import json
import sys
import warnings
from array import array
from collections import UserList
from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from contextlib import contextmanager
from typing import Any

import numpy as np

from grader.judge import wire
from grader.judge.foreign_parts import architecture_of, compiled_with
from grader.judge.generators import seed_of
from grader.judge.origin import of_library
from grader.judge.plain import CannotTravelError, Writer
from grader.judge.same_functions import same_layer_of_keras, same_of_keras
from grader.judge.symbolic import tensorflow_takes_symbols
from helpers.kit.looks import color_of, dashes_of, leaves_ink

Described = wire.Model | wire.History | wire.Drawing | wire.Figure | wire.Randomness | wire.Table


def is_table(value: Any) -> bool:
    """Whether something is a data frame or a series of pandas, which can be changed in place."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and type(value) in (pandas.DataFrame, pandas.Series)


def described(value: Any, handle: int, writer: Writer, depth: int) -> Described | None:
    """Describe an object, or give None where that is not one of the known ones. Raises CannotTravelError."""
    keras = sys.modules.get("keras")
    if keras is not None and hasattr(keras, "Model"):
        if isinstance(value, keras.Model):
            return _model(keras, value, handle, writer)
        if isinstance(value, keras.callbacks.History):
            return wire.History(
                handle,
                writer.value(dict(value.history), depth + 1),
                writer.value(value.params, depth + 1),
                writer.value(value.epoch, depth + 1),
            )
    if isinstance(value, np.random.Generator | np.random.RandomState):
        return random_generator(value, handle, writer, depth)
    if "matplotlib.figure" in sys.modules:
        from matplotlib.axes import Axes
        from matplotlib.figure import Figure

        if isinstance(value, Axes):
            return _drawing(value, handle, writer, depth)
        if isinstance(value, Figure):
            return wire.Figure(
                handle,
                value.get_suptitle(),
                [_drawing(ax, handle, writer, depth) for ax in value.axes],
            )
    return table(value, handle, writer, depth)


def pairs_of(value: Any) -> dict[Any, Any] | None:
    """What a mapping of a library's holds that is not a dict: a ChainMap, a UserDict, a read-only view."""
    if not isinstance(value, Mapping) or type(value).__module__ == "__main__":
        return None
    return {key: value[key] for key in value}


def items_of(value: Any) -> list[Any] | None:
    """The items of a container that is used like a list: a UserList, or a view of a dictionary."""
    if isinstance(value, UserList):
        return list(value.data)
    return list(value) if isinstance(value, KeysView | ValuesView | ItemsView) else None


def array_of(value: Any) -> np.ndarray[Any, Any] | None:
    """The numbers of a tensor, of an array of Python's, or of any object that gives an array of itself."""
    if isinstance(value, array):
        return np.array(value)
    if hasattr(type(value), "__array__") and not isinstance(value, type):
        return np.ndarray.view(np.asarray(value), np.ndarray)
    return None


def built(model: Any, shape: list[int | None], handle: int, writer: Writer) -> wire.Model:
    """Build a model as data of this shape would, and describe it. Raises CannotTravelError."""
    keras = sys.modules["keras"]
    with tensorflow_takes_symbols(keras):
        model(keras.Input(batch_shape=(None, *shape[1:])))
    return _model(keras, model, handle, writer)


def _model(keras: Any, model: Any, handle: int, writer: Writer) -> wire.Model:
    if not model.built:
        is_own = of_library(type(model), "keras")
        with _keras_activations(keras, model):
            architecture = architecture_of(keras, _of_known_layers(keras, model)) if is_own else ""
        compiled = _compiled(keras, model)
        return wire.Model(handle, architecture, [], compiled, 0, False, _optimizer(model, writer))
    plain = _of_known_layers(keras, model)
    with _keras_activations(keras, plain):
        architecture = architecture_of(keras, plain)
    optimizer = getattr(model, "optimizer", None)
    updates = int(optimizer.iterations) if optimizer is not None else 0
    return wire.Model(
        handle,
        architecture,
        [writer.value(np.asarray(array)) for array in plain.get_weights()],
        _compiled(keras, model),
        updates,
        optimizer=_optimizer(model, writer),
    )


def _optimizer(model: Any, writer: Writer) -> int:
    optimizer = getattr(model, "optimizer", None)
    return -1 if optimizer is None else writer.handle(optimizer)


def _of_known_layers(keras: Any, model: Any) -> Any:
    """The model itself, or one of the same layers where its class is the student's own."""
    if of_library(type(model), "keras"):
        for layer in model._flatten_layers(include_self=False):
            _check_layer(keras, layer)
        return _without_functions(keras, model)
    try:
        # Called with a symbolic input, its own `call` joins its layers to a graph that shares their weights.
        shape = _input_shape(model)
        inputs = keras.Input(batch_shape=(None, *shape[1:]))
        with tensorflow_takes_symbols(keras):
            plain = keras.Model(inputs, model.call(inputs))
        for layer in plain._flatten_layers(include_self=False):
            _check_layer(keras, layer)
        return _without_functions(keras, plain)
    except CannotTravelError:
        raise
    except Exception as error:
        reason = str(error).strip().partition("\n")[0]
        raise CannotTravelError(
            f"A model has to be made of Keras' own layers to be marked. {type(model).__name__}: {reason}"
        ) from None


def _without_functions(keras: Any, model: Any) -> Any:
    """The same model, with Keras' own layers in place of those that run a function of the student's."""
    if not model.built or not any(type(layer) is keras.layers.Lambda for layer in model.layers):
        return model

    def same(layer: Any) -> Any:
        if type(layer) is not keras.layers.Lambda:
            return layer
        known = same_layer_of_keras(keras, layer)
        if known is None:
            raise CannotTravelError(
                "A model has to be made of Keras' own layers to be marked, and the function of its Lambda "
                "layer does what none of them does."
            )
        return known

    return keras.models.clone_model(model, clone_function=same)


def random_generator(
    value: np.random.Generator | np.random.RandomState, handle: int, writer: Writer, depth: int
) -> wire.Randomness:
    """Describe a random generator of NumPy's."""
    if isinstance(value, np.random.RandomState):
        return wire.Randomness(handle, "RandomState", writer.value(value.get_state(legacy=False), depth + 1))
    state = value.bit_generator.state
    return wire.Randomness(
        handle,
        str(state["bit_generator"]),
        writer.value(state, depth + 1),
        writer.value(seed_of(value), depth + 1),
    )


def _check_layer(keras: Any, layer: Any) -> None:
    """Raise CannotTravelError for a layer, or an activation, that is not one of Keras' own."""
    activation = getattr(layer, "activation", None)
    if not of_library(type(layer), "keras"):
        raise CannotTravelError(
            "A model has to be made of Keras' own layers to be marked, and "
            f"{type(layer).__name__} is not one."
        )
    if _is_foreign(keras, activation) and same_of_keras(keras, activation) is None:
        raise CannotTravelError(
            "A model has to be made of Keras' own activations to be marked, and "
            f"{getattr(activation, '__name__', '')} gives other numbers than any of them."
        )


def _is_foreign(keras: Any, activation: Any) -> bool:
    """Whether an activation can be called, and is not one of Keras' own."""
    name = getattr(activation, "__name__", "")
    return (
        callable(activation)
        and not of_library(type(activation), "keras")
        and getattr(keras.activations, name, None) is not activation
    )


@contextmanager
def _keras_activations(keras: Any, model: Any) -> Iterator[None]:
    """Let layers have Keras' own activations in place of other functions that give the same."""
    changed = []
    for layer in model._flatten_layers(include_self=False):
        activation = getattr(layer, "activation", None)
        same = same_of_keras(keras, activation) if _is_foreign(keras, activation) else None
        if same is not None:
            changed.append((layer, activation))
            layer.activation = same
    try:
        yield
    finally:
        for layer, activation in changed:
            layer.activation = activation


def _input_shape(model: Any) -> tuple[Any, ...]:
    config = model.get_build_config() or {}
    shape = config.get("input_shape") or next(iter(config.get("shapes_dict", {}).values()), None)
    if shape is None and getattr(model, "inputs", None):
        # Of a graph of layers, whose class is the student's.
        shape = model.inputs[0].shape
    if shape is None:
        raise ValueError("it has not seen any data yet")
    return tuple(shape)


def _compiled(keras: Any, model: Any) -> str:
    """What compile got, as JSON; empty where it was not called."""
    if not getattr(model, "compiled", False) or model._compile_config is None:
        return ""
    return json.dumps(compiled_with(keras, model))


def _drawing(ax: Any, handle: int, writer: Writer, depth: int) -> wire.Drawing:
    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection
    from matplotlib.colors import to_rgba
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    if not of_library(type(ax), "matplotlib"):
        raise CannotTravelError("A drawing has to be on ordinary Axes of Matplotlib.")
    # What a reader sees: neither what other classes tell of themselves, nor what is drawn without ink.
    lines = [line for line in Axes.get_lines(ax) if type(line) is Line2D and _is_seen(line)]
    own_legend = ax.get_legend()
    legend = own_legend or next(iter(getattr(ax.get_figure(), "legends", ())), None)
    if legend is not None and not _is_seen(legend):
        legend = None
    return wire.Drawing(
        handle,
        title=str(ax.get_title()),
        x_label=str(ax.get_xlabel()),
        y_label=str(ax.get_ylabel()),
        x_limits=_pair(ax.get_xlim()),
        y_limits=_pair(ax.get_ylim()),
        x_scale=str(ax.get_xscale()),
        y_scale=str(ax.get_yscale()),
        lines=[_line(line, writer, depth) for line in lines],
        bars=[
            (float(bar.get_x()), float(bar.get_y()), float(bar.get_width()), float(bar.get_height()))
            for bar in ax.patches
            if isinstance(bar, Rectangle) and _is_seen(bar)
        ],
        points=[
            writer.value(np.ma.getdata(each.get_offsets()), depth + 1)
            for each in ax.collections
            if isinstance(each, PathCollection) and _is_seen(each)
        ],
        legend=None if legend is None else _legend(legend, writer, depth),
        x_ticks=_words(ax.xaxis),
        y_ticks=_words(ax.yaxis),
        has_axes=bool(ax.axison),
        is_legend_of_figure=own_legend is None,
        background=to_rgba(Axes.get_facecolor(ax)),
    )


def _is_seen(artist: Any) -> bool:
    """Whether an artist leaves ink, as far as it says so itself."""
    return of_library(type(artist), "matplotlib") and leaves_ink(artist)


def _words(axis: Any) -> list[tuple[float, str]]:
    """The ticks of an axis, where somebody has given them words."""
    from matplotlib.category import StrCategoryFormatter
    from matplotlib.ticker import FixedFormatter

    if not isinstance(axis.get_major_formatter(), FixedFormatter | StrCategoryFormatter):
        return []
    places = [float(place) for place in axis.get_majorticklocs()]
    words = axis.get_major_formatter().format_ticks(places)
    return list(zip(places, map(str, words), strict=True))


def _pair(limits: Any) -> tuple[float, float]:
    low, high = limits
    return float(low), float(high)


def _line(line: Any, writer: Writer, depth: int) -> wire.Line:
    alpha = line.get_alpha()
    offset, dashes = dashes_of(line)
    return wire.Line(
        x=writer.value(np.asarray(line.get_xdata()), depth + 1),
        y=writer.value(np.asarray(line.get_ydata()), depth + 1),
        color=writer.value(line.get_color(), depth + 1),
        style=writer.value(line.get_linestyle(), depth + 1),
        marker=writer.value(line.get_marker(), depth + 1),
        label=writer.value(str(line.get_label()), depth + 1),
        width=float(line.get_linewidth()),
        size=float(line.get_markersize()),
        alpha=None if alpha is None else float(alpha),
        # The other styles' names say it all; this one stands for any pattern of a student's own.
        dashes=list(dashes) if line.get_linestyle() == "--" else [],
        offset=offset,
    )


def _legend(legend: Any, writer: Writer, depth: int) -> list[tuple[wire.Line | wire.Sample | None, str]]:
    from matplotlib.lines import Line2D

    def sample(handle: Any) -> wire.Line | wire.Sample | None:
        if handle is None or not of_library(type(handle), "matplotlib"):
            return None
        return _line(handle, writer, depth) if type(handle) is Line2D else wire.Sample(color_of(handle))

    samples = [sample(handle) for handle in legend.legend_handles]
    texts = [str(text.get_text()) for text in legend.get_texts()]
    return [(samples[place] if place < len(samples) else None, text) for place, text in enumerate(texts)]


def table(value: Any, handle: int, writer: Writer, depth: int) -> wire.Table | None:
    """Describe a data frame, a series or an index of pandas; None for anything else."""
    pandas = sys.modules.get("pandas")
    if pandas is None or not hasattr(pandas, "DataFrame"):
        return None

    def column(each: Any) -> Any:
        if isinstance(each.dtype, pandas.CategoricalDtype):
            codes, kinds = each.array.codes, each.array.categories
            return wire.Category(
                writer.value(codes.copy(), depth + 1),
                writer.value(kinds.to_numpy(), depth + 1),
                each.dtype.ordered,
            )
        with warnings.catch_warnings(action="ignore"):
            return writer.value(each.to_numpy(), depth + 1)

    if isinstance(value, pandas.DataFrame):
        columns = [column(value.iloc[:, place]) for place in range(value.shape[1])]
        names, index = (table(each, handle, writer, depth + 1) for each in (value.columns, value.index))
        return wire.Table(handle, "DataFrame", names, columns, index)
    if isinstance(value, pandas.Series):
        index = table(value.index, handle, writer, depth + 1)
        return wire.Table(handle, "Series", writer.value(value.name, depth + 1), [column(value)], index)
    if isinstance(value, pandas.MultiIndex):
        levels = [column(value.get_level_values(level)) for level in range(value.nlevels)]
        return wire.Table(handle, "MultiIndex", writer.value(list(value.names), depth + 1), levels, None)
    if isinstance(value, pandas.Index):
        return wire.Table(handle, "Index", writer.value(value.name, depth + 1), [], column(value))
    return None
