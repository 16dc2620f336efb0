"""A notebook of one copy of the course that runs with the helpers of another says so, in one sentence."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture
def copies(tmp_path: Path) -> list[Path]:
    """The course unpacked twice, where the path has spaces and accents."""
    folders = [tmp_path / "Kurs Übung é" / name for name in ("course", "course (2)")]
    for folder in folders:
        shutil.copytree(ROOT / "helpers", folder / "helpers", ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "notebooks" / "01_neurons").mkdir(parents=True)
    return folders


def imported(installed: Path, opened: Path, kernel: str = "ipykernel") -> str:
    """What is said where helpers of one copy are imported in a notebook's folder of another."""
    script = f"import sys, types; sys.modules[{kernel!r}] = types.ModuleType({kernel!r}); import helpers"
    made = subprocess.run(
        [sys.executable, "-P", "-c", script],
        cwd=opened / "notebooks" / "01_neurons",
        env={"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stderr


def test_a_notebook_of_the_other_copy_is_told(copies: list[Path]) -> None:
    said = imported(copies[0], copies[1])
    assert (
        f"This notebook is in {copies[1]}, but the course is installed from another copy, in {copies[0]}."
        in said
    )
    assert "START.html" in said


def test_a_notebook_of_the_same_copy_is_not(copies: list[Path]) -> None:
    assert imported(copies[0], copies[0]) == ""


def test_nor_is_a_program_that_is_no_notebook(copies: list[Path]) -> None:
    assert imported(copies[0], copies[1], kernel="no_kernel") == ""
