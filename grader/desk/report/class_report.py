"""Make the report on a class: read what grading left, and keep figures and examples of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from grader.classroom.course import Course
from grader.classroom.lesson import Lesson, limits_of
from grader.desk.names import called
from grader.desk.report.advice import advice_of
from grader.desk.report.exercises import exercises_of
from grader.desk.report.gather import HandIn, hand_ins, how_many
from grader.desk.report.marks_of_class import GivenMarks, marks_of_lesson, names_of_students, opened
from grader.desk.report.notices import Kind, Notice, NoticeCollector
from grader.desk.report.similar import Alike, Answers
from grader.desk.report.statistics import Counted, Spread, spread
from grader.errors import CourseError


@dataclass(frozen=True)
class Entry:
    """The marks of one student in one lesson, after what being late costs. marked: the points of what is."""

    points: float
    possible: float
    marked: float
    is_late: bool
    waits: bool
    is_protected: bool

    @property
    def share(self) -> float | None:
        """The share of the points of what is marked, from 0 to 1; None where nothing is."""
        return min(max(self.points / self.marked, 0.0), 1.0) if self.marked else None


@dataclass(frozen=True)
class LessonReport:
    """One lesson.

    exercises: by the ids of graded cells. entries: by student, those graded. seconds: what their cells ran.
    remembered_seconds: how much longer all of them would have run if no training had been known.
    """

    name: str
    exercises: Mapping[str, Counted]
    entries: Mapping[str, Entry]
    seconds: Spread | None
    remembered_seconds: float
    notices: Sequence[Notice]
    alike: Sequence[Alike]

    @property
    def handed_in(self) -> int:
        """How many hand-ins there are, graded or not."""
        ungraded = {student for each in self.ungraded for student in each.students}
        return len(self.entries) + len(ungraded)

    @property
    def possible(self) -> float:
        """The points to be had."""
        return max((entry.possible for entry in self.entries.values()), default=0.0)

    @property
    def shares(self) -> list[float]:
        """The share that each student has of the points of what is marked."""
        shares = (entry.share for entry in self.entries.values())
        return [share for share in shares if share is not None]

    @property
    def waits(self) -> bool:
        """Whether some answers wait to be marked."""
        return any(entry.waits for entry in self.entries.values())

    @property
    def ungraded(self) -> list[Notice]:
        """Why hand-ins have no marks."""
        return [notice for notice in self.notices if notice.kind is Kind.NOT_GRADED]


@dataclass(frozen=True)
class ClassReport:
    """The report on a class. names: of everybody in the gradebook by id, "" where none is known."""

    course: str
    made_at: datetime
    lessons: Sequence[LessonReport]
    names: Mapping[str, str]

    @property
    def remembered_seconds(self) -> float:
        """How much longer the cells of all hand-ins would have run if no training had been known."""
        return sum(lesson.remembered_seconds for lesson in self.lessons)

    @property
    def students(self) -> list[str]:
        """Everybody in the class, whether they handed something in or not."""
        return sorted({*self.names, *self._handed_in})

    @property
    def absent(self) -> list[str]:
        """Those who handed in nothing of these lessons."""
        return sorted(self.names.keys() - self._handed_in)

    def called(self, student: str) -> str:
        """What to call a student where there is room for one name."""
        return self._called.get(student, student)

    @cached_property
    def _called(self) -> dict[str, str]:
        return called(self.names)

    @property
    def _handed_in(self) -> set[str]:
        found = {student for lesson in self.lessons for student in lesson.entries}
        for lesson in self.lessons:
            found.update(student for notice in lesson.ungraded for student in notice.students)
        return found


def class_report(
    course: Course, names: Sequence[str], on_progress: Callable[[int, int], None]
) -> ClassReport:
    """Report on these lessons; those that nobody handed in are left out.

    on_progress: told how many hand-ins of how many are read. Raises CourseError, also
    where nothing is graded.
    """
    expected = {name: how_many(course, name) for name in names}
    total, done = sum(expected.values()), 0
    lessons = []
    if not any((course.reports / name).is_dir() for name in names):
        raise CourseError(course.told_of_ungraded(names))

    def advance() -> None:
        nonlocal done
        done += 1
        on_progress(done, total)

    with opened(course) as gradebook:
        known = names_of_students(gradebook)
        for name in names:
            if expected[name]:
                lesson = Lesson(course, name, limits_of(course, name, {}))
                lessons.append(_lesson_report(lesson, marks_of_lesson(gradebook, name), advance))
    if not any(lesson.entries for lesson in lessons):
        raise CourseError(course.told_of_ungraded(names))
    return ClassReport(course.name, datetime.now().astimezone(), lessons, known)


def _lesson_report(
    lesson: Lesson, given: Mapping[str, GivenMarks], advance: Callable[[], None]
) -> LessonReport:
    exercises = exercises_of(lesson)
    advice = advice_of(lesson.modules)
    counted = {cell: Counted(exercise) for cell, exercise in exercises.items()}
    noticed, answers = NoticeCollector(lesson.name, exercises), Answers(lesson)
    entries: dict[str, Entry] = {}
    seconds: dict[str, float] = {}
    full_seconds: dict[str, float] = {}
    remembered_seconds = 0.0
    for hand_in in hand_ins(lesson, given, advance):
        noticed.add(hand_in)
        if not isinstance(hand_in, HandIn):
            continue
        record = hand_in.record
        for cell in record.cells:
            if cell.name in counted:
                counted[cell.name].add(record.student, cell, advice)
        answers.add(record.student, {cell.name: cell.points == cell.possible for cell in record.cells})
        seconds[record.student] = record.cell_seconds
        full_seconds[record.student] = record.full_seconds
        remembered_seconds += record.remembered_seconds
        entries[record.student] = Entry(
            hand_in.points,
            record.max_score,
            hand_in.marked,
            hand_in.is_late,
            record.waits_for_hand,
            hand_in.is_protected,
        )
    # Whoever asks for a training first waits for it, and is not slow for that.
    notices = noticed.notices(spread(full_seconds))
    return LessonReport(
        lesson.name,
        counted,
        entries,
        spread(seconds),
        remembered_seconds,
        notices,
        answers.alike(),
    )
