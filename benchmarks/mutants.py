"""How many small wrong changes of the right answers the checks catch.

python -m benchmarks.mutants [LESSON …] [--record]

One operator, constant, sign or argument of a reference solution is changed at a time, and its check run. A
mutant that passes is compared with the original on other data: what gives the same there is no wrong answer.
Where that cannot be told by calling a function, right_mutants.toml in a lesson's folder names the mutants
that give the same, with the reason, and those that the task leaves free, with its words. `course try` does
this for a lesson that is being written; here the figures are kept.
"""

from __future__ import annotations

import json
from dataclasses import asdict

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.options import parser_of
from grader.authoring.trying import try_lesson
from suites.marking import LESSONS
from suites.measured.mutants import LEAST_CAUGHT, RECORD, Found
from suites.places import SOURCE


def examined(lesson: str, progress: Progress) -> Found:
    """Make and mark all mutants of a lesson's solutions. Raises CourseError if the lesson does not run."""
    task = progress.add_task(lesson, total=None)

    def show(done: int, total: int, exercise: str) -> None:
        progress.update(task, completed=done, total=total, description=f"{lesson}, {exercise}")

    tried = try_lesson(SOURCE / lesson, show)
    # A solution that can be changed nowhere, such as a list of names, has none, and no problem either.
    if problems := [
        f"{each.exercise}: {each.problems[0]}" for each in tried if each.problems and not each.mutants
    ]:
        raise SystemExit(f"{lesson}, {problems[0]}")
    return Found(
        lesson,
        made=sum(each.mutants for each in tried),
        caught=sum(each.caught for each in tried),
        stopped=sum(each.stopped for each in tried),
        same=sum(each.same for each in tried),
        free=sum(each.free for each in tried),
        survivors=tuple(f"{each.exercise}: {what}" for each in tried for what in each.survivors),
    )


def main() -> None:
    """Measure, print, and with --record write down; exit with 1 when too few are caught."""
    parser = parser_of(__doc__)
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help=", ".join(LESSONS))
    parser.add_argument("--record", action="store_true", help=f"write to {RECORD.name}")
    options = parser.parse_args()
    if unknown := set(options.lessons) - set(LESSONS):
        raise SystemExit(f"There is no lesson {', '.join(sorted(unknown))}.")
    lessons = options.lessons or LESSONS
    console = Console()
    with Progress(console=console) as progress:
        results = [examined(lesson, progress) for lesson in lessons]
    table = Table(title="Mutants of the reference solutions")
    for heading in ("lesson", "mutants", "same", "left free", "wrong", "caught", "stopped", "share caught"):
        table.add_column(heading, justify="left" if heading == "lesson" else "right")
    for found in results:
        table.add_row(
            found.lesson, str(found.made), str(found.same), str(found.free), str(found.wrong),
            str(found.caught), str(found.stopped), f"{found.share:.3f}",
        )  # fmt: skip
    console.print(table)
    for found in results:
        for survivor in found.survivors:
            console.print(f"survived: {found.lesson}, {survivor}")
    wrong = sum(found.wrong for found in results)
    share = sum(found.caught for found in results) / wrong if wrong else 1.0
    console.print(f"Caught: {share:.3f} of {wrong} wrong ones (at least {LEAST_CAUGHT}, in each lesson)")
    if options.record:
        kept = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
        kept.update({found.lesson: asdict(found) for found in results})
        RECORD.write_text(json.dumps(dict(sorted(kept.items())), indent=1) + "\n", encoding="utf-8")
    raise SystemExit(0 if min(found.share for found in results) >= LEAST_CAUGHT else 1)


if __name__ == "__main__":
    main()
