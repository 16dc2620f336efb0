"""What the check of an exercise said: read from a cell that ran just now, or from saved outputs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from helpers.desk.saved_notebook import text_of

RIGHT, PART, NOT_YET, NOT_ATTEMPTED, STOPPED = "right", "part", "not yet", "not attempted", "stopped"
OUTCOMES = (RIGHT, PART, NOT_YET, NOT_ATTEMPTED, STOPPED)
CHECK = re.compile(r"^\s*exercises\.(\w+)\.check\(", re.MULTILINE)
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
# What Python calls a cell in a SyntaxError: a number that nobody has seen.
_CELL_FILE = re.compile(r"\((?:\d+\.py|<[^>]*>), (?=line \d+\)$)")
LONGEST_TEXT = 2000
MOST_POINTS = 1e6


@dataclass(frozen=True)
class Result:
    """What a check said of one exercise.

    outcome: one of OUTCOMES; "stopped" means that the check could not run to its end. marks: where a check
    gives part of the points, else None. message: as the check printed it. slip: the short name of the known
    mistake, if it is one, and advice: what to think about. when: the day and the minute, in a file.
    """

    exercise: str
    outcome: str
    message: str = ""
    slip: str = ""
    advice: str = ""
    marks: float | None = None
    when: str = ""

    def as_data(self) -> dict[str, Any]:
        """The result as plain data, for a file."""
        return asdict(self)


def checked_exercise(source: str) -> str:
    """The exercise that a cell checks, "" for any other cell."""
    found = CHECK.search(source)
    return found[1] if found else ""


def result_of_run(exercise: str, error: BaseException | None, value: Any, points: float) -> Result:
    """What came of a check's cell that ran: the exception that it raised, or else its last value."""
    if error is None:
        marks = number_or_none(value)
        if marks is not None and marks < points:
            return Result(exercise, PART, marks=float(marks))
        return Result(exercise, RIGHT)
    outcome = getattr(error, "outcome", None)
    message = str(error)[:LONGEST_TEXT]
    if outcome is None:
        if isinstance(error, NotImplementedError):
            return Result(exercise, NOT_ATTEMPTED, message)
        return Result(exercise, STOPPED, error_in_words(type(error).__name__, message))
    verdict = outcome.verdict.value
    slip = outcome.slips[0] if len(outcome.slips) == 1 else None
    advice = slip.advice if slip else outcome.relation
    return Result(
        exercise, verdict if verdict in OUTCOMES else STOPPED, message, slip.slip if slip else "", advice
    )


def result_of_outputs(exercise: str, outputs: Sequence[Mapping[str, Any]]) -> Result | None:
    """What the saved outputs of a check's cell say; None where it has not been run."""
    for output in outputs:
        if output.get("output_type") == "error":
            name, message = str(output.get("ename")), text_of(output.get("evalue"))[:LONGEST_TEXT]
            if name == "NotYet":
                return Result(exercise, NOT_YET, message)
            if name in ("NotAttempted", "NotDoneYet"):
                return Result(exercise, NOT_ATTEMPTED, message)
            return Result(exercise, STOPPED, error_in_words(name, message))
    printed = "".join(text_of(each.get("text")) for each in outputs if each.get("output_type") == "stream")
    for line in printed.splitlines():
        if line.startswith(f"◐ {exercise}") or line.startswith(f"✓ {exercise}"):
            part = line.startswith("◐") or "part of the marks" in printed
            return Result(exercise, PART if part else RIGHT)
    return None


def error_in_words(name: str, message: str) -> str:
    """An exception in one line: its name, and what it says that helps."""
    if name == "KeyboardInterrupt":
        return "it was interrupted"
    if name == "StdinNotImplementedError":
        message = "input() waits for somebody to type, and here nobody does"
    first = _CELL_FILE.sub("(", _COLOURS.sub("", message).strip().partition("\n")[0])
    return f"{name}: {first}" if first else name


def result_from_data(data: Any) -> Result | None:
    """Read what as_data wrote; None for anything else."""
    if not isinstance(data, Mapping) or data.get("outcome") not in OUTCOMES:
        return None
    texts = {
        key: str(data.get(key) or "")[:LONGEST_TEXT]
        for key in ("exercise", "message", "slip", "advice", "when")
    }
    return Result(outcome=data["outcome"], marks=number_or_none(data.get("marks")), **texts)


def number_or_none(value: Any) -> float | None:
    """A number of marks or points; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if 0 <= value < MOST_POINTS else None
