"""Exercises in which a network is built: it is asked with weights and inputs that are the same for everyone.

What the solution and the slips give for these is in the table, so that nothing has to be worked out here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from helpers.kit.encoding import decoded
from helpers.kit.exercise import NotYet
from helpers.kit.general_slips import CALL_STOPS, RETURNS_NOTHING, WRONG_SHAPE, stops
from helpers.kit.models import (
    Numbers,
    TrainingExercise,
    in_place_of_a_model,
    is_model,
    near,
    quiet,
    told,
)
from helpers.kit.outcome import Slip
from helpers.kit.tables import common
from helpers.kit.tolerances import ACCURACY_TOLERANCE, PREDICTION_TOLERANCE, SMALLEST_OUTPUT
from helpers.kit.values import show, show_answer

# How many inputs a network is asked about, and of how many a table holds the outputs.
INPUTS, SHOWN = 60, 4
# How many shapes of weights and biases a message names.
MOST_SHAPES = 8
# Where a slip leaves the size of a layer open, its place in a shape is this.
ANY_SIZE = "n"
PREDICT_STOPS = stops("Call predict yourself in a new cell, with a few of the training images")
METRICS_AS_WEIGHTS = Slip(
    "metrics as the third argument",
    "The third argument of compile is loss_weights. Give the metrics by name: metrics=[...].",
)
RANDOM_LAYER = Slip(
    "random layer",
    "A layer such as Dropout changes numbers at random while the network learns. The task asks for dense "
    "layers alone.",
)
NO_STEPS = Slip(
    "learning rate 0",
    "Each update moves the weights by the learning rate times a slope, so with 0 they stay as they are. "
    "Leave the learning rate out, or give a small number above 0.",
)
UPHILL = Slip(
    "learning rate below 0",
    "Each update moves the weights against the slope of the loss. With a learning rate below 0 they move "
    "with it, and the loss grows. Leave the learning rate out, or give a small number above 0.",
)
NOT_TRAINABLE = Slip(
    "layers that do not learn",
    "With trainable=False a layer keeps the weights that it begins with, however long fit runs. Leave it "
    "out.",
)
ALL_ZERO = Slip(
    "weights that begin at 0",
    "Hidden neurons whose weights are 0 give 0 for every input, and no slope gets through them: they learn "
    "nothing. Leave kernel_initializer out: Keras then draws the weights at random.",
)
NAMES_AS_WEIGHTS = "names as weights"


@dataclass(frozen=True)
class Probe:
    """What a network is asked.

    shape: of one input. other_shapes: what a network that refuses it may take instead. whole: whether labels
    are whole numbers, else one-hot rows. metric: the name of the metric that is the accuracy, "" for any.
    """

    shape: tuple[int, ...]
    other_shapes: tuple[tuple[int, ...], ...]
    classes: int
    whole: bool
    metric: str
    seed: int


def seen_of(model: Any, probe: Probe, accuracy: float | None = None) -> Iterator[tuple[str, Any]]:
    """What a network gives: answer, inputs, layers, outputs, steadiness, loss, accuracy.

    At the first that differs a check stops, and a slip is known by it.

    accuracy: what the right network gives; without it, the last stage is all that the metrics give. Raises
    what the network raises where no stage is about that.
    """
    yield "answer", kind_of(model)
    rng = np.random.default_rng(probe.seed)
    inputs = rng.random((INPUTS, *probe.shape), dtype=np.float32)
    whole = rng.integers(0, probe.classes, size=INPUTS)
    one_hot = np.eye(probe.classes, dtype=np.float32)[whole]
    yield "inputs", list(_taken(model, inputs, probe))
    yield "layers", [list(weights.shape) for weights in model.get_weights()]
    weights = _other_weights(model, rng)
    outputs = model.stateless_call(*weights, inputs)[0]
    yield "outputs", np.asarray(outputs)[:SHOWN]
    yield "steadiness", _is_steady(model, weights, inputs, outputs)
    labels = (whole, one_hot) if probe.whole else (one_hot, whole)
    yield "loss", _loss(model, outputs, *labels)
    yield "accuracy", _accuracy(model, inputs, labels[0], outputs, probe.metric, accuracy)


def kind_of(answer: Any) -> str:
    """What an answer is: a model, a function, or the name of another type."""
    if is_model(answer) and hasattr(answer, "stateless_call"):
        return "model"
    return "function" if callable(answer) and not isinstance(answer, type) else type(answer).__name__


def _taken(model: Any, inputs: Numbers, probe: Probe) -> tuple[int, ...]:
    """The shape of input that a network takes: the right one, or one of the others."""
    try:
        model(inputs)
        return probe.shape
    except Exception:
        for shape in probe.other_shapes:
            try:
                model(np.zeros((1, *shape), dtype=np.float32))
                return shape
            except Exception:
                continue
        raise


def _other_weights(model: Any, rng: np.random.Generator) -> tuple[list[Any], list[Any]]:
    """Weights for a network, trainable and others, that are large enough to show its activations.

    It keeps its own.
    """
    weights: dict[int, Numbers] = {}
    for variable in model.weights:
        shape = tuple(variable.shape)
        spread = 2 / np.sqrt(shape[0]) if len(shape) > 1 else 0.5
        weights[id(variable)] = rng.normal(0, spread, shape).astype(np.float32)
    trained, others = (
        [weights.get(id(variable), variable) for variable in variables]
        for variables in (model.trainable_variables, model.non_trainable_variables)
    )
    return trained, others


def _is_steady(model: Any, weights: tuple[list[Any], list[Any]], inputs: Numbers, outputs: Any) -> bool:
    """Whether a network gives the same in training."""
    try:
        in_training = model.stateless_call(*weights, inputs, training=True)[0]
    except Exception:  # a class of its own, whose call knows nothing of training
        return True
    return near(in_training, outputs, PREDICTION_TOLERANCE, SMALLEST_OUTPUT)


def _loss(model: Any, outputs: Any, labels: Numbers, other_labels: Numbers) -> list[Any]:
    """Which labels a network's loss takes, and what it is for them."""
    for taken, each in (("these labels", labels), ("other labels", other_labels)):
        try:
            return [taken, np.float32(model.compute_loss(y=each, y_pred=outputs))]
        except Exception as error:
            if "compile()" in str(error):
                return ["not compiled", np.float32(0)]
            if _has_names_as_weights(model):
                return [NAMES_AS_WEIGHTS, np.float32(0)]
            refusal = error
    return [f"stops with {type(refusal).__name__}", np.float32(0)]


