"""What the answer cells of a graded notebook hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def answer_sources(cells: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The sources of answer cells, by name; in a file they may be lists of lines."""
    return {
        cell["metadata"]["nbgrader"]["grade_id"]: "".join(cell["source"])
        for cell in cells
        if cell["metadata"].get("nbgrader", {}).get("solution")
    }
