"""Read what a student handed in, which may be anything: only its cells' kinds, ids, sources and names."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

# A lesson's text is some 50 kB. Outputs do not count: they are thrown away before.
MOST_SOURCE = 5_000_000
MOST_CELLS = 5_000


class UnreadableError(Exception):
    """What was handed in is no notebook that can be run; the message says why, for the student."""


@dataclass(frozen=True)
class SubmittedCell:
    """One cell as handed in. name: its nbgrader id; id: its notebook id; each None where there is none."""

    name: str | None
    id: str | None
    kind: str
    source: str


def read_submission(notebook: bytes) -> list[SubmittedCell]:
    """Read the cells of a submission. Raises UnreadableError, and nothing else, when they cannot be read."""
    try:
        document = json.loads(notebook.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"The file is no notebook: it cannot be read as JSON ({error}).") from None
    if not isinstance(document, dict):
        raise UnreadableError("The file is no notebook: it holds no cells.")
    cells = document.get("cells")
    if cells is None and isinstance(document.get("worksheets"), list):
        cells = [
            cell
            for sheet in document["worksheets"]
            if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)
            for cell in sheet["cells"]
        ]
    if not isinstance(cells, list):
        raise UnreadableError("The file is no notebook: it holds no cells.")
    if len(cells) > MOST_CELLS:
        raise UnreadableError(
            f"The notebook has {len(cells):,} cells; more than {MOST_CELLS:,} are not read."
        )
    read = [_read_cell(cell) for cell in cells if isinstance(cell, dict)]
    size = sum(len(cell.source) for cell in read)
    if size > MOST_SOURCE:
        raise UnreadableError(f"The notebook's cells hold {size:,} characters; {MOST_SOURCE:,} are allowed.")
    return read


def without_outputs(cells: list[SubmittedCell]) -> bytes:
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


def _read_cell(cell: dict[str, Any]) -> SubmittedCell:
    # Notebooks of format 3 call a code cell's source its input.
    source = cell.get("source", cell.get("input"))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = marks.get("grade_id") if isinstance(marks, dict) else None
    kind = cell.get("cell_type")
    # Half of a pair of characters is none, and cannot be written down.
    source = source.encode("utf-8", "replace").decode() if isinstance(source, str) else ""
    return SubmittedCell(
        name=name if isinstance(name, str) else None,
        id=cell["id"] if isinstance(cell.get("id"), str) else None,
        kind=kind if kind in ("code", "markdown", "raw") else "raw",
        source=source,
    )
