"""What a page says of an exercise: of a hidden test only what every student can read anyway."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
from functools import cache
from pathlib import Path

from grader.desk.feedback.marks_given import Mark
from grader.grading.graded import CellMarks, Outcome
from grader.syntax import parse

HIDDEN = "A hidden test failed. It tries what the check in your notebook does not."
# How checks begin: with a sign, the exercise, and how it went.
VERDICT = re.compile(r"^[✓✗○] [^:\n]{1,80}: (?:not yet\. )?")
COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]|\x1b\[[0-9;]*m")
# What only the machine can say; none of it comes from a test.
STOPPED = {
    Outcome.TIMED_OUT: "It took too long and was stopped. Is there a loop in it that never ends?",
    Outcome.KERNEL_DIED: "Python itself stopped in this cell or in the answer that it tests.",
    Outcome.OUT_OF_MEMORY: "It needed too much memory and was stopped.",
    Outcome.TOO_MUCH_OUTPUT: "It printed or drew too much and was stopped.",
    Outcome.DID_NOT_RUN: "It was not run.",
}
SEVERAL = "More than one slip gives exactly these numbers:"


def said_to_student(mark: Mark, visible: CellMarks | None, graded: CellMarks | None) -> str:
    """What to say of an exercise; "" where there is nothing to say.

    mark: from the gradebook. visible: what came of the check as students have it. graded: what came of all of
    it, if that is known.
    """
    if visible is None or mark.by_hand or mark.points is None:
        return ""
    if graded is not None and graded.outcome in STOPPED:
        return STOPPED[graded.outcome]
    # Where all of a test is hidden, nothing is left that could run.
    seen = mark.possible if visible.outcome is Outcome.DID_NOT_RUN else visible.points
    if seen is None or mark.points >= min(seen, mark.possible):
        return visible.message
    return "\n".join([HIDDEN, *(_advice(graded) if graded else ())])


def seen_and_advice(message: str) -> tuple[str, str]:
    """A check's message without its verdict, in two: what was seen, and what to think about."""
    seen, _, advice = COMMANDS.sub("", message).strip().partition("\n")
    return VERDICT.sub("", seen), advice.strip()


def _advice(graded: CellMarks) -> list[str]:
    """What every student can read of the slips that a check has named.

    Nothing else of its message: that may quote an answer, which has seen the hidden tests.
    """
    said = {line.removeprefix("- ").strip() for line in graded.message.splitlines()}
    known = _advice_by_slip()
    found = [each for slip in graded.slips for each in known.get(slip, ()) if each in said]
    advice = list(dict.fromkeys(found))
    return advice if len(advice) < 2 else [SEVERAL, *(f"- {each}" for each in advice)]


@cache
def _advice_by_slip() -> dict[str, list[str]]:
    """The advice on each slip of the course's exercises that holds no data, by the name of the slip."""
    spec = importlib.util.find_spec("helpers")
    found: dict[str, list[str]] = {}
    for folder in spec.submodule_search_locations or [] if spec else []:
        for path in sorted([*Path(folder, "lessons").rglob("*.py"), *Path(folder, "kit").glob("*.py")]):
            for node in ast.walk(parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Slip":
                    words = [str(each.value) for each in node.args if isinstance(each, ast.Constant)]
                    if len(words) == 2:
                        found.setdefault(words[0], []).append(words[1])
        for path in sorted(Path(folder, "lessons").rglob("*.json")):
            for exercise in json.loads(path.read_text(encoding="utf-8"))["exercises"]:
                for slip in exercise["slips"]:
                    found.setdefault(slip["slip"], []).append(slip["advice"])
    return found
