"""Exercises that ask for a list of names: the solution knows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grader.authoring.entries import Entry
from grader.authoring.running import in_a_line
from helpers.kit.author import Names


class NamesEntry(Entry):
    """A list of names."""

    written: Names

    def worked_out(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:  # noqa: D102
        names = list(self.namespace[self.name])
        slips = []
        for named, slip in zip(self.slips(), self.written.slips, strict=True):
            try:
                given = slip.wrong(names) if callable(slip.wrong) else slip.wrong
            except Exception as error:
                self.problems.append(f"the slip {slip.slip!r} cannot be run: {in_a_line(error)}")
                continue
            if given == names:
                self.problems.append(f"the slip {slip.slip!r} gives the right result in every case.")
            slips.append({**named, "given": given})
        return {"names": names, "slips": slips}, []

    def try_out(self, entry: Mapping[str, Any], hidden: Sequence[Mapping[str, Any]]) -> None:  # noqa: D102, ARG002
        self.note_if_solution_fails(entry, self.namespace[self.name])
