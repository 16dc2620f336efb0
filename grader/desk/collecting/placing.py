"""Put hand-ins into submitted/<student>/<lesson>/: whole or not at all, and never an older over a newer."""

from __future__ import annotations

import enum
import hashlib
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from grader.classroom.below import files_below
from grader.classroom.course import Course
from grader.classroom.file_names import shown
from grader.classroom.timestamp import HOW_TO_WRITE_IT, TIMESTAMP, read_timestamp
from grader.desk.collecting.files import RefusedError, is_nobodys, why_unsafe
from grader.desk.collecting.platform_names import PlatformName, keep_platform_name, platform_names
from grader.desk.collecting.recognising import LessonHandedIn

# Not under submitted/, where each folder is a student's.
WORKSHOP = ".collecting"


class Placed(enum.Enum):
    """What became of a hand-in."""

    NEW = "new"
    REPLACED = "newer than the one before"
    UNCHANGED = "unchanged"
    OLDER = "older than the one there"


def mend(course: Course) -> None:
    """Put back what a collecting that was killed had moved away."""
    old = course.root / WORKSHOP / "old"
    for folder in old.glob("*/*"):
        target = course.submitted / folder.parent.name / folder.name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            folder.rename(target)
    shutil.rmtree(course.root / WORKSHOP, ignore_errors=True)


def place(course: Course, student: str, handed_in: LessonHandedIn) -> Placed:
    """Put one hand-in in its place. Raises RefusedError."""
    lesson = handed_in.lesson
    target = course.submitted / student / lesson
    if target.is_symlink() or target.parent.is_symlink():
        raise RefusedError(f"{target} is a link to elsewhere. Remove it first.")
    # When it was handed in is said apart: an instructor may write it there.
    files = {path: content for path, content in handed_in.files.items() if path != TIMESTAMP}
    at = handed_in.hand_in.handed_in_at
    _refuse_unsafe(files)
    name = PlatformName(
        platform=handed_in.hand_in.platform,
        label=handed_in.label,
        content=_digest(files),
        number=handed_in.number,
        handed_in_at=at,
        changed=handed_in.changed,
        is_late=handed_in.hand_in.is_late,
        files=tuple(sorted(files)),
    )
    placed = Placed.NEW
    if target.exists():
        before = platform_names(course, student).get(lesson)
        try:
            others = _files_in(target)
        except OSError as error:
            raise RefusedError(f"what is in {target} cannot be read: {error}.") from None
        whole = _digest(others)
        collected = before.files if before else others.keys()
        there = _digest({path: others.pop(path) for path in [*others] if path in collected})
        if name.content in (there, whole) and (at is None or at in _times(target, before)):
            # A collecting that was killed may have put it there without noting so.
            if before is None or before.content != name.content or _says_more(name, before):
                keep_platform_name(course, student, lesson, name)
            return Placed.UNCHANGED
        if not _is_newer(name, before, target, there):
            return Placed.OLDER
        placed = Placed.REPLACED
        # What an instructor put beside it stays.
        files = {**others, **files}
    if at is not None:
        files[TIMESTAMP] = f"{at.isoformat(sep=' ')} UTC\n".encode()
    try:
        _swap(course, student, lesson, files)
    except OSError as error:
        raise RefusedError(f"it cannot be written to {target}: {error.strerror}.") from None
    keep_platform_name(course, student, lesson, name)
    return placed


def _says_more(name: PlatformName, before: PlatformName) -> bool:
    """Whether the same hand-in came once more, later or with another word about being late."""
    if name.platform != before.platform or (name.handed_in_at is None and before.handed_in_at is not None):
        return False
    return name != before and (name.number or 0) >= (before.number or 0)


def _is_newer(name: PlatformName, before: PlatformName | None, target: Path, there: str) -> bool:
    """Whether a hand-in is newer than the one in its place. Raises RefusedError where nobody can say."""
    time_there = next(iter(_times(target, before)), None)
    if name.handed_in_at is not None and time_there is not None:
        return name.handed_in_at > time_there
    if before is not None and before.content == there and before.platform == name.platform:
        if name.number is not None and before.number is not None:
            return name.number > before.number
        if name.changed is not None and before.changed is not None:
            return name.changed > before.changed
    raise RefusedError(
        f"another one is in {target}, and nothing says which is newer. Remove that folder to take this one."
    )


def _times(target: Path, before: PlatformName | None) -> list[datetime]:
    """When what is there was handed in: as its timestamp.txt says, which counts first, and the platform."""
    times = (_time_in(target), before.handed_in_at if before else None)
    return [time for time in times if time is not None]


def _time_in(folder: Path) -> datetime | None:
    """When what is in a folder was handed in, as its timestamp.txt says. Raises RefusedError."""
    path = folder / TIMESTAMP
    try:
        return read_timestamp(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        raise RefusedError(
            f"another one is in {folder}, whose {TIMESTAMP} does not say when it was handed in. "
            f"{HOW_TO_WRITE_IT}."
        ) from None


def _swap(course: Course, student: str, lesson: str, files: Mapping[str, bytes]) -> None:
    """Write the files beside, then change the folders; killed in between, `mend` puts the old one back."""
    workshop = course.root / WORKSHOP
    new, old = workshop / "new" / student / lesson, workshop / "old" / student / lesson
    target = course.submitted / student / lesson
    shutil.rmtree(new, ignore_errors=True)
    for path, content in files.items():
        (new / path).parent.mkdir(parents=True, exist_ok=True)
        (new / path).write_bytes(content)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        shutil.rmtree(old, ignore_errors=True)
        old.parent.mkdir(parents=True, exist_ok=True)
        target.rename(old)
    try:
        new.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _refuse_unsafe(files: Mapping[str, bytes]) -> None:
    """Raise RefusedError for paths that must not be written: what is left of a safe one may be unsafe."""
    for path in files:
        if why := why_unsafe(path):
            raise RefusedError(f"{shown(path)}: {why}.")
    folders = {path.rsplit("/", depth)[0] for path in files for depth in range(1, path.count("/") + 1)}
    if both := sorted(folders & files.keys()):
        raise RefusedError(f"{both[0]} is a file and a folder in it. Ask for the notebook alone.")


def _files_in(folder: Path) -> dict[str, bytes]:
    """The files in a folder, without timestamp.txt and what nobody put there."""
    found = {path.relative_to(folder).as_posix(): path for path in files_below(folder)}
    return {
        name: path.read_bytes() for name, path in found.items() if name != TIMESTAMP and not is_nobodys(name)
    }


def _digest(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path}\0{hashlib.sha256(files[path]).hexdigest()}\n".encode())
    return digest.hexdigest()
