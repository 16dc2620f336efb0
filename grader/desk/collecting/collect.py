"""Collect what students handed in, from a platform's download into the course."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from grader.classroom.course import Course
from grader.classroom.file_names import shown
from grader.classroom.grading_lock import grading_lock
from grader.desk.collecting.already_here import (
    number_in,
    students_by_name,
    students_by_number,
    students_by_platform_id,
)
from grader.desk.collecting.files import RefusedError, files_at
from grader.desk.collecting.hand_in import HandIn
from grader.desk.collecting.layouts import canvas, gradescope, hand_ins_of, ilias, moodle
from grader.desk.collecting.placing import Placed, mend, place
from grader.desk.collecting.recognising import LessonHandedIn, lessons_in
from grader.desk.collecting.roster import Match, Person, Roster, folded, read_roster, why_no_id
from grader.desk.collecting.students import enter_students
from grader.errors import CourseError

MOST_LINES = 5
# Platforms that tell one student's account from another's.
WITH_ACCOUNTS = {each.PLATFORM_NAME for each in (canvas, gradescope, ilias, moodle)}
MOST_IDS = 3

OnHandIn = Callable[[int, int], None]


@dataclass
class Collected:
    """What came of it.

    placed: by lesson and what became of them, the students. late: by lesson, those whom the platform calls
    late without saying when they handed in. unwanted: how many hand-ins hold lessons that were not asked for.
    notices: what is to be known, problems: what was refused, a line each.
    """

    platform: str = ""
    placed: dict[tuple[str, Placed], list[str]] = field(default_factory=dict)
    late: dict[str, list[str]] = field(default_factory=dict)
    unwanted: Counter[str] = field(default_factory=Counter)
    notices: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def collect(
    course: Course,
    path: Path,
    lessons: Sequence[str] = (),
    *,
    roster: Path | None = None,
    on_hand_in: OnHandIn = lambda _done, _total: None,
) -> Collected:
    """Take what a platform gave into submitted/.

    path: a zip, a folder or a notebook. lessons: only these; all when none is named. roster: a CSV file of
    who is in the class; without one, students are called as the platform calls them. on_hand_in: told how
    many of how many students are done. Raises CourseError.
    """
    _refuse_the_course(course, path)
    wanted = course.chosen(list(lessons))
    known = read_roster(roster) if roster else None
    for lesson in course.lessons:
        course.notebooks(lesson)  # says which have to be built
    collected = Collected()
    with grading_lock(course), files_at(path) as found:
        mend(course)
        collected.problems += found.refused
        hand_ins, refused = hand_ins_of(found.files, course)
        collected.problems += refused
        collected.platform = hand_ins[0].platform if hand_ins else ""
        by_student, already = _by_student(course, hand_ins, known, collected)
        if known and hand_ins and not by_student and not already:
            collected.problems.append(
                f"None of them is on {roster}, whose students are called {_first_ids(known)}. Is that the "
                "right file, and the right column of it? Nobody was entered."
            )
            return collected
        people = known.people if known else [person for person, _ in by_student]
        entered = [person for person in people if person.id not in already]
        collected.notices += _told_of_namesakes(course, entered)
        # First, so that nothing is taken where the gradebook is damaged.
        enter_students(course, entered)
        if known:
            enter_students(course, [_with_platform_id(person, theirs) for person, theirs in by_student])
        for done, (person, theirs) in enumerate(by_student):
            on_hand_in(done, len(by_student))
            _take(course, person.id, theirs, wanted, collected)
        on_hand_in(len(by_student), len(by_student))
        collected.notices += _told_of_other_lessons(collected)
        mend(course)
    return collected


def _told_of_other_lessons(collected: Collected) -> list[str]:
    """What to say of those who replaced a hand-in for another lesson than most of this download is about."""
    numbers: Counter[str] = Counter()
    for (lesson, _), students in collected.placed.items():
        numbers[lesson] += len(students)
    if len(numbers) < 2:
        return []
    (most, number), *_ = numbers.most_common(1)
    if number <= numbers.total() / 2:
        return []
    return [
        f"{', '.join(sorted(students))}: handed in {lesson} here, where most handed in {most}. It replaced "
        f"what was there for {lesson}. To take one lesson alone, name it: course collect … {most}"
        for (lesson, placed), students in sorted(collected.placed.items())
        if lesson != most and placed is Placed.REPLACED
    ]


def _refuse_the_course(course: Course, path: Path) -> None:
    """Raise CourseError where the course's own notebooks would be taken for hand-ins."""
    given = path.resolve()
    for folder in (course.source, course.release, course.autograded):
        own = folder.resolve()
        if own.is_relative_to(given) or given.is_relative_to(own):
            raise CourseError(
                f"{path} holds the course's own notebooks ({folder}). Give the zip or the folder that the "
                "platform gave you."
            )


