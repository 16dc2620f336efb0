"""A class as grading leaves it, of any size and without running anything: notebooks, marks and records."""

from __future__ import annotations

import base64
import json
import random
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from nbgrader.api import Gradebook

from grader.authoring.sample_class import Habits, SampleSubmission, answers_of, generated_class
from grader.classroom.course import CONFIG_NAME, Course
from grader.classroom.gradebook import GradebookWriter
from grader.classroom.lesson import Lesson, limits_of
from grader.classroom.records import Record, write_record
from grader.grading.graded import CellMarks, Outcome
from grader.grading.spec import Spec
from suites.places import ROOT, SOURCE

# How the students work, in turn: of a hundred answers, how many are right, wrong, untouched.
HOW = ((100, 0, 0), (85, 12, 3), (70, 25, 5), (55, 30, 15))


def make(folder: Path, students: int, lessons: Sequence[str], picture_bytes: int = 0) -> Course:
    """Make the course in a folder, with answers of the bank.

    picture_bytes: how large the picture is that each notebook holds, as those that ran do.
    """
    for lesson in lessons:
        (folder / "source" / lesson).mkdir(parents=True)
        shutil.copy(SOURCE / lesson / f"{lesson}.ipynb", folder / "source" / lesson)
    shutil.copy(ROOT / CONFIG_NAME, folder)
    course = Course.at(folder)
    specs = {name: Lesson(course, name, limits_of(course, name, {})).specs[name] for name in lessons}
    # Makes the gradebook.
    with GradebookWriter(course) as writer:
        with Gradebook(course.gradebook_url, course.course_id) as gradebook:
            for lesson, spec in specs.items():
                _register(gradebook, lesson, spec)
        habits = [Habits(lessons, *shares) for shares in HOW]
        chance = random.Random(1)
        picture = base64.b64encode(chance.randbytes(picture_bytes)).decode()
        misconceptions = {
            (lesson, exercise, each.name): each.misconception
            for lesson in lessons
            for exercise, answers in answers_of(SOURCE, lesson).items()
            for each in answers
        }
        for submission in generated_class(SOURCE, students, 1, habits, lambda each: each.is_exact):
            spec = specs[submission.lesson]
            _write_notebook(course, submission, spec, picture)
            cells = _marks(submission, spec, misconceptions)
            writer.write(
                submission.lesson,
                submission.student,
                {submission.lesson: cells},
                {submission.lesson: frozenset()},
                None,
            )
            seconds = chance.lognormvariate(0.5, 0.6)
            record = Record(
                student=submission.student,
                lesson=submission.lesson,
                key="recorded",
                cells=cells,
                findings=("mse was deleted; it was put back.",) if chance.random() < 0.02 else (),
                problem="",
                seconds=seconds + 1,
                cell_seconds=seconds,
                graded_at="2026-11-01T12:00:00+00:00",
                run={"limits": {"wall": True}},
            )
            write_record(course, record)
    return course


def _register(gradebook: Gradebook, lesson: str, spec: Spec) -> None:
    """Tell the gradebook of a lesson's graded cells, as a release does."""
    gradebook.update_or_create_assignment(lesson)
    gradebook.update_or_create_notebook(lesson, lesson)
    for cell in spec.cells:
        if cell.name is not None and (cell.is_test or cell.is_by_hand):
            gradebook.update_or_create_grade_cell(
                cell.name, lesson, lesson, max_score=cell.points, cell_type=cell.kind
            )


def _marks(
    submission: SampleSubmission, spec: Spec, misconceptions: Mapping[tuple[str, str, str], str]
) -> tuple[CellMarks, ...]:
    made = []
    for cell in spec.cells:
        if cell.name is None or not (cell.is_test or cell.is_by_hand):
            continue
        exercise = cell.name.removeprefix("check_")
        if cell.is_by_hand:
            made.append(CellMarks(cell.name, None, cell.points, Outcome.BY_HAND))
        elif exercise not in submission.answers:
            made.append(CellMarks(cell.name, 0.0, cell.points, Outcome.NOT_ATTEMPTED, "Still to be written."))
        else:
            points = min(submission.deserved[exercise][0], cell.points)
            slip = misconceptions.get((submission.lesson, exercise, submission.answers[exercise].name), "")
            if points >= cell.points:
                made.append(CellMarks(cell.name, points, cell.points, Outcome.PASSED))
            else:
                outcome = Outcome.PART_MARKS if points else Outcome.FAILED
                message = f"✗ {exercise}: not yet. For these numbers yours gives something else."
                slips = (slip,) if slip else ()
                made.append(CellMarks(cell.name, points, cell.points, outcome, message, 0.1, slips))
    return tuple(made)


def _write_notebook(course: Course, submission: SampleSubmission, spec: Spec, picture: str) -> None:
    cells = []
    for cell in spec.cells:
        source = cell.released
        if cell.is_answer and cell.name in submission.answers:
            source = submission.answers[cell.name].source
        metadata = {"nbgrader": {"grade_id": cell.name}} if cell.name else {}
        cells.append({"cell_type": cell.kind, "source": source, "metadata": metadata, "outputs": []})
    cells[0]["outputs"] = [{"output_type": "display_data", "data": {"image/png": picture}, "metadata": {}}]
    notebook = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    for folder in (course.autograded, course.submitted):
        path = folder / submission.student / submission.lesson / f"{submission.lesson}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(notebook)
