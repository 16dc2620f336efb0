"""Exercises in which a network is built: the solution's and the slips' networks are asked the same."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grader.authoring.entries import Entry
from grader.authoring.running import in_a_line
from helpers.kit.author import Network, Slip
from helpers.kit.encoding import encoded
from helpers.kit.network_exercise import ANY_SIZE, Probe, kind_of, same, seen_of
from helpers.kit.network_function_exercise import ONE_MODEL, SAME_START
from helpers.kit.tables import exercise_from

# What a layer's size is in turn where a slip leaves it open: no size that a lesson asks for.
SIZES = (17, 19)


class NetworkEntry(Entry):
    """A compiled Keras model."""

    written: Network

    def check_what_is_written(self) -> None:  # noqa: D102
        if self.written.seeds[0] == self.written.seeds[1]:
            self.problems.append("its hidden case has the seed of the visible one.")
        solution = self.namespace.get(self.name)
        calls = any(self.written.arguments)
        if kind_of(solution) != ("function" if calls else "model"):
            self.problems.append(f"its solution makes no {'function' if calls else 'model'} of that name.")

    def worked_out(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:  # noqa: D102
        visible, hidden = self.written.seeds
        cases = [self._case(arguments, visible) for arguments in self.written.arguments]
        hidden_cases = [self._case(arguments, hidden) for arguments in self.written.hidden_arguments]
        return {"said": self.written.said, "slips": self.slips(), "cases": cases}, hidden_cases

    def try_out(self, entry: Mapping[str, Any], hidden: Sequence[Mapping[str, Any]]) -> None:  # noqa: D102
        solution = self.namespace[self.name]
        self.note_if_solution_fails(entry, solution)
        self.note_if_solution_fails({**entry, "cases": hidden}, solution)
        for place, slip in enumerate(exercise_from(entry).slips):
            if all(case["slipped"][place] is None for case in [*entry["cases"], *hidden]):
                self.problems.append(f"the slip {slip.slip!r} gives the right result in every case.")

    def _case(self, arguments: Mapping[str, Any], seed: int) -> dict[str, Any]:
        solution = self.namespace[self.name]
        model = solution(**arguments) if arguments else solution
        probe = self._probe(model, seed)
        expected = dict(seen_of(model, probe))
        reported = expected["accuracy"]
        if len(reported) != 1 or expected["loss"][0] != "these labels":
            self.problems.append("its solution needs a loss, and the accuracy as its only metric.")
            return {}
        right = {**expected, "accuracy": True}
        (accuracy,) = reported.values()
        slipped = [
            self._slipped(slip, model, arguments, probe, right, accuracy) for slip in self.written.slips
        ]
        return {
            "arguments": {name: encoded(value) for name, value in arguments.items()},
            "probe": {name: encoded(value) for name, value in vars(probe).items()},
            "accuracy": round(accuracy, 6),
            "expected": {stage: encoded(value) for stage, value in right.items()},
            "slipped": slipped,
        }

    def _probe(self, model: Any, seed: int) -> Probe:
        shape, classes = tuple(model.input_shape[1:]), int(model.output_shape[-1])
        whole = Probe(shape, tuple(self.written.inputs), classes, True, self.written.metric, seed)
        one_hot = Probe(shape, tuple(self.written.inputs), classes, False, self.written.metric, seed)
        # Asked for the loss with other labels than those it takes, a model would not be the same afterwards.
        seen = dict(seen_of(_copy(model), whole))
        return whole if seen["loss"][0] == "these labels" else one_hot

    def _slipped(
        self,
        slip: Slip,
        model: Any,
        arguments: Mapping[str, Any],
        probe: Probe,
        right: Mapping[str, Any],
        accuracy: float,
    ) -> list[Any] | None:
        """The first stage at which a slip differs, and what it gives there; None where it is right."""
        found = []
        for wrong in self._wrong(slip, model, arguments):
            try:
                for stage, value in seen_of(wrong, probe, accuracy):
                    if not same(stage, value, right[stage]):
                        found.append((stage, value))
                        break
            except Exception as error:
                self.problems.append(f"the slip {slip.slip!r} cannot be asked: {in_a_line(error)}")
                return None
        if not found:
            return None
        stage, value = found[0]
        if len(found) == len(SIZES):
            value = [[ANY_SIZE if size == SIZES[0] else size for size in shape] for shape in value]
        return [stage, encoded(value)]

    def _wrong(self, slip: Slip, model: Any, arguments: Mapping[str, Any]) -> Iterator[Any]:
        """What a slip makes in place of the model; of each size where it leaves one open."""
        try:
            if isinstance(slip.wrong, str):
                yield eval(slip.wrong, self.namespace, dict(arguments))
            elif len(inspect.signature(slip.wrong).parameters) == 1:
                yield slip.wrong(model)
            else:
                for size in SIZES:
                    yield slip.wrong(model, size)
        except Exception as error:
            self.problems.append(f"the slip {slip.slip!r} cannot be run: {in_a_line(error)}")


class NetworkFunctionEntry(NetworkEntry):
    """A function that builds a compiled Keras model."""

    def check_what_is_written(self) -> None:  # noqa: D102
        super().check_what_is_written()
        for arguments in (self.written.arguments, self.written.hidden_arguments):
            if len(arguments) < 2:
                self.problems.append("it needs two visible and two hidden sets of arguments.")

    def _slipped(self, slip: Slip, *rest: Any) -> list[Any] | None:
        if slip.wrong in (ONE_MODEL, SAME_START):
            return ["calls", slip.wrong]
        return super()._slipped(slip, *rest)


def _copy(model: Any) -> Any:
    import keras

    copy = keras.models.clone_model(model)
    copy.compile_from_config(model.get_compile_config())
    return copy
