"""Fill marks into a CSV file that Canvas or Moodle gave: only the cells of marks change."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.classroom.course import Course
from grader.desk.collecting.hand_in import EMAIL, ID, PARTICIPANT, PLATFORM, Owner
from grader.desk.collecting.headers import (
    EMAILS,
    FIRST_NAMES,
    FULL_NAMES,
    GRADES,
    IDS,
    LAST_NAMES,
    MAXIMUM_GRADES,
    columns_of,
    plain,
)
from grader.desk.collecting.layouts.moodle import NAME
from grader.desk.collecting.platform_names import platform_names
from grader.desk.collecting.roster import PARTICIPANT_NUMBER, Match, Person, Roster
from grader.desk.csv_file import NUMBER, Cell, CsvFile, read_csv, written
from grader.desk.exporting.formats import Format
from grader.desk.exporting.marks import ClassMarks
from grader.errors import CourseError

# Canvas adds the assignment's number.
CANVAS_ASSIGNMENT = re.compile(r"(?P<name>.*?)(?: \(\d+\))?")
EXCUSED = "EX"
# What Moodle calls a column of points in English, among those of percentages, letters and feedback.
POINTS = "(real)"


@dataclass(frozen=True)
class FilledIn:
    """The table with marks.

    students: how many got theirs. problems: whose are missing, a line each. left_out: lessons that have no
    column.
    """

    table: CsvFile
    students: int
    problems: Sequence[str]
    left_out: Sequence[str]


@dataclass(frozen=True)
class _Columns:
    """Where a table has marks, by lesson, and the most that there can be. is_worksheet: of one assignment."""

    marks: dict[str, int]
    maximum: int | None
    is_worksheet: bool = False


def fill_in(course: Course, marks: ClassMarks, lessons: Sequence[str], form: Format, path: Path) -> FilledIn:
    """Fill in the marks of lessons. Raises CourseError where the file has no place for them."""
    table = read_csv(path)
    is_canvas = form is Format.CANVAS
    columns = _canvas_columns(table, lessons) if is_canvas else _moodle_columns(table, lessons)
    people = _with_participants(course, marks, next(iter(columns.marks)), form)
    if columns.is_worksheet:
        _refuse_other_worksheet(table, people, next(iter(columns.marks)))
    roster = Roster(people)
    filled: set[str] = set()
    problems: list[str] = []
    rows = table.rows[1:]
    if is_canvas:
        _check_canvas_maximum(table, columns, marks)
        rows = [row for row in rows if not _is_possible(row, table.header)]
    has_comma = {lesson: _has_comma(table, columns, column) for lesson, column in columns.marks.items()}
    for person, row in _rows_of(rows, table, roster, is_canvas=is_canvas, problems=problems):
        for lesson, column in columns.marks.items():
            given = marks.marks.get((person, lesson))
            if given is None:
                continue
            if is_canvas and row[column].text.strip() == EXCUSED:
                problems.append(f"{person} is excused from {lesson} in {path}, and stays so.")
                continue
            if columns.maximum is not None:
                _check_maximum(table, lesson, row[columns.maximum].text.strip(), marks.possible[lesson])
            text = f"{given.points:.2f}"
            if has_comma[lesson]:
                text = text.replace(".", ",")
            row[column] = _as_before(row[column], text, table.delimiter)
        filled.add(person)
    missing = sorted(
        student for student, lesson in marks.marks if lesson in columns.marks and student not in filled
    )
    problems += [
        f"{student} is not in {path}: their marks are in no row." for student in dict.fromkeys(missing)
    ]
    if not filled:
        raise CourseError(f"{path} has none of the students in the gradebook. Collect with --roster first.")
    left_out = [lesson for lesson in lessons if lesson not in columns.marks]
    return FilledIn(table, len(filled), problems, left_out)


def _rows_of(
    rows: Sequence[list[Cell]], table: CsvFile, roster: Roster, *, is_canvas: bool, problems: list[str]
) -> list[tuple[str, list[Cell]]]:
    """The students whom rows are about, each once. problems: takes a line where several may be theirs."""
    sure: dict[str, list[list[Cell]]] = {}
    by_name: dict[str, list[list[Cell]]] = {}
    for row in rows:
        row += [Cell("") for _ in range(len(table.header) - len(row))]
        match = roster.find(
            _canvas_owner(row, table.header) if is_canvas else _moodle_owner(row, table.header)
        )
        if isinstance(match, Match):
            (by_name if match.by_name else sure).setdefault(match.person.id, []).append(row)
    found = []
    for student in {**sure, **by_name}:
        theirs = sure.get(student) or by_name[student]
        if len(theirs) == 1:
            found.append((student, theirs[0]))
        else:
            problems.append(
                f"{len(theirs)} rows of {table.path} may be those of {student}, so none is filled in. Write "
                "the marks into the right one, or collect with a roster that has the platform's numbers."
            )
    return found


def _has_comma(table: CsvFile, columns: _Columns, column: int) -> bool:
    """Whether a column writes 17,50: as its own numbers do, or those of the maximum, or else the file."""
    for place in (column, columns.maximum):
        if place is not None:
            texts = [row[place].text for row in table.rows[1:] if place < len(row)]
            signs = [
                sign for text in texts if NUMBER.fullmatch(text.strip()) for sign in ".," if sign in text
            ]
            if signs:
                return signs[0] == ","
    return table.delimiter == ";"


def _as_before(cell: Cell, text: str, delimiter: str) -> Cell:
    return Cell(f'"{text}"') if cell.is_quoted else written(text, delimiter)


def _canvas_columns(table: CsvFile, lessons: Sequence[str]) -> _Columns:
    if not {"student", "id"} <= {plain(each) for each in table.header}:
        raise CourseError(
            f"{table.path} is not a gradebook of Canvas: it has no columns Student and ID. "
            "In Canvas: Grades, Export."
        )
    names: dict[str, list[int]] = {}
    for column, header in enumerate(table.header):
        found = CANVAS_ASSIGNMENT.fullmatch(header.strip())
        if found:
            names.setdefault(plain(found["name"]), []).append(column)
    return _Columns(_by_lesson(table, names, lessons), None)


def _moodle_columns(table: CsvFile, lessons: Sequence[str]) -> _Columns:
    grades, maximum = columns_of(table.header, GRADES), columns_of(table.header, MAXIMUM_GRADES)
    if grades:
        if len(lessons) != 1:
            raise CourseError(
                f"{table.path} is the worksheet of one assignment. Name its lesson: course export LESSON "
                "--format moodle --into …"
            )
        return _Columns({lessons[0]: grades[0]}, maximum[0] if maximum else None, is_worksheet=True)
    # An export of the whole gradebook: `Assignment: 02_loss_function (Real)`.
    names: dict[str, list[int]] = {}
    for column, each in enumerate(table.header):
        name = re.sub(r" \([^)]*\)$", "", each.partition(":")[2] or each)
        names.setdefault(plain(name), []).append(column)
    for name, several in names.items():
        names[name] = [each for each in several if table.header[each].casefold().endswith(POINTS)] or several
    return _Columns(_by_lesson(table, names, lessons), None)


def _by_lesson(table: CsvFile, names: Mapping[str, Sequence[int]], lessons: Sequence[str]) -> dict[str, int]:
    found = {}
    for lesson in lessons:
        columns = names.get(plain(lesson.replace("_", " ")), ())
        if len(columns) > 1:
            called = ", ".join(table.header[column] for column in columns)
            raise CourseError(
                f"{table.path} has several columns for {lesson}: {called}. Delete all but the one for points "
                "from a copy, and give that."
            )
        if columns:
            found[lesson] = columns[0]
    if not found:
        raise CourseError(
            f"{table.path} has no column for {', '.join(lessons)}. Name the assignment on the platform "
            "like the lesson, then download the file again."
        )
    return found


def _with_participants(course: Course, marks: ClassMarks, lesson: str, form: Format) -> list[Person]:
    """Students with the numbers by which Moodle knows them in this assignment."""
    found = []
    for person in marks.people:
        known: list[tuple[str, str]] = [(ID, person.email), (EMAIL, person.email)] if person.email else []
        if person.platform_id:
            known.append((PLATFORM, person.platform_id))
        name = platform_names(course, person.id).get(lesson) if form is Format.MOODLE else None
        if name is not None and (label := NAME.fullmatch(name.label)):
            known.append((PARTICIPANT, label["number"]))
        found.append(replace(person, known_by=tuple(known)))
    return found


def _refuse_other_worksheet(table: CsvFile, people: Sequence[Person], lesson: str) -> None:
    """Raise CourseError where the numbers of participants are those of another assignment."""
    ours = {text for person in people for kind, text in person.known_by if kind == PARTICIPANT}
    cells = [PARTICIPANT_NUMBER.fullmatch(row[0].text.strip()) for row in table.rows[1:] if row]
    theirs = {found[1] for found in cells if found}
    if ours and theirs and not ours & theirs:
        raise CourseError(
            f"{table.path} is the worksheet of another assignment: nobody in it handed in {lesson}. Download "
            "the one of that assignment."
        )


def _text(row: Sequence[Cell], header: Sequence[str], names: Sequence[str]) -> str:
    return next(
        (row[column].text.strip() for column in columns_of(header, names) if row[column].text.strip()), ""
    )


def _canvas_owner(row: Sequence[Cell], header: Sequence[str]) -> Owner:
    name = _text(row, header, ("student",))
    known = [(PLATFORM, _text(row, header, ("id",)))]
    known += [(ID, _text(row, header, (each,))) for each in ("sis login id", "sis user id")]
    return Owner(name, tuple(each for each in known if each[1]), (name,))


def _moodle_owner(row: Sequence[Cell], header: Sequence[str]) -> Owner:
    known = []
    # The identifier comes first, whatever it is called in the platform's language.
    if found := PARTICIPANT_NUMBER.fullmatch(row[0].text.strip()):
        known.append((PARTICIPANT, found[1]))
    email, first, last = (_text(row, header, each) for each in (EMAILS, FIRST_NAMES, LAST_NAMES))
    known += [(EMAIL, email), (ID, email), (ID, _text(row, header, IDS))]
    name = _text(row, header, FULL_NAMES) or f"{first} {last}"
    return Owner(name, tuple(each for each in known if each[1]), (name,) if name.strip() else ())


def _is_possible(row: Sequence[Cell], header: Sequence[str]) -> bool:
    """Whether a row of Canvas says what assignments are out of: it has nobody's id."""
    return not _text(row, header, ("id",))


def _check_canvas_maximum(table: CsvFile, columns: _Columns, marks: ClassMarks) -> None:
    for row in table.rows[1:]:
        if _is_possible(row, table.header):
            for lesson, column in columns.marks.items():
                if column < len(row):
                    _check_maximum(table, lesson, row[column].text.strip(), marks.possible[lesson])


def _check_maximum(table: CsvFile, lesson: str, said: str, possible: float) -> None:
    try:
        maximum = float(said.replace(",", "."))
    except ValueError:
        return
    if abs(maximum - possible) > 0.005:
        raise CourseError(
            f"{table.path}: the platform gives {said} points for {lesson}, which is out of {possible:g}. Set "
            f"the assignment to {possible:g} points there, then download the file again."
        )
