"""ILIAS: a folder `Lastname_Firstname_login_number` for each student, those of a team in one more folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from grader.classroom.course import Course
from grader.classroom.file_names import shown
from grader.desk.collecting.files import File
from grader.desk.collecting.hand_in import ID, PLATFORM, HandIn, Owner

NAME = re.compile(r"(?P<last>[^_]+)_(?P<first>.+)_(?P<login>[^_]+)_(?P<number>\d+)")
PLATFORM_NAME = "ilias"
# A student's folder may be in one for a team. What is deeper has the names that students gave it.
DEEPEST = 2


def fits(files: Sequence[File], course: Course) -> Callable[[File], bool]:
    """What says whether a file is in a folder that is named as ILIAS names them."""
    del files, course
    return lambda file: _found(file) is not None


def hand_ins(files: Sequence[File], course: Course) -> tuple[list[HandIn], list[str]]:
    """The hand-ins, and what was left out."""
    del course
    refused = []
    theirs: dict[str, list[File]] = {}
    matches: dict[str, re.Match[str]] = {}
    for file in files:
        found = _found(file)
        if found is None:
            refused.append(f"{shown(file.path)} was left out: it is in no student's folder.")
            continue
        place, match = found
        label = "/".join(file.parts[: place + 1])
        matches[label] = match
        theirs.setdefault(label, []).append(file.at("/".join(file.parts[place + 1 :])))
    return [_of_student(matches[label], label, each) for label, each in theirs.items()], refused


def _found(file: File) -> tuple[int, re.Match[str]] | None:
    """Where the student's folder is on a file's path, and what its name says."""
    for place, part in enumerate(file.parts[:-1][:DEEPEST]):
        if (match := NAME.fullmatch(part)) is not None:
            return place, match
    return None


def _of_student(match: re.Match[str], label: str, files: list[File]) -> HandIn:
    last, first = match["last"], match["first"].replace("_", " ")
    # A login may have underscores as well: the roster knows which.
    words = f"{match['first']}_{match['login']}".split("_")
    logins = ["_".join(words[start:]) for start in range(1, len(words))]
    owner = Owner(
        f"{first} {last} (ILIAS {match['login']})",
        (*((ID, login) for login in logins), (PLATFORM, match["number"])),
        (f"{first} {last}",),
        own_id=match["login"],
        first_name=first,
        last_name=last,
        platform_id=match["number"],
    )
    return HandIn(PLATFORM_NAME, owner, tuple(files), {file.path: label for file in files})
