"""A class as grading leaves it, of any size and without running anything: notebooks, marks and records."""

from __future__ import annotations

import base64
import json
import random
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from nbgrader.api import Gradebook

from grader.authoring.sample_class import Habits, SampleSubmission, generated_class
from grader.classroom.course import CONFIG_NAME, Course
from grader.classroom.gradebook import GradebookWriter
from grader.classroom.handed_in import read_handed_in
from grader.classroom.lesson import Lesson, limits_of
from grader.classroom.records import Record, write_record
from grader.grading.graded import CellMarks, Outcome
from grader.grading.spec import Spec
from suites.places import ROOT, SOURCE

# How the students work, in turn: of a hundred answers, how many are right, wrong, untouched.
HOW = ((100, 0, 0), (85, 12, 3), (70, 25, 5), (55, 30, 15))


class RecordedClass:
    """Keeps hand-ins in a course as if they had been graded. Each lesson has one notebook of its name."""

    def __init__(self, course: Course) -> None:
        """Make the course's gradebook, and tell it of the lessons' graded cells as a release does."""
        self.course = course
        self.specs: dict[str, Spec] = {}
        self._lessons = {name: Lesson(course, name, limits_of(course, name, {})) for name in course.lessons}
        self._writer = GradebookWriter(course)
        with Gradebook(course.gradebook_url, course.course_id) as gradebook:
            for name, opened in self._lessons.items():
                self.specs[name] = opened.specs[name]
                _register(gradebook, name, self.specs[name])

    def __enter__(self) -> RecordedClass:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.__exit__(kind, error, trace)

    def keep(
        self,
        student: str,
        lesson: str,
        cells: Sequence[CellMarks],
        answers: Mapping[str, str],
        *,
        findings: Sequence[str] = (),
        seconds: float = 1.0,
        wall: bool = True,
        handed_in: datetime | None = None,
        picture: str = "",
    ) -> None:
        """Keep one hand-in. answers: the sources of answer cells, by their names; others hold their stubs."""
        self._write_notebooks(student, lesson, answers, picture)
        self._writer.write(
            lesson, student, {lesson: cells}, {lesson: frozenset()}, {lesson: frozenset()}, handed_in
        )
        record = Record(
            student=student,
            lesson=lesson,
            key="recorded",
            cells=tuple(cells),
            findings=tuple(findings),
            problem="",
            seconds=seconds,
            cell_seconds=seconds,
            graded_at="2026-11-01T12:00:00+00:00",
            run={"limits": asdict(replace(self._lessons[lesson].limits, wall=wall))},
            handed_in=read_handed_in(self._lessons[lesson], student).digest,
        )
        write_record(self.course, record)

    def _write_notebooks(self, student: str, lesson: str, answers: Mapping[str, str], picture: str) -> None:
        cells: list[dict[str, Any]] = []
        for cell in self.specs[lesson].cells:
            source = answers.get(cell.name or "", cell.released)
            metadata = {"nbgrader": {"grade_id": cell.name}} if cell.name else {}
            cells.append({"cell_type": cell.kind, "source": source, "metadata": metadata, "outputs": []})
        shown = {"output_type": "display_data", "data": {"image/png": picture}, "metadata": {}}
        cells[0]["outputs"] = [shown]
        notebook = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
        for folder in (self.course.autograded, self.course.submitted):
            path = folder / student / lesson / f"{lesson}.ipynb"
            path.parent.mkdir(parents=True)
            path.write_text(notebook, encoding="utf-8")


def make(folder: Path, students: int, lessons: Sequence[str], picture_bytes: int = 0) -> Course:
    """Make a course with lessons of this project in a folder, and a class that gave answers of the bank.

    picture_bytes: how large the picture is that each notebook holds, as those that ran do.
    """
    for lesson in lessons:
        (folder / "source" / lesson).mkdir(parents=True)
        shutil.copy(SOURCE / lesson / f"{lesson}.ipynb", folder / "source" / lesson)
    shutil.copy(ROOT / CONFIG_NAME, folder)
    habits = [Habits(lessons, *shares) for shares in HOW]
    chance = random.Random(1)
    picture = base64.b64encode(chance.randbytes(picture_bytes)).decode()
    with RecordedClass(Course.at(folder)) as recorded:
        for submission in generated_class(SOURCE, students, 1, habits, lambda each: each.is_exact):
            recorded.keep(
                submission.student,
                submission.lesson,
                _marks(submission, recorded.specs[submission.lesson]),
                {name: answer.source for name, answer in submission.answers.items()},
                findings=("The notebook had been renamed.",) if chance.random() < 0.02 else (),
                seconds=chance.lognormvariate(0.5, 0.6),
                picture=picture,
            )
        return recorded.course


def _register(gradebook: Gradebook, lesson: str, spec: Spec) -> None:
    gradebook.update_or_create_assignment(lesson)
    gradebook.update_or_create_notebook(lesson, lesson)
    for cell in spec.cells:
        if cell.name is not None and (cell.is_test or cell.is_by_hand):
            gradebook.update_or_create_grade_cell(
                cell.name, lesson, lesson, max_score=cell.points, cell_type=cell.kind
            )


def _marks(submission: SampleSubmission, spec: Spec) -> list[CellMarks]:
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
            if points >= cell.points:
                made.append(CellMarks(cell.name, points, cell.points, Outcome.PASSED))
            else:
                outcome = Outcome.PART_MARKS if points else Outcome.FAILED
                message = f"✗ {exercise}: not yet. For these numbers yours gives something else."
                slips = tuple(filter(None, [submission.answers[exercise].misconception]))
                made.append(CellMarks(cell.name, points, cell.points, outcome, message, 0.1, slips))
    return made
