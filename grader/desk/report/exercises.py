"""The exercises of a lesson, as people call them, with the answers that each check is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from grader.classroom.lesson import Lesson
from grader.desk.sections import exercise_places
from grader.grading.spec import Spec

PREFIXES = ("Exercise: ", "Question: ")


@dataclass(frozen=True)
class Exercise:
    """One graded cell of a lesson.

    cell: its nbgrader id. title: what students call it. section: where the lesson explains it, "" where it
    has no sections. by_hand: whether a person marks it.
    """

    lesson: str
    cell: str
    title: str
    section: str
    by_hand: bool


def exercises_of(lesson: Lesson) -> dict[str, Exercise]:
    """The exercises of a lesson by the ids of their graded cells, in its order. Raises CourseError."""
    found: dict[str, Exercise] = {}
    for spec in lesson.specs.values():
        # As released: what is hidden may look like a heading.
        places = exercise_places(spec.as_released().template)
        by_hand = {cell.name for cell in spec.cells if cell.is_by_hand}
        titles = Counter(place.title for place in places.values())
        for cell, place in places.items():
            # Two checks under one heading are told apart by their ids.
            title = place.title if titles[place.title] == 1 else cell.removeprefix("check_")
            for prefix in PREFIXES:
                title = title.removeprefix(prefix)
            found[cell] = Exercise(lesson.name, cell, title, place.section, cell in by_hand)
    return found


def checks_of_answers(spec: Spec) -> Mapping[str, str]:
    """For each answer the graded cell that marks it: the next check, or itself if a person marks it."""
    found: dict[str, str] = {}
    waiting: list[str] = []
    for cell in spec.cells:
        if cell.name is None:
            continue
        if cell.is_by_hand and cell.is_answer:
            found[cell.name] = cell.name
        elif cell.is_answer:
            waiting.append(cell.name)
        elif cell.is_test:
            found.update(dict.fromkeys(waiting, cell.name))
            waiting = []
    return found