def _by_student(
    course: Course, hand_ins: Sequence[HandIn], roster: Roster | None, collected: Collected
) -> tuple[list[tuple[Person, list[HandIn]]], Mapping[str, str]]:
    """Whose the hand-ins are, and who of the class has which other id in the course; others are refused."""
    people: dict[str, Person] = {}
    theirs: dict[str, list[HandIn]] = {}
    named: dict[str, list[HandIn]] = {}
    here, by_platform_id = students_by_number(course, collected.platform), students_by_platform_id(course)
    already: dict[str, str] = {}
    for hand_in in hand_ins:
        owner = hand_in.owner
        if canvas.is_test_student(hand_in):
            collected.notices.append(f"{owner.called} was skipped: it is Canvas' test student.")
            continue
        match = roster.find(owner) if roster else _person_without_roster(hand_in)
        if isinstance(match, str):
            collected.problems.append(f"{shown(owner.called)}: {match.rstrip('.')}.")
            continue
        person = match.person
        number = _number_of(hand_in)
        if match.by_name and (before := _other_account(hand_in, person.id, here)):
            collected.problems.append(
                f"{shown(owner.called)}: another account ({before}) has handed in for {person.id} before, "
                "and of this one only the name says so. Add the platform's numbers to the roster, and "
                "collect again."
            )
            continue
        known = here.get(number, set()) | by_platform_id.get(owner.platform_id, set())
        if others := known - {person.id}:
            already[person.id] = min(others)
            if roster is None:
                collected.problems.append(
                    f"{shown(owner.called)}: is already in the course as {min(others)}. Give the same "
                    "--roster as before."
                )
            continue
        people.setdefault(person.id, person)
        theirs.setdefault(person.id, []).append(hand_in)
        if match.by_name:
            named.setdefault(person.id, []).append(hand_in)
    if roster is None:
        _refuse_namesakes(theirs, collected)
    else:
        _refuse_doubtful(theirs, named, collected)
    for person in roster.people if roster else ():
        others = by_platform_id.get(person.platform_id, set()) - {person.id}
        if others:
            already.setdefault(person.id, min(others))
    if roster:
        collected.problems += _told_of_other_ids(already)
    return [(people[student], theirs[student]) for student in sorted(theirs)], already


def _other_account(hand_in: HandIn, student: str, here: Mapping[str, set[str]]) -> str:
    """The number of another account of Canvas' that has handed in for a student; "" where there is none.

    here: students by their numbers. Moodle numbers each student anew for each assignment.
    """
    numbers = sorted(number for number, students in here.items() if student in students)
    if hand_in.platform != canvas.PLATFORM_NAME or _number_of(hand_in) in numbers:
        return ""
    return next(iter(numbers), "")


def _number_of(hand_in: HandIn) -> str:
    return next((number_in(hand_in.platform, label) for label in hand_in.labels.values()), "")


def _told_of_other_ids(already: Mapping[str, str]) -> list[str]:
    """What to say of students whom the roster calls otherwise than the course does, by their ids on it."""
    pairs = [f"{student} is {other}" for student, other in sorted(already.items())]
    if len(pairs) > MOST_IDS:
        return [
            f"{len(pairs)} students are in the course under other ids than in this roster: "
            f"{', '.join(pairs[:MOST_IDS])} and so on. Collect with the roster you used before, or write the "
            "ids it had into this one."
        ]
    return [
        f"{shown(student)}: is already in the course as {other}. Write {other} into the roster as the id, "
        f"and collect again. (course forget {other} would remove the student's hand-ins and marks.)"
        for student, other in sorted(already.items())
    ]


def _refuse_namesakes(theirs: dict[str, list[HandIn]], collected: Collected) -> None:
    """Refuse those whom only a roster tells apart: one name with several of a platform's numbers.

    Names that differ in capital letters only are one, as they are the same folder on some machines.
    """
    alike: dict[str, list[str]] = {}
    for student in theirs:
        alike.setdefault(folded(student), []).append(student)
    for students in alike.values():
        hand_ins = [each for student in students for each in theirs[student]]
        if len(students) > 1 or len({each.owner.known_by for each in hand_ins}) > 1:
            collected.problems += [
                f"{shown(each.owner.called)}: another student has the same name. "
                "Tell them apart with --roster."
                for each in hand_ins
            ]
            for student in students:
                del theirs[student]


