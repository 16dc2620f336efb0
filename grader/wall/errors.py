"""What is said where there can be no wall."""

from __future__ import annotations

from grader.errors import CourseError


class WallError(CourseError):
    """The wall cannot be had on this machine. reason: what is missing, and how to get it, as a sentence."""

    def __init__(self, reason: str) -> None:  # noqa: D107
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:  # noqa: D105
        return (
            f"The wall cannot be set up on this machine, so nothing more is graded. {self.reason} "
            "Run `course doctor` for details. --no-wall grades without protection, and every result then "
            "says so."
        )
