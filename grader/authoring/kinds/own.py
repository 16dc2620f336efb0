"""Exercises of a lesson's own class, and drawings: their slips are known by words, or by signs."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

from grader.authoring.entries import Entry
from grader.authoring.signs import sign_of
from helpers.kit.author import OTHERWISE, Axes, Own


class OwnEntry(Entry):
    """An exercise of a lesson's own class."""

    needs_solution = False
    written: Own

    def worked_out(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:  # noqa: D102
        module, _, name = self.written.where.partition(":")
        try:
            getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError):
            self.problems.append(f"there is no class {self.written.where}.")
        slips = [
            {**named, "given": self._given(slip.wrong)}
            for named, slip in zip(self.slips(), self.written.slips, strict=True)
        ]
        entry = {"class": self.written.where, "parts": dict(self.written.parts), "slips": slips}
        return entry, [dict(case) for case in self.written.hidden]

    def _given(self, wrong: Any) -> Any:
        if wrong == OTHERWISE or wrong in self.written.words:
            return wrong
        try:
            return sign_of(wrong, self.written.measured.__contains__)
        except (TypeError, ValueError) as error:
            self.problems.append(f"{error}.")
            return None


class AxesEntry(Entry):
    """A function that draws."""

    written: Axes

    def worked_out(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:  # noqa: D102
        from helpers.kit import axes_exercise

        words = {*axes_exercise.FAULTS, axes_exercise.NOTHING, axes_exercise.DICTIONARY}
        words |= {axes_exercise.NO_AXES, axes_exercise.ANOTHER}
        for slip in self.written.slips:
            if slip.wrong not in words:
                self.problems.append(f"the slip {slip.slip!r}: no drawing has the fault {slip.wrong!r}.")
        if self.written.seed == axes_exercise.VISIBLE:
            self.problems.append("its hidden case has the records of the visible one.")
        slips = [
            {**named, "given": slip.wrong}
            for named, slip in zip(self.slips(), self.written.slips, strict=True)
        ]
        parts = {
            "curves": dict(self.written.curves),
            "limits": list(self.written.limits),
            "words": list(self.written.words),
        }
        return {"parts": parts, "slips": slips}, [{"seed": self.written.seed}]

    def try_out(self, entry: Mapping[str, Any], hidden: Sequence[Mapping[str, Any]]) -> None:  # noqa: D102, ARG002
        self.note_if_solution_fails(entry, self.namespace[self.name])
