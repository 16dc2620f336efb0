"""Who is in the class: from a CSV file of the instructor's own or of a platform."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.desk.collecting.hand_in import EMAIL, ID, PARTICIPANT, PLATFORM, Owner
from grader.desk.collecting.headers import (
    CANVAS,
    EMAILS,
    FIRST_NAMES,
    FULL_NAMES,
    GRADES,
    IDS,
    LAST_NAMES,
    MAXIMUM_GRADES,
    PARTICIPANTS,
    PLATFORM_IDS,
    columns_of,
    plain,
)
from grader.desk.csv_file import CsvFile, read_csv
from grader.errors import CourseError

# What nbgrader's gradebook keeps.
LONGEST_ID = 128
# Canvas makes this student for an instructor's own tries.
TEST_STUDENT = "Student, Test"
PARTICIPANT_NUMBER = re.compile(r"\D*(\d+)")


@dataclass(frozen=True)
class Person:
    """A student. id: what the course calls them: the name of their folder. known_by: kinds and texts."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    platform_id: str = ""
    full_name: str = ""
    known_by: tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> list[str]:
        """The full name in each order, as far as it is known."""
        both = (f"{self.first_name} {self.last_name}", f"{self.last_name} {self.first_name}", self.full_name)
        # «Lovelace, Ada»
        last, comma, first = self.full_name.partition(",")
        return [name for name in (*both, f"{first} {last}" if comma else "") if name.strip()]


class Roster:
    """Finds students by what platforms call them."""

    def __init__(self, people: Iterable[Person]) -> None:  # noqa: D107
        self.people = list(people)
        self._known: dict[tuple[str, str], set[str]] = {}
        self._named: dict[str, set[str]] = {}
        self._by_id = {person.id: person for person in self.people}
        for person in self.people:
            for kind, text in ((ID, person.id), *person.known_by):
                self._known.setdefault((kind, folded(text)), set()).add(person.id)
            for name in person.names:
                self._named.setdefault(_squeezed(name), set()).add(person.id)

    def find(self, owner: Owner) -> Person | str:
        """The student that a platform means, or why nobody can say."""
        for kind, text in owner.known_by:
            found = self._known.get((kind, folded(text)), set())
            if len(found) == 1:
                return self._by_id[next(iter(found))]
        for name in owner.names:
            found = self._named.get(_squeezed(name), set())
            if len(found) == 1:
                return self._by_id[next(iter(found))]
            if found:
                whose = " and ".join(sorted(found))
                return f"{whose} have this name. Name the hand-in by the id, or hand it in for them by hand."
        return "not on the roster"


def read_roster(path: Path) -> Roster:
    """Read a roster. Raises CourseError with the line that is wrong."""
    table = read_csv(path)
    header = table.header
    is_canvas = all(name in map(plain, header) for name in CANVAS)
    participants = _participants(table)
    ids = [column for column in columns_of(header, IDS) if column not in participants]
    platform = columns_of(header, PLATFORM_IDS)
    full = columns_of(header, FULL_NAMES)
    if is_canvas:
        (name, platform_id) = (columns_of(header, ("student",))[0], columns_of(header, ("id",))[0])
        ids = [column for column in ids if column not in (name, platform_id)]
        full, platform = [name], [platform_id]
    first, last = columns_of(header, FIRST_NAMES), columns_of(header, LAST_NAMES)
    emails = columns_of(header, EMAILS)
    if not (ids or emails or platform):
        raise CourseError(
            f"{path} has no column with students' ids. Call one `id` (it has: {', '.join(header)[:200]})."
        )
    people: list[Person] = []
    places: dict[str, int] = {}
    for number, row in enumerate(table.rows[1:], start=2):
        texts = [cell.text.strip() for cell in row] + [""] * (len(header) - len(row))
        filled = [texts[column] for column in (*ids, *emails, *platform) if texts[column]]
        if is_canvas and not any(texts[column] for column in platform):
            continue  # what each assignment is out of
        if is_canvas and _first(texts, full) == TEST_STUDENT:
            continue
        if not filled:
            raise CourseError(f"{path}, row {number}: this student has no id. Fill it in, or delete the row.")
        student = unicodedata.normalize("NFC", filled[0])
        if why := why_no_id(student):
            raise CourseError(f"{path}, row {number}: {student[:60]!r} cannot be an id: {why}.")
        if folded(student) in places:
            raise CourseError(
                f"{path}, rows {places[folded(student)]} and {number}: both have the id {student!r}. "
                "Give each student an id of their own, or delete one row."
            )
        places[folded(student)] = number
        numbers = [PARTICIPANT_NUMBER.fullmatch(texts[column]) for column in participants]
        full_name = _first(texts, full)
        first_of_full, last_of_full = _parts(full_name)
        people.append(
            Person(
                student,
                _first(texts, first) or first_of_full,
                _first(texts, last) or last_of_full,
                _first(texts, emails),
                _first(texts, platform),
                full_name,
                tuple(
                    [(ID, texts[column]) for column in (*ids, *emails) if texts[column]]
                    + [(EMAIL, texts[column]) for column in emails if texts[column]]
                    + [(PLATFORM, texts[column]) for column in platform if texts[column]]
                    + [(PARTICIPANT, number[1]) for number in numbers if number]
                ),
            )
        )
    return Roster(people)


def _participants(table: CsvFile) -> list[int]:
    """Columns with Moodle's numbers of participants in an assignment, which are nobody's ids."""
    found = [
        column
        for column in columns_of(table.header, PARTICIPANTS)
        if any(" " in row[column].text.strip() for row in table.rows[1:] if len(row) > column)
    ]
    # They come first in its grading worksheet, whatever they are called there: «ID» and «Teilnehmer/in7001».
    is_worksheet = columns_of(table.header, GRADES) and columns_of(table.header, MAXIMUM_GRADES)
    return found or ([0] if is_worksheet else [])


def why_no_id(student: str) -> str:
    """Why a text cannot name a student's folder; "" where it can."""
    if not student.strip():
        return "it is empty"
    if student.startswith(".") or any(each in student for each in '/\\\0:*?"<>|'):
        return 'it names a folder, so it may not begin with a dot or have one of / \\ : * ? " < > | in it'
    if not student.isprintable():
        return "it has characters that cannot be shown"
    if len(student) > LONGEST_ID or len(student.encode()) > 200:
        return f"it has more than {LONGEST_ID} characters"
    return ""


def _parts(full_name: str) -> tuple[str, str]:
    """First and last name of a full one, which may begin with the last: «Lovelace, Ada»."""
    last, comma, first = full_name.partition(",")
    if not comma:
        first, _, last = full_name.rpartition(" ")
    return first.strip(), last.strip()


def _first(texts: Sequence[str], columns: Sequence[int]) -> str:
    return next((texts[column] for column in columns if texts[column]), "")[:LONGEST_ID]


def folded(text: str) -> str:
    """A text without its case and its way of writing accents: what is the same student."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _squeezed(name: str) -> str:
    """A name's letters and digits: Canvas keeps nothing else."""
    return "".join(each for each in folded(name) if each.isalnum())
