"""What students are called where people read it."""

from __future__ import annotations

from collections.abc import Mapping

# Letters that join others in names of some scripts are no steering.
JOINERS = "\u200c\u200d"


def called(names: Mapping[str, str], student: str) -> str:
    """A student's name, with the id where others have the same name; the id where no name is known."""
    name = names.get(student, "")
    if not name:
        return student
    return f"{name} ({student})" if has_namesake(names, student) else name


def has_namesake(names: Mapping[str, str], student: str) -> bool:
    """Whether another student has the same name."""
    folded = names[student].casefold()
    return sum(name.casefold() == folded for name in names.values()) > 1


def readable(text: str) -> str:
    """A text of others with a sign in place of what would steer how it is shown."""
    return "".join(each if each.isprintable() or each in f"\n{JOINERS}" else "�" for each in text)
