"""Where the project, its answer bank and what benchmarks wrote down lie."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BANK = ROOT / "suites" / "answers"
RESULTS = ROOT / "benchmarks" / "results"
DOCS = ROOT / "docs"
