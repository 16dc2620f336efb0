"""Every picture of a lesson is there in words as well."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from tests.conftest import ROOT

NOTEBOOKS = sorted((ROOT / "source").glob("*/*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_every_picture_of_a_lesson_has_alt_text(path: Path) -> None:
    silent = [
        cell.source
        for cell in nbformat.read(path, as_version=4).cells
        for output in cell.get("outputs", [])
        for kind in ("image/png", "image/svg+xml")
        if kind in output.get("data", {}) and not output.metadata.get(kind, {}).get("alt")
    ]
    assert silent == []
