"""The regression run notices a changed output, and compares as much as it can."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests.conftest import LESSONS, ROOT

FAST = "02_loss_function"
IGNORE = "nbval-ignore-output"


def nbval(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable, "-m", "pytest", "--nbval", folder,
            f"--nbval-sanitize-with={ROOT / 'tests/nbval_sanitize.cfg'}",
            # Apart from this project's settings: as anyone would run it on one notebook.
            "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", folder,
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )  # fmt: skip


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    return Path(shutil.copy(ROOT / "source" / FAST / f"{FAST}.ipynb", tmp_path))


def change(path: Path, old: str, new: str) -> None:
    notebook = nbformat.read(path, as_version=4)
    changed = 0
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and old in output.text:
                output.text = output.text.replace(old, new)
                changed += 1
    assert changed == 1
    nbformat.write(notebook, path)


def test_a_changed_output_fails_and_nothing_else_does(lesson: Path) -> None:
    change(lesson, "✓ mse: right.", "✓ mse: wrong.")
    result = nbval(lesson.parent)
    assert result.returncode == 1
    assert re.search(r"\b1 failed, \d+ passed", result.stdout), result.stdout


@pytest.mark.parametrize("lesson", LESSONS)
def test_outputs_are_ignored_cell_by_cell_and_never_for_a_check(lesson: str) -> None:
    notebook = nbformat.read(ROOT / "source" / lesson / f"{lesson}.ipynb", as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    ignored = [cell for cell in code if IGNORE in cell.metadata.get("tags", [])]
    assert len(ignored) < len(code) / 2
    for cell in ignored:
        assert not cell.metadata.get("nbgrader", {}).get("grade"), cell.id
    assert not any("NBVAL" in cell.source for cell in code)
    assert not any(
        tag.startswith("nbval-") and tag != IGNORE for cell in code for tag in cell.metadata.get("tags", [])
    )
