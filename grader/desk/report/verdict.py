"""The report in a few sentences: how it stands, and what to do next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from grader.desk.report.class_report import ClassReport
from grader.desk.report.notices import Kind
from grader.desk.report.statistics import Counted
from grader.sentences import counted

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
    headline = f"{graded} of {counted(handed_in, 'hand-in')} {_is(graded)} graded"
    if changed:
        headline += f"; {changed} {'was' if changed == 1 else 'were'} handed in again since"
    if waiting:
        headline += f"; {counted(waiting, 'answer')} {'waits' if waiting == 1 else 'wait'} for you"
    talk = to_talk_about(report)
    said = f"The exercise to talk about is {talk.exercise.title}: {_why(talk)}." if talk else ""
    return Verdict(f"{headline}.", _absent(report), said, tuple(_to_do(report, waiting, talk)))


def _absent(report: ClassReport) -> str:
    number = len(report.absent)
    have = "has" if number == 1 else "have"
    return (
        f"{number} of {counted(len(report.students), 'student')} {have} handed in nothing" if number else ""
    )


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
    numbers = _numbers(report)
    found = [told.of(numbers[kind]) for kind, told in TOLD_FIRST.items() if numbers[kind]]
    if waiting:
        found.append(TOLD_OF_WAITING.of(waiting))
    if talk:
        back = f" The lesson explains it under “{talk.exercise.section}”." if talk.exercise.section else ""
        found.append(
            ToDo(
                f"Talk about {talk.exercise.title} in {talk.exercise.lesson}",
                f"{talk.how_many_not_right}.{back}",
                "mistakes",
            )
        )
    return [*found, *(told.of(numbers[kind]) for kind, told in TOLD_LAST.items() if numbers[kind])]


@dataclass(frozen=True)
class Told:
    """What to say of so many things: what they are called, what one or several of them do, how to go on."""

    noun: str
    one: str
    several: str
    how: str
    how_with_several: str = ""
    part: str = "hand-ins"

    def of(self, number: int) -> ToDo:
        """What to do about so many."""
        does = self.one if number == 1 else self.several
        how = self.how if number == 1 else self.how_with_several or self.how
        return ToDo(f"{counted(number, self.noun)} {does}", how, self.part)


TOLD_FIRST = {
    Kind.NOT_GRADED: Told(
        "hand-in",
        "is not graded",
        "are not graded",
        "The reason says whether to ask for it again or to run course grade.",
        "The reasons say whether to ask for them again or to run course grade.",
    ),
    Kind.CHANGED: Told(
        "hand-in", "is newer than its marks", "are newer than their marks", "Grade again: course grade"
    ),
    Kind.INCOMPLETE: Told(
        "hand-in", "lacks a notebook", "lack a notebook", "Ask for it: what is missing earns nothing."
    ),
}
TOLD_OF_WAITING = Told(
    "answer",
    "waits to be marked",
    "wait to be marked",
    "Run jupyter lab in the course's folder; then Nbgrader, Formgrader, Manual Grading.",
    part="by-hand",
)
TOLD_LAST = {
    Kind.SUSPICIOUS: Told(
        "check",
        "passed where it had to fail",
        "passed where they had to fail",
        "It earned no marks. Read this notebook.",
        "They earned no marks. Read these notebooks.",
    ),
    Kind.UNPROTECTED: Told(
        "hand-in",
        "ran without protection",
        "ran without protection",
        "Grade again behind the wall before you trust these marks: course grade --force",
    ),
    Kind.STOPPED: Told(
        "exercise",
        "was stopped",
        "were stopped",
        "Too slow, too large, or Python itself ended. See whether the answer is at fault.",
    ),
}


def _numbers(report: ClassReport) -> Counter[Kind]:
    """How many hand-ins there are to look at, by the reason."""
    found: Counter[Kind] = Counter()
    for lesson in report.lessons:
        for notice in lesson.notices:
            found[notice.kind] += len(notice.students)
    return found


def _is(number: int) -> str:
    return "is" if number == 1 else "are"
