"""A feedback page: one file made for a student, which runs nothing and loads nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup
from nbformat import NotebookNode
from pygments.formatters import HtmlFormatter

from grader.desk.feedback.cells import cards
from grader.desk.feedback.exercises import exercises
from grader.desk.feedback.machine import Machine
from grader.desk.feedback.marks_given import MarksGiven
from grader.desk.names import readable
from grader.desk.sections import ExercisePlace, exercise_places
from grader.grading.graded import CellMarks, Visible

# Nothing is loaded, run, sent or framed; style attributes dress tables.
POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'none'; base-uri 'none'; "
    "form-action 'none'"
)
LIGHT, DARK = "default", "github-dark"
TEMPLATES = ("base.html.j2", "page.html.j2", "not_graded.html.j2")


@dataclass(frozen=True)
class LessonText:
    """What pages say of a lesson's notebook.

    lesson: its name. places: of its exercises. pictures: see `pictures_beside`.
    """

    lesson: str
    title: str
    places: Mapping[str, ExercisePlace]
    pictures: Mapping[str, str]


def lesson_text(notebook: NotebookNode, lesson: str, name: str, pictures: Mapping[str, str]) -> LessonText:
    """Read it from the lesson as released. name: its title where it has none."""
    lines = (
        line
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("# ")
    )
    title = next(lines, "").strip("# ").replace("`", "")
    return LessonText(lesson, title or name, exercise_places(notebook), pictures)


def page(
    lesson: LessonText,
    run: Visible,
    given: MarksGiven,
    graded: Mapping[str, CellMarks],
    machine: Machine,
    student: str,
    stamp: str,
) -> str:
    """The page of one notebook.

    graded: what came of each test, hidden ones included, by cell. student: what to call them.
    """
    notebook = run.notebook
    visible = {cell.name: cell for cell in run.cells}
    found = exercises(notebook, lesson.places, given, visible, graded, machine)
    language = str(notebook.metadata.get("kernelspec", {}).get("language") or "python")
    by_place = {each.place: each for each in found}
    return _rendered(
        "page.html.j2",
        lesson=lesson,
        student=student,
        stamp=stamp,
        given=given,
        exercises=found,
        problem=machine.forget(run.problem),
        cards=list(cards(notebook, by_place, lesson.pictures, machine, language)),
    )


def page_of_ungraded(lesson: LessonText, student: str, why: str, stamp: str) -> str:
    """The page for a student whose notebook could not be graded. why: and what to do, in sentences."""
    return _rendered(
        "not_graded.html.j2",
        lesson=lesson,
        student=student,
        stamp=stamp,
        headline="Your notebook could not be graded.",
        why=why,
        more="Nothing is wrong with your answers: they have not been looked at yet. If you do not know what "
        "to do, ask your instructor.",
    )


def page_of_missing(lesson: LessonText, student: str, notebook: str, stamp: str) -> str:
    """The page for a student who handed in others of a lesson's notebooks, and not this one."""
    return _rendered(
        "not_graded.html.j2",
        lesson=lesson,
        student=student,
        stamp=stamp,
        headline="This notebook was not handed in.",
        why=f"{notebook}.ipynb was not among what you handed in, and earns no points.",
        more="If you have it, ask your instructor whether you may still hand it in.",
    )


def _rendered(template: str, **values: Any) -> str:
    made: str = _environment().get_template(template).render(policy=POLICY, style=Markup(_style()), **values)
    return made


@cache
def _environment() -> Environment:
    read = {name: (files(__package__) / name).read_text(encoding="utf-8") for name in TEMPLATES}
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        loader=DictLoader(read),
    )  # fmt: skip
    environment.filters["readable"] = readable
    environment.filters["points"] = lambda number: f"{round(number, 2):g}"
    return environment


@cache
def _style() -> str:
    written = (files(__package__) / "page.css").read_text(encoding="utf-8")
    light, dark = (HtmlFormatter(style=style).get_style_defs(".source") for style in (LIGHT, DARK))
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n{written}"
