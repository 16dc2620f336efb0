"""Where the project, its lessons and what benchmarks wrote down lie."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "source"
RESULTS = ROOT / "benchmarks" / "results"
DOCS = ROOT / "docs"
