"""A sample class made from the answer bank: submissions whose deserved marks are known."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from grader.atomic import write_text
from grader.classroom.course import Course
from grader.classroom.records import Record
from grader.errors import CourseError

RIGHT, WRONG, UNTOUCHED = "right", "wrong", "untouched"
KINDS, SHARES = (RIGHT, WRONG, UNTOUCHED), (70, 25, 5)


@dataclass(frozen=True)
class Answer:
    """One answer to one exercise, and the marks it deserves.

    elsewhere: marks of other exercises that this answer changes (an unscaled image costs accuracy later): a
    number, or the lowest and the highest where a training decides.
    """

    exercise: str
    name: str
    kind: str
    marks: float
    source: str
    misconception: str = ""
    elsewhere: Mapping[str, float | Sequence[float]] | None = None


# A lesson's answers by exercise, in the order in which they are written.
Bank = Mapping[str, Sequence[Answer]]


@dataclass(frozen=True)
class SampleSubmission:
    """What one sample student answers in one lesson, and what each exercise deserves: from, to."""

    student: str
    lesson: str
    answers: Mapping[str, Answer]
    deserved: Mapping[str, tuple[float, float]]

    def differences(self, record: Record) -> list[str]:
        """Each exercise whose marks are not the deserved ones, in words. What is not deserved is 0."""
        awarded = {cell.name.removeprefix("check_"): cell.points or 0.0 for cell in record.cells}
        found = []
        for exercise in sorted(awarded.keys() | self.deserved.keys()):
            points, (low, high) = awarded.get(exercise, 0.0), self.deserved.get(exercise, (0.0, 0.0))
            if not low - 1e-9 <= points <= high + 1e-9:
                wanted = f"{low:g}" if low == high else f"{low:g} to {high:g}"
                found.append(f"{exercise}: {points:g} marks, deserved {wanted}")
        return found


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
    settings = _settings(bank)
    names = settings["students"]
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
            chosen = _chosen(answers, leaves(bank, lesson), chance)
            submissions.append(submission(student, lesson, chosen))
    return submissions


def leaves(bank: Path, lesson: str) -> frozenset[str]:
    """The exercises of a lesson whose answers no other exercise uses. Raises CourseError."""
    return frozenset(_settings(bank)["leaves"].get(lesson, answers_of(bank, lesson)))


def _settings(bank: Path) -> dict[str, Any]:
    path = bank / "sample_class.toml"
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
        return {key: settings[key] for key in ("lessons", "students", "leaves")}
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise CourseError(f"{path} cannot be read: {error}") from None


def _chosen(bank: Bank, leaves: Set[str], chance: random.Random) -> dict[str, Answer]:
    """Right, wrong or untouched, exercise by exercise; of those that others use, all right or one wrong."""
    used = [exercise for exercise in bank if exercise not in leaves]
    kinds = dict(zip(bank, chance.choices(KINDS, SHARES, k=len(bank)), strict=True))
    if any(kinds[exercise] == WRONG for exercise in used):
        # What a slip costs later was measured with the first right answer everywhere else.
        slip = chance.choice(
            [answer for exercise in used for answer in bank[exercise] if answer.kind == WRONG]
        )
        return {**{exercise: answers[0] for exercise, answers in bank.items()}, slip.exercise: slip}
    if used and all(kinds[exercise] == UNTOUCHED for exercise in used):
        return {}
    for exercise in used:
        kinds[exercise] = RIGHT
    return {
        exercise: chance.choice([answer for answer in answers if answer.kind == kinds[exercise]])
        for exercise, answers in bank.items()
        if kinds[exercise] != UNTOUCHED
    }


def submission(student: str, lesson: str, chosen: Mapping[str, Answer]) -> SampleSubmission:
    """What a student hands in with these answers, and what that deserves."""
    deserved = {exercise: (answer.marks, answer.marks) for exercise, answer in chosen.items()}
    for answer in chosen.values():
        for exercise, marks in (answer.elsewhere or {}).items():
            low, high = marks if isinstance(marks, Sequence) else (marks, marks)
            deserved[exercise] = low, high
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
