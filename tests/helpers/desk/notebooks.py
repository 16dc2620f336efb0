"""A lesson's notebook as a student has it: released, with answers, and as editors and students spoil it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

LESSON = "02_loss_function"
WRONG_MAE = "def mae(y_true, y_pred):\n    return np.sum(np.abs(y_true - y_pred))"


def released(lesson: str = LESSON) -> dict[str, Any]:
    return _read(ROOT / "notebooks" / lesson / f"{lesson}.ipynb")


def solved(**answers: str) -> dict[str, Any]:
    """The lesson with right answers, or with these."""
    notebook = released()
    right = {
        cell["id"]: cell["source"] for cell in _read(ROOT / "source" / LESSON / f"{LESSON}.ipynb")["cells"]
    }
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = answers.get(cell["id"], right[cell["id"]])
    return notebook


def cell_of(notebook: dict[str, Any], name: str) -> dict[str, Any]:
    return next(cell for cell in notebook["cells"] if cell["id"] == name)


def write(notebook: Any, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
