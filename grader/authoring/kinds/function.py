"""Exercises in which a function is written: its solution and its slips are run over all cases."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from grader.authoring.entries import Entry, plain
from grader.authoring.running import in_a_line
from helpers.kit.author import Function, Slip
from helpers.kit.cases import Stopped
from helpers.kit.encoding import encoded
from helpers.kit.outcome import Verdict
from helpers.kit.tables import case_from, exercise_from

# How many variations of each visible case tell a right answer from one that only passes.
VARIATIONS = 20


class FunctionEntry(Entry):
    """A function of numbers."""

    written: Function

    def check_what_is_written(self) -> None:  # noqa: D102
        written = self.written
        if not written.cases:
            self.problems.append("it has no visible case.")
        if not written.hidden:
            self.problems.append("it has no hidden case.")
        if not callable(self.namespace.get(self.name)):
            self.problems.append("its solution makes no function of that name.")
        cases = [*written.cases, *written.hidden]
        if len({tuple(case) for case in cases}) > 1:
            self.problems.append("its cases do not all have the same arguments in the same order.")
        self.note_if_not_hidden(written.cases, written.hidden)
        if written.earlier:
            if not callable(self.namespace.get(written.earlier.name)):
                self.problems.append(f"no cell above it makes a function {written.earlier.name}.")
            known = {*written.earlier.results, *(name for case in cases for name in case)}
            self.problems += [
                f"neither its cases nor {written.earlier.name} give its argument {name}."
                for name in written.arguments
                if name not in known
            ]

    def worked_out(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:  # noqa: D102
        visible, hidden = self._cases(self.written.cases), self._cases(self.written.hidden)
        entry = {"results": list(self.written.results), "slips": self.slips(), "cases": visible}
        if self.written.if_float64:
            entry["if_float64"] = self.written.if_float64
        if self.written.free:
            entry["free"] = list(self.written.free)
        if self.written.earlier:
            earlier = self.written.earlier
            names = {"arguments": list(earlier.arguments), "results": list(earlier.results)}
            entry |= {"earlier": {"name": earlier.name, **names}, "arguments": list(self.written.arguments)}
        return entry, hidden

    def try_out(self, entry: Mapping[str, Any], hidden: Sequence[Mapping[str, Any]]) -> None:  # noqa: D102
        exercise = exercise_from(entry)
        cases = [*exercise.cases, *map(case_from, hidden)]
        answers = [self.namespace[self.name]]
        if self.written.earlier:
            answers.append(self.namespace[self.written.earlier.name])
        self.note_if_solution_fails(entry, *answers, *cases)
        if self.problems:
            return
        for place, slip in enumerate(exercise.slips):
            given = [case.slipped[place] for case in cases]
            if all(exercise.agree(result, case.expected) for result, case in zip(given, cases, strict=True)):
                self.problems.append(f"the slip {slip.slip!r} gives the right result in every case.")

    def wrong_answers(self) -> list[tuple[str, dict[str, Any]]]:  # noqa: D102
        return [(slip.slip, {self.name: self._wrong(slip)}) for slip in self.written.slips]

    def gives_the_same(self, namespace: Mapping[str, Any]) -> bool:  # noqa: D102
        answers = [namespace.get(self.name)]
        if self.written.earlier:
            answers.append(self.namespace[self.written.earlier.name])
        rng = np.random.default_rng(0)
        for _ in range(VARIATIONS):
            cases = [_varied(case, rng) for case in self.written.cases]
            written = replace(self.written, cases=cases, hidden=(), slips=())
            varied = type(self)(self.where, self.name, written, self.namespace, self.solution)
            entry = {"name": self.name, "kind": written.kind, "points": 1, "hints": list(written.hints)}
            entry |= varied.worked_out()[0]
            if varied.problems or exercise_from(entry).outcome(*answers).verdict is not Verdict.PASSED:
                return False
        return True

    def _cases(self, cases: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The cases with what the solution and the slips give. Notes what fails."""
        made: list[dict[str, Any]] = []
        if self.problems:
            return made
        for case in cases:
            try:
                expected = self.given(self.namespace[self.name], case)
            except Exception as error:
                shown = ", ".join(f"{name}={value!r}" for name, value in case.items())
                self.problems.append(
                    f"its solution stops with {in_a_line(error)} for {' '.join(shown.split())}."
                )
                continue
            slipped = [self._slipped(slip, case) for slip in self.written.slips]
            try:
                arguments = {name: encoded(value) for name, value in case.items()}
                made.append(
                    {"arguments": arguments, "expected": encoded(plain(expected)), "slipped": slipped}
                )
            except TypeError as error:
                self.problems.append(f"a case, or its right result, holds {error}.")
        return made

    def _slipped(self, slip: Slip, case: Mapping[str, Any]) -> Any:
        """What a slip gives in a case, as plain data."""
        try:
            given = plain(self.given(self._wrong(slip), case))
        except (SyntaxError, NameError) as error:
            self.problems.append(f"the slip {slip.slip!r} cannot be run: {in_a_line(error)}")
            return None
        except Exception as error:
            if isinstance(error, AttributeError) and inspect.ismodule(error.obj):
                # No student gets as far as that: the author has mistyped a name.
                self.problems.append(f"the slip {slip.slip!r} cannot be run: {in_a_line(error)}")
            given = Stopped.by(error)
        try:
            return encoded(given)
        except TypeError as error:
            self.problems.append(f"the slip {slip.slip!r} gives {error}.")
            return None

    def _wrong(self, slip: Slip) -> Callable[..., Any]:
        """The function that a slip is, or that its expression in the names of the arguments describes."""
        made: Callable[..., Any] = slip.wrong
        if isinstance(slip.wrong, str):
            arguments = ", ".join(self.written.arguments or self.written.cases[0])
            made = eval(f"lambda {arguments}: ({slip.wrong})", self.namespace)
        return made

    def given(self, function: Callable[..., Any], case: Mapping[str, Any]) -> Any:
        """What a function, the solution or one with a slip, gives in a case; None for what is free."""
        arguments, written = copy.deepcopy(dict(case)), self.written
        with np.errstate(all="ignore"):
            if written.earlier:
                known = written.earlier.known(self.namespace[written.earlier.name], arguments)
                arguments = {name: known[name] for name in written.arguments}
            given = function(*arguments.values())
            if inspect.isgenerator(given):
                return list(given)
        if written.free and isinstance(given, tuple) and len(given) == len(written.results):
            named = zip(written.results, given, strict=True)
            return tuple(None if name in written.free else each for name, each in named)
        return given


def _varied(value: Any, rng: np.random.Generator) -> Any:
    """The same data, each float a little larger or smaller; signs, whole numbers and shapes stay."""
    if isinstance(value, Mapping):
        return {key: _varied(each, rng) for key, each in value.items()}
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value * np.exp(rng.normal(0, 0.2, value.shape))
    if isinstance(value, float):
        return value * float(np.exp(rng.normal(0, 0.2)))
    return value
