"""What a grading run says while it works."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from grader.classroom.records import Record


@dataclass(frozen=True)
class Refused:
    """A submission that cannot be graded as it was handed in."""

    record: Record


@dataclass(frozen=True)
class Noticed:
    """Something that an instructor should know about a lesson, in a sentence."""

    sentence: str


@dataclass(frozen=True)
class Started:
    """Grading begins. total: how many submissions. running: live, titles of what runs and since when."""

    total: int
    running: Mapping[str, float]


@dataclass(frozen=True)
class Finished:
    """One more submission is done."""

    record: Record


Progress = Refused | Noticed | Started | Finished
OnProgress = Callable[[Progress], None]
