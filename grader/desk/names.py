"""What students are called where people read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

# Names in some scripts need these to join or part letters; they change nothing else.
JOINERS = "\u200c\u200d"


def called(names: Mapping[str, str]) -> dict[str, str]:
    """What to call each student: by name, with the id where others have the same; by id where there is none.

    names: by id.
    """
    alike = Counter(name.casefold() for name in names.values())
    return {
        student: f"{name} ({student})" if name and alike[name.casefold()] > 1 else name or student
        for student, name in names.items()
    }


def readable(text: str) -> str:
    """A text of others with a sign in place of what would steer how it is shown."""
    return "".join(each if each.isprintable() or each in f"\n{JOINERS}" else "�" for each in text)
