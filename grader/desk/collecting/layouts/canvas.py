"""Canvas: one flat folder of `lastfirst_LATE_userid_fileid_filename`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from grader.classroom.course import Course
from grader.classroom.file_names import shown
from grader.desk.collecting.files import File
from grader.desk.collecting.hand_in import PLATFORM, HandIn, Owner

# A name may hold no digit-only part of its own: Canvas drops all but letters and digits.
NAME = re.compile(r"(?P<name>[^_/]+)_(?P<late>LATE_)?(?P<user>\d+)_(?P<file>\d+)_(?P<rest>.+)", re.IGNORECASE)
# A second upload of a file of the same name.
AGAIN = re.compile(r"(?P<stem>.+)-\d+(?P<ending>\.\w+)")
PLATFORM_NAME = "canvas"
# "Student, Test" as Canvas writes it in file names: letters only.
TEST_STUDENT = "studenttest"


def fits(files: Sequence[File], course: Course) -> Callable[[File], bool]:
    """What says whether a file is named as Canvas names them."""
    del files, course
    return lambda file: NAME.fullmatch(file.path) is not None


def hand_ins(files: Sequence[File], course: Course) -> tuple[list[HandIn], list[str]]:
    """The hand-ins, and what was left out."""
    del course
    found = {file.path: NAME.fullmatch(file.path) for file in files}
    refused = []
    by_user: dict[str, list[tuple[File, re.Match[str]]]] = {}
    for file in files:
        match = found[file.path]
        if match is None:
            refused.append(f"{shown(file.path)} was left out: it is not named as Canvas names files.")
        else:
            by_user.setdefault(match["user"], []).append((file, match))
    return [_of_user(user, theirs) for user, theirs in by_user.items()], refused


def is_test_student(hand_in: HandIn) -> bool:
    """Whether it is of the student that Canvas makes for an instructor's own tries."""
    return hand_in.platform == PLATFORM_NAME and hand_in.owner.names[0].casefold() == TEST_STUDENT


def _of_user(user: str, theirs: list[tuple[File, re.Match[str]]]) -> HandIn:
    name = theirs[0][1]["name"]
    files: dict[str, File] = {}
    labels: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for file, match in sorted(theirs, key=lambda each: int(each[1]["file"])):
        path = match["rest"]
        if (again := AGAIN.fullmatch(path)) and not path.endswith(".ipynb"):
            path = again["stem"] + again["ending"]
        if path in labels and path.endswith(".ipynb"):
            # Both are looked at, and the newer one is taken.
            path = f"{match['file']}/{path}"
        # The newest of several stays.
        files[path] = file.at(path)
        labels[path], numbers[path] = file.path, int(match["file"])
    owner = Owner(
        f"{name} (Canvas {user})",
        ((PLATFORM, user),),
        (name,),
        own_id=f"{name}-{user}",
        platform_id=user,
    )
    is_late = any(match["late"] for _, match in theirs)
    return HandIn(PLATFORM_NAME, owner, tuple(files.values()), labels, numbers=numbers, is_late=is_late)
