"""`course report`: how a class did, on the terminal and as one page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from grader.atomic import write_text, writing
from grader.classroom.course import Course
from grader.classroom.records import remembered_sentence
from grader.commands import display
from grader.desk.report.class_report import ClassReport, Entry, LessonReport, class_report
from grader.desk.report.page import page, refuse_other_file
from grader.desk.report.statistics import Counted
from grader.desk.report.verdict import verdict
from grader.sentences import some

MOST_STUDENTS = 5
# Where there is less room, a bar would break the words beside it.
BAR, WIDTH_FOR_BARS = 20, 100


def report_and_show(course: Course, lessons: Sequence[str], output: Path) -> None:
    """Show the report and write its page. Raises CourseError, also where the page cannot be written."""
    refuse_other_file(output)
    with display.step("Reading hand-ins", 1) as step:
        report = class_report(course, lessons, step.of)
    with writing(output):
        output.parent.mkdir(parents=True, exist_ok=True)
        write_text(output, page(report))
    show = display.console.print
    show(_marks(report))
    tables = _mistakes(report), _hand_ins(report), _times(report), _alike(report)
    for table in (*map(_exercises, report.lessons), *tables):
        if table.row_count:
            show(table)
    said = verdict(report)
    display.note("")
    display.note(said.headline)
    if said.absent:
        display.note(f"{said.absent}: {some(report.absent, MOST_STUDENTS)}.")
    if said.talk:
        display.note(said.talk)
    for number, each in enumerate(said.to_do, start=1):
        display.note(f"  {number}. {each.what}. {each.how}")
    display.note(f"As a page: {output}")


def _text(text: str) -> str:
    return escape(display.printable(text))


def _table(title: str, *headings: str, numbers: Iterable[str] = ()) -> Table:
    table = Table(title=title)
    right = frozenset(numbers)
    for heading in headings:
        table.add_column(_text(heading), justify="right" if heading in right else "left", overflow="fold")
    return table


def _marks(report: ClassReport) -> Table:
    lessons = [lesson.name for lesson in report.lessons]
    table = _table(
        "Marks (L late, W waits, ! unprotected)", "student", *lessons, "sum", numbers=(*lessons, "sum")
    )
    for student in report.students:
        entries = [lesson.entries.get(student) for lesson in report.lessons]
        graded = [entry.points for entry in entries if entry]
        name = report.names.get(student, "")
        table.add_row(
            _text(f"{student} ({name})" if name else student),
            *map(_entry, entries),
            f"{round(sum(graded), 2):g}" if graded else "–",
        )
    return table


def _entry(entry: Entry | None) -> str:
    if entry is None:
        return "–"
    signs = "L" * entry.is_late + "W" * entry.waits + "!" * (not entry.is_protected)
    return f"{round(entry.points, 2):g}{' ' if signs else ''}{signs}"


def _exercises(lesson: LessonReport) -> Table:
    numbers = ("right", "part", "wrong", "not attempted", "to mark", "average")
    has_bar = display.console.width >= WIDTH_FOR_BARS
    bar = ("right = part / wrong x",) if has_bar else ()
    table = _table(f"Exercises of {lesson.name}", "exercise", *bar, *numbers, numbers=numbers)
    for each in lesson.exercises.values():
        if each.all:
            table.add_row(
                _text(each.exercise.title),
                *([_bar(each)] if has_bar else ()),
                *(str(number or "") for number in (each.right, each.part, each.wrong, each.untouched)),
                str(len(each.waiting) or ""),
                "" if each.average is None else f"{each.average:.0%}",
            )
    return table


def _bar(counted: Counted) -> str:
    """Shares as characters: they tell without colours."""
    drawn, start = "", 0
    for sign, colour, number in (
        ("=", "blue", counted.right),
        ("/", "cyan", counted.part),
        ("x", "red", counted.wrong),
    ):
        end = start + number
        width = round(BAR * end / counted.all) - round(BAR * start / counted.all)
        drawn += f"[{colour}]{sign * width}[/{colour}]" if width else ""
        start = end
    return drawn


def _mistakes(report: ClassReport) -> Table:
    table = _table(
        "Mistakes that several students have (the page has all)",
        *("exercise", "lesson", "mistake", "students", "go back to"),
        numbers=["students"],
    )
    for lesson in report.lessons:
        for each in lesson.exercises.values():
            for seen in each.shared:
                table.add_row(
                    _text(each.exercise.title),
                    _text(lesson.name),
                    _text(seen.what),
                    str(len(seen.students)),
                    _text(each.exercise.section),
                )
    return table


def _hand_ins(report: ClassReport) -> Table:
    table = _table("Hand-ins to look at", "why", "lesson", "what", "students")
    for lesson in report.lessons:
        for notice in lesson.notices:
            table.add_row(
                notice.kind.value,
                _text(lesson.name),
                _text(notice.what),
                _text(some(notice.students, MOST_STUDENTS)),
            )
    return table


def _times(report: ClassReport) -> Table:
    numbers = ("median", "25 %", "75 %", "longest")
    remembered = remembered_sentence(report.remembered_seconds)
    last = ("remembered, in all",) if remembered else ()
    table = _table("Running time (s)", "lesson", *numbers, "student", *last, numbers=(*numbers, *last))
    table.caption, table.caption_justify = remembered or None, "left"
    for lesson in report.lessons:
        if seconds := lesson.seconds:
            figures = (seconds.median, seconds.low, seconds.high, seconds.longest)
            table.add_row(
                _text(lesson.name),
                *(f"{figure:.1f}" for figure in figures),
                _text(seconds.slowest),
                *([f"{lesson.remembered_seconds:.1f}"] if remembered else []),
            )
    return table


def _alike(report: ClassReport) -> Table:
    table = _table("Similar answers (which prove nothing)", "lesson", "students", "exercises")
    for lesson in report.lessons:
        for each in lesson.alike:
            titles = [lesson.exercises[cell].exercise.title for cell in each.cells]
            table.add_row(_text(lesson.name), _text(", ".join(each.students)), _text(", ".join(titles)))
    return table
