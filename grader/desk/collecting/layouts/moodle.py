"""Moodle: `Full Name_number_assignsubmission_file_`, as a folder or before each file's name."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from grader.classroom.course import Course
from grader.classroom.file_names import shown
from grader.desk.collecting.files import File
from grader.desk.collecting.hand_in import PARTICIPANT, HandIn, Owner

# The parts in English are Moodle's own names of plug-ins, the same in every language.
NAME = re.compile(
    r"(?P<label>(?P<name>[^_]+)_(?P<number>\d+)_assign(?:submission|feedback)_(?P<plugin>[a-z]+))(?:_(?P<rest>.*))?"
)
PLATFORM_NAME = "moodle"


def fits(files: Sequence[File], course: Course) -> Callable[[File], bool]:
    """What says whether a file, or the folder it is in, is named as Moodle names them."""
    del files, course
    return lambda file: NAME.fullmatch(file.parts[0]) is not None


def hand_ins(files: Sequence[File], course: Course) -> tuple[list[HandIn], list[str]]:
    """The hand-ins, and what was left out."""
    del course
    found = {file.path: NAME.fullmatch(file.parts[0]) for file in files}
    refused = []
    theirs: dict[str, list[File]] = {}
    matches: dict[str, re.Match[str]] = {}
    with_file: set[str] = set()
    with_text: dict[str, str] = {}
    for file in files:
        match = found[file.path]
        if match is None:
            refused.append(f"{shown(file.path)} was left out: it is not named as Moodle names files.")
        elif match["plugin"] == "onlinetext":
            with_text[match["number"]] = match["name"]
        elif match["plugin"] == "file":
            with_file.add(match["number"])
            inside = "/".join(part for part in (match["rest"] or "", *file.parts[1:]) if part)
            matches.setdefault(match["label"], match)
            theirs.setdefault(match["label"], []).append(file.at(inside))
    refused += [
        f"{shown(name)} (Moodle {number}): a text was handed in, and no notebook. Ask for the notebook."
        for number, name in with_text.items()
        if number not in with_file
    ]
    # Where students hand in by groups, each name comes after that of its group and a hyphen.
    in_groups = all("-" in match["name"] for match in matches.values())
    return [_of_student(matches[label], files, in_groups) for label, files in theirs.items()], refused


def _of_student(match: re.Match[str], files: list[File], in_groups: bool) -> HandIn:
    name, number = match["name"], match["number"]
    hyphens = name.count("-") if in_groups else 0
    names = (name, *(name.split("-", start)[-1] for start in range(1, hyphens + 1)))
    words = name.split()
    # Where names are hidden, it is a word for participant: too little to tell students apart.
    is_name = len(words) > 1
    owner = Owner(
        f"{name} (Moodle {number})",
        ((PARTICIPANT, number),),
        names if is_name else (),
        own_id="-".join(words) if is_name else "",
        first_name=" ".join(words[:-1]),
        last_name=words[-1] if words else "",
    )
    return HandIn(PLATFORM_NAME, owner, tuple(files), {file.path: match["label"] for file in files})
