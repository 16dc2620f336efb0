"""How long the lessons say that their code runs, and what was measured."""

from __future__ import annotations

import re
from pathlib import Path

from grader.authoring.lesson_source import LessonSource
from suites.places import RESULTS

RECORD = RESULTS / "lesson_seconds.json"
STATED = re.compile(r"The code itself runs in about (\d+) s")
# A class has faster and slower machines than this one: a statement further off than this misleads.
FACTOR = 2.0


def stated(folder: Path) -> int:
    """The seconds that a lesson's opener promises. Raises ValueError when it promises none."""
    found = STATED.search(LessonSource(folder).text_path.read_text(encoding="utf-8"))
    if not found:
        raise ValueError(f"{folder.name} does not say how long its code runs")
    return int(found.group(1))
