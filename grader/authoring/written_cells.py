"""Read a lesson's text, and say what is wrong with it before any of it is run."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

from grader.errors import CourseError

PERCENT = "py:percent"
# Where jupytext puts a cell's metadata that it cannot read.
UNREADABLE = "incorrectly_encoded_metadata"
# nbgrader's marks around what students do not get.
SOLUTION, HIDDEN_TESTS = "SOLUTION", "HIDDEN TESTS"


def read_cells(path: Path) -> nbformat.NotebookNode:
    """The notebook that a lesson's text describes. Raises CourseError with a line for each problem."""
    # Importing them takes longer than reading a built notebook, for which they are not needed.
    import jupytext
    import yaml

    try:
        # Editors on Windows write a mark before the text.
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise CourseError(f"{path}, line {line}: it is not written in UTF-8. Save it as UTF-8.") from None
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}.") from None
    try:
        notebook: nbformat.NotebookNode = jupytext.reads(text, fmt=PERCENT)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        why = getattr(error, "problem", None) or "it is not YAML"
        raise CourseError(f"{path}{where}: its header cannot be read: {why}.") from None
    if problems := [f"{path}: {problem}" for problem in (*_data_sets(notebook), *_cells(notebook))]:
        raise CourseError("\n".join(problems))
    return notebook


def _data_sets(notebook: nbformat.NotebookNode) -> Iterator[str]:
    named = notebook.metadata.get("course", {}).get("datasets")
    if not named:
        return
    # It brings NumPy along, which lessons without data need not wait for.
    from helpers.data import DATASETS

    for name in named if isinstance(named, list) else [named]:
        if name not in DATASETS:
            yield f"its header names the data set {name!r}. There are: {', '.join(DATASETS)}."


def _cells(notebook: nbformat.NotebookNode) -> Iterator[str]:
    names: set[str] = set()
    for cell in notebook.cells:
        called = f"the cell that starts with {cell.source.strip().partition(chr(10))[0]!r}"
        if UNREADABLE in cell.metadata:
            yield f"{called}: its metadata cannot be read: {cell.metadata[UNREADABLE]}"
        marks = cell.metadata.get("nbgrader")
        if marks is None:
            continue
        name = marks.get("grade_id")
        if name in names:
            yield f"two cells have the grade_id {name!r}. Give each one of its own."
        names.add(name)
        yield from (f"{name}: {problem}" for problem in (*_points(marks), *_marks(cell.source, marks)))


def _points(marks: Any) -> Iterator[str]:
    points = marks.get("points")
    if marks.get("grade") and (
        isinstance(points, bool) or not isinstance(points, (int, float)) or not 0 <= points < math.inf
    ):
        yield f"its points are {points!r}. Write a number, 0 or more."


def _marks(source: str, nbgrader: Any) -> Iterator[str]:
    lines = [line.strip() for line in source.split("\n")]
    found = {}
    for what in (SOLUTION, HIDDEN_TESTS):
        begin, end = f"### BEGIN {what}", f"### END {what}"
        found[what] = [line for line in lines if line in (begin, end)]
        if found[what] != [begin, end] * (len(found[what]) // 2):
            yield f"{begin} and {end} do not come in pairs."
    is_code_answer = nbgrader.get("solution") and not nbgrader.get("grade")
    if is_code_answer and source.strip() and not found[SOLUTION]:
        yield (
            f"no ### BEGIN {SOLUTION} and ### END {SOLUTION} around the solution: students would get "
            "nothing to begin with."
        )
