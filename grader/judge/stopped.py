"""What ends a check, whatever the check catches."""

from __future__ import annotations


class StoppedCheckError(BaseException):
    """What ends a check whatever it catches; the message is for students."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class StudentGoneError(StoppedCheckError):
    """The student's process ended while a check asked it for something."""
