"""Find the answers that are not in their own cells, and say where they have to run.

What counts is what a student's notebook gives at home: the student's definition wins over a stub, wherever
both stand, and it is there before the check that wants it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import takewhile

from grader.grading.matching import Matches, holds_an_answer, is_same_text


@dataclass
class Answers:
    """What to run for the lesson's answers. Places are those of the lesson, numbers those of cells handed in.

    emptied: places whose stub must not run, because an answer is further up. replaced: by place, the
    number of the cell that runs there instead of its own. before, after: by place, the cells that move there.
    elsewhere: places whose answer is in other cells. findings: by place, what was done, in a sentence.
    """

    emptied: set[int] = field(default_factory=set)
    replaced: dict[int, int] = field(default_factory=dict)
    before: dict[int, list[int]] = field(default_factory=dict)
    after: dict[int, list[int]] = field(default_factory=dict)
    elsewhere: set[int] = field(default_factory=set)
    findings: dict[int, str] = field(default_factory=dict)

    @property
    def moved(self) -> set[int]:
        """The cells that do not run where they stood."""
        return {number for moved in (*self.before.values(), *self.after.values()) for number in moved} | set(
            self.replaced.values()
        )


def find_answers(matches: Matches) -> Answers:
    """Look for each answer that its own cell does not hold."""
    answers = Answers()
    for place, cell in enumerate(matches.spec.cells):
        if place in matches.spec.names_of_answers:
            _Search(matches, answers, place).look_for(matches.spec.names_of_answers[place])
        elif cell.is_answer and cell.kind != "code":
            _Search(matches, answers, place).look_around()
    return answers


class _Search:
    """The search for one answer: for code by what it defines, for text next to its own cell."""

    def __init__(self, matches: Matches, answers: Answers, place: int) -> None:
        self._matches, self._answers, self._place = matches, answers, place
        self._cells = matches.spec.cells
        self._number = matches.numbers.get(place)
        checks = (other for other in range(place, len(self._cells)) if self._cells[other].is_test)
        self._check = next(checks, len(self._cells))

    def look_for(self, wanted: frozenset[str]) -> None:
        """Look for the names by which the answer is known, if its own cell defines none of them."""
        holds = self._holds()
        if holds:
            assert self._number is not None
            own = self._matches.definitions(self._number)
            self._bring_helpers(self._number)
            if own.defines & wanted or own.may_bind_more:
                return
        found = self._candidates(wanted)
        above, between, below = ([n for n in found if self._stands(n) == where] for where in (-1, 0, 1))
        if not found:
            return
        if wanted <= self._defined_in((*above, *between)):
            runs_after_stub = wanted <= self._defined_in(between) and self._own_kind in ("code", None)
            if not holds and not runs_after_stub:
                self._answers.emptied.add(self._place)
            self._note(between if runs_after_stub else [*above, *between], as_at_home=runs_after_stub)
        else:
            self._move_up(wanted - self._defined_in((*above, *between)), below, holds)

    def look_around(self) -> None:
        """Take text that was written into a new cell below or above the answer's own, which holds none."""
        here = self._matches.numbers.get(self._place - 1) if self._number is None else self._number
        if here is None or (
            self._number is not None
            and holds_an_answer(self._matches.cells[self._number], self._cells[self._place])
        ):
            return
        below = self._texts_from(range(here + 1, len(self._matches.cells)))
        above = self._texts_from(range(here - 1, -1, -1)) if self._number is not None else []
        found = below or above[::-1]
        if found:
            self._answers.replaced[self._place] = found[0]
            self._note(found)

    def _texts_from(self, numbers: Iterable[int]) -> list[int]:
        """The texts among the student's own cells up to the lesson's next one."""
        own = takewhile(lambda number: number not in self._matches.places, numbers)
        return [
            number
            for number in own
            if self._matches.cells[number].kind != "code" and self._matches.cells[number].source.strip()
        ]

    @property
    def _own_kind(self) -> str | None:
        return None if self._number is None else self._matches.cells[self._number].kind

    def _holds(self) -> bool:
        """Whether the answer's own cell is code that says more than its stub."""
        if self._number is None:
            return False
        cell = self._matches.cells[self._number]
        return (
            cell.kind == "code"
            and holds_an_answer(cell, self._cells[self._place])
            and not self._matches.definitions(self._number).does_nothing
        )

    def _candidates(self, missing: frozenset[str]) -> dict[int, frozenset[str]]:
        """By number, which of the missing names other cells define."""
        found = {}
        for number, cell in enumerate(self._matches.cells):
            if number == self._number or cell.kind != "code":
                continue
            place = self._matches.places.get(number)
            if place is not None and is_same_text(cell.source, self._cells[place].released):
                continue
            if names := missing & self._matches.definitions(number).defines:
                found[number] = names
        self._found = found
        return found

    def _stands(self, number: int) -> int:
        """Where a cell runs: -1 above the answer's place, 0 from there to its check, 1 where it must move."""
        place = self._matches.places.get(number)
        if place is None:
            cell = self._matches.cells[number]
            if any(each.name == cell.name for each in self._cells if each.is_test and each.name):
                return 1
            place = self._matches.place_before(number)
        elif self._cells[place].is_test:
            # What was written into a test never runs there.
            return 1
        return -1 if place < self._place else 0 if place < self._check else 1

    def _defined_in(self, numbers: Iterable[int]) -> frozenset[str]:
        return frozenset().union(*(self._found[number] for number in numbers))

    def _move_up(self, names: frozenset[str], below: list[int], holds: bool) -> None:
        """Run what is below the check in the answer's place, if there is no doubt which cell that is."""
        movers: list[int] = []
        for name in sorted(names):
            those = [number for number in below if name in self._found[number]]
            if not those:
                return
            if any(
                not is_same_text(self._matches.cells[each].source, self._matches.cells[those[0]].source)
                for each in those
            ):
                self._answers.findings[self._place] = (
                    f"{self._name} has no answer in its own cell. {len(those)} cells further down define "
                    f"{name}, each in another way, so none was taken."
                )
                return
            movers.append(those[0])
        movers = sorted(set(movers))
        self._note(movers)
        for number in movers:
            self._bring_helpers(number)
        if not holds:
            self._answers.replaced[self._place] = movers.pop(0)
        self._answers.after.setdefault(self._place, []).extend(movers)

    def _bring_helpers(self, number: int) -> None:
        """Let the student's own cells that an answer from further down reads come up with it."""
        reads = set(self._matches.definitions(number).reads)
        helpers: list[int] = []
        for other in range(number - 1, -1, -1):
            if other in self._matches.places:
                if self._matches.places[other] <= self._place:
                    break
            elif self._matches.definitions(other).defines & reads:
                helpers.insert(0, other)
                reads |= self._matches.definitions(other).reads
        if helpers and self._matches.place_before(number) > self._place:
            already = self._answers.moved
            self._answers.before.setdefault(self._place, []).extend(
                each for each in helpers if each not in already
            )

    @property
    def _name(self) -> str:
        return self._cells[self._place].name or ""

    def _note(self, numbers: list[int], as_at_home: bool = False) -> None:
        """Say where the answer was found. as_at_home: if its own cell is there, nothing was put right."""
        self._answers.elsewhere.add(self._place)
        if as_at_home and self._number is not None:
            return
        where = " and ".join(dict.fromkeys(map(self._whose, numbers)))
        self._answers.findings[self._place] = (
            f"{self._name} has no answer in its own cell; it was found in {where}."
        )

    def _whose(self, number: int) -> str:
        place = self._matches.places.get(number)
        name = self._cells[place].name if place is not None else None
        return f"the cell of {name}" if name else "an added cell"
