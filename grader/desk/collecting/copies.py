"""What browsers, systems and students add to a notebook's name."""

from __future__ import annotations

import re
from collections.abc import Iterable

COPY = re.compile(
    r"(?:[ _-]*\((?P<number>\d+)\)"
    r"|[ _-]+(?:copy|kopie|copie|copia|cópia|kopi|kopia)[ _-]*(?P<copy>\d*)(?: *\(\d+\))?)$",
    re.IGNORECASE,
)

# What stands before a name: «Copy of …» as Google writes it.
COPY_OF = re.compile(
    r"(?:copy of|kopie von|copie de|copia de|copia di|cópia de|kopi af|kopia av) +", re.IGNORECASE
)


def copy_number(stem: str) -> int:
    """The number of a copy: 0 for a name that says nothing of one."""
    found = COPY.search(stem)
    return int(found["number"] or found["copy"] or 1) if found else 0


def without_copy(stem: str) -> str:
    """A name without what a copy adds."""
    while found := COPY_OF.match(stem):
        stem = stem[found.end() :]
    while found := COPY.search(stem):
        stem = stem[: found.start()]
    return stem


def without_lesson(stem: str, lessons: Iterable[str]) -> str:
    """What a name says beside a lesson's: the student's, as a rule."""
    for lesson in sorted(lessons, key=len, reverse=True):
        words = [re.escape(word) for word in re.findall(r"[^\W_]+", lesson)]
        shorter = re.sub(r"[\W_]*".join(words), "", stem, flags=re.IGNORECASE)
        if shorter != stem:
            return shorter.strip(" _-+.")
    return stem.strip(" _-+.")
