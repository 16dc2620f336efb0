"""Read the answers of a graded notebook from where grading kept it, as it ran."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from grader.grading.definitions import definitions
from grader.grading.matching import is_same_text
from grader.grading.spec import Spec

# Pictures make notebooks large; one that is larger is not read.
MOST_BYTES = 60_000_000
# Of a student's own code, so many characters are looked through for answers.
MOST_CODE = 200_000


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
    added = _Added(
        cell.text
        for cell in cells
        if cell.metadata.nbgrader is None and cell.cell_type == "code" and cell.text not in of_lesson
    )
    for place, original in enumerate(spec.cells):
        if not original.is_answer or original.name is None:
            continue
        source = named[original.name].text if original.name in named else ""
        if not source.strip() or is_same_text(source, original.released):
            source = added.last_that_defines(spec.names_of_answers.get(place, frozenset()))
        if source:
            yield GradedAnswer(original.name, source, original.released, original.kind == "code")


class _Added:
    """A student's own code cells, the last ones up to MOST_CODE. Each is read as Python once at most."""

    def __init__(self, sources: Iterable[str]) -> None:
        self._defines: dict[str, frozenset[str]] = {}
        sizes = 0
        self._last: list[str] = []
        for source in reversed(list(sources)):
            sizes += len(source)
            if sizes > MOST_CODE:
                break
            self._last.append(source)

    def last_that_defines(self, wanted: frozenset[str]) -> str:
        """The last cell that defines one of these names; "" where none does."""
        for source in self._last:
            # To look for a name is quicker than to read a cell as Python.
            if any(name in source for name in wanted):
                if source not in self._defines:
                    self._defines[source] = definitions(source).defines
                if self._defines[source] & wanted:
                    return source
        return ""
