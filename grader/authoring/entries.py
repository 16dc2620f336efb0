"""One exercise on its way from what its author writes to what a table holds."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from helpers.kit.author import Function, Slip
from helpers.kit.cases import Stopped
from helpers.kit.encoding import encoded
from helpers.kit.outcome import Verdict
from helpers.kit.tables import case_from, exercise_from


class Entry:
    """An exercise, the names that the lesson has made up to its solution, and the problems found in it."""

    def __init__(self, where: str, name: str, written: Function, namespace: Mapping[str, Any]) -> None:
        """Start with no problems. where: file and exercise, as problems name them."""
        self._where, self._name, self._written = where, name, written
        self._namespace = dict(namespace)
        self._problems: list[str] = []

    def work_out(self, points: float) -> tuple[dict[str, Any], list[dict[str, Any]], list[str]]:
        """The exercise's entry in the table, its hidden cases, and a line for each problem.

        With problems, neither the entry nor the cases are complete.
        """
        self._check_what_is_written()
        visible, hidden = self._cases(self._written.cases), self._cases(self._written.hidden)
        entry = {
            "name": self._name,
            "kind": self._written.kind,
            "points": int(points) if float(points).is_integer() else points,
            "hints": list(self._written.hints),
            "results": list(self._written.results),
            "slips": [{"slip": each.slip, "advice": each.advice} for each in self._written.slips],
            "cases": visible,
        }
        if not self._problems:
            self._try(entry, hidden)
        return entry, hidden, [f"{self._where}: {problem}" for problem in dict.fromkeys(self._problems)]

    def _check_what_is_written(self) -> None:
        written = self._written
        if not written.cases:
            self._problems.append("it has no visible case.")
        if not written.hidden:
            self._problems.append("it has no hidden case.")
        if len(written.hints) != 2 or not all(written.hints):
            self._problems.append("it needs two hints.")
        for slip in written.slips:
            if not slip.slip.strip() or not slip.advice.strip():
                self._problems.append(f"the slip {slip.slip!r} needs a name and advice.")
        if not callable(self._namespace.get(self._name)):
            self._problems.append("its solution makes no function of that name.")
        cases = [*written.cases, *written.hidden]
        if len({tuple(case) for case in cases}) > 1:
            self._problems.append("its cases do not all have the same arguments in the same order.")
        for number, case in enumerate(written.hidden, 1):
            same = [place for place, seen in enumerate(written.cases, 1) if _equal(case, seen)]
            if same:
                self._problems.append(f"hidden case {number} is visible case {same[0]}.")

    def _cases(self, cases: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The cases with what the solution and the slips give. Notes what fails."""
        if self._problems:
            return []
        made = []
        for case in cases:
            try:
                expected = self._given(self._namespace[self._name], case)
            except Exception as error:
                shown = ", ".join(f"{name}={value!r}" for name, value in case.items())
                self._problems.append(
                    f"its solution stops with {in_a_line(error)} for {' '.join(shown.split())}."
                )
                continue
            slipped = [self._slipped(slip, case) for slip in self._written.slips]
            try:
                arguments = {name: encoded(value) for name, value in case.items()}
                made.append(
                    {"arguments": arguments, "expected": encoded(_plain(expected)), "slipped": slipped}
                )
            except TypeError as error:
                self._problems.append(f"a case, or its right result, holds {error}.")
        return made

    def _slipped(self, slip: Slip, case: Mapping[str, Any]) -> Any:
        """What a slip gives in a case, as plain data."""
        try:
            wrong = self._function(slip.wrong) if isinstance(slip.wrong, str) else slip.wrong
            given = _plain(self._given(wrong, case))
        except (SyntaxError, NameError) as error:
            self._problems.append(f"the slip {slip.slip!r} cannot be run: {in_a_line(error)}")
            return None
        except Exception as error:
            given = Stopped.by(error)
        try:
            return encoded(given)
        except TypeError as error:
            self._problems.append(f"the slip {slip.slip!r} gives {error}.")
            return None

    def _function(self, expression: str) -> Callable[..., Any]:
        """The function that an expression in the names of the arguments describes."""
        arguments = ", ".join(self._written.cases[0])
        made: Callable[..., Any] = eval(f"lambda {arguments}: ({expression})", self._namespace)
        return made

    def _given(self, function: Callable[..., Any], case: Mapping[str, Any]) -> Any:
        with np.errstate(all="ignore"):
            given = function(*copy.deepcopy(dict(case)).values())
            return list(given) if inspect.isgenerator(given) else given

    def _try(self, entry: dict[str, Any], hidden: list[dict[str, Any]]) -> None:
        """Have the solution examined as an answer is, and see that no slip is right everywhere."""
        exercise = exercise_from(entry)
        cases = [*exercise.cases, *map(case_from, hidden)]
        found = exercise.outcome(self._namespace[self._name], *cases)
        if found.verdict is not Verdict.PASSED:
            self._problems.append(f"its solution fails: {' '.join(str(found.remark).split())}")
            return
        for place, slip in enumerate(exercise.slips):
            given = [case.slipped[place] for case in cases]
            if all(exercise.agree(result, case.expected) for result, case in zip(given, cases, strict=True)):
                self._problems.append(f"the slip {slip.slip!r} gives the right result in every case.")


def _plain(result: Any) -> Any:
    """A result as numbers of Python and arrays, whatever library it comes from: only its numbers count."""
    if isinstance(result, tuple):
        return tuple(map(_plain, result))
    if not hasattr(result, "__array__"):
        return result
    numbers = np.asarray(result)
    return numbers if numbers.ndim else numbers.item()


def _equal(case: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    try:
        return bool(encoded(dict(case)) == encoded(dict(other)))
    except TypeError:  # what cannot be written down is another problem
        return False


def in_a_line(error: BaseException) -> str:
    """An exception on one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
