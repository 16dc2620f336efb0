"""Find, for each cell that was handed in, the cell of the lesson that it is.

A cell is known by its nbgrader id. Where programs have dropped that, it is known by its notebook id, by its
text, by what it defines, or as the only one between two neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from grader.grading.definitions import Definitions, definitions
from grader.grading.spec import Spec, SpecCell
from grader.grading.submitted_notebook import SubmittedCell

BY_NAME, BY_ID, BY_TEXT = "name", "id", "text"
BY_WHAT_IT_DEFINES, BY_ITS_NEIGHBOURS = "definitions", "neighbours"


@dataclass
class Matches:
    """What was found. Places are those of cells in the lesson, numbers those of cells handed in.

    places: by number, the place of the cell that it is; each at most once. how: by number, what it was known
    by.
    """

    spec: Spec
    cells: Sequence[SubmittedCell]
    places: dict[int, int] = field(default_factory=dict)
    how: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Keep what cells define, for as long as this notebook is looked at."""
        self._definitions = cache(definitions)

    def definitions(self, number: int) -> Definitions:
        """What a cell handed in defines, if it is code."""
        cell = self.cells[number]
        return self._definitions(cell.source) if cell.kind == "code" else Definitions()

    @property
    def numbers(self) -> dict[int, int]:
        """By the place of a cell in the lesson, the number of the cell that it is."""
        return {place: number for number, place in self.places.items()}

    def take(self, number: int, place: int, how: str) -> None:
        """Note what a cell is."""
        self.places[number] = place
        self.how[number] = how

    def free_numbers(self) -> list[int]:
        """The cells that do not belong to the lesson, as far as is known."""
        return [number for number in range(len(self.cells)) if number not in self.places]

    def free_places(self) -> list[int]:
        """The cells of the lesson that were not found yet."""
        taken = set(self.places.values())
        return [place for place in range(len(self.spec.cells)) if place not in taken]

    def place_before(self, number: int) -> int:
        """The place of the lesson's cell that a cell comes after; -1 at the top."""
        return next((self.places[each] for each in range(number - 1, -1, -1) if each in self.places), -1)

    def stands_beside(self, number: int, place: int) -> bool:
        """Whether a cell is where the lesson has that place, up to cells without code."""
        low, high = sorted((self.place_before(number), place))
        return not any(cell.kind == "code" for cell in self.spec.cells[low + 1 : high])


def match(spec: Spec, cells: Sequence[SubmittedCell]) -> Matches:
    """Say which cell of the lesson each cell of a submission is."""
    matches = Matches(spec, cells)
    _by_name(matches)
    _by_id(matches)
    _by_text(matches)
    _by_what_it_defines(matches)
    _by_neighbours(matches)
    return matches


def is_same_text(one: str, other: str) -> bool:
    """Whether two sources differ in nothing but ends of lines and empty ends."""
    return _text(one) == _text(other)


def holds_an_answer(cell: SubmittedCell, answer: SpecCell) -> bool:
    """Whether a cell says more than an answer's stub does."""
    return bool(cell.source.strip()) and not any(
        is_same_text(cell.source, given) for given in (answer.source, answer.released)
    )


def _text(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def _by_name(matches: Matches) -> None:
    named = {cell.name: place for place, cell in enumerate(matches.spec.cells) if cell.name is not None}
    copies: dict[int, list[int]] = {}
    for number, cell in enumerate(matches.cells):
        if cell.name in named:
            copies.setdefault(named[cell.name], []).append(number)
    for place, numbers in copies.items():
        original = matches.spec.cells[place]

        def worth(number: int, original: SpecCell = original) -> tuple[bool, bool, int]:
            # The last one counts, as with nbgrader, unless it holds nothing.
            cell = matches.cells[number]
            holds = original.is_answer and holds_an_answer(cell, original)
            return holds, holds and cell.kind == original.kind, number

        matches.take(max(numbers, key=worth), place, BY_NAME)


def _by_id(matches: Matches) -> None:
    by_id = {cell.id: place for place, cell in enumerate(matches.spec.cells)}
    names = {cell.name for cell in matches.spec.cells if cell.name is not None}
    for number in matches.free_numbers():
        cell = matches.cells[number]
        # Programs that number cells give each another number once one is added.
        place = None if cell.id is None or cell.id.isdecimal() else by_id.get(cell.id)
        if cell.name not in names and place is not None and place not in matches.places.values():
            matches.take(number, place, BY_ID)


def _by_text(matches: Matches) -> None:
    names = {cell.name for cell in matches.spec.cells if cell.name is not None}
    by_text: dict[tuple[str, str], list[int]] = {}
    for place in matches.free_places():
        original = matches.spec.cells[place]
        for text in {_text(original.released), _text(original.source)}:
            by_text.setdefault((original.kind, text), []).append(place)
    after = -1
    for number, cell in enumerate(matches.cells):
        if number not in matches.places and cell.name not in names:
            taken = set(matches.places.values())
            same = by_text.get((cell.kind, _text(cell.source)), ())
            left = [place for place in same if place not in taken]
            # Of several equal cells, stubs above all, the one that comes next.
            if left:
                matches.take(number, next((place for place in left if place > after), left[0]), BY_TEXT)
        after = matches.places.get(number, after)


def _by_what_it_defines(matches: Matches) -> None:
    missing = [place for place in matches.free_places() if place in matches.spec.names_of_answers]
    free = matches.free_numbers() if missing else []
    for place in missing:
        wanted = matches.spec.names_of_answers[place]
        found = [
            number
            for number in free
            if number not in matches.places and wanted & matches.definitions(number).defines
        ]
        # One that is further up stays there: others may need it.
        if len(found) == 1 and (
            matches.place_before(found[0]) >= place or matches.stands_beside(found[0], place)
        ):
            matches.take(found[0], place, BY_WHAT_IT_DEFINES)


def _by_neighbours(matches: Matches) -> None:
    numbers = matches.numbers
    for place in matches.free_places():
        original = matches.spec.cells[place]
        above, below = numbers.get(place - 1), numbers.get(place + 1)
        if not original.is_answer or above is None or below is None:
            continue
        between = [
            number
            for number in range(above + 1, below)
            if matches.cells[number].kind == original.kind and matches.cells[number].source.strip()
        ]
        if len(between) == 1 and between[0] not in matches.places:
            matches.take(between[0], place, BY_ITS_NEIGHBOURS)
