"""What editors, hosts, browsers and beginners do to honest notebooks, as data, and the courses made of them.

Each `<lesson>.toml` holds `[[oddities]]` and `[answers]`, the right answers that the bank does not have. A
submission holds the first right answer of the bank to each exercise; then its steps are done, one after the
other. `<mse>` in a source means the right answer of that name.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.authoring import sample_course
from grader.authoring.sample_class import Answer, SampleSubmission, answers_of
from grader.classroom.course import Course
from suites.odd.steps import take
from suites.places import ROOT, SOURCE

FOLDER = Path(__file__).parent
LESSONS = sorted(path.stem for path in FOLDER.glob("*.toml"))
ANSWER = re.compile(r"<(\w+)>")


@dataclass(frozen=True)
class Oddity:
    """One honest submission to which something has happened.

    kind, happened: what sort it is of, and what happened to the notebook, in a sentence. steps: how. loses:
    the marks of exercises that it does not deserve in full. findings: what the record says, all of it.
    refused: what `course grade` says of a submission that it cannot grade.
    """

    lesson: str
    name: str
    kind: str
    happened: str
    steps: tuple[Mapping[str, Any], ...]
    loses: Mapping[str, float] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    refused: str = ""

    @property
    def student(self) -> str:
        """Who hands it in: its name, as a folder may be called."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.casefold()).strip("-")

    @property
    def sample(self) -> SampleSubmission:
        """The submission before anything happens to it, with what it deserves afterwards."""
        answers = right_answers(self.lesson)
        marks = {
            name: 0.0 if self.refused else answer.marks - self.loses.get(name, 0.0)
            for name, answer in answers.items()
        }
        deserved = {name: (each, each) for name, each in marks.items() if each}
        return SampleSubmission(self.student, self.lesson, answers, deserved)


def oddities_of(lesson: str) -> list[Oddity]:
    """The oddities of a lesson, in the order in which they are written."""
    return [
        Oddity(
            lesson,
            **{
                **table,
                "steps": tuple(table["steps"]),
                "findings": tuple(table.get("findings", ())),
            },
        )
        for table in _read(lesson)["oddities"]
    ]


def right_answers(lesson: str) -> dict[str, Answer]:
    """An answer to everything that a lesson asks. Those in words deserve no marks before somebody reads them."""
    in_bank = {name: answers[0] for name, answers in answers_of(SOURCE, lesson).items()}
    in_words = {
        name: Answer(name, "in words", "right", 0.0, text)
        for name, text in _read(lesson).get("answers", {}).items()
    }
    return {**in_bank, **in_words}


def course_of(folder: Path, lesson: str) -> Course:
    """A course in that folder where all oddities of a lesson are handed in."""
    oddities = oddities_of(lesson)
    course = sample_course.make(Course.at(ROOT), folder, [oddity.sample for oddity in oddities])
    answers = {name: answer.source.strip("\n") for name, answer in right_answers(lesson).items()}

    def filled_in(value: Any) -> Any:
        if isinstance(value, str):
            return ANSWER.sub(lambda found: answers.get(found[1], found[0]), value)
        if isinstance(value, list):
            return [filled_in(each) for each in value]
        return {key: filled_in(each) for key, each in value.items()} if isinstance(value, dict) else value

    for oddity in oddities:
        path = course.submitted / oddity.student / lesson / f"{lesson}.ipynb"
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"])
        take(path, notebook, [filled_in(step) for step in oddity.steps])
    return course


def _read(lesson: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{lesson}.toml").read_text(encoding="utf-8"))
