"""Train Keras models many steps per call, for the same numbers in half the time.

With one compute thread, dense networks give bit for bit the same weights and histories, whatever the number
of steps per call. Left as the student wrote them: models compiled with `steps_per_execution`, models with
other layers (convolutions, recurrent layers), with a training step of their own, and `fit` with callbacks
that look at batches, with a number of steps, or with data that do not say how many batches they have: many
steps per call would go beyond the last one.
"""

from __future__ import annotations

import functools
import inspect
import sys
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from grader.executor.pipelines import leave_untuned
from helpers.when_imported import Load, when_imported

# Fewer cost time, more gain none.
STEPS = 128
# Gives the History of a training that is known, or that others do; None where it has to be done here.
Recall = Callable[[ModuleType, Any, Mapping[str, Any]], Any]
_recall: list[Recall] = []
FUNCTIONS = ("train_function", "test_function", "predict_function")
LAYERS = frozenset(
    (
        "InputLayer", "Dense", "Flatten", "Reshape", "Rescaling", "Normalization", "Dropout",
        "Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax", "BatchNormalization",
    )
)  # fmt: skip
BATCH_HOOKS = ("on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end")


def install(seed: int) -> None:
    """Patch Keras now, or when it is imported. seed: for what TensorFlow draws without a seed of its own."""
    if "keras" in sys.modules:
        patch(sys.modules["keras"], seed)
    else:

        def import_and_patch(load: Load, module: ModuleType) -> None:
            load(module)
            patch(module, seed)

        when_imported("keras", import_and_patch)


def recall_with(recall: Recall | None) -> None:
    """Ask for trainings from now on before they are done here; with None no longer."""
    _recall[:] = [] if recall is None else [recall]


def patch(keras: ModuleType, seed: int) -> None:
    """Have `fit` of all of Keras' models group their steps, and print lines in place of progress bars."""
    for name in ("fit", "evaluate", "predict"):
        setattr(keras.Model, name, _in_lines(getattr(keras.Model, name)))
    if "tensorflow" in sys.modules:
        sys.modules["tensorflow"].random.set_seed(seed)
        leave_untuned(sys.modules["tensorflow"])
    groups = _Groups(keras)
    # Keras compares compile with that of this class before it compiles a model that was loaded or copied.
    trainer = next(base for base in keras.Model.__mro__ if "compile" in vars(base))
    trainer.compile, keras.Model.fit = groups.noting(trainer.compile), groups.grouping(keras.Model.fit)


class _Groups:
    """What is known of models whose steps are, or are not, grouped."""

    def __init__(self, keras: ModuleType) -> None:
        self._keras = keras
        # Models whose steps the student has grouped.
        self._chosen_by_student: weakref.WeakSet[Any] = weakref.WeakSet()
        # What Keras made of a model to train it in groups, for its next fit.
        self._made: weakref.WeakKeyDictionary[Any, list[Any]] = weakref.WeakKeyDictionary()

    def noting(self, compile_: Any) -> Any:
        """Keras' `compile`, noting which models are compiled with `steps_per_execution`."""
        signature = inspect.signature(compile_)

        def compile_and_note(model: Any, *arguments: Any, **options: Any) -> Any:
            try:
                chosen = signature.bind(model, *arguments, **options).arguments
            except TypeError:
                chosen = {}  # compile itself says what is wrong
            if chosen.get("steps_per_execution", 1) != 1:
                self._chosen_by_student.add(model)
            else:
                self._chosen_by_student.discard(model)
            self._made.pop(model, None)
            return compile_(model, *arguments, **options)

        compile_and_note.__doc__ = compile_.__doc__
        return compile_and_note

    def grouping(self, fit: Any) -> Any:
        """Keras' `fit`, recalling trainings or taking many steps per call where this changes no number."""
        signature = inspect.signature(fit)

        def fit_in_groups(model: Any, *arguments: Any, **options: Any) -> Any:
            call = signature.bind(model, *arguments, **options)
            if not self._may_group(model, call.arguments):
                return fit(*call.args, **call.kwargs)
            for recall in _recall:
                full = signature.bind(*call.args, **call.kwargs)
                full.apply_defaults()
                history = recall(self._keras, model, {**full.arguments, "verbose": _verbose(full.arguments)})
                if history is not None:
                    return history
            with self._grouped(model):
                return fit(*call.args, **call.kwargs)

        fit_in_groups.__doc__ = fit.__doc__
        return fit_in_groups

    def _may_group(self, model: Any, arguments: Mapping[str, Any]) -> bool:
        return (
            model.compiled
            and model not in self._chosen_by_student
            and _ends_with_its_data(arguments)
            and may_group(self._keras, model, arguments.get("callbacks"))
        )

    @contextmanager
    def _grouped(self, model: Any) -> Iterator[None]:
        """For one training only: a first prediction in groups takes longer than it gains."""
        _build_optimizer(self._keras, model)
        single = [getattr(model, name) for name in FUNCTIONS]
        _use(model, STEPS, self._made.get(model) or [None] * len(FUNCTIONS))
        try:
            yield
        finally:
            self._made[model] = [getattr(model, name) for name in FUNCTIONS]
            _use(model, 1, single)


