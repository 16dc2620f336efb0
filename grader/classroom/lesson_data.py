"""On which data a lesson runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from grader.classroom.course import Course

if TYPE_CHECKING:
    from helpers.data import Origin


def data_of(course: Course, lesson: str) -> list[Origin]:
    """Where the data sets that a lesson names will come from."""
    names: list[str] = []
    for path in course.notebooks(lesson):
        metadata = json.loads(path.read_text(encoding="utf-8")).get("metadata", {})
        names.extend(metadata.get("course", {}).get("datasets", []))
    if not names:
        return []
    # It brings NumPy along, which lessons without data need not wait for.
    from helpers.data import locate

    return [locate(name) for name in names]


def described(origin: Origin) -> str:
    """Say in a few words which data that is."""
    real = "the real images" if origin.real else "not the published images"
    return f"{origin.dataset} ({real}, {origin.kind}: {origin.place})"
