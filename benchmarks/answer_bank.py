"""Mark every answer of the bank by `course grade`, and write the table in docs/answers.md.

python -m benchmarks.answer_bank [LESSON …] [--record]

Each answer is handed in within a whole notebook. It has to get exactly its marks, and all other exercises
theirs; a wrong answer has to hear what the bank says is wrong with it.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import sys
import tempfile
from collections.abc import Set
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from benchmarks.options import parser_of
from grader.authoring import sample_course
from grader.authoring.sample_class import RIGHT, Answer, Bank, answers_of, leaves, submission
from grader.classroom.course import Course
from grader.classroom.grade_class import grade_class
from grader.classroom.progress import Finished
from grader.classroom.records import Record
from helpers.kit.exercise import Exercise
from helpers.kit.outcome import Slip
from suites.marking import LESSONS, above
from suites.measured.answer_bank import PAGE, RECORD, Verdict, page
from suites.places import ROOT, SOURCE


def main() -> None:
    """Grade, print what is wrong, and with --record write down; exit with 1 if anything is."""
    parser = parser_of(__doc__)
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="only these lessons")
    parser.add_argument("--record", action="store_true", help="write docs/answers.md and its figures")
    options = parser.parse_args()
    if unknown := set(options.lessons) - set(LESSONS):
        raise SystemExit(f"There are no answers for {', '.join(sorted(unknown))} in {SOURCE}.")
    console = Console()
    problems: list[str] = []
    for lesson in options.lessons or LESSONS:
        verdicts, found = judged(lesson)
        problems += found
        if options.record:
            _record(verdicts)
    for problem in problems:
        console.print(problem, markup=False, soft_wrap=True)
    console.print(
        f"{len(problems)} answers were not treated as they deserve."
        if problems
        else "All answers were treated as they deserve."
    )
    raise SystemExit(1 if problems else 0)


def judged(lesson: str) -> tuple[list[Verdict], list[str]]:
    """Grade all answers of a lesson: a verdict on each exercise, and what is wrong with single answers."""
    bank = answers_of(SOURCE, lesson)
    handed_in = {}
    for number, answers in enumerate(together(bank, leaves(SOURCE, lesson))):
        student = f"student{number:03}"
        handed_in[student] = answers, submission(student, lesson, {**_first(bank), **answers})
    with tempfile.TemporaryDirectory() as anywhere:
        course = sample_course.make(
            Course.at(ROOT), Path(anywhere) / "course", [each for _, each in handed_in.values()]
        )
        with Progress() as progress:
            task = progress.add_task(f"Grading {lesson}", total=len(handed_in))

            def show(happened: object) -> None:
                progress.advance(task, isinstance(happened, Finished))

            records = grade_class(course, [lesson], on_progress=show).records
    with contextlib.redirect_stdout(io.StringIO()):  # what the lesson's own cells print
        exercises = next(iter(above(lesson).values()))["exercises"]
    verdicts = {exercise: Verdict(lesson, exercise) for exercise in bank}
    problems = []
    for record in records:
        answers, sample = handed_in[record.student]
        differences = sample.differences(record)
        for exercise, answer in answers.items():
            advices = _advices(getattr(exercises, exercise), answer.misconception)
            named = (
                answer.kind == RIGHT
                or answer.misconception in _slips(record, answer)
                # Where there are part marks, the check says what is missing, and fails nothing.
                or (answer.marks > 0 and any(advice in _said(record, answer) for advice in advices))
            )
            verdicts[exercise].add(answer, not differences, named)
            if differences or not named:
                unnamed = [] if named else [f"{answer.misconception!r} not named"]
                problems.append(
                    f"{lesson}, {exercise}, {answer.name}: {'; '.join(differences + unnamed)}. "
                    f"{_said(record, answer)}"
                )
    return list(verdicts.values()), problems


def together(bank: Bank, leaves: Set[str]) -> list[dict[str, Answer]]:
    """Which answers are handed in together, each of the bank once.

    leaves: exercises whose answers no other one uses. A wrong answer that others use comes alone: it may cost
    marks elsewhere.
    """
    alone, shared = [], []
    for exercise, answers in bank.items():
        for answer in answers:
            if answer.kind == RIGHT or exercise in leaves:
                shared.append(answer)
            else:
                alone.append({exercise: answer})
    by_exercise = [[answer for answer in shared if answer.exercise == exercise] for exercise in bank]
    rows = itertools.zip_longest(*by_exercise)
    return [*alone, *({answer.exercise: answer for answer in row if answer is not None} for row in rows)]


def _first(bank: Bank) -> dict[str, Answer]:
    return {exercise: answers[0] for exercise, answers in bank.items()}


def _said(record: Record, answer: Answer) -> str:
    """What its check said, on one line: notebooks wrap it."""
    cells = [cell for cell in record.cells if cell.name == f"check_{answer.exercise}"]
    return " ".join(" ".join(cell.message for cell in cells).split())


def _slips(record: Record, answer: Answer) -> list[str]:
    """The slips that the record of its mark names."""
    return [slip for cell in record.cells if cell.name == f"check_{answer.exercise}" for slip in cell.slips]


def _advices(exercise: Exercise, slip: str) -> set[str]:
    """What may be said about a slip: by the exercise itself, or by any module of checks."""
    modules = [
        module for name, module in sys.modules.items() if name.startswith(("helpers.kit", "helpers.lessons"))
    ]
    known = [*vars(exercise).values(), *(value for module in modules for value in vars(module).values())]
    return {
        " ".join(each.advice.split())
        for value in known
        for each in (value if isinstance(value, tuple) else (value,))
        if isinstance(each, Slip) and each.slip == slip
    }


def _record(verdicts: list[Verdict]) -> None:
    kept = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else []
    lesson = verdicts[0].lesson
    rows = [row for row in kept if row["lesson"] != lesson] + [asdict(verdict) for verdict in verdicts]
    rows.sort(key=lambda row: row["lesson"])
    RECORD.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page([Verdict(**row) for row in rows]), encoding="utf-8")


if __name__ == "__main__":
    main()
