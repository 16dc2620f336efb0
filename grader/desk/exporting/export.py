"""Write the marks of a class into a file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.atomic import write_bytes, writing
from grader.classroom.changes import has_changed
from grader.classroom.course import Course
from grader.classroom.lesson import Lesson, limits_of
from grader.classroom.records import Record, read_record
from grader.desk.collecting.platform_names import is_late
from grader.desk.collecting.roster import Person
from grader.desk.csv_file import CsvFile, written
from grader.desk.exporting.filling_in import fill_in
from grader.desk.exporting.formats import Format
from grader.desk.exporting.marks import ClassMarks, LessonMarks, class_marks
from grader.errors import CourseError
from grader.sentences import some

FOLDER = "exports"
MOST_NAMED = 5
NAMES = {
    Format.CSV: "marks.csv",
    Format.CANVAS: "marks-canvas.csv",
    Format.MOODLE: "marks-moodle.csv",
    Format.JSON_LINES: "marks.jsonl",
}

# Part marks add up to a little more or less.
ROUNDING = 1e-6
# What was recorded of hand-ins, by student and lesson.
Records = Mapping[tuple[str, str], Record]


@dataclass(frozen=True)
class Exported:
    """What was written. students: how many. notices: what is to be known. problems: what is missing."""

    path: Path
    students: int
    notices: Sequence[str]
    problems: Sequence[str]


def export(course: Course, lessons: Sequence[str], form: Format, into: Path | None = None) -> Exported:
    """Write exports/<format>, with the marks of these lessons.

    into: the platform's own CSV file: its copy is filled in, and nothing else in it changes. Raises
    CourseError; nothing is written then.
    """
    if into is not None and form not in (Format.CANVAS, Format.MOODLE):
        raise CourseError("--into takes a file of a platform: add --format canvas or --format moodle.")
    marks = class_marks(course, lessons)
    graded = [lesson for lesson in lessons if lesson in marks.possible]
    records = {
        key: record for key in marks.marks if (record := read_record(course, key[1], key[0])) is not None
    }
    newer = _handed_in_again(course, records)
    problems = [*_told_of_other_points(marks, records), *_told_of_too_many_points(marks)]
    notices = [*_notices(marks, newer), *_told_of_ungraded(course, marks)]
    ungraded = [lesson for lesson in lessons if lesson not in marks.possible]
    if ungraded and len(lessons) < len(course.lessons):
        notices.append(f"Nothing is graded of {', '.join(ungraded)}. Run: course grade {' '.join(ungraded)}")
    students = len(marks.people)
    if into is not None:
        filled = fill_in(course, marks, graded, form, into)
        content, students, name = filled.table.content(), filled.students, into.name
        problems += filled.problems
        if filled.left_out:
            notices.append(
                f"{into} has no column for {', '.join(filled.left_out)}, so those marks are not in."
            )
    else:
        match form:
            case Format.CSV:
                content = _plain(course, marks, graded)
            case Format.CANVAS:
                content = _canvas(marks, graded)
            case Format.MOODLE:
                content = _moodle(marks, graded)
            case Format.JSON_LINES:
                content = _json_lines(course, marks, graded, newer)
        name = NAMES[form]
    path = course.root / FOLDER / name
    if into is not None and path.resolve() == into.resolve():
        raise CourseError(f"{into} is where the filled-in copy would go. Move it elsewhere first.")
    with writing(path):
        path.parent.mkdir(exist_ok=True)
        write_bytes(path, content)
    return Exported(path, students, notices, problems)


def _handed_in_again(course: Course, records: Records) -> set[tuple[str, str]]:
    """The students and lessons whose marks are of an earlier hand-in."""
    lessons = {lesson for _, lesson in records}
    opened = {lesson: Lesson(course, lesson, limits_of(course, lesson, {})) for lesson in lessons}
    return {key for key, record in records.items() if has_changed(opened[record.lesson], record)}


def _told_of_other_points(marks: ClassMarks, records: Records) -> list[str]:
    """What to say of students who were graded when an exercise had other points than it has now."""
    before: dict[str, set[str]] = {}
    for (student, lesson), record in records.items():
        now = sorted((each.name, each.possible) for each in marks.marks[student, lesson].exercises)
        if sorted((cell.name, cell.possible) for cell in record.cells) != now:
            before.setdefault(lesson, set()).add(student)
    return [
        f"Graded before the points of {lesson} changed, so these marks are out of other points: "
        f"{_some(students)}. Run: course grade {lesson}"
        for lesson, students in sorted(before.items())
    ]


def _told_of_too_many_points(marks: ClassMarks) -> list[str]:
    """What to say of marks above what there is to be had, as a mark by hand may be once points change."""
    return [
        f"{student} has {number(each.points)} of {number(each.possible)} points for {each.name} of {lesson}. "
        "Mark it again in Formgrader."
        for (student, lesson), given in sorted(marks.marks.items())
        for each in given.exercises
        if each.points is not None and each.points > each.possible + ROUNDING
    ]


def _told_of_ungraded(course: Course, marks: ClassMarks) -> list[str]:
    """What to say of students who have handed in a lesson of these and have no marks for it."""
    found = []
    for lesson in marks.possible:
        ungraded = {student for student in course.students(lesson) if (student, lesson) not in marks.marks}
        if ungraded:
            found.append(
                f"Handed in and not graded, so without marks for {lesson} here: {_some(ungraded)}. "
                f"To see what is wrong, run: course grade {lesson}"
            )
    return found


def _notices(marks: ClassMarks, newer: Set[tuple[str, str]]) -> list[str]:
    notices = []
    if newer:
        lessons = " ".join(sorted({lesson for _, lesson in newer}))
        notices.append(
            f"Handed in again after grading, so these marks are of what came before: "
            f"{_some({student for student, _ in newer})}. Run: course grade {lessons}"
        )
    if waiting := {each.student for each in marks.marks.values() if each.waits}:
        notices.append(f"Some answers still wait to be marked by hand and count as 0 here: {_some(waiting)}.")
    return notices


def _some(students: Set[str]) -> str:
    return some(sorted(students), MOST_NAMED)


def number(value: float) -> str:
    """Marks as text: no more digits than needed."""
    return f"{round(value, 2):g}" if abs(value) < 1e6 else str(round(value, 2))


def _points(marks: ClassMarks, student: str, lesson: str) -> str:
    found = marks.marks.get((student, lesson))
    return number(found.points) if found else ""


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    # Without the byte-order mark, Excel takes accents for other letters.
    made = [[written(text) for text in row] for row in (header, *rows)]
    return CsvFile(Path(), made, mark=b"\xef\xbb\xbf").content()


def _plain(course: Course, marks: ClassMarks, lessons: Sequence[str]) -> bytes:
    header = ["id", "last name", "first name", "email"]
    header += [f"{lesson} (of {number(marks.possible[lesson])})" for lesson in lessons]
    rows = []
    for person in marks.people:
        points = [_points(marks, person.id, lesson) for lesson in lessons]
        earned = [each for lesson in lessons if (each := marks.marks.get((person.id, lesson)))]
        rows.append(
            [
                *(person.id, person.last_name, person.first_name, person.email),
                *points,
                number(sum(each.points for each in earned)),
                ", ".join(each.lesson for each in earned if _is_late(course, each)),
            ]
        )
    return _table([*header, "sum", "late"], rows)


def _is_late(course: Course, given: LessonMarks) -> bool:
    return given.is_overdue or is_late(course, given.student, given.lesson)


def _canvas(marks: ClassMarks, lessons: Sequence[str]) -> bytes:
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *lessons]
    possible = ["    Points Possible", "", "", "", "", *(number(marks.possible[each]) for each in lessons)]
    rows = [
        [_last_first(person), person.platform_id, "", person.id, ""]
        + [_points(marks, person.id, lesson) for lesson in lessons]
        for person in marks.people
    ]
    return _table(header, [possible, *rows])


def _last_first(person: Person) -> str:
    return ", ".join(each for each in (person.last_name, person.first_name) if each) or person.id


def _moodle(marks: ClassMarks, lessons: Sequence[str]) -> bytes:
    header = ["First name", "Last name", "ID number", "Email address", *lessons]
    rows = [
        [person.first_name, person.last_name, person.id, person.email]
        + [_points(marks, person.id, lesson) for lesson in lessons]
        for person in marks.people
    ]
    return _table(header, rows)


def _json_lines(
    course: Course, marks: ClassMarks, lessons: Sequence[str], newer: Set[tuple[str, str]]
) -> bytes:
    people = {person.id: person for person in marks.people}
    lines = []
    for student, lesson in sorted(marks.marks):
        if lesson not in lessons:
            continue
        given = marks.marks[student, lesson]
        record = read_record(course, lesson, student)
        seen = {cell.name: cell for cell in record.cells} if record else {}
        person = people[student]
        exercises: list[dict[str, Any]] = []
        for each in given.exercises:
            cell = seen.get(each.name)
            exercises.append(
                {
                    "exercise": each.name,
                    "notebook": each.notebook,
                    "points": each.points,
                    "possible": each.possible,
                    "extra_credit": each.extra,
                    "by_hand": each.by_hand,
                    "comment": each.comment,
                    "outcome": cell.outcome.value if cell else None,
                    "slips": list(cell.slips) if cell else [],
                    "relation": cell.relation if cell else "",
                    "message": cell.message if cell else "",
                }
            )
        lines.append(
            {
                "student": student,
                "first_name": person.first_name,
                "last_name": person.last_name,
                "email": person.email,
                "lesson": lesson,
                "points": given.points,
                "possible": given.possible,
                "late": _is_late(course, given),
                "late_penalty": given.late_penalty,
                "handed_in_at": given.handed_in_at.isoformat() + "Z" if given.handed_in_at else None,
                "waits_for_hand": given.waits,
                "handed_in_again": (student, lesson) in newer,
                "graded_unprotected": _is_unprotected(record.run) if record else None,
                "graded_at": record.graded_at if record else None,
                "findings": list(record.findings) if record else [],
                "problem": record.problem if record else "",
                "exercises": exercises,
            }
        )
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode("utf-8", "replace")


def _is_unprotected(run: dict[str, Any]) -> bool | None:
    limits = run.get("limits")
    return not limits["wall"] if isinstance(limits, dict) and "wall" in limits else None
