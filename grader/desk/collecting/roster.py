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


@dataclass(frozen=True)
class Match:
    """Whom a hand-in belongs to. by_name: whether only a name says so, which others may have or take."""

    person: Person
    by_name: bool


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

    def find(self, owner: Owner) -> Match | str:
        """The student that a platform means, or why nobody can say."""
        for kind, text in owner.known_by:
            found = self._known.get((kind, folded(text)), set())
            if len(found) == 1:
                return Match(self._by_id[next(iter(found))], by_name=False)
        for name in owner.names:
            found = self._named.get(_squeezed(name), set())
            if len(found) == 1:
                person = self._by_id[next(iter(found))]
                if number := _other_number(person, owner):
                    return f"the roster has {person.id} of this name, with another number ({number})"
                return Match(person, by_name=True)
            if found:
                whose = " and ".join(sorted(found))
                return f"{whose} have this name. Name the hand-in by the id, or hand it in for them by hand."
        return "not on the roster"


def _other_number(person: Person, owner: Owner) -> str:
    """The platform's number of a person, where the platform means somebody with another one; else "".

    The same one would have been found before any name.
    """
    known = [text for kind, text in person.known_by if kind == PLATFORM]
    meant = [text for kind, text in owner.known_by if kind == PLATFORM]
    return known[0] if known and meant else ""


def read_roster(path: Path) -> Roster:
    """Read a roster. Raises CourseError with the line that is wrong."""
    table = read_csv(path)
    columns = _columns(table)
    if not (columns.ids or columns.emails or columns.platform):
        has = ", ".join(table.header)[:200]
        raise CourseError(f"{path} has no column with students' ids. Call one `id` (it has: {has}).")
    people: list[Person] = []
    rows: dict[str, int] = {}
    for number, row in zip(table.numbers[1:], table.rows[1:], strict=True):
        texts = [cell.text.strip() for cell in row] + [""] * (len(table.header) - len(row))
        if not any(texts) or (columns.is_canvas and _is_no_student(texts, columns)):
            continue
        person = _person(texts, columns)
        if not person.id:
            raise CourseError(f"{path}, row {number}: this student has no id. Fill it in, or delete the row.")
        if why := why_no_id(person.id):
            raise CourseError(f"{path}, row {number}: {person.id[:60]!r} cannot be an id: {why}.")
        before = rows.setdefault(folded(person.id), number)
        if before != number:
            raise CourseError(
                f"{path}, rows {before} and {number}: both have the id {person.id!r}. "
                "Give each student an id of their own, or delete one row."
            )
        people.append(person)
    return Roster(people)


@dataclass(frozen=True)
class _Columns:
    """Where a table has what; the first column of each kind that is filled in counts.

    is_canvas: whether it is a gradebook as Canvas exports it. participants: Moodle's numbers.
    """

    is_canvas: bool
    ids: Sequence[int]
    platform: Sequence[int]
    emails: Sequence[int]
    full: Sequence[int]
    first: Sequence[int]
    last: Sequence[int]
    participants: Sequence[int]


def _columns(table: CsvFile) -> _Columns:
    header = table.header
    is_canvas = all(name in map(plain, header) for name in CANVAS)
    participants = _participants(table)
    full, platform = columns_of(header, FULL_NAMES), columns_of(header, PLATFORM_IDS)
    if is_canvas:
        full, platform = columns_of(header, ("student",))[:1], columns_of(header, ("id",))[:1]
    others = {*participants, *(full + platform if is_canvas else ())}
    return _Columns(
        is_canvas,
        [column for column in columns_of(header, IDS) if column not in others],
        platform,
        columns_of(header, EMAILS),
        full,
        columns_of(header, FIRST_NAMES),
        columns_of(header, LAST_NAMES),
        participants,
    )


def _is_no_student(texts: Sequence[str], columns: _Columns) -> bool:
    """Whether a row of Canvas' says what each assignment is out of, or is that of its test student."""
    return not _first(texts, columns.platform) or _first(texts, columns.full) == TEST_STUDENT


def _person(texts: Sequence[str], columns: _Columns) -> Person:
    """The student in a row; the id is empty where the row has none."""
    full_name = _first(texts, columns.full)
    first_of_full, last_of_full = _parts(full_name)
    filled = [texts[each] for each in (*columns.ids, *columns.emails, *columns.platform) if texts[each]]
    numbers = [PARTICIPANT_NUMBER.fullmatch(texts[column]) for column in columns.participants]
    kinds = ((ID, columns.ids), (ID, columns.emails), (EMAIL, columns.emails), (PLATFORM, columns.platform))
    return Person(
        unicodedata.normalize("NFC", filled[0]) if filled else "",
        _first(texts, columns.first) or first_of_full,
        _first(texts, columns.last) or last_of_full,
        _first(texts, columns.emails),
        _first(texts, columns.platform),
        full_name,
        (
            *((kind, texts[column]) for kind, of_kind in kinds for column in of_kind if texts[column]),
            *((PARTICIPANT, number[1]) for number in numbers if number),
        ),
    )


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
