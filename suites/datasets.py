"""The data on which a lesson can be run: the real ones, the stand-ins, or those that come along."""

from __future__ import annotations

from grader.authoring.lesson_source import LessonSource
from suites.places import ROOT

REAL, STAND_IN, NONE = "real", "stand-in", "no data set"


def datasets(lesson: str) -> list[str]:
    """The data sets that a lesson loads and that have a stand-in."""
    named = LessonSource(ROOT / "source" / lesson).paired().metadata.course.get("datasets", [])
    return [name for name in named if name != "digits"]
