"""What students may see of each graded submission: reports/<lesson>/.visible/<student>.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from grader.atomic import write_text, writing
from grader.classroom.handed_in import HandedIn
from grader.classroom.records import read_cells, written_cells
from grader.grading.graded import Visible


def _path(handed_in: HandedIn) -> Path:
    return handed_in.lesson.course.reports / handed_in.lesson.name / ".visible" / f"{handed_in.student}.json"


def keep_visible(handed_in: HandedIn, notebooks: Mapping[str, Visible]) -> None:
    """Keep the notebooks of a submission by name, in place of earlier ones. Raises CourseError."""
    path = _path(handed_in)
    written = {
        name: {"notebook": each.notebook, "cells": written_cells(each.cells), "problem": each.problem}
        for name, each in notebooks.items()
    }
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, json.dumps({"key": handed_in.key, "notebooks": written}) + "\n")


def kept_visible(handed_in: HandedIn) -> dict[str, Visible] | None:
    """What was kept of a submission, unless something has changed since."""
    import nbformat

    with suppress(OSError, ValueError, KeyError, TypeError):
        written = json.loads(_path(handed_in).read_text(encoding="utf-8"))
        if written["key"] == handed_in.key:
            return {
                name: Visible(
                    nbformat.from_dict(each["notebook"]), read_cells(each["cells"]), each["problem"]
                )
                for name, each in written["notebooks"].items()
            }
    return None