def _has_names_as_weights(model: Any) -> bool:
    weights = model.get_compile_config().get("loss_weights")
    return isinstance(weights, Sequence) and any(isinstance(weight, str) for weight in weights)


def _accuracy(
    model: Any, inputs: Numbers, labels: Numbers, outputs: Any, metric: str, accuracy: float | None
) -> Any:
    try:
        model.reset_metrics()
        reported = {
            key: float(value) for key, value in model.compute_metrics(inputs, labels, outputs).items()
        }
        model.reset_metrics()
    except Exception:
        reported = {}
    reported.pop("loss", None)
    if accuracy is None:
        return reported
    values = [reported.get(metric)] if metric else reported.values()
    return any(value is not None and near(value, accuracy, ACCURACY_TOLERANCE) for value in values)


def _learning_rate(model: Any) -> Any:
    """The learning rate that a model was compiled with; something else than a number where it changes."""
    optimizer = getattr(model, "optimizer", None)
    return optimizer.get_config().get("learning_rate") if optimizer is not None else None


def same(stage: str, seen: Any, expected: Any) -> bool:
    """Whether two networks count as the same at a stage. Shapes of `expected` may leave a size open."""
    if stage == "layers":
        return _fits(seen, expected)
    if stage == "outputs":
        return near(seen, expected, PREDICTION_TOLERANCE, SMALLEST_OUTPUT)
    if stage == "loss":
        return bool(seen[0] == expected[0]) and near(seen[1], expected[1], ACCURACY_TOLERANCE)
    return bool(seen == expected)


