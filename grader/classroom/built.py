"""Whether an instructor's notebook is still what was built from the lesson's text."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import nbformat

from grader.grading.hidden_cases import digest_of_hidden, without_hidden


def is_built(content: bytes) -> bool:
    """Whether an instructor's notebook is as it was built: nothing in it was changed since."""
    try:
        notebook = nbformat.reads(content.decode("utf-8"), as_version=4)
    except Exception:
        return False
    course = notebook.metadata.get("course", {})
    hidden = course.get("hidden_cases", "") == digest_of_hidden(notebook)
    return hidden and bool(course.get("built_from") == digest_of_written(notebook))


def digest_of_written(notebook: nbformat.NotebookNode) -> str:
    """A digest of what an instructor writes: cells, their marks and tags, the data sets, the exercises."""
    written: list[Any] = [
        [
            cell.cell_type,
            without_hidden(cell.source),
            cell.metadata.get("nbgrader"),
            cell.metadata.get("tags"),
        ]
        for cell in notebook.cells
    ]
    course = notebook.metadata.get("course", {})
    written.append(course.get("datasets"))
    if "exercises" in course:
        written.append(course["exercises"])
    return hashlib.sha256(json.dumps(written, sort_keys=True).encode()).hexdigest()
