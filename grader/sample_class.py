"""A sample class made from the answer bank: submissions whose deserved marks are known."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from grader.atomic import write_text
from grader.course import Course
from grader.errors import CourseError

UNTOUCHED = "untouched"
FIRST_RIGHT = "right"


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


def sample_submissions(bank: Path) -> list[SampleSubmission]:
    """Read sample_class.toml: for each student and lesson the named answers, all others as `rest` says."""
    path = bank / "sample_class.toml"
    students: dict[str, dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))
    submissions = []
    for student, lessons in students.items():
        for lesson, choice in lessons.items():
            named = dict(choice)
            rest: str = named.pop("rest")
            chosen = {
                exercise: answer
                for exercise, answers in answers_of(bank, lesson).items()
                if (answer := _choose(answers, str(named.get(exercise, rest)), path)) is not None
            }
            deserved = {exercise: answer.marks for exercise, answer in chosen.items()}
            for answer in chosen.values():
                deserved.update(answer.elsewhere or {})
            submissions.append(SampleSubmission(student, lesson, chosen, deserved))
    return submissions


def _choose(answers: list[Answer], name: str, path: Path) -> Answer | None:
    if name == UNTOUCHED:
        return None
    for answer in answers:
        if answer.name == name or (name == FIRST_RIGHT and answer.kind == "right"):
            return answer
    raise CourseError(f"{path}: {answers[0].exercise} has no answer {name!r}")


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
