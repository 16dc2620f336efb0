"""The cells of a notebook as a page shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from markupsafe import Markup
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import TextLexer, get_lexer_by_name
from pygments.util import ClassNotFound

from grader.desk.feedback.exercises import Exercise
from grader.desk.feedback.machine import Machine
from grader.desk.feedback.outputs import shown
from grader.desk.feedback.pictures import attached
from grader.desk.harmless.prose import prose

LONGEST_SOURCE = 100_000
# The lesson's own cells are the same on all pages of a class.
MOST_KEPT = 1_000


@dataclass(frozen=True)
class Card:
    """One cell. All Markup in it is harmless.

    kind: "markdown", "code" or "raw". role: "answer", "check" or "". exercise: what it is the check of.
    """

    place: int
    kind: str
    role: str
    source: Markup
    outputs: list[tuple[str, Markup]] = field(default_factory=list)
    exercise: Exercise | None = None
    name: str = ""


def cards(
    notebook: NotebookNode,
    found: Mapping[int, Exercise],
    pictures: Mapping[str, str],
    machine: Machine,
    language: str,
) -> Iterator[Card]:
    """All cells of a notebook. found: the exercises, by the places of their graded cells."""
    for place, cell in enumerate(notebook.cells):
        scope = f"c{place}"
        marks = cell.metadata.get("nbgrader") or {}
        outputs = ((f"{scope}o{number}", each) for number, each in enumerate(cell.get("outputs", [])))
        made = ((at, Markup(shown(each, at, machine))) for at, each in outputs)
        is_answer = bool(marks.get("solution"))
        yield Card(
            place=place,
            kind=cell.cell_type,
            role="answer" if is_answer else "check" if marks.get("grade") else "",
            source=_source(cell, scope, pictures, language),
            outputs=[(at, markup) for at, markup in made if markup],
            exercise=found.get(place),
            name=str(marks.get("grade_id", "")) if is_answer else "",
        )


def _source(cell: NotebookNode, scope: str, pictures: Mapping[str, str], language: str) -> Markup:
    if cell.cell_type == "markdown":
        own = attached(cell)
        return _text(cell.source, scope, tuple({**pictures, **own}.items()))
    if not cell.source.strip():
        return Markup()
    return _code(cell.source[:LONGEST_SOURCE], language if cell.cell_type == "code" else "text")


@lru_cache(MOST_KEPT)
def _text(source: str, scope: str, pictures: tuple[tuple[str, str], ...]) -> Markup:
    return Markup(prose(source, scope, dict(pictures)))


@lru_cache(MOST_KEPT)
def _code(source: str, language: str) -> Markup:
    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound:
        lexer = TextLexer()
    return Markup(highlight(source, lexer, HtmlFormatter(nowrap=True)))
