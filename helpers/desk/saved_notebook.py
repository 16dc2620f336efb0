"""A notebook as it is saved: its cells, and what nbgrader noted of them. Only read, never written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MOST_MEGABYTES = 100


class CannotLookError(Exception):
    """A file cannot be looked at; the message says why, and what to do."""


@dataclass(frozen=True)
class SavedCell:
    """One cell. number: its place among all cells, from 1. marks: what nbgrader noted of it; often empty."""

    number: int
    id: str
    kind: str
    source: str
    count: int | None
    outputs: Sequence[Mapping[str, Any]]
    marks: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The name that nbgrader gave it; where an editor has lost that, its id, which is the same."""
        return text_of(self.marks.get("grade_id")) or self.id

    @property
    def is_answer(self) -> bool:
        """Whether a student writes an answer into it."""
        return bool(self.marks.get("solution"))

    @property
    def is_question(self) -> bool:
        """Whether it is an answer in words, which an instructor marks."""
        return self.is_answer and bool(self.marks.get("grade"))

    @property
    def is_as_released(self) -> bool | None:
        """Whether it holds what it held when it was released; None where that was not noted."""
        noted = self.marks.get("checksum")
        return None if noted is None else noted == self._checksum()

    def _checksum(self) -> str:
        """What nbgrader notes of a cell when it releases it."""
        grade, solution, locked = (bool(self.marks.get(key)) for key in ("grade", "solution", "locked"))
        parts = [self.source, self.kind, str(grade), str(solution), str(locked), self.name]
        if grade:
            try:
                parts.append(str(float(self.marks["points"])))
            except (KeyError, TypeError, ValueError):
                return ""
        return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class SavedNotebook:
    """A notebook in a file. course: what the course noted of the lesson when it was built."""

    path: Path
    cells: Sequence[SavedCell]
    course: Mapping[str, Any]


def read_notebook(path: Path) -> SavedNotebook:
    """Read a notebook. Raises CannotLookError for anything else."""
    try:
        if not path.exists():
            raise CannotLookError(f"There is no file {path}. Check its name and its folder.")
        if not path.is_file():
            raise CannotLookError(
                f"{path} is not a file. Name the notebook in it, whose name ends in .ipynb."
            )
        if path.stat().st_size > MOST_MEGABYTES * 1_000_000:
            raise CannotLookError(
                f"{path} is larger than {MOST_MEGABYTES} MB. Clear its outputs (in JupyterLab: Edit, Clear "
                "Outputs of All Cells), and save it."
            )
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise CannotLookError(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError):
        raise CannotLookError(
            f"{path} is not a notebook, or it is damaged. Open it in JupyterLab and save it, or start from a "
            "fresh copy of the lesson."
        ) from None
    if isinstance(content, dict) and "worksheets" in content:
        raise CannotLookError(f"{path} is in an old Jupyter format. Open it in JupyterLab, and save it.")
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        raise CannotLookError(
            f"{path} is not a notebook: it has no cells. Hand in the file ending in .ipynb."
        )
    cells = [_cell(number, cell) for number, cell in enumerate(content["cells"], 1)]
    return SavedNotebook(path, cells, _mapping(_mapping(content.get("metadata")).get("course")))


def _cell(number: int, content: Any) -> SavedCell:
    cell = _mapping(content)
    source, count, outputs = cell.get("source"), cell.get("execution_count"), cell.get("outputs")
    return SavedCell(
        number,
        text_of(cell.get("id")),
        text_of(cell.get("cell_type")),
        text_of(source),
        count if isinstance(count, int) else None,
        [_mapping(output) for output in outputs] if isinstance(outputs, list) else [],
        _mapping(_mapping(cell.get("metadata")).get("nbgrader")),
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def text_of(value: Any) -> str:
    """Text as notebooks hold it, in one piece or in lines; "?" for half a character, which kernels refuse."""
    text = "".join(map(str, value)) if isinstance(value, list) else str(value or "")
    return text.encode("utf-8", "replace").decode("utf-8")
