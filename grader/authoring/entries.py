"""One exercise on its way from what its author writes to what a table holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from helpers.kit.author import Exercise
from helpers.kit.encoding import encoded
from helpers.kit.outcome import Verdict
from helpers.kit.tables import exercise_from


class Entry:
    """An exercise, the names that the lesson has made up to its solution, and the problems found in it.

    A kind of exercise says how it is worked out. needs_solution: whether the lesson has to run up to this
    exercise's solution for that.
    """

    needs_solution: ClassVar[bool] = True

    def __init__(
        self, where: str, name: str, written: Exercise, namespace: Mapping[str, Any], solution: str = ""
    ) -> None:
        """Start with no problems. where: file and exercise, as problems name them. solution: its code."""
        self.where, self.name, self.written, self.solution = where, name, written, solution
        self.namespace = dict(namespace)
        self.problems: list[str] = []

    def check_what_is_written(self) -> None:
        """Note what is wrong with what the author wrote, before anything is run."""

    def worked_out(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """What the entry holds besides name, kind, points and hints, and the hidden cases. Notes problems."""
        raise NotImplementedError

    def try_out(self, entry: Mapping[str, Any], hidden: Sequence[Mapping[str, Any]]) -> None:
        """Note what does not hold of a complete entry: a solution that fails, a slip that is right."""

    def work_out(self, points: float) -> tuple[dict[str, Any], list[dict[str, Any]], list[str]]:
        """The exercise's entry in the table, its hidden cases, and a line for each problem.

        With problems, neither the entry nor the cases are complete.
        """
        self._check_what_all_have()
        self.check_what_is_written()
        entry = {
            "name": self.name,
            "kind": self.written.kind,
            "points": int(points) if float(points).is_integer() else points,
            "hints": list(self.written.hints),
        }
        hidden: list[dict[str, Any]] = []
        if not self.problems:
            parts, hidden = self.worked_out()
            entry |= parts
        if not self.problems:
            self.try_out(entry, hidden)
        return entry, hidden, [f"{self.where}: {problem}" for problem in dict.fromkeys(self.problems)]

    def _check_what_all_have(self) -> None:
        if len(self.written.hints) != 2 or not all(self.written.hints):
            self.problems.append("it needs two hints.")
        for slip in self.written.slips:
            if not slip.slip.strip() or not slip.advice.strip():
                self.problems.append(f"the slip {slip.slip!r} needs a name and advice.")

    def wrong_answers(self) -> Sequence[tuple[str, Mapping[str, Any]]]:
        """Answers that the slips make, for trying the check: of each slip its name, and what it binds."""
        return []

    def gives_the_same(self, namespace: Mapping[str, Any]) -> bool:  # noqa: ARG002 - kinds need it
        """Whether an answer that passes is right beyond the cases; False where that cannot be told."""
        return False

    def slips(self) -> list[dict[str, Any]]:
        """The slips as an entry holds them: names and advice."""
        return [{"slip": each.slip, "advice": each.advice} for each in self.written.slips]

    def note_if_solution_fails(self, entry: Mapping[str, Any], *answers: Any) -> None:
        """Have the solution examined as an answer is. answers: what `examine` takes."""
        found = exercise_from(entry).outcome(*answers)
        if found.verdict is not Verdict.PASSED:
            self.problems.append(f"its solution fails: {' '.join(str(found.remark).split())}")

    def note_if_not_hidden(
        self, cases: Sequence[Mapping[str, Any]], hidden: Sequence[Mapping[str, Any]]
    ) -> None:
        """Note hidden cases that are visible ones."""
        for number, case in enumerate(hidden, 1):
            same = [place for place, seen in enumerate(cases, 1) if _equal(case, seen)]
            if same:
                self.problems.append(f"hidden case {number} is visible case {same[0]}.")


def plain(result: Any) -> Any:
    """A result as numbers of Python and arrays, whatever library it comes from: only its numbers count."""
    if isinstance(result, (tuple, list)):
        return (list if isinstance(result, list) else tuple)(map(plain, result))
    if isinstance(result, Mapping):
        return {name: plain(each) for name, each in result.items()}
    if not hasattr(result, "__array__"):
        return result
    numbers = np.asarray(result)
    return numbers if numbers.ndim else numbers.item()


def _equal(case: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    try:
        return bool(encoded(dict(case)) == encoded(dict(other)))
    except TypeError:  # what cannot be written down is another problem
        return False
