"""What the commands show: progress while they work, tables when they are done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from grader.marks import SubmissionMarks

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


class Step:
    """One piece of work with a known number of parts."""

    def __init__(self, progress: Progress | None, what: str, total: int) -> None:
        """Start at none of `total` parts done; without a Progress it prints plain lines."""
        self._progress, self._what = progress, what
        if progress is None:
            console.print(f"{what} …")
        else:
            self._task = progress.add_task(what, total=total)

    def advance(self, done: int, doing: str = "") -> None:
        """Say how many parts are done, and which one is next."""
        if self._progress is not None:
            self._progress.update(self._task, completed=done, description=f"{self._what} {doing}".rstrip())

    def of(self, done: int, total: int) -> None:
        """Say how many of how many parts are done, where the number of parts was not known at the start."""
        if self._progress is not None:
            self._progress.update(self._task, completed=done, total=total)


@contextmanager
def step(what: str, total: int) -> Iterator[Step]:
    """Show progress on one piece of work: a bar on a terminal, plain lines elsewhere."""
    if not console.is_terminal:
        yield Step(None, what, total)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        yield Step(progress, what, total)


def note(line: str) -> None:
    """Print one line of what is done."""
    console.print(line, soft_wrap=True)


def problem(line: str) -> None:
    """Print one line of what is wrong, to standard error."""
    errors.print(line, style="bold red", markup=False)


def marks_line(marks: SubmissionMarks) -> str:
    """One submission in one line."""
    if marks.problem:
        return f"  {marks.student}: not graded"
    return f"  {marks.student}: {marks.score:g} of {marks.max_score:g} ({marks.seconds:.1f} s)"


def marks_table(marks: Iterable[SubmissionMarks]) -> Table:
    """Students down, lessons across."""
    by_place = {(each.student, each.lesson): each for each in marks}
    waits = any(each.waits_for_hand for each in by_place.values())
    lessons = sorted({lesson for _, lesson in by_place})
    caption = "* some of it waits to be marked by hand" if waits else None
    table = Table(title="Marks", caption=caption, caption_justify="left")
    table.add_column("student")
    for lesson in lessons:
        table.add_column(lesson, justify="right")
    table.add_column("sum", justify="right")
    for student in sorted({student for student, _ in by_place}):
        row = [by_place.get((student, lesson)) for lesson in lessons]
        total = sum(each.score for each in row if each)
        table.add_row(student, *(_cell(each) for each in row), f"{total:g}")
    return table


def _cell(marks: SubmissionMarks | None) -> str:
    if marks is None:
        return "–"
    if marks.problem:
        return "[red]not graded[/red]"
    return f"{marks.score:g} of {marks.max_score:g}{'*' if marks.waits_for_hand else ''}"
