"""A sample class made from the answer bank: submissions whose deserved marks are known."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from grader.atomic import write_text
from grader.course import Course
from grader.errors import CourseError

RIGHT, WRONG, UNTOUCHED = "right", "wrong", "untouched"
KINDS, SHARES = (RIGHT, WRONG, UNTOUCHED), (70, 25, 5)


@dataclass(frozen=True)
class Answer:
    """One answer to one exercise, and the marks it deserves.

    elsewhere: marks of other exercises that this answer changes (an unscaled image costs accuracy later).
    """

    exercise: str
    name: str
    kind: str
    marks: float
    source: str
    misconception: str = ""
    elsewhere: Mapping[str, float] | None = None


# A lesson's answers by exercise, in the order in which they are written.
Bank = Mapping[str, Sequence[Answer]]


@dataclass(frozen=True)
class SampleSubmission:
    """What one sample student answers in one lesson, and what each exercise deserves."""

    student: str
    lesson: str
    answers: Mapping[str, Answer]
    deserved: Mapping[str, float]


def answers_of(bank: Path, lesson: str) -> dict[str, list[Answer]]:
    """Read a lesson's answers, by exercise, in the order they are written. Raises CourseError."""
    path = bank / f"{lesson}.toml"
    try:
        tables: dict[str, list[dict[str, Any]]] = tomllib.loads(path.read_text(encoding="utf-8"))
        return {
            exercise: [Answer(exercise, **table) for table in entries] for exercise, entries in tables.items()
        }
    except (OSError, tomllib.TOMLDecodeError, TypeError) as error:
        raise CourseError(f"The answer bank {path} cannot be read: {error}") from None


def generated_class(
    bank: Path,
    students: int,
    seed: int,
    lessons: Sequence[str] = (),
    usable: Callable[[Answer], bool] = lambda _: True,
) -> list[SampleSubmission]:
    """Make a class of any size from the answer bank, the same one for the same seed.

    lessons: what each student hands in; by default what sample_class.toml names. usable: which answers may
    be chosen. Raises CourseError.
    """
    path = bank / "sample_class.toml"
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
        names, independent = list(settings["students"]), set(settings["independent"])
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise CourseError(f"{path} cannot be read: {error}") from None
    chance = random.Random(seed)
    banks = {
        lesson: {
            exercise: [answer for answer in answers if usable(answer)]
            for exercise, answers in answers_of(bank, lesson).items()
        }
        for lesson in lessons or settings["lessons"]
    }
    submissions = []
    for number in range(students):
        student = names[number] if number < len(names) else f"student{number:04}"
        for lesson, answers in banks.items():
            choose = _each_by_itself if lesson in independent else _at_most_one_wrong
            submissions.append(submission(student, lesson, choose(answers, chance)))
    return submissions


def _each_by_itself(bank: Bank, chance: random.Random) -> dict[str, Answer]:
    """Right, wrong or untouched, exercise by exercise: where no answer uses another one."""
    chosen = {}
    for exercise, answers in bank.items():
        kind = chance.choices(KINDS, SHARES)[0]
        if kind != UNTOUCHED:
            chosen[exercise] = chance.choice([answer for answer in answers if answer.kind == kind])
    return chosen


def _at_most_one_wrong(bank: Bank, chance: random.Random) -> dict[str, Answer]:
    """All untouched, all right, or one wrong: the bank knows what a single slip costs in later exercises."""
    kind = chance.choices(KINDS, SHARES)[0]
    if kind == UNTOUCHED:
        return {}
    right = {
        exercise: [answer for answer in answers if answer.kind == RIGHT] for exercise, answers in bank.items()
    }
    if kind == RIGHT:
        return {exercise: chance.choice(answers) for exercise, answers in right.items()}
    wrong = [answer for answers in bank.values() for answer in answers if answer.kind == WRONG]
    slip = chance.choice(wrong)
    # What a slip costs later was measured with the first right answer everywhere else.
    return {**{exercise: answers[0] for exercise, answers in right.items()}, slip.exercise: slip}


def submission(student: str, lesson: str, chosen: Mapping[str, Answer]) -> SampleSubmission:
    """What a student hands in with these answers, and what that deserves."""
    deserved = {exercise: answer.marks for exercise, answer in chosen.items()}
    for answer in chosen.values():
        deserved.update(answer.elsewhere or {})
    return SampleSubmission(student, lesson, chosen, deserved)


def hand_in(course: Course, submission: SampleSubmission) -> None:
    """Write a sample student's notebook: the released one with the answers in place of the stubs."""
    released = course.release / submission.lesson / f"{submission.lesson}.ipynb"
    notebook = nbformat.read(released, as_version=4)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if cell.metadata.get("nbgrader", {}).get("solution") and name in submission.answers:
            cell.source = submission.answers[name].source.strip("\n")
    folder = course.submitted / submission.student / submission.lesson
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / released.name, nbformat.writes(notebook) + "\n")
