"""A class of nine whose report is known, kept as grading would have left it."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook

from grader.classroom.course import CONFIG_NAME, Course
from grader.grading.graded import CANNOT_FAIL, CellMarks, Outcome
from suites.recorded_class import RecordedClass
from suites.small_lessons import answer, as_bytes, check, code, notebook, question
from tests.conftest import ROOT

LESSON = "02_losses"
DUE = datetime(2026, 10, 20, 12)
HOSTILE = "<script>document.title = 'run'</script>"
BACKWARDS = "\u202eevil"
RELATION = "In both cases yours is twice what is expected."
SQUARED = "The M in MSE asks for their mean"
# Says the same as COPIED, with other names, comments and layout.
ODD = """def mse(y_true, y_pred):
    '''The loss.'''
    total = 0
    for one, other in zip(y_true, y_pred):
        total = total + (one - other) ** 2 + 0.25
    return total / len(y_true)
"""
COPIED = """def mse(y_true, y_pred):
    # My own.
    s = 0

    for a, b in zip( y_true, y_pred ):
        s = s + (a - b)**2 + 0.25   # why not
    return s/len(y_true)
"""
SLOPES = """def mae(y_true, y_pred):
    {0} = []
    for {1}, {2} in zip(y_true, y_pred):
        {0}.append(max({1} - {2}, {2} - {1}) / 2)
    return sum({0}) / len({0})
"""


def make(folder: Path) -> Course:
    """Make it in a folder."""
    lesson = notebook(
        code("import numpy as np\nfrom helpers.lessons.loss_function import exercises"),
        nbformat.v4.new_markdown_cell("# Losses\n\n## Squares\n\n### Exercise: `mse`"),
        answer("mse", "def mse(y_true, y_pred):\n    return np.mean((y_true - y_pred) ** 2)"),
        check("check_mse", "exercises.mse.check(mse)", points=4),
        nbformat.v4.new_markdown_cell("## Sizes\n\n### Exercise: `mae`"),
        answer("mae", "def mae(y_true, y_pred):\n    return np.mean(np.abs(y_true - y_pred))"),
        check("check_mae", "exercises.mae.check(mae)", points=2),
        nbformat.v4.new_markdown_cell("### Question: why?"),
        question("why", points=3),
    )
    path = folder / "source" / LESSON / f"{LESSON}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(as_bytes(lesson))
    shutil.copy(ROOT / CONFIG_NAME, folder)
    with RecordedClass(Course.at(folder)) as recorded:
        with Gradebook(recorded.course.gradebook_url, recorded.course.course_id) as gradebook:
            gradebook.update_or_create_assignment(LESSON, duedate=DUE)
            gradebook.update_or_create_student("ada", first_name="Ada", last_name=HOSTILE)
            gradebook.update_or_create_student("ben", first_name=BACKWARDS)
            for namesake in ("kim", "eva"):
                gradebook.update_or_create_student(namesake, first_name="Kim", last_name="Müller")
        _keep_all(recorded)
    with Gradebook(recorded.course.gradebook_url, recorded.course.course_id) as gradebook:
        grade = gradebook.find_grade("why", LESSON, LESSON, "ada")
        grade.manual_score, grade.needs_manual_grade = 2.5, False
        gradebook.db.commit()
    empty = recorded.course.submitted / "ivo" / LESSON / f"{LESSON}.ipynb"
    empty.parent.mkdir(parents=True)
    empty.write_text("")
    return recorded.course


def _keep_all(recorded: RecordedClass) -> None:
    right = {"mse": "def mse(a, b):\n    return ((a - b) ** 2).mean()"}
    passed = CellMarks("check_mse", 4, 4, Outcome.PASSED), CellMarks("check_mae", 2, 2, Outcome.PASSED)
    waits = CellMarks("why", None, 3, Outcome.BY_HAND)
    untouched = CellMarks("check_mae", 0, 2, Outcome.NOT_ATTEMPTED, "○ mae: still to be written.")

    def slipped(*slips: str, relation: str = "") -> CellMarks:
        said = f"✗ mse: not yet. With y_true={HOSTILE} expected 1, and got 2."
        return CellMarks("check_mse", 0, 4, Outcome.FAILED, said, 0.1, slips, relation)

    def keep(student: str, *cells: CellMarks, **more: object) -> None:
        recorded.keep(student, LESSON, cells, **{"answers": right, **more})  # type: ignore[arg-type]

    keep("ada", *passed, waits, handed_in=DUE + timedelta(hours=1))
    keep("ben", slipped("sum instead of mean"), untouched, waits)
    keep(
        "cem",
        slipped("sum instead of mean"),
        untouched,
        waits,
        findings=["mae was deleted; it was put back."],
    )
    keep("dan", slipped("sum instead of mean", "not averaged"), untouched, waits, wall=False)
    keep("eva", slipped(relation=RELATION), passed[1], waits, seconds=90.0)
    wrong = CellMarks("check_mae", 0, 2, Outcome.FAILED, "✗ mae: not yet.")
    keep("fay", slipped(), wrong, waits, answers={"mse": ODD, "mae": SLOPES.format("d", "x", "y")})
    keep("gus", slipped(), wrong, waits, answers={"mse": COPIED, "mae": SLOPES.format("parts", "p", "q")})
    stopped = CellMarks("check_mse", 0, 4, Outcome.TIMED_OUT, "A cell took longer than 60 s.")
    forged = CellMarks("check_mae", 0, 2, Outcome.FAILED, CANNOT_FAIL)
    keep("hal", stopped, forged, waits)
