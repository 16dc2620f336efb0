"""On which data a lesson runs."""

from __future__ import annotations

import json

from grader.course import Course
from helpers.data import Origin, locate


def data_of(course: Course, lesson: str) -> list[Origin]:
    """Where the data sets that a lesson names will come from."""
    names: list[str] = []
    for path in course.notebooks(lesson):
        metadata = json.loads(path.read_text(encoding="utf-8")).get("metadata", {})
        names.extend(metadata.get("course", {}).get("datasets", []))
    return [locate(name) for name in names]


def described(origin: Origin) -> str:
    """Say in a few words which data that is."""
    real = "the real images" if origin.real else "not the published images"
    return f"{origin.dataset} ({real}, {origin.kind}: {origin.place})"
