"""The report in a few sentences: how it stands, and what to do next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from grader.desk.report.class_report import ClassReport
from grader.desk.report.notices import Kind
from grader.desk.report.statistics import Counted

# So many students with one mistake, and one of so many of the class, are worth the class's time.
FEWEST, ONE_OF = 3, 10


@dataclass(frozen=True)
class ToDo:
    """One thing to do. part: the part of the page that shows more."""

    what: str
    how: str
    part: str


@dataclass(frozen=True)
class Verdict:
    """headline: how far grading is. absent: how many handed in nothing, or "". talk: which exercise to talk
    about, or "". to_do: the most urgent first.
    """

    headline: str
    absent: str
    talk: str
    to_do: tuple[ToDo, ...]


def verdict(report: ClassReport) -> Verdict:
    """What to know and to do first."""
    graded = sum(len(lesson.entries) for lesson in report.lessons)
    handed_in = sum(lesson.handed_in for lesson in report.lessons)
    waiting = sum(len(each.waiting) for each in _counted(report))
    changed = _numbers(report)[Kind.CHANGED]
    headline = f"{graded} of {_of(handed_in, 'hand-in')} {_is(graded)} graded"
    if changed:
        headline += f"; {changed} {'was' if changed == 1 else 'were'} handed in again since"
    if waiting:
        headline += f"; {_of(waiting, 'answer')} {'waits' if waiting == 1 else 'wait'} for you"
    talk = to_talk_about(report)
    said = f"The exercise to talk about is {talk.exercise.title}: {_why(talk)}." if talk else ""
    return Verdict(f"{headline}.", _absent(report), said, tuple(_to_do(report, waiting, talk)))


def _absent(report: ClassReport) -> str:
    number = len(report.absent)
    have = "has" if number == 1 else "have"
    return f"{number} of {_of(len(report.students), 'student')} {have} handed in nothing" if number else ""


def to_talk_about(report: ClassReport) -> Counted | None:
    """The exercise in which most students have one mistake, or else which fewest got right."""

    def same(each: Counted) -> int:
        return len(each.commonest.students) if each.commonest else 0

    common = [each for each in _counted(report) if _is_common(each, same(each))]
    if common:
        return max(common, key=lambda each: (same(each), each.not_right))
    hard = [each for each in _counted(report) if _is_common(each, each.not_right)]
    return max(hard, key=lambda each: each.not_right / each.all, default=None)


def _is_common(counted: Counted, students: int) -> bool:
    return students >= max(FEWEST, counted.all / ONE_OF)


def _counted(report: ClassReport) -> list[Counted]:
    return [each for lesson in report.lessons for each in lesson.exercises.values()]


def _why(talk: Counted) -> str:
    if talk.commonest and _is_common(talk, len(talk.commonest.students)):
        shown = talk.commonest.what.rstrip(".")
        return f"{len(talk.commonest.students)} of {talk.all} have the same mistake, “{shown}”"
    return talk.how_many_not_right


def _to_do(report: ClassReport, waiting: int, talk: Counted | None) -> list[ToDo]:
    found = []
    numbers = _numbers(report)
    if number := numbers[Kind.NOT_GRADED]:
        found.append(
            ToDo(
                f"{_of(number, 'hand-in')} {_is(number)} not graded",
                "The reason says whether to ask for it again or to run course grade."
                if number == 1
                else "The reasons say whether to ask for them again or to run course grade.",
                "hand-ins",
            )
        )
    if number := numbers[Kind.CHANGED]:
        their = "its" if number == 1 else "their"
        found.append(
            ToDo(
                f"{_of(number, 'hand-in')} {_is(number)} newer than {their} marks",
                "Grade again: course grade",
                "hand-ins",
            )
        )
    if number := numbers[Kind.INCOMPLETE]:
        found.append(
            ToDo(
                f"{_of(number, 'hand-in')} {'lacks' if number == 1 else 'lack'} a notebook",
                "Ask for it: what is missing earns nothing.",
                "hand-ins",
            )
        )
    if waiting:
        found.append(
            ToDo(
                f"{_of(waiting, 'answer')} {'waits' if waiting == 1 else 'wait'} to be marked",
                "Run jupyter lab in the course's folder; then Nbgrader, Formgrader, Manual Grading.",
                "by-hand",
            )
        )
    if talk:
        back = f" The lesson explains it under “{talk.exercise.section}”." if talk.exercise.section else ""
        found.append(
            ToDo(
                f"Talk about {talk.exercise.title} in {talk.exercise.lesson}",
                f"{talk.how_many_not_right}.{back}",
                "mistakes",
            )
        )
    if number := numbers[Kind.SUSPICIOUS]:
        found.append(
            ToDo(
                f"{_of(number, 'check')} could not fail where {'it' if number == 1 else 'they'} must",
                "They earned no marks. Read these notebooks.",
                "hand-ins",
            )
        )
    if number := numbers[Kind.UNPROTECTED]:
        found.append(
            ToDo(
                f"{_of(number, 'hand-in')} ran without protection",
                "Grade again behind the wall before you trust these marks: course grade --force",
                "hand-ins",
            )
        )
    if number := numbers[Kind.STOPPED]:
        found.append(
            ToDo(
                f"{_of(number, 'exercise')} {'was' if number == 1 else 'were'} stopped",
                "Too slow, too large, or Python itself ended. See whether the answer is at fault.",
                "hand-ins",
            )
        )
    return found


def _numbers(report: ClassReport) -> Counter[Kind]:
    """How many hand-ins there are to look at, by the reason."""
    found: Counter[Kind] = Counter()
    for lesson in report.lessons:
        for notice in lesson.notices:
            found[notice.kind] += len(notice.students)
    return found


def _of(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _is(number: int) -> str:
    return "is" if number == 1 else "are"
