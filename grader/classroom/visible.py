"""What students may see of each graded submission: reports/<lesson>/.visible/<student>.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from grader.atomic import write_text, writing
from grader.classroom.handed_in import HandedIn
from grader.classroom.records import read_cells, written_cells
from grader.grading.graded import Visible


def _path(reports: Path, student: str) -> Path:
    return reports / ".visible" / f"{student}.json"


def _of_lesson(handed_in: HandedIn) -> Path:
    return handed_in.lesson.course.reports / handed_in.lesson.name


def keep_visible(handed_in: HandedIn, notebooks: Mapping[str, Visible]) -> None:
    """Keep the notebooks of a submission by name, in place of earlier ones. Raises CourseError."""
    path = _path(_of_lesson(handed_in), handed_in.student)
    written = {name: written_visible(each) for name, each in notebooks.items()}
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, json.dumps({"key": handed_in.key, "notebooks": written}) + "\n")


def kept_visible(handed_in: HandedIn) -> dict[str, Visible] | None:
    """What was kept of a submission, unless something has changed since."""
    return read_visible(_of_lesson(handed_in), handed_in.student, handed_in.key)


def read_visible(reports: Path, student: str, key: str) -> dict[str, Visible] | None:
    """What was kept of a student's submission with this key. reports: the lesson's folder in reports/."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        written = json.loads(_path(reports, student).read_text(encoding="utf-8"))
        if written["key"] == key:
            return {name: visible_of(each) for name, each in written["notebooks"].items()}
    return None


def written_visible(visible: Visible) -> dict[str, Any]:
    """A notebook as students may see it, as a file holds it."""
    return {"notebook": visible.notebook, "cells": written_cells(visible.cells), "problem": visible.problem}


def visible_of(written: Mapping[str, Any]) -> Visible:
    """A notebook as students may see it, from what a file holds. Raises ValueError, TypeError or KeyError."""
    import nbformat

    return Visible(nbformat.from_dict(written["notebook"]), read_cells(written["cells"]), written["problem"])
