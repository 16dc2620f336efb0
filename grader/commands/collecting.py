"""`course collect`: take in what a platform gave, with progress, and say what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from grader.classroom.course import Course
from grader.classroom.timestamp import TIMESTAMP
from grader.commands import display
from grader.desk.collecting.collect import Collected, collect
from grader.desk.collecting.layouts import CALLED
from grader.desk.collecting.placing import Placed
from grader.sentences import counted

# More notices of one kind are counted: a platform's archive may hold a file beside each notebook.
MOST_LINES = 30


def collect_and_show(course: Course, path: Path, lessons: Sequence[str], roster: Path | None) -> bool:
    """Collect, and show what became of it. Returns whether nothing was refused."""
    with display.step(f"Collecting from {path.resolve().name}", total=1) as step:
        collected = collect(
            course,
            path,
            lessons,
            roster=roster,
            on_hand_in=step.of,
        )
    if collected.placed:
        display.console.print(_table(collected))
    for lesson, students in sorted(collected.late.items()):
        display.note(
            f"{lesson}: late, and {CALLED[collected.platform]} does not say how late: "
            f"{', '.join(sorted(students))}. For a penalty, write the time of each hand-in into "
            f"{course.submitted.name}/<student>/{lesson}/{TIMESTAMP}."
        )
    for lesson, number in sorted(collected.unwanted.items()):
        hand_ins = counted(number, "hand-in")
        display.note(f"{lesson} was left out of {hand_ins}: other lessons were asked for.")
    for lines, show in ((collected.notices, display.note), (collected.problems, display.problem)):
        for line in lines[:MOST_LINES]:
            show(line)
        if len(lines) > MOST_LINES:
            show(f"… and {len(lines) - MOST_LINES} more like these.")
    if not collected.placed:
        display.problem(f"{path} holds nothing that could be taken.")
    elif any(placed in (Placed.NEW, Placed.REPLACED) for _, placed in collected.placed):
        display.note(f"Next: course grade {' '.join(sorted({lesson for lesson, _ in collected.placed}))}")
    return bool(collected.placed) and not collected.problems


def _table(collected: Collected) -> Table:
    """Lessons down, what became of the hand-ins across."""
    table = Table(title=f"Collected from {CALLED[collected.platform]}")
    table.add_column("lesson", overflow="fold")
    for placed in Placed:
        table.add_column(placed.value, justify="right", overflow="fold")
    for lesson in sorted({lesson for lesson, _ in collected.placed}):
        counts = (len(collected.placed.get((lesson, placed), ())) for placed in Placed)
        table.add_row(escape(lesson), *(str(count) if count else "–" for count in counts))
    return table
