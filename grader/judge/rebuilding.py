"""Rebuild what a student's process has described: from nothing but built-in parts, within limits."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from grader.judge import wire
from grader.judge.plain import CannotTravelError, Reader
from grader.judge.weights import set_weights

MOST_PARAMETERS = 100_000_000
MOST_LAYERS = 500
MOST_ARCHITECTURE = 1_000_000
# Of a line in a drawing, in points; and how many lengths its pattern may have.
MOST_WIDTH = 10_000.0
MOST_DASHES = 100
# Layers that run code of others, or that read files.
REFUSED = frozenset(
    (
        "Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer", "Layer", "Wrapper",
        "StringLookup", "IntegerLookup", "TextVectorization", "Map", "Scan", "WhileLoop", "VectorizedMap",
    )
)  # fmt: skip
MODULE = re.compile(
    r"keras(?:\.src)?(?:\.(?:layers|initializers|regularizers|constraints|activations|losses|metrics|optimizers|models|ops|dtype_policies)(?:\.[a-z_0-9.]+)?)?|builtins"
)


def model(written: wire.Model, reader: Reader, before: Any = None) -> Any:
    """Make a Keras model of built-in layers, with its weights and what it was compiled with.

    before: the same model as it was made earlier; its weights are set again where its layers are the same.
    Raises CannotTravelError.
    """
    import keras

    weights = [reader.value(array) for array in written.weights]
    if before is not None and vars(before).get("_made_from") == (written.architecture, written.compiled):
        made = before
    else:
        made = _built(keras, written)
    expected = [tuple(variable.shape) for variable in made.weights]
    if [np.shape(array) for array in weights] != expected:
        raise CannotTravelError("A model's weights do not fit its layers.")
    set_weights(made, weights)
    if getattr(made, "optimizer", None) is not None:
        made.optimizer.iterations.assign(max(0, min(written.updates, 2**62)))
    _note_optimizer(made, written)
    return made


def _note_optimizer(made: Any, written: wire.Model) -> None:
    """Have an optimizer say of which it is a copy: two models may share one, and here each has its own."""
    optimizer = getattr(made, "optimizer", None)
    if optimizer is not None and written.optimizer >= 0:
        optimizer.copy_of = written.optimizer


def compiled_model(architecture: str, compiled: str) -> Any:
    """Make a Keras model of built-in layers, with weights of its own. Raises CannotTravelError.

    architecture, compiled: as JSON.
    """
    import keras

    made = _deserialized(keras, wire.Model(0, architecture, [], compiled, 0))
    if made.built and made.count_params() > MOST_PARAMETERS:
        raise CannotTravelError(f"A model has more than {MOST_PARAMETERS:,} parameters.")
    _compile(keras, made, compiled)
    return made


def unbuilt_model(
    written: wire.Model, build: Callable[[Sequence[int | None]], Any], before: Any = None
) -> Any:
    """Make a Keras model that has seen no data yet.

    build: gives the model as it is built over there for inputs of a shape; it is called when this one has to
    be built. before: the same model as it was made earlier. Raises CannotTravelError.
    """
    import keras

    made_from = written.architecture, written.compiled
    if before is not None and vars(before).get("_made_from") == made_from:
        return before

    class Model(keras.Model):  # type: ignore[misc]
        def build(self, input_shape: Any) -> None:
            with _beyond_any_graph():
                self.built_model = build(input_shape)

        def call(self, inputs: Any, training: bool | None = None) -> Any:
            return self.built_model(inputs, training=training)

    class Sequential(keras.Sequential):  # type: ignore[misc]
        def build(self, input_shape: Any = None) -> None:
            # Keras asks again and again, as long as it knows no shape.
            if input_shape is not None and not self.built:
                with _beyond_any_graph():
                    weights = build(input_shape).get_weights()
                    super().build(input_shape)
                    set_weights(self, weights)

    if written.architecture:
        plain = _deserialized(keras, written)
        made = Sequential(plain.layers, name=plain.name)
    else:
        made = Model()
    if written.compiled:
        _compile(keras, made, written.compiled)
    _note_optimizer(made, written)
    made._made_from = made_from
    return made


def _beyond_any_graph() -> AbstractContextManager[Any]:
    """Where values are set at once: TensorFlow may be tracing when a model is built."""
    tensorflow = sys.modules.get("tensorflow")
    scope: AbstractContextManager[Any] = nullcontext() if tensorflow is None else tensorflow.init_scope()
    return scope


def _built(keras: Any, written: wire.Model) -> Any:
    made = _deserialized(keras, written)
    if not made.built:
        raise CannotTravelError("A model has weights, and no shape to make them for.")
    if made.count_params() > MOST_PARAMETERS:
        raise CannotTravelError(f"A model has more than {MOST_PARAMETERS:,} parameters.")
    if written.compiled:
        _compile(keras, made, written.compiled)
    made._made_from = written.architecture, written.compiled
    return made


def _deserialized(keras: Any, written: wire.Model) -> Any:
    if len(written.architecture) > MOST_ARCHITECTURE:
        raise CannotTravelError("A model has more layers than can be handed over.")
    config = _checked(written.architecture)
    _check_size(config)
    try:
        made = keras.saving.deserialize_keras_object(config, custom_objects={}, safe_mode=True)
    except Exception as error:
        reason = str(error).strip().partition("\n")[0][:200]
        raise CannotTravelError(f"A model cannot be rebuilt from its layers: {reason}") from None
    if not isinstance(made, keras.Model):
        raise CannotTravelError("A value that is marked as a model is not one.")
    return made


def _compile(keras: Any, made: Any, compiled: str) -> None:
    config = _checked(compiled)
    try:
        parts = {
            part: keras.saving.deserialize_keras_object(config[part], custom_objects={}, safe_mode=True)
            for part in ("optimizer", "loss", "metrics", "weighted_metrics", "loss_weights")
            if part in config
        }
        made.compile(**parts)
    except Exception as error:
        reason = str(error).strip().partition("\n")[0][:200]
        raise CannotTravelError(f"What a model was compiled with cannot be rebuilt: {reason}") from None


def _checked(text: str) -> dict[str, Any]:
    """Read a configuration that names nothing but Keras' own parts."""
    try:
        config = json.loads(text)
    except (ValueError, RecursionError):
        config = None
    if not isinstance(config, dict):
        raise CannotTravelError("A model's configuration cannot be read.")
    _check(config, 0)
    return config


