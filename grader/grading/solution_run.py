"""What only the run of a lesson's own solution can show of how its checks are to be judged."""

from __future__ import annotations

from dataclasses import replace

from grader.errors import CourseError
from grader.grading.again import grade_again
from grader.grading.grade import grade_in
from grader.grading.graded import CellMarks, Earlier, Graded
from grader.grading.setting import Setting
from grader.grading.spec import Spec


def run_solution(
    setting: Setting, notebook: bytes, spec: Spec, earlier: Earlier | None = None
) -> tuple[Spec, Graded]:
    """Run the instructor's notebook: the lesson that submissions are to be graded against, and the run.

    What the solution changes in a check's own data, answers may change as well, and a check whose solution
    passes only beside the student's code will run there. One that ends in a number with the solution gives no
    points where an answer makes it end in anything else. earlier: how it ran before some checks were changed.
    Raises CourseError with the check for a solution that does not pass, and StartError where no process can
    be started.
    """
    setting = replace(setting, hands_over=True)
    graded = grade_again(setting, notebook, spec, earlier) if earlier else None
    if graded is None or _failed(graded):
        graded = grade_in(setting, notebook, spec)
    failed = _failed(graded)
    spec = replace(
        spec,
        shown_by_solution=graded.shown_by_solution,
        end_in_numbers=graded.end_in_numbers,
        # Something may be asked for that cannot leave the process it is in.
        in_student={
            **spec.in_student,
            **{cell.name: f"the judge cannot run it: {_in_a_line(cell.message)}" for cell in failed},
        },
    )
    if failed:
        for cell in _failed(grade_in(setting, notebook, spec)):
            raise CourseError(
                f"its own solution does not pass {cell.name}: {_in_a_line(cell.message)} Fix it, then grade "
                "again."
            )
    return spec, graded


def _failed(graded: Graded) -> list[CellMarks]:
    return [cell for cell in graded.cells if cell.points is not None and cell.points < cell.possible]


def _in_a_line(message: str) -> str:
    line = " ".join(message.split()) or "it says nothing"
    return line if line.endswith((".", "!", "?")) else f"{line}."
