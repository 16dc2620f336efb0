"""Whether an instructor's notebook is still what was built from the lesson's text."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import nbformat


def is_built(content: bytes) -> bool:
    """Whether an instructor's notebook is as it was built: nothing in it was changed since."""
    try:
        notebook = nbformat.reads(content.decode("utf-8"), as_version=4)
    except Exception:
        return False
    return bool(notebook.metadata.get("course", {}).get("built_from") == digest_of_written(notebook))


def digest_of_written(notebook: nbformat.NotebookNode) -> str:
    """A digest of what an instructor writes: the cells' kinds, sources, marks and tags; the data sets."""
    written: list[Any] = [
        [cell.cell_type, cell.source, cell.metadata.get("nbgrader"), cell.metadata.get("tags")]
        for cell in notebook.cells
    ]
    written.append(notebook.metadata.get("course", {}).get("datasets"))
    return hashlib.sha256(json.dumps(written, sort_keys=True).encode()).hexdigest()
