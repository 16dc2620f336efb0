"""What an examination of this machine finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """How bad it is. WARNING: grading works, but something is missing. FAILS: it does not, or is not safe."""

    OK = "ok"
    WARNING = "warning"
    FAILS = "fails"


@dataclass(frozen=True)
class Finding:
    """One of the things that were looked at.

    what: a word or two. found: what is there and what that means. advice: what to do, "" if nothing.
    """

    what: str
    state: State
    found: str
    advice: str = ""
