"""A folder of notebooks, each named by its student, or in a folder named so."""

from __future__ import annotations

from collections.abc import Sequence

from grader.classroom.course import Course
from grader.classroom.file_names import NOTEBOOK, shown
from grader.desk.collecting.copies import without_copy, without_lesson
from grader.desk.collecting.files import File
from grader.desk.collecting.hand_in import EMAIL, ID, HandIn, Owner

PLATFORM_NAME = "folder"


def hand_ins(files: Sequence[File], course: Course) -> tuple[list[HandIn], list[str]]:
    """The hand-ins: files in folders go with their folder, notebooks that lie loose by themselves."""
    theirs: dict[str, list[File]] = {}
    refused = []
    shared = _shared([file.parts[:-1] for file in files])
    if _is_a_packed_class(files, shared, course):
        # The folder that was packed, and not somebody's.
        files = [file.at(file.name) for file in files]
    for file in files:
        if len(file.parts) == 1:
            if NOTEBOOK.fullmatch(file.name.casefold()) is None and not file.name.endswith(".zip"):
                refused.append(f"{shown(file.path)} was skipped: it is not a notebook.")
                continue
            theirs.setdefault(file.path, []).append(file)
        else:
            theirs.setdefault(f"{_folder_of(file, shared)}/", []).append(file)
    found = []
    for label, each in theirs.items():
        inside = [file.at(file.path.removeprefix(label) or file.name) for file in each]
        owner = _owner(label, course)
        found.append(HandIn(PLATFORM_NAME, owner, tuple(inside), {file.path: label for file in inside}))
    return found, refused


def _shared(paths: Sequence[list[str]]) -> int:
    """How many folders all paths begin with."""
    first, last = min(paths, default=[]), max(paths, default=[])
    return next(
        (place for place, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]),
        min(len(first), len(last)),
    )


def _is_a_packed_class(files: Sequence[File], shared: int, course: Course) -> bool:
    """Whether all files lie in one folder, and are notebooks each named by another student."""
    if not shared or any(len(file.parts) != shared + 1 for file in files):
        return False
    notebooks = [file.name for file in files if NOTEBOOK.fullmatch(file.name.casefold())]
    names = {_name_of(name, course) for name in notebooks}
    return len(notebooks) > 1 and "" not in names and len(names) == len(notebooks)


def _folder_of(file: File, shared: int) -> str:
    """The folder that is one student's: below those that all files share, of which there are so many.

    Where a file is in no other, the last of these is somebody's.
    """
    return "/".join(file.parts[: min(shared + 1, len(file.parts) - 1)])


def _owner(label: str, course: Course) -> Owner:
    name = label.rstrip("/").rpartition("/")[2]
    if not label.endswith("/"):
        name = _name_of(name, course)
    return Owner(name or label, ((ID, name), (EMAIL, name)), (name.replace("_", " "),), own_id=name)


def _name_of(file: str, course: Course) -> str:
    """The student's name in that of a file, without the lesson's and the sign of a copy."""
    found = NOTEBOOK.fullmatch(file.casefold())
    name = without_copy(file[: found.end(1)] if found else file.rpartition(".")[0])
    return without_lesson(name, course.lessons)