def _check(config: Any, depth: int) -> None:
    if depth > 40:
        raise CannotTravelError("A model's configuration is nested too deep.")
    if isinstance(config, list):
        for each in config:
            _check(each, depth + 1)
    if not isinstance(config, dict):
        return
    if "class_name" in config:
        name, module = config["class_name"], config.get("module", "keras")
        known = isinstance(module, str) and MODULE.fullmatch(module) and isinstance(name, str)
        # With a dot in it, it would lead to another module.
        known = known and name.isidentifier()
        if config.get("registered_name") not in (None, name) and "keras" not in str(config.get("module")):
            known = False
        if name in ("__tensor__", "__numpy__", "__bytes__", "__lambda__", "__typespec__", "__keras_tensor__"):
            known = name == "__keras_tensor__"
        if not known or name in REFUSED or (module == "builtins" and name != "function"):
            raise CannotTravelError(
                f"A model has to be made of Keras' own layers to be marked, and {str(name)[:60]} is not one."
            )
        if name == "function" and not re.fullmatch(r"[a-z_0-9]{1,60}", str(config.get("config"))):
            raise CannotTravelError("A model uses a function that is not one of Keras' own.")
    for each in config.values():
        _check(each, depth + 1)


def _check_size(config: dict[str, Any]) -> None:
    """Refuse layers of a size that would take all memory, before any is made."""
    inner = config.get("config")
    layers = inner.get("layers", []) if isinstance(inner, dict) else []
    if not isinstance(layers, list):
        raise CannotTravelError("A model's layers cannot be read.")
    if len(layers) > MOST_LAYERS:
        raise CannotTravelError(f"A model has more than {MOST_LAYERS} layers.")

    def numbers(value: Any) -> Any:
        if isinstance(value, dict):
            for each in value.values():
                yield from numbers(each)
        elif isinstance(value, list):
            for each in value:
                yield from numbers(each)
        elif isinstance(value, int) and not isinstance(value, bool):
            yield value

    for layer in layers:
        if any(abs(number) > 10_000_000 for number in numbers(layer)):
            raise CannotTravelError("A model has a layer that is larger than can be marked.")


def history(written: wire.History, reader: Reader, depth: int) -> Any:
    """Make the record of a training."""
    import keras

    made = keras.callbacks.History()
    made.history = reader.value(written.curves, depth + 1)
    made.params = reader.value(written.params, depth + 1)
    made.epoch = reader.value(written.epochs, depth + 1)
    return made


