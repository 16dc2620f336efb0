"""Exercises in which the fault of a training is named and mended: the solution's text says which fault."""

from __future__ import annotations

import ast
from dataclasses import asdict
from typing import Any

from grader.authoring.entries import Entry
from grader.syntax import parse
from helpers.kit.author import BrokenTraining
from helpers.kit.broken_training_exercise import key_of, names_meant


class BrokenTrainingEntry(Entry):
    """A broken training. Its solution trains a network, which the build checks when it runs the notebook."""

    needs_solution = False
    written: BrokenTraining

    def check_what_is_written(self) -> None:  # noqa: D102
        written = self.written
        self.note_if_not_hidden([{"start": written.network.start}], [{"start": written.hidden_start}])
        for name, advice in (*written.faults.items(), *written.advice.items()):
            if name not in written.faults:
                self.problems.append(f"its advice on {name!r} is on no name of the list.")
            elif not advice.strip():
                self.problems.append(f"the fault {name!r} needs advice.")
            elif names_meant(name, list(written.faults)) != [name]:
                self.problems.append(f"the words of the fault {name!r} are in another one as well.")
        fault = self._fault()
        if fault not in written.faults:
            self.problems.append(f"its solution does not set {written.answers[0]} to a name of the list.")
        elif fault in written.advice:
            self.problems.append(f"its advice on {fault!r} would never be said: it is the right name.")

    def worked_out(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:  # noqa: D102
        written = self.written
        advice = {**written.faults, **written.advice}
        return {
            "answers": list(written.answers),
            "key": key_of(self.name, self._fault()),
            "sign": written.sign,
            "marks_for_name": written.marks_for_name,
            "network": asdict(written.network),
            "slips": [{"slip": fault, "advice": advice[fault]} for fault in sorted(advice)],
        }, [{"start": written.hidden_start}]

    def _fault(self) -> str:
        """The text that the solution assigns last to the first answer; "" where it assigns none."""
        found = ""
        for node in parse(self.solution).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == self.written.answers[0]:
                value = node.value.value if isinstance(node.value, ast.Constant) else ""
                found = value if isinstance(value, str) else ""
        return found
