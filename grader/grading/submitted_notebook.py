"""Read what a student handed in, which may be anything: only its cells' kinds, ids, sources and names."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from grader.errors import GraderError
from grader.limits import MEBIBYTE

# A lesson's text is some 50 kB. Outputs do not count: they are thrown away before.
# Texts may hold pictures, in letters; code is looked at line by line.
MOST_SOURCE, MOST_CODE = 5_000_000, 2_000_000
MOST_CELLS = 5_000
# Outputs included. Python takes up to eight times as much while it reads them.
MOST_MEBIBYTES = 100
# Lists, objects and what is in them. Python takes a hundred bytes for each, for which a file needs two.
MOST_ELEMENTS = 10_000_000
# Git writes it into a file whose two versions nobody has chosen between.
CONFLICT = re.compile(r"^<{7}( |$)", re.MULTILINE)
# What other files begin with, and what they are.
OTHER_FILES = {"<": "a web page", "PK": "an archive", "%PDF": "a PDF", "{\\rtf": "a text document"}


class UnreadableError(GraderError):
    """What was handed in cannot be run as a notebook; the message tells the student why."""


@dataclass(frozen=True)
class SubmittedCell:
    """One cell as handed in. name: its nbgrader id; id: its notebook id; each None where there is none."""

    name: str | None
    id: str | None
    kind: str
    source: str


@dataclass(frozen=True)
class Submission:
    """What was handed in. findings: what was put right to read it, in sentences."""

    cells: tuple[SubmittedCell, ...]
    findings: tuple[str, ...] = ()


def read_submission(notebook: bytes) -> Submission:
    """Read the cells of a submission. Raises UnreadableError, and nothing else, when they cannot be read."""
    findings: list[str] = []
    if len(notebook) > MOST_MEBIBYTES * MEBIBYTE:
        raise UnreadableError(f"The file is larger than {MOST_MEBIBYTES} MiB. Clear its outputs.")
    if sum(map(notebook.count, (b"[", b"{", b","))) > MOST_ELEMENTS:
        raise UnreadableError(f"The file holds more than {MOST_ELEMENTS:,} elements. Clear its outputs.")
    cells = _cells(_document(_text(notebook, findings), findings))
    if len(cells) > MOST_CELLS:
        raise UnreadableError(
            f"The notebook has {len(cells):,} cells; more than {MOST_CELLS:,} are not read."
        )
    read = tuple(_read_cell(cell) for cell in cells if isinstance(cell, dict))
    size = sum(len(cell.source) for cell in read)
    if size > MOST_SOURCE:
        raise UnreadableError(f"The notebook's cells hold {size:,} characters; {MOST_SOURCE:,} are allowed.")
    code = sum(len(cell.source) for cell in read if cell.kind == "code")
    if code > MOST_CODE:
        raise UnreadableError(
            f"The notebook's code cells hold {code:,} characters; {MOST_CODE:,} are allowed."
        )
    return Submission(read, tuple(findings))


def without_outputs(cells: Sequence[SubmittedCell]) -> bytes:
    """A submission with nothing but what grading reads: outputs may take megabytes."""
    written = [
        {
            "cell_type": cell.kind,
            "source": cell.source,
            **({"id": cell.id} if cell.id is not None else {}),
            "metadata": {"nbgrader": {"grade_id": cell.name}} if cell.name is not None else {},
        }
        for cell in cells
    ]
    return json.dumps({"cells": written}).encode()


def _text(notebook: bytes, findings: list[str]) -> str:
    encoding = json.detect_encoding(notebook)
    try:
        text = notebook.decode(encoding, "surrogatepass")
    except ValueError:
        raise UnreadableError(
            "The file is not a notebook, or it was damaged: its text is not written in UTF-8."
        ) from None
    # Windows' own programs write it.
    if not encoding.startswith("utf-8"):
        findings.append(
            f"The file was written in {encoding[:6].upper()}, not in UTF-8; it was read all the same."
        )
    return text


def _document(text: str, findings: list[str]) -> Any:
    text = text.lstrip()
    try:
        # No number is read here. One may have any length, and there may be millions.
        document, end = json.JSONDecoder(parse_int=bool, parse_float=bool).raw_decode(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(_why_no_notebook(text, error)) from None
    # A program that writes a shorter file over a longer one may leave the end of the old one.
    left = text[end:].strip("\0\r\n\t ")
    if CONFLICT.search(left):
        raise UnreadableError(_unmerged(text))
    if left.startswith("{"):
        raise UnreadableError("The file holds more than one notebook, one after the other.")
    if left:
        findings.append(
            f"The file went on after the notebook's end; the last {len(left):,} characters were left out."
        )
    return document


def _why_no_notebook(text: str, error: Exception) -> str:
    if CONFLICT.search(text):
        return _unmerged(text)
    for start, what in OTHER_FILES.items():
        if text.startswith(start):
            return f"The file is not a notebook but {what}."
    if text.startswith("{") and not text.rstrip().endswith("}"):
        return "The file ends in the middle of the notebook: the rest was lost on its way."
    return f"The file is not a notebook: it cannot be read as JSON ({error})."


def _unmerged(text: str) -> str:
    found = CONFLICT.search(text)
    line = text.count("\n", 0, found.start()) + 1 if found else 1
    return f"The file holds two versions of the notebook that Git could not merge (<<<<<<< in line {line})."


def _cells(document: Any) -> list[Any]:
    if not isinstance(document, dict):
        raise UnreadableError("The file is not a notebook: it holds no cells.")
    cells = document.get("cells")
    if cells is None and isinstance(document.get("worksheets"), list):
        cells = [
            cell
            for sheet in document["worksheets"]
            if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)
            for cell in sheet["cells"]
        ]
    if not isinstance(cells, list):
        raise UnreadableError("The file is not a notebook: it holds no cells.")
    return cells


def _read_cell(cell: dict[str, Any]) -> SubmittedCell:
    # Notebooks of format 3 call a code cell's source its input.
    source = cell.get("source", cell.get("input"))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = marks.get("grade_id") if isinstance(marks, dict) else None
    # Colab writes notebooks of a format without ids, and keeps them here.
    written = [cell.get("id"), metadata.get("id") if isinstance(metadata, dict) else None]
    kind = cell.get("cell_type")
    # Half of a surrogate pair is not a character, and cannot be written to a file.
    source = source.encode("utf-8", "replace").decode() if isinstance(source, str) else ""
    return SubmittedCell(
        name=name if isinstance(name, str) else None,
        id=next((each for each in written if isinstance(each, str)), None),
        kind=kind if kind in ("code", "markdown", "raw") else "raw",
        source=source,
    )
