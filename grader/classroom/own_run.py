"""The instructor's own run of a lesson: does its solution pass its checks, and what does it draw?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from grader.classroom.lesson import Lesson
from grader.errors import CourseError

if TYPE_CHECKING:
    from grader.grading.graded import CellMarks, Graded
    from grader.grading.spec import Spec

# From so many submissions on, pictures that need not be drawn again are worth a run.
WORTH_A_RUN = 5
# Where a lesson trains, drawing is a small part of what it costs.
TRAINING = frozenset(("tensorflow", "keras", "torch", "jax"))


@dataclass(frozen=True)
class OwnRun:
    """What came of it. specs: by notebook, what submissions are graded against. pictures: those it drew."""

    specs: Mapping[str, Spec]
    pictures: Mapping[str, bytes] = field(default_factory=dict)


def own_run(lesson: Lesson, submissions: int) -> OwnRun:
    """Run a lesson's solution where nothing else shows that it passes, or where its pictures save time.

    submissions: how many are to be graded. A check whose solution passes only beside the student's code will
    run there. Raises CourseError with the cell for a solution that does not pass.
    """
    from grader.grading.grade import grade

    draws = submissions >= WORTH_A_RUN and not any(
        module.partition(".")[0] in TRAINING for module in lesson.modules
    )
    specs = dict(lesson.specs)
    pictures: dict[str, bytes] = {}
    for name, spec in lesson.specs.items():
        if not spec.has_solutions or not (draws or not lesson.is_built(name)):
            continue

        def run(spec: Spec, content: bytes = lesson.notebooks[name]) -> Graded:
            return grade(
                content, spec, lesson.limits, files=lesson.files, judges_files=lesson.files,
                modules=lesson.modules, hands_over=True,
            )  # fmt: skip

        graded = run(spec)
        failed = _failed(graded)
        if failed:
            # Something may be asked for that cannot leave the process it is in.
            why = {cell.name: f"the judge cannot run it: {_in_a_line(cell.message)}" for cell in failed}
            specs[name] = replace(spec, in_student=why)
            for cell in _failed(run(specs[name])):
                raise CourseError(
                    f"{lesson.course.source / lesson.name / name}.ipynb: its own solution does not pass "
                    f"{cell.name}: {_in_a_line(cell.message)} Mend it, then grade again."
                )
        pictures.update(graded.drawn)
    return OwnRun(specs, pictures)


def _failed(graded: Graded) -> list[CellMarks]:
    return [cell for cell in graded.cells if cell.points is not None and cell.points < cell.possible]


def _in_a_line(message: str) -> str:
    line = " ".join(message.split()) or "it says nothing"
    return line if line.endswith((".", "!", "?")) else f"{line}."