def drawing(written: wire.Drawing, reader: Reader, depth: int, ax: Any = None) -> Any:
    """Make an Axes that shows the same lines, texts and limits. Raises CannotTravelError."""
    from matplotlib.figure import Figure

    try:
        ax = Figure().add_subplot() if ax is None else ax
        ax.set_facecolor(_color(written.background))
        for line in written.lines:
            _line(ax, line, reader, depth)
        for x, y, width, height in written.bars:
            ax.bar(x, height, width, bottom=y, align="edge")
        for points in written.points:
            places = np.asarray(reader.value(points, depth + 1), dtype=float).reshape(-1, 2)
            ax.scatter(places[:, 0], places[:, 1])
        ax.set(
            title=_plain(written.title), xlabel=_plain(written.x_label), ylabel=_plain(written.y_label),
            xscale=written.x_scale, yscale=written.y_scale,
        )  # fmt: skip
        for axis, ticks in ((ax.xaxis, written.x_ticks), (ax.yaxis, written.y_ticks)):
            if ticks:
                axis.set_ticks([place for place, _ in ticks], [_plain(word) for _, word in ticks])
        ax.set(xlim=written.x_limits, ylim=written.y_limits)
        if not written.has_axes:
            ax.set_axis_off()
        if written.legend is not None:
            samples = [_sample(sample, reader, depth) for sample, _ in written.legend]
            if not written.is_legend_of_figure:
                ax.legend(samples, [_plain(text) for _, text in written.legend])
            elif not ax.figure.legends:
                ax.figure.legend(samples, [_plain(text) for _, text in written.legend])
    except CannotTravelError:
        raise
    except Exception as error:
        raise CannotTravelError(
            f"A drawing cannot be rebuilt: {type(error).__name__}: {str(error)[:200]}"
        ) from None
    return ax


def _line(ax: Any, written: wire.Line, reader: Reader, depth: int) -> None:
    x, y, label = (reader.value(each, depth + 1) for each in (written.x, written.y, written.label))
    (line,) = ax.plot(np.ravel(x), np.ravel(y), label=str(label))
    _give_looks(line, written, reader, depth)


def _sample(written: wire.Line | wire.Sample | None, reader: Reader, depth: int) -> Any:
    """What a legend shows beside a text; something without ink where that is not known."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    if isinstance(written, wire.Sample):
        return Patch(facecolor=_color(written.color), linewidth=0)
    sample = Line2D([], [], color="none")
    if written is not None:
        _give_looks(sample, written, reader, depth)
    return sample


def _give_looks(line: Any, written: wire.Line, reader: Reader, depth: int) -> None:
    color, style, marker = (
        reader.value(each, depth + 1) for each in (written.color, written.style, written.marker)
    )
    line.set(
        color=color,
        linestyle=style,
        marker=marker,
        linewidth=_within(written.width, 0, MOST_WIDTH),
        markersize=_within(written.size, 0, MOST_WIDTH),
        alpha=None if written.alpha is None else _within(written.alpha, 0, 1),
    )
    dashes = [_within(length, 0, MOST_WIDTH) for length in written.dashes[:MOST_DASHES]]
    # Lengths that are all 0 make no pattern.
    if any(dashes):
        line.set_linestyle((_within(written.offset, -MOST_WIDTH, MOST_WIDTH), dashes))


def _color(written: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    red, green, blue, opaque = (_within(part, 0, 1) for part in written)
    return red, green, blue, opaque


def _within(number: float, least: float, most: float) -> float:
    return least if math.isnan(number) else min(max(number, least), most)


def _plain(text: str) -> str:
    return text[:1000]


def figure(written: wire.Figure, reader: Reader, depth: int) -> Any:
    """Make a figure with the same drawings, one below the other. Raises CannotTravelError."""
    from matplotlib.figure import Figure

    made = Figure()
    if written.title:
        made.suptitle(_plain(written.title))
    if len(written.drawings) > 100:
        raise CannotTravelError("A figure has more than 100 drawings.")
    for place, each in enumerate(written.drawings):
        drawing(each, reader, depth, made.add_subplot(len(written.drawings), 1, place + 1))
    return made


def table(written: wire.Table, reader: Reader, depth: int) -> Any:
    """Make a data frame, a series or an index of pandas. Raises CannotTravelError."""
    try:
        import pandas
    except ImportError:
        raise CannotTravelError("pandas is not installed here.") from None

    def index_of(each: Any) -> Any:
        return (
            table(each, reader, depth + 1) if isinstance(each, wire.Table) else reader.value(each, depth + 1)
        )

    def column_of(each: Any) -> Any:
        if not isinstance(each, wire.Category):
            return reader.value(each, depth + 1)
        codes, categories = reader.value(each.codes, depth + 1), reader.value(each.categories, depth + 1)
        return pandas.Categorical.from_codes(codes, categories, ordered=each.ordered)

    try:
        names, index = index_of(written.names), index_of(written.index)
        columns = [column_of(column) for column in written.columns]
        if written.kind == "Index":
            return pandas.Index(index, name=names)
        if written.kind == "MultiIndex":
            return pandas.MultiIndex.from_arrays(columns, names=names)
        if written.kind == "Series":
            return pandas.Series(columns[0], index=index, name=names)
        made = pandas.DataFrame(dict(enumerate(columns)), index=index)
        made.columns = pandas.Index(names)
    except CannotTravelError:
        raise
    except Exception as error:
        raise CannotTravelError(f"A data frame cannot be rebuilt: {str(error)[:200]}") from None
    return made
