"""Show what became of a lesson's answers, slips and mutants."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from grader.authoring.trying import Tried, try_lesson
from grader.classroom.course import Course
from grader.commands import display


def try_and_show(course: Course, lessons: Sequence[str]) -> bool:
    """Try the checks of lessons. Returns whether they treat every answer, slip and mutant as it deserves."""
    problems = []
    for lesson in lessons:
        with display.step(f"Trying {lesson}", total=1) as step:

            def show(done: int, total: int, exercise: str, step: display.Step = step) -> None:
                step.of(done, total)
                step.advance(done, exercise)

            found = try_lesson(course.source / lesson, show)
        display.console.print(_table(lesson, found))
        problems += [f"{lesson}: {each.exercise}: {line}" for each in found for line in each.problems]
    for problem in problems:
        display.problem(problem)
    if not problems:
        display.note("Every right answer is accepted. Every wrong one is refused, and the check says why.")
    return not problems


def _table(lesson: str, found: Sequence[Tried]) -> Table:
    table = Table(title=f"{lesson}: answers, slips and mutants", title_justify="left")
    table.add_column("exercise", overflow="fold")
    for heading in ("right", "wrong", "slips", "mutants", "caught", "equivalent"):
        table.add_column(heading, justify="right", overflow="fold")
    for each in found:
        figures = each.right, each.wrong, each.slips, each.mutants, each.caught, each.same + each.free
        table.add_row(each.exercise, *map(str, figures), style="red" if each.problems else None)
    return table
