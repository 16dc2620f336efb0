"""Headings of lessons are in order: one title, and no level is skipped on the way down."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from markdown_it import MarkdownIt

from tests.conftest import ROOT

# What students open, and the glossary.
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_headings_are_in_order(path: Path) -> None:
    parser = MarkdownIt()
    levels = [
        int(token.tag[1:])
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "markdown"
        for token in parser.parse(cell.source)
        if token.type == "heading_open"
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert [(above, below) for above, below in pairwise(levels) if below > above + 1] == []