def _fits(shapes: Sequence[Sequence[int]], pattern: Sequence[Sequence[Any]]) -> bool:
    sizes = {
        size
        for shape, wanted in zip(shapes, pattern, strict=False)
        for size, place in zip(shape, wanted, strict=False)
        if place == ANY_SIZE
    }
    size = sizes.pop() if len(sizes) == 1 else None
    filled = [[size if place == ANY_SIZE else place for place in wanted] for wanted in pattern]
    return not sizes and [list(shape) for shape in shapes] == filled


@dataclass(frozen=True)
class NetworkCase:
    """A probe, what the right network gives for it, and at which stage each slip gives what.

    arguments: of a function that makes the network. accuracy: what its metric gives.
    """

    arguments: Mapping[str, Any]
    probe: Probe
    accuracy: float
    expected: Mapping[str, Any]
    slipped: tuple[tuple[str, Any] | None, ...]


@dataclass(frozen=True, repr=False)
class NetworkExercise(TrainingExercise):
    """A compiled Keras model, trained or not.

    said: what a network that is right gives with its outputs, to be named where they are wrong.
    """

    cases: tuple[NetworkCase, ...] = field(kw_only=True)
    said: str = field(kw_only=True)

    @classmethod
    def from_entry(cls, entry: Mapping[str, Any]) -> Self:
        """Read an exercise from its table. Raises KeyError, TypeError or ValueError."""
        return cls(**common(entry), said=entry["said"], cases=tuple(map(_case_from, entry["cases"])))

    def check_hidden(self, answer: Any, *cases: Mapping[str, Any]) -> None:
        """Examine an answer in cases that students do not see. Raises NotYet or NotAttempted."""
        self.examine(answer, *map(_case_from, cases))

    def examine(self, answer: Any, *cases: NetworkCase) -> None:
        """Compare a network with the right one. Raises NotYet or NotAttempted."""
        if answer is ...:
            raise self.not_attempted()
        found: list[tuple[NetworkCase, tuple[str, Any] | None]] = []
        for case in cases or self.cases:
            with quiet():
                found.append((case, self._first_difference(answer, case)))
        for case, difference in found:
            if difference is not None:
                raise self._wrong(case, *difference, self._explained(found), answer)
        for case, _ in found:
            self._need_to_learn(self.model_of(answer, case), self.called(case))

    def _need_to_learn(self, model: Any, name: str) -> None:
        """Raise NotYet for a network that training cannot improve."""
        rate = _learning_rate(model)
        if isinstance(rate, int | float) and rate <= 0:
            raise self.not_yet(
                f"The optimizer of {name} has the learning rate {rate:g}.", UPHILL if rate else NO_STEPS
            )
        if not all(each.trainable for each in (model, *model.layers)):
            raise self.not_yet(f"{name} has a layer whose weights training does not change.", NOT_TRAINABLE)
        kernels = [weights for weights in model.get_weights() if np.ndim(weights) > 1]
        if any(not np.any(kernel) for kernel in kernels[:-1]):
            raise self.not_yet(f"All weights of a hidden layer of {name} are 0.", ALL_ZERO)

    def _first_difference(self, answer: Any, case: NetworkCase) -> tuple[str, Any] | None:
        model = self.model_of(answer, case)
        seen = seen_of(model, case.probe, case.accuracy)
        while True:
            try:
                stage, value = next(seen)
            except StopIteration:
                return None
            except Exception as error:
                raise self.not_yet(
                    f"{self.called(case)}.predict stopped with {told(error)}", PREDICT_STOPS
                ) from None
            if not same(stage, value, case.expected[stage]):
                return stage, value

    def model_of(self, answer: Any, case: NetworkCase) -> Any:  # noqa: ARG002 - for exercises that call it
        """The network of an answer, in a case."""
        return answer

    def called(self, case: NetworkCase) -> str:  # noqa: ARG002
        """The network as messages name it."""
        return self.name

    def _explained(self, found: Sequence[tuple[NetworkCase, tuple[str, Any] | None]]) -> list[Slip]:
        known = []
        for place, slip in enumerate(self.slips):
            pairs = [(difference, case.slipped[place]) for case, difference in found]
            if all(
                slipped is None
                if seen is None
                else slipped is not None and seen[0] == slipped[0] and same(*seen, slipped[1])
                for seen, slipped in pairs
            ):
                known.append(slip)
        return list(dict.fromkeys(known))

    def _wrong(self, case: NetworkCase, stage: str, seen: Any, slips: list[Slip], answer: Any) -> NotYet:
        name, expected = self.called(case), case.expected[stage]
        if stage == "answer":
            general = RETURNS_NOTHING if seen == "NoneType" else in_place_of_a_model(answer)
            return self.not_yet(
                f"{name} is {show_answer(self.model_of(answer, case))}: it should be a Keras model.",
                *(slips[:1] or [general]),
            )
        if stage == "inputs":
            return self.not_yet(
                f"{name} takes inputs of shape {tuple(seen)}, but refuses those of shape {tuple(expected)}.",
                *slips,
            )
        if stage == "layers":
            return self.not_yet(
                f"The weights and biases of {name} have the shapes {_list(seen)}, expected "
                f"{_list(expected)}.",
                *(slips[:1] or [WRONG_SHAPE]),
            )
        if stage == "outputs":
            return self.not_yet(
                f"The layers of {name} have the right sizes. With other weights in them, the outputs for one "
                f"input are {show(np.round(seen[0], 3))}, which is not what {self.said} give.",
                *slips,
            )
        if stage == "steadiness":
            return self.not_yet(
                f"In training, {name} gives different outputs for the same inputs.", RANDOM_LAYER
            )
        if stage == "accuracy":
            reported = f'nothing called "{case.probe.metric}"' if case.probe.metric else "no accuracy"
            return self.not_yet(f"model.evaluate reports {reported}.", *slips)
        if seen[0] == NAMES_AS_WEIGHTS:
            return self.not_yet("compile got text as the weights of the loss.", METRICS_AS_WEIGHTS)
        stopped = [CALL_STOPS] if seen[0].startswith("stops") else []
        return self.not_yet(_of_loss(case, seen, expected), *(slips or stopped))


