"""A feedback page: one file that shows a notebook with its marks, runs nothing and loads nothing."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import TextLexer, get_lexer_by_name
from pygments.util import ClassNotFound

from grader.desk.machine import Machine
from grader.desk.marks_given import Mark, MarksGiven
from grader.desk.messages import message
from grader.desk.outputs import shown
from grader.desk.prose import prose
from grader.desk.sanitiser import PICTURES, picture
from grader.grading.graded import CellMarks, Visible

# Nothing is loaded, run, sent or framed; style attributes dress tables.
POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'none'; base-uri 'none'; "
    "form-action 'none'"
)
LIGHT, DARK = "default", "github-dark"
LONGEST_SOURCE = 100_000


@dataclass(frozen=True)
class Card:
    """One cell as the page shows it. All Markup in it is harmless."""

    place: int
    kind: str
    source: Markup
    outputs: list[tuple[str, Markup]] = field(default_factory=list)
    name: str = ""
    is_answer: bool = False
    is_test: bool = False
    is_empty: bool = False
    mark: Mark | None = None
    message: str = ""
    comment: Markup | None = None

    @property
    def title(self) -> str:
        """What the cell is called."""
        if self.is_test:
            return f"Check of {self.name.removeprefix('check_')}" if "check_" in self.name else self.name
        return f"Your answer: {self.name}" if self.is_answer else self.name

    @property
    def state(self) -> str:
        """How many of its marks it has: "full", "some", "none" or "waits"."""
        if self.mark is None:
            return ""
        if self.mark.points is None:
            return "waits"
        if self.mark.points >= self.mark.possible:
            return "full"
        return "some" if self.mark.points > 0 else "none"


def page(
    title: str,
    run: Visible,
    given: MarksGiven,
    graded: Mapping[str, CellMarks],
    pictures: Mapping[str, str],
    machine: Machine,
) -> str:
    """The page of one notebook.

    graded: what came of each test, hidden ones included, by cell. pictures: data: addresses of those that lie
    beside the lesson, by their names.
    """
    language = str(run.notebook.metadata.get("kernelspec", {}).get("language") or "python")
    cards = list(_cards(run, given, graded, pictures, machine, language))
    made: str = _template().render(
        title=title,
        policy=POLICY,
        style=Markup(_style()),
        cards=cards,
        graded=[card for card in cards if card.mark is not None],
        given=given,
    )
    return made


def pictures_beside(found: Mapping[str, bytes]) -> dict[str, str]:
    """The data: addresses of a lesson's picture files, by their relative paths."""
    kinds = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif"}
    made = {}
    for name, content in found.items():
        mime = kinds.get(name.rpartition(".")[2].lower())
        address = picture(mime, b64encode(content).decode("ascii")) if mime else None
        if address:
            made[name] = address
    return made


def _cards(
    run: Visible,
    given: MarksGiven,
    graded: Mapping[str, CellMarks],
    pictures: Mapping[str, str],
    machine: Machine,
    language: str,
) -> Iterator[Card]:
    visible = {cell.name: cell for cell in run.cells}
    for place, cell in enumerate(run.notebook.cells):
        scope = f"c{place}"
        marks = cell.metadata.get("nbgrader") or {}
        name = str(marks.get("grade_id", ""))
        mark = given.marks.get(name) if marks.get("grade") or marks.get("task") else None
        is_test = bool(marks.get("grade")) and not marks.get("solution") and cell.cell_type == "code"
        comment = given.comments.get(name, "")
        outputs = ((f"{scope}o{number}", each) for number, each in enumerate(cell.get("outputs", [])))
        made = ((at, Markup(shown(each, at, machine))) for at, each in outputs)
        yield Card(
            place=place,
            kind=cell.cell_type,
            source=_source(cell, scope, pictures, language),
            outputs=[(at, markup) for at, markup in made if markup],
            name=name,
            is_answer=bool(marks.get("solution")),
            is_test=is_test,
            is_empty=is_test and not cell.source.strip(),
            mark=mark,
            message=message(mark, visible.get(name), graded.get(name)) if is_test else "",
            comment=Markup(prose(comment, f"{scope}c")) if comment else None,
        )


def _source(cell: NotebookNode, scope: str, pictures: Mapping[str, str], language: str) -> Markup:
    if cell.cell_type == "markdown":
        return Markup(prose(cell.source, scope, {**pictures, **_attached(cell)}))
    source = cell.source[:LONGEST_SOURCE]
    try:
        lexer = get_lexer_by_name(language if cell.cell_type == "code" else "text")
    except ClassNotFound:
        lexer = TextLexer()
    return Markup(highlight(source, lexer, HtmlFormatter(nowrap=True)))


def _attached(cell: NotebookNode) -> dict[str, str]:
    """The pictures that a cell brings along, by the addresses under which its text names them."""
    found = {}
    attachments: Any = cell.get("attachments")
    for name, bundle in attachments.items() if isinstance(attachments, Mapping) else ():
        for mime in PICTURES:
            content = bundle.get(mime) if isinstance(bundle, Mapping) else None
            address = picture(mime, content) if isinstance(content, str) else None
            if address:
                found[f"attachment:{name}"] = address
    return found


@cache
def _template() -> Any:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["points"] = lambda number: f"{number:g}"
    return environment.from_string((files(__package__) / "page.html.j2").read_text(encoding="utf-8"))


@cache
def _style() -> str:
    written = (files(__package__) / "page.css").read_text(encoding="utf-8")
    light, dark = (HtmlFormatter(style=style).get_style_defs(".source") for style in (LIGHT, DARK))
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n{written}"
