"""Checks that the judge cannot run, and that run in the student's process: what has to fail there first.

Where student code runs, a student can make anything look passed. These canaries catch what is tried most: a
process in which nothing fails any more.
"""

from __future__ import annotations

import random
import secrets
from dataclasses import dataclass


@dataclass(frozen=True)
class Canary:
    """A cell, and the name and text of the error that it has to end with."""

    source: str
    ename: str
    evalue: str


def canaries() -> list[Canary]:
    """Cells that fail wherever Python means what it says; others each time, in another order each time."""
    word = secrets.token_hex(8)
    one, other = secrets.randbelow(10**6), 10**6 + secrets.randbelow(10**6)
    made = [
        Canary(f"assert {one} == {other}, {word!r}", "AssertionError", word),
        Canary(f"assert {one} > {other}, {word!r}", "AssertionError", word),
        Canary(f"assert not [{one}] == [{one}], {word!r}", "AssertionError", word),
        Canary(f"assert abs({one}.0 - {other}.0) < 1e-6, {word!r}", "AssertionError", word),
        Canary(f"raise ValueError({word!r})", "ValueError", word),
    ]
    random.SystemRandom().shuffle(made)
    return made