def _of_loss(case: NetworkCase, seen: Sequence[Any], expected: Sequence[Any]) -> str:
    right, other = "whole numbers", "one-hot rows"
    if not case.probe.whole:
        right, other = other, right
    if seen[0] == "not compiled":
        return "The model has no loss yet, so model.evaluate fails."
    if seen[0] == "other labels":
        return f"The loss takes labels that are {other}, but not labels that are {right}."
    if seen[0] == "these labels":
        return (
            f"For random inputs the loss is {show(seen[1])}, but the loss that the task asks for is "
            f"{show(expected[1])}. Which loss did you give compile?"
        )
    return f"model.evaluate {seen[0]} for labels that are {right}."


def _list(shapes: Sequence[Sequence[int]]) -> str:
    shown = [str(tuple(shape)) for shape in shapes]
    return ", ".join(shown if len(shown) <= MOST_SHAPES else [*shown[:MOST_SHAPES], "…"])


def _case_from(data: Mapping[str, Any]) -> NetworkCase:
    return NetworkCase(
        arguments={name: decoded(value) for name, value in data["arguments"].items()},
        probe=Probe(**{name: decoded(value) for name, value in data["probe"].items()}),
        accuracy=data["accuracy"],
        expected={stage: decoded(value) for stage, value in data["expected"].items()},
        slipped=tuple(None if each is None else (each[0], decoded(each[1])) for each in data["slipped"]),
    )
