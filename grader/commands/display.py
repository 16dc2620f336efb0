"""What the commands show: progress while they work, tables when they are done."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as RichProgress
from rich.table import Table

from grader.classroom.progress import Finished, Noticed, Progress, Refused, Started
from grader.classroom.records import Marked, Record, remembered_sentence
from grader.sentences import counted, some

# More findings than these are counted, and more students of one are too.
MOST_FINDINGS, MOST_STUDENTS = 10, 5
SECONDS_BETWEEN_LOOKS = 0.5
console = Console(highlight=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


class Step:
    """One piece of work with a known number of parts."""

    def __init__(self, progress: RichProgress | None, what: str, total: int) -> None:
        """Start at none of `total` parts done; without a Progress it prints plain lines."""
        self._progress, self._what = progress, what
        if progress is None:
            console.print(f"{what} …")
        else:
            self._task = progress.add_task(what, total=total)

    def advance(self, done: int, doing: str = "") -> None:
        """Say how many parts are done, and which one is next."""
        if self._progress is not None:
            description = printable(f"{self._what} {doing}".rstrip())
            self._progress.update(self._task, completed=done, description=description)

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
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with RichProgress(*columns, console=console) as progress:
        yield Step(progress, what, total)


def note(line: str) -> None:
    """Print one line of what is done."""
    console.print(printable(line), soft_wrap=True, markup=False)


def problem(line: str) -> None:
    """Print one line of what is wrong, to standard error."""
    errors.print(printable(line), style="bold red", markup=False)


def printable(text: str) -> str:
    """Text without what would steer a terminal: names and messages may come from a submission."""
    return "".join(each if each.isprintable() or each == "\n" else "�" for each in text)


class ShownGrading:
    """Shows how a grading run gets on: a bar with the estimated end on a terminal, lines elsewhere."""

    def __init__(self, *, is_forced: bool) -> None:
        """is_forced: whether what has not changed is graded as well."""
        self._is_forced = is_forced
        self._bar: _GradingBar | None = None
        self._total, self._done = 0, 0
        self._refused: list[Record] = []

    def __enter__(self) -> ShownGrading:  # noqa: D105
        return self

    def __exit__(  # noqa: D105
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()
        if isinstance(error, KeyboardInterrupt) and self._total:
            again = (
                "The same command grades all of them again; without --force, only what has changed is graded."
                if self._is_forced
                else "Run the same command again to continue."
            )
            raise KeyboardInterrupt(
                f"Stopped. {self._done} of {self._total} submissions are graded and kept. {again}"
            ) from None
        for record in self._refused if error is None else ():
            problem(ungraded_line(record))

    def __call__(self, happened: Progress) -> None:
        """Show what has just happened."""
        match happened:
            case Refused(record):
                problem(ungraded_line(record))
            case Noticed(sentence):
                note(sentence)
            case Started(total, running):
                self._total = total
                if console.is_terminal:
                    self._bar = _GradingBar(total, running)
                else:
                    note(f"Grading {counted(total, 'submission')} …")
            case Finished(record):
                self._done += 1
                self._finish(record)

    def _finish(self, record: Record) -> None:
        if self._bar is not None:
            self._bar.show_done(self._done)
        if self._bar is None or record.problem or not record.is_graded:
            note(f"  {self._done} of {self._total}  {marks_line(record)}")
        if not record.is_graded:
            self._refused.append(record)


class _GradingBar:
    """The bar. running: titles of what is being graded, and since when."""

    def __init__(self, total: int, running: Mapping[str, float]) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left:"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[slowest]}", markup=False),
        )
        self._running = running
        self._progress = RichProgress(*columns, console=console)
        self._task = self._progress.add_task("Grading", total=total, slowest="")
        self._stop = threading.Event()
        self._watcher = threading.Thread(target=self._keep_showing_slowest, daemon=True)
        self._progress.start()
        self._watcher.start()

    def show_done(self, done: int) -> None:
        """Say how many submissions are done."""
        self._progress.update(self._task, completed=done)

    def _keep_showing_slowest(self) -> None:
        while not self._stop.wait(SECONDS_BETWEEN_LOOKS):
            # Jobs end at any moment.
            now = dict(self._running)
            if now:
                title, since = min(now.items(), key=lambda each: each[1])
                seconds = time.time() - since
                slowest = printable(f"longest running: {title}, {seconds:.0f} s")
                self._progress.update(self._task, slowest=slowest)

    def close(self) -> None:
        """Leave the bar as it is."""
        self._stop.set()
        self._watcher.join()
        self._progress.stop()


def ungraded_line(record: Record) -> str:
    """Why a submission could not be graded, in one line."""
    return f"{record.student}, {record.lesson}: {record.problem}"


def marks_line(record: Record) -> str:
    """One submission in one line."""
    if not record.is_graded:
        return f"{record.student}, {record.lesson}: not graded: {record.problem}"
    why = f" {record.problem}" if record.problem else ""
    spared = record.remembered_seconds
    remembered = f", {spared:.1f} s remembered" if remembered_sentence(spared) else ""
    return (
        f"{record.student}, {record.lesson}: {record.score:g} of {record.max_score:g} "
        f"({record.seconds:.1f} s{remembered}){why}"
    )


def marks_table(marked: Iterable[Marked]) -> Table:
    """Students down, lessons across."""
    by_place = {(each.record.student, each.record.lesson): each for each in marked}
    lessons = sorted({lesson for _, lesson in by_place})
    table = Table(title="Marks")
    # Folded, where the screen is narrow: nothing is cut off.
    table.add_column("student", overflow="fold")
    for lesson in lessons:
        table.add_column(lesson, justify="right", overflow="fold")
    table.add_column("sum", justify="right", overflow="fold")
    for student in sorted({student for student, _ in by_place}):
        row = [by_place.get((student, lesson)) for lesson in lessons]
        total = sum(each.score for each in row if each)
        table.add_row(escape(printable(student)), *(_cell(each) for each in row), f"{total:g}")
    return table


def seconds_table(records: Sequence[Record]) -> Table:
    """How long grading took, lesson by lesson, and how much longer if no training had been known."""
    by_lesson: dict[str, list[Record]] = {}
    for each in records:
        if each.is_graded:
            by_lesson.setdefault(each.lesson, []).append(each)
    remembered = remembered_sentence(sum(each.remembered_seconds for each in records))
    table = Table(title="Seconds per submission", caption=remembered or None, caption_justify="left")
    headings = ("lesson", "submissions", "median", "slowest", "sum")
    for heading in (*headings, *(["remembered"] if remembered else [])):
        table.add_column(heading, justify="left" if heading == "lesson" else "right", overflow="fold")
    for lesson, graded in sorted(by_lesson.items()):
        seconds = [each.seconds for each in graded]
        table.add_row(
            lesson,
            str(len(graded)),
            f"{statistics.median(seconds):.1f}",
            f"{max(seconds):.1f}",
            f"{sum(seconds):.1f}",
            *([f"{sum(each.remembered_seconds for each in graded):.1f}"] if remembered else []),
        )
    return table


def findings_lines(records: Iterable[Record], folder: Path) -> list[str]:
    """What was put right in submissions: each sentence once, with whose they are; where to read them if many.

    folder: where records are kept.
    """
    by_sentence: dict[tuple[str, str], list[str]] = {}
    submissions = 0
    for record in records:
        submissions += bool(record.findings)
        for finding in dict.fromkeys(record.findings):
            by_sentence.setdefault((record.lesson, finding), []).append(record.student)
    if not by_sentence:
        return []
    where = f"{folder}/<lesson>/<student>.json"
    if len(by_sentence) > MOST_FINDINGS:
        of = "submission" if submissions == 1 else "submissions"
        return [f"There are findings on {submissions} {of}, such as what was put right: see {where}"]
    return [
        f"Findings (also in {where}):",
        *(
            f"  {lesson}: {finding} ({some(whose, MOST_STUDENTS)})"
            for (lesson, finding), whose in by_sentence.items()
        ),
    ]


def _cell(marked: Marked | None) -> str:
    if marked is None:
        return "–"
    record = marked.record
    if not record.is_graded:
        return "[red]not graded[/red]"
    signs = f"{'†' if marked.penalty else ''}{'*' if record.waits_for_hand else ''}"
    return f"{marked.score:g} of {record.max_score:g}{signs}"
