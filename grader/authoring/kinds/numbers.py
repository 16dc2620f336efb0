"""Exercises in which numbers are worked out: a slip changes some, and the solution works out the rest."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.authoring.entries import Entry
from grader.authoring.running import in_a_line
from grader.syntax import parse
from helpers.kit.author import Numbers, Slip
from helpers.kit.tables import exercise_from


class NumbersEntry(Entry):
    """Numbers, each by its name."""

    written: Numbers

    def check_what_is_written(self) -> None:  # noqa: D102
        self.problems += [
            f"its solution makes no number {name}."
            for name in self.written.names
            if not isinstance(self.namespace.get(name), (int, float, np.number))
        ]

    def worked_out(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:  # noqa: D102
        return {
            "slips": self.slips(),
            "expected": [[name, float(self.namespace[name])] for name in self.written.names],
            "slipped": [self._slipped(slip) for slip in self.written.slips],
        }, []

    def try_out(self, entry: Mapping[str, Any], hidden: Sequence[Mapping[str, Any]]) -> None:  # noqa: ARG002, D102
        exercise = exercise_from(entry)
        self.note_if_solution_fails(entry, *exercise.expected.values())
        for slip, numbers in zip(exercise.slips, exercise.slipped, strict=True):
            if exercise.agree(numbers, exercise.expected.values()):
                self.problems.append(f"the slip {slip.slip!r} gives the right numbers.")

    def wrong_answers(self) -> list[tuple[str, dict[str, Any]]]:  # noqa: D102
        return [
            (slip.slip, dict(zip(self.written.names, self._slipped(slip), strict=True)))
            for slip in self.written.slips
        ]

    def gives_the_same(self, namespace: Mapping[str, Any]) -> bool:  # noqa: ARG002, D102
        return True  # the answer is its numbers, and these are right

    def _slipped(self, slip: Slip) -> list[float]:
        """The numbers that come out with a slip."""
        names = dict(self.namespace)
        try:
            wrong = parse(str(slip.wrong))
            changed = set().union(*map(_assigned, wrong.body))
            rest = [each for each in parse(self.solution).body if not _is_stub(each)]
            kept = [each for each in rest if not _assigned(each) & changed]
            exec(compile(ast.Module([*wrong.body, *kept], []), slip.slip, "exec"), names)
            return [float(names[name]) for name in self.written.names]
        except Exception as error:
            self.problems.append(f"the slip {slip.slip!r} cannot be run: {in_a_line(error)}")
            return []


def _assigned(statement: ast.stmt) -> set[str]:
    """The names that a statement gives values to."""
    return {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def _is_stub(statement: ast.stmt) -> bool:
    """Whether a statement only says that a number is still missing."""
    if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Constant):
        return False
    return statement.value.value is ...
