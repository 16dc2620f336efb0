"""The report as one page: a file that loads nothing, and runs only its own small script."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from statistics import mean, median
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from grader.atomic import writing
from grader.classroom.records import remembered_sentence
from grader.desk.names import readable
from grader.desk.report.class_report import ClassReport, Entry, LessonReport
from grader.desk.report.notices import TO_DO, Kind
from grader.desk.report.pictures import bar, histogram, strip
from grader.desk.report.statistics import Counted
from grader.desk.report.verdict import to_talk_about, verdict
from grader.errors import CourseError

TITLE = "Report: "
# Where a page has its title.
HEAD_BYTES = 2000
LEVELS = 6
# More rare mistakes of one exercise are counted only.
MOST_RARE = 20


@dataclass(frozen=True)
class Row:
    """One student's row of the table of marks.

    has_namesake: whether the name does not say who it is. entries: in the order of the lessons.
    """

    student: str
    name: str
    has_namesake: bool
    entries: Sequence[Entry | None]

    @property
    def total(self) -> float | None:
        """The points of all lessons; None where nothing is graded."""
        graded = [entry.points for entry in self.entries if entry]
        return sum(graded) if graded else None


def page(report: ClassReport) -> str:
    """The page of a report, as HTML."""
    style, script = _read("page.css"), _read("page.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    talk = to_talk_about(report)
    made: str = _template().render(
        report=report,
        title=TITLE,
        verdict=verdict(report),
        talk=talk.exercise if talk else None,
        policy=policy,
        style=Markup(style),
        script=Markup(script),
        rows=_rows(report),
        sums=_sums(report),
        kinds=[kind for kind in Kind if any(n.kind is kind for each in report.lessons for n in each.notices)],
        to_do=TO_DO,
        mistakes=_mistakes(report),
        most_rare=MOST_RARE,
        bar=bar,
        histograms=_histograms(report),
        strips=_strips(report),
        remembered=remembered_sentence(report.remembered_seconds),
        level=_level,
        levels=LEVELS,
        waits=any(lesson.waits for lesson in report.lessons),
    )
    return made


def refuse_other_file(path: Path) -> None:
    """Raise CourseError where a page would take the place of anything but an earlier report."""
    if path.suffix.lower() != ".html":
        raise CourseError(f"{path} is not a name for the page. Give one that ends in .html.")
    if path.is_file():
        with writing(path), path.open("rb") as file:
            is_report = f"<title>{TITLE}".encode() in file.read(HEAD_BYTES)
    else:
        is_report = not path.exists()
    if not is_report:
        raise CourseError(f"{path} is there already, and is not an earlier report. Choose another name.")


def _rows(report: ClassReport) -> list[Row]:
    return [
        Row(
            student,
            name := report.names.get(student, ""),
            report.called(student) not in (student, name),
            [each.entries.get(student) for each in report.lessons],
        )
        for student in report.students
    ]


def _sums(report: ClassReport) -> list[float | None]:
    """The average share of each lesson."""
    return [mean(lesson.shares) if lesson.shares else None for lesson in report.lessons]


def _mistakes(report: ClassReport) -> list[Counted]:
    """The exercises in which something went wrong, that with the commonest mistake first."""
    found = [each for lesson in report.lessons for each in lesson.exercises.values() if each.seen]
    return sorted(
        found, key=lambda each: (-len(each.commonest.students) if each.commonest else 0, -each.not_right)
    )


def _histograms(report: ClassReport) -> list[tuple[LessonReport, Markup, str]]:
    return [
        (lesson, histogram(lesson.shares, lesson.name), _middle(median(lesson.shares)))
        for lesson in report.lessons
        if lesson.shares
    ]


def _middle(share: float) -> str:
    if share == 1:
        return "at least half have full marks"
    return f"half have {_percent(share)} or more"


def _strips(report: ClassReport) -> list[tuple[LessonReport, Markup]]:
    known = [lesson.seconds for lesson in report.lessons if lesson.seconds]
    shortest = min((each.shortest for each in known), default=0.0)
    longest = max((each.longest for each in known), default=0.0)
    return [(lesson, strip(lesson.seconds, shortest, longest)) for lesson in report.lessons if lesson.seconds]


def _level(share: float) -> int:
    """Which of the shades a share of the points has."""
    return min(int(share * LEVELS), LEVELS - 1)


def _breakable(name: str) -> Markup:
    """A lesson's name that may be broken after each underscore."""
    return escape(readable(name)).replace("_", Markup("_<wbr>"))


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _points(number: float) -> str:
    return f"{round(number, 2):g}"


def _seconds(number: float) -> str:
    return f"{number:.0f} s" if number >= 10 else f"{number:.1f} s"


@cache
def _template() -> Any:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    filters: dict[str, Callable[..., str]] = {
        "points": _points,
        "percent": _percent,
        "seconds": _seconds,
        "readable": readable,
        "breakable": _breakable,
    }
    environment.filters.update(filters)
    return environment.from_string(_read("page.html.j2"))


@cache
def _read(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
