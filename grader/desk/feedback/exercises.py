"""What a page says of each exercise: how it went, what was seen, and where in the lesson to go back to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup
from nbformat import NotebookNode

from grader.desk.feedback.machine import Machine
from grader.desk.feedback.marks_given import Mark, MarksGiven
from grader.desk.feedback.messages import said_to_student, seen_and_advice
from grader.desk.harmless.prose import prose
from grader.desk.sections import ExercisePlace
from grader.grading.graded import CellMarks, Outcome

KIND = re.compile(r"(?:Exercise|Question):\s*")


@dataclass(frozen=True)
class Result:
    """How an exercise went, in a word and a sign: nobody has to tell colours apart. kind: its colour."""

    kind: str
    sign: str
    word: str


RIGHT = Result("right", "✓", "Right")
PARTLY = Result("partly", "◐", "Partly right")
WRONG = Result("wrong", "✗", "Not right yet")
STOPPED = Result("wrong", "✗", "Stopped")
NOT_DONE = Result("open", "○", "Not done")
WAITS = Result("open", "…", "Waits for your instructor")
MARKED = Result("marked", "✎", "Marked by your instructor")
NO_ANSWER = "There is no answer here yet."
OF_OUTCOME = {
    Outcome.NOT_ATTEMPTED: NOT_DONE,
    Outcome.TIMED_OUT: STOPPED,
    Outcome.KERNEL_DIED: STOPPED,
    Outcome.OUT_OF_MEMORY: STOPPED,
    Outcome.TOO_MUCH_OUTPUT: STOPPED,
    Outcome.DID_NOT_RUN: Result("wrong", "✗", "Did not run"),
}


@dataclass(frozen=True)
class Exercise:
    """One graded cell of a notebook.

    place, answer_place: of its cell in the notebook, and of the answer that it is about. section_place: of
    the text that explains what it needs; None where there is none. seen, advice: what its check says.
    comments: of the instructor, harmless.
    """

    title: str
    place: int
    answer_place: int
    mark: Mark
    result: Result
    section: str = ""
    section_place: int | None = None
    seen: str = ""
    advice: str = ""
    comments: tuple[Markup, ...] = ()

    @property
    def needs_a_look(self) -> bool:
        """Whether some of its marks were missed."""
        return self.mark.points is not None and self.mark.points < self.mark.possible

    @property
    def is_commented(self) -> bool:
        """Whether the instructor says something of it, and nothing was missed."""
        return bool(self.comments) and not self.needs_a_look

    @property
    def has_more(self) -> bool:
        """Whether there is more to say of it than its marks."""
        return self.needs_a_look or self.is_commented


def exercises(
    notebook: NotebookNode,
    places: Mapping[str, ExercisePlace],
    given: MarksGiven,
    visible: Mapping[str, CellMarks],
    graded: Mapping[str, CellMarks],
    machine: Machine,
) -> list[Exercise]:
    """The exercises of a notebook, in its order.

    places: where the lesson has them. visible: what came of the checks that students have, by cell. graded:
    what came of all checks, hidden ones included.
    """
    headings = _sections(notebook)
    return [
        _exercise(name, at, answers, headings, places, given, visible, graded, machine)
        for name, at, answers in _graded_cells(notebook)
        if name in given.marks
    ]


def _graded_cells(notebook: NotebookNode) -> Iterator[tuple[str, int, list[tuple[str, int]]]]:
    """Each graded cell: its name, its place, and the answers that it is about."""
    answers: list[tuple[str, int]] = []
    for place, cell in enumerate(notebook.cells):
        marks = cell.metadata.get("nbgrader") or {}
        name = str(marks.get("grade_id", ""))
        if marks.get("solution") or marks.get("task"):
            answers.append((name, place))
        if marks.get("grade") or marks.get("task"):
            yield name, place, answers
            answers = []


def _exercise(
    name: str,
    place: int,
    answers: list[tuple[str, int]],
    headings: Mapping[str, int],
    places: Mapping[str, ExercisePlace],
    given: MarksGiven,
    visible: Mapping[str, CellMarks],
    graded: Mapping[str, CellMarks],
    machine: Machine,
) -> Exercise:
    mark, of_lesson = given.marks[name], places.get(name, ExercisePlace(name, ""))
    result = _result(mark, graded.get(name))
    message = said_to_student(mark, visible.get(name), graded.get(name))
    seen, advice = seen_and_advice(machine.forget(message))
    if result in (RIGHT, NOT_DONE):
        seen, advice = ("", "") if result is RIGHT else (NO_ANSWER, "")
    written = [(answer, given.comments[answer]) for answer, _ in answers if answer in given.comments]
    if name in given.comments and name not in dict(answers):
        written.append((name, given.comments[name]))
    return Exercise(
        title=KIND.sub("", of_lesson.title, count=1).removeprefix("check_") or name,
        place=place,
        answer_place=answers[0][1] if answers else place,
        mark=mark,
        result=result,
        section=of_lesson.section,
        section_place=headings.get(of_lesson.section),
        seen=seen,
        advice=advice,
        comments=tuple(Markup(prose(text, f"c{place}x{number}")) for number, (_, text) in enumerate(written)),
    )


def _result(mark: Mark, graded: CellMarks | None) -> Result:
    if mark.points is None:
        return WAITS
    if mark.by_hand:
        return MARKED
    if mark.points >= mark.possible:
        return RIGHT
    if mark.points > 0:
        return PARTLY
    return OF_OUTCOME.get(graded.outcome, WRONG) if graded is not None else WRONG


def _sections(notebook: NotebookNode) -> dict[str, int]:
    """Where each heading of the lesson is, by its text."""
    found: dict[str, int] = {}
    for place, cell in enumerate(notebook.cells):
        marks = cell.metadata.get("nbgrader") or {}
        if cell.cell_type == "markdown" and not marks.get("solution"):
            for line in cell.source.splitlines():
                if line.startswith("#"):
                    found.setdefault(line.strip("# ").replace("`", ""), place)
    return found
