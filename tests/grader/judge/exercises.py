"""Small exercises, each with a right answer, a wrong one and a check as courses of others write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.grading.grade import grade
from grader.grading.graded import Graded
from suites.small_lessons import answer, as_bytes, check, code, handed_in, spec_of, with_solution_run


@dataclass(frozen=True)
class Exercise:
    """A right answer, a wrong one, and a check."""

    right: str
    wrong: str
    check: str


def graded(exercises: Mapping[str, Exercise], answers: dict[str, str]) -> Graded:
    """All exercises in one notebook, each with its check below it."""
    cells = [code("import numpy as np")]
    for name, exercise in exercises.items():
        cells += [answer(name, exercise.right), check(f"check_{name}", exercise.check)]
    spec = with_solution_run(spec_of(*cells))
    assert spec.unjudged == {}
    return grade(as_bytes(handed_in(spec, **answers)), spec)


def without_marks(exercises: Mapping[str, Exercise]) -> dict[str, str]:
    """The right answers that lose marks, each with the check's message."""
    right = graded(exercises, {name: exercise.right for name, exercise in exercises.items()})
    assert right.findings == ()
    return {cell.name: cell.message for cell in right.cells if cell.points != cell.possible}


def with_marks(exercises: Mapping[str, Exercise]) -> set[str]:
    """The wrong answers that get marks."""
    wrong = graded(exercises, {name: exercise.wrong for name, exercise in exercises.items()})
    assert wrong.problem == ""
    return {cell.name for cell in wrong.cells if cell.points}
