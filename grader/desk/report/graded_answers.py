"""Read the answers of a graded notebook from where grading kept it, as it ran."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from grader.grading.definitions import definitions
from grader.grading.matching import is_same_text
from grader.grading.spec import Spec

# Pictures make notebooks large; one that is larger is not read.
MOST_BYTES = 60_000_000


class _Marks(msgspec.Struct):
    grade_id: str = ""


class _Metadata(msgspec.Struct):
    nbgrader: _Marks | None = None


class _Cell(msgspec.Struct):
    cell_type: str
    source: str | list[str] = ""
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)

    @property
    def text(self) -> str:
        return self.source if isinstance(self.source, str) else "".join(self.source)


class _Notebook(msgspec.Struct):
    cells: list[_Cell] = []


@dataclass(frozen=True)
class GradedAnswer:
    """One answer that was given. name: its nbgrader id. released: the stub that was there before."""

    name: str
    source: str
    released: str
    is_code: bool


_decoder = msgspec.json.Decoder(_Notebook)


def graded_answers(path: Path, spec: Spec) -> Iterator[GradedAnswer]:
    """The answers in a notebook as it ran, without those that are missing or still hold their stub.

    An answer that its student wrote into a cell of its own is found by what it defines, as in grading. Of a
    notebook that cannot be read there are none.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            return
        cells = _decoder.decode(path.read_bytes()).cells
    except (OSError, msgspec.MsgspecError, RecursionError):
        return
    named = {cell.metadata.nbgrader.grade_id: cell for cell in cells if cell.metadata.nbgrader}
    of_lesson = {original.source for original in spec.cells}
    added = [
        cell.text
        for cell in cells
        if cell.metadata.nbgrader is None and cell.cell_type == "code" and cell.text not in of_lesson
    ]
    for place, original in enumerate(spec.cells):
        if not original.is_answer or original.name is None:
            continue
        source = named[original.name].text if original.name in named else ""
        if not source.strip() or is_same_text(source, original.released):
            source = _elsewhere(added, spec.names_of_answers.get(place, frozenset()))
        if source:
            yield GradedAnswer(original.name, source, original.released, original.kind == "code")


def _elsewhere(added: list[str], wanted: frozenset[str]) -> str:
    """The last of a student's own cells that defines an answer's names."""
    for source in reversed(added):
        # To look for a name is quicker than to read a cell as Python.
        if any(name in source for name in wanted) and definitions(source).defines & wanted:
            return source
    return ""