def _refuse_doubtful(
    theirs: dict[str, list[HandIn]], named: dict[str, list[HandIn]], collected: Collected
) -> None:
    """Refuse hand-ins that only a name gives to a student, where another account hands in for them as well.

    named: those of each student that only a name gives to them. Whoever takes a classmate's name must not
    replace what the classmate has handed in.
    """
    for student, doubtful in named.items():
        accounts = {each.owner.known_by for each in theirs[student] if each.platform in WITH_ACCOUNTS}
        if len(accounts) < 2:
            continue
        collected.problems += [
            f"{shown(each.owner.called)}: several accounts hand in for {student}, and of this one only the "
            "name says so. Add what the platform calls the student to the roster, and collect again."
            for each in doubtful
        ]
        theirs[student] = [each for each in theirs[student] if each not in doubtful]
        if not theirs[student]:
            del theirs[student]


def _told_of_namesakes(course: Course, people: Sequence[Person]) -> list[str]:
    """What to say of those whose name somebody else in the course has, perhaps from another platform."""
    by_name, by_platform_id = students_by_name(course), students_by_platform_id(course)
    numbered = set().union(*by_platform_id.values())
    own = {person.id for person in people}
    found = []
    for person in people:
        name = f"{person.first_name} {person.last_name}"
        others = by_name.get(folded(name), set()) - own
        if person.platform_id:
            # The platform tells them apart.
            others -= numbered - by_platform_id.get(person.platform_id, set())
        if person.first_name and person.last_name and others:
            found.append(
                f"{person.id}: {shown(name)} is already in the course as {min(others)}. If they are one "
                "student, choose one of the two ids, write it into the roster that you collect with, run "
                "course forget for the other, and collect again."
            )
    return found


def _person_without_roster(hand_in: HandIn) -> Match | str:
    owner = hand_in.owner
    if why := why_no_id(owner.own_id):
        because = f" ({why})" if owner.own_id else ""
        return f"its name does not identify a student{because}. Name the students with --roster"
    student = unicodedata.normalize("NFC", owner.own_id)
    person = Person(student, owner.first_name, owner.last_name, owner.email, owner.platform_id)
    return Match(person, by_name=False)


def _first_ids(roster: Roster) -> str:
    """Some ids of a roster, for its owner to recognise."""
    ids = [shown(person.id) for person in roster.people[:MOST_IDS]]
    return f"{', '.join(ids)}{' and so on' if len(roster.people) > MOST_IDS else ''}"


def _with_platform_id(person: Person, hand_ins: Sequence[HandIn]) -> Person:
    platform_id = person.platform_id or hand_ins[0].owner.platform_id
    return Person(person.id, platform_id=platform_id)


def _take(
    course: Course, student: str, hand_ins: Sequence[HandIn], wanted: Sequence[str], collected: Collected
) -> None:
    """Take the newest hand-in of each lesson of one student."""
    by_lesson: dict[str, list[LessonHandedIn]] = {}
    for hand_in in hand_ins:
        try:
            found = lessons_in(hand_in, course, wanted)
        except RefusedError as error:
            collected.problems.append(f"{student}: {error}")
            continue
        collected.notices += [f"{student}: {notice}" for notice in _first_of(found.notices)]
        collected.problems += [f"{student}: {problem}" for problem in _first_of(found.problems)]
        collected.unwanted.update(found.unwanted)
        for each in found.lessons:
            by_lesson.setdefault(each.lesson, []).append(each)
    for lesson, several in by_lesson.items():
        newest = max(several, key=_order)
        left = [each for each in several if each.files != newest.files]
        if left:
            collected.notices.append(
                f"{student}, {lesson}: handed in {len(several)} times; the newest counts"
                f" ({newest.label or newest.hand_in.owner.called})."
            )
        try:
            placed = place(course, student, newest)
        except RefusedError as error:
            collected.problems.append(f"{student}, {lesson}: {error}")
            continue
        collected.placed.setdefault((lesson, placed), []).append(student)
        counts = placed is not Placed.OLDER
        if counts and newest.hand_in.is_late and newest.hand_in.handed_in_at is None:
            collected.late.setdefault(lesson, []).append(student)


def _first_of(lines: Sequence[str]) -> list[str]:
    """The first lines of one hand-in: a thousand of one must not hide those of others."""
    more = len(lines) - MOST_LINES
    return [*lines[:MOST_LINES], *([f"{more:,} more lines like these."] if more > 0 else [])]


def _order(handed_in: LessonHandedIn) -> tuple[datetime, int, datetime, int, str]:
    return (
        handed_in.hand_in.handed_in_at or datetime.min,
        handed_in.number or 0,
        handed_in.changed or datetime.min,
        handed_in.copy,
        handed_in.label,
    )