def _in_lines(method: Any) -> Any:
    """The same method, with a line for each epoch where a progress bar would be drawn again and again."""
    signature = inspect.signature(method)

    @functools.wraps(method)
    def in_lines(self: Any, *arguments: Any, **options: Any) -> Any:
        call = signature.bind(self, *arguments, **options)
        call.apply_defaults()
        call.arguments["verbose"] = _verbose(call.arguments)
        return method(*call.args, **call.kwargs)

    return in_lines


def _verbose(arguments: Mapping[str, Any]) -> Any:
    verbose = arguments["verbose"]
    if verbose == "auto" and _draws_curves(arguments.get("callbacks")):
        return 0
    return 2 if verbose in ("auto", 1) else verbose


def _draws_curves(callbacks: Any) -> bool:
    """Whether one of these callbacks, such as `live_history()`, takes the place of the progress bar."""
    return any(getattr(callback, "replaces_progress_bar", False) for callback in _listed(callbacks))


def _build_optimizer(keras: ModuleType, model: Any) -> None:
    """Make its variables now: TensorFlow traces a training step twice when the first trace makes some."""
    optimizer = model.optimizer
    if (
        isinstance(optimizer, keras.optimizers.Optimizer)
        and not optimizer.built
        and all(layer.built for layer in _layers(model))
    ):
        optimizer.build(model.trainable_variables)


def _use(model: Any, steps: int, functions: list[Any]) -> None:
    """Let a model take that many steps per call, with what Keras made for that number."""
    model.steps_per_execution = steps
    for name, function in zip(FUNCTIONS, functions, strict=True):
        setattr(model, name, function)


def _ends_with_its_data(arguments: Mapping[str, Any]) -> bool:
    """Whether each epoch of a `fit` ends where its data end, and how many batches these have is known."""
    numbers_of_steps = (arguments.get("steps_per_epoch"), arguments.get("validation_steps"))
    held_out = arguments.get("validation_data")
    data = (arguments.get("x"), *(held_out if isinstance(held_out, list | tuple) else (held_out,)))
    return numbers_of_steps == (None, None) and all(map(_has_an_end, data))


def _has_an_end(data: Any) -> bool:
    if hasattr(data, "cardinality"):  # TensorFlow's data sets give a negative one where they do not know
        return int(data.cardinality()) >= 0
    # Arrays, tensors, tables and lists of them; not generators, nor what makes its batches by itself.
    return data is None or isinstance(data, list | tuple | dict) or hasattr(data, "__array__")


def may_group(keras: ModuleType, model: Any, callbacks: Any) -> bool:
    """Tell whether many steps per call give this model, with these callbacks, the same numbers."""
    return (
        not model.run_eagerly
        and type(model).train_step is keras.Model.train_step
        and all(type(layer).__name__ in LAYERS for layer in _layers(model))
        and not any(_sees_batches(keras, callback) for callback in _listed(callbacks))
    )


def _layers(model: Any) -> Iterable[Any]:
    for layer in model.layers:
        yield from _layers(layer) if hasattr(layer, "layers") else (layer,)


def _listed(callbacks: Any) -> list[Any]:
    if callbacks is None:
        return []
    # A CallbackList holds some that Keras added by itself, too: not worth telling apart.
    return list(callbacks) if isinstance(callbacks, list | tuple) else [callbacks]


def _sees_batches(keras: ModuleType, callback: Any) -> bool:
    base = keras.callbacks.Callback
    return not isinstance(callback, base) or any(
        getattr(type(callback), hook) is not getattr(base, hook) or hook in vars(callback)
        for hook in BATCH_HOOKS
    )
