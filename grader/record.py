"""Record what a grading run did: on which data, with which marks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import nbformat

from grader.atomic import write_text
from grader.course import Course
from grader.marks import SubmissionMarks
from helpers.data import Origin, locate

# What can move a mark when it changes.
PACKAGES = ("numpy", "tensorflow", "keras", "nbgrader")


def data_of(course: Course, lesson: str) -> list[Origin]:
    """Where the data sets that a lesson names will come from."""
    names: list[str] = []
    for path in course.notebooks(lesson):
        names.extend(nbformat.read(path, as_version=4).metadata.get("course", {}).get("datasets", []))
    return [locate(name) for name in names]


def described(origin: Origin) -> str:
    """Say in a few words which data that is."""
    real = "the real images" if origin.real else "not the published images"
    return f"{origin.dataset} ({real}, {origin.kind}: {origin.place})"


def write_record(
    course: Course, lesson: str, data: Sequence[Origin], marks: Sequence[SubmissionMarks]
) -> Path:
    """Write reports/<lesson>.json and return its path. Students graded in earlier runs keep their entries."""
    path = course.reports / f"{lesson}.json"
    graded = {each.student: each for each in marks}
    earlier = json.loads(path.read_text(encoding="utf-8"))["submissions"] if path.exists() else []
    now = datetime.now(UTC).isoformat(timespec="seconds")
    run = {
        "graded_at": now,
        "data": [asdict(origin) for origin in data],
        "versions": {package: version(package) for package in PACKAGES},
    }
    entries = [entry for entry in earlier if entry["student"] not in graded]
    entries += [{**asdict(each), "score": each.score, "max_score": each.max_score, **run} for each in marks]
    record = {"lesson": lesson, "submissions": sorted(entries, key=lambda entry: str(entry["student"]))}
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(record, indent=1) + "\n")
    return path
