"""What marks and feedback are exported for."""

from __future__ import annotations

import enum


class Format(enum.Enum):
    """What reads a file of marks."""

    CSV = "csv"
    JSON_LINES = "jsonl"
    CANVAS = "canvas"
    MOODLE = "moodle"


class Platform(enum.Enum):
    """What takes a zip of feedback."""

    CANVAS = "canvas"
    MOODLE = "moodle"
