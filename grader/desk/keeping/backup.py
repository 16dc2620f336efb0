"""Put the gradebook, what was handed in and the marks' records of a course into one file."""

from __future__ import annotations

import glob
import os
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from platform import python_version

from grader.atomic import NO_ROOM
from grader.classroom.below import entries_below
from grader.classroom.course import Course
from grader.classroom.database import file_of, is_lost
from grader.classroom.grading_lock import grading_lock
from grader.classroom.records import any_record
from grader.desk.keeping.archive import (
    FORMAT,
    GRADEBOOK,
    File,
    Manifest,
    Progress,
    is_taken,
    write_file,
    write_manifest,
)
from grader.desk.keeping.databases import (
    engine_at,
    is_there,
    make_gradebook,
    schema_of,
    snapshot,
    temporary_file,
)
from grader.desk.keeping.places import PLACES
from grader.errors import CourseError

ENDING = ".zip"


@dataclass(frozen=True)
class Backup:
    """A backup that was made. path: the file. manifest: what is in it, and what was left out."""

    path: Path
    manifest: Manifest


def back_up(course: Course, path: Path | None, progress: Progress) -> Backup:
    """Write a backup of a course into a new file.

    path: the file, or a folder that is there, for one named after the course and the time; without one, the
    course's folder `backups`. progress: told how many files are done, of how many. Raises CourseError; then
    no file is left.
    """
    target = _target(course, path)
    partial = target.with_name(f".{target.name}.partial")
    try:
        with grading_lock(course):
            target.parent.mkdir(parents=True, exist_ok=True)
            # What backups that were killed have left: hidden, and full of marks.
            for left in target.parent.glob(f".{glob.escape(course.name)}-*{ENDING}.partial"):
                left.unlink()
            partial.unlink(missing_ok=True)
            # Only its owner may read the marks of a class.
            with os.fdopen(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
                with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                    manifest = _write(course, archive, progress)
                file.flush()
                os.fsync(file.fileno())
            partial.rename(target)
    except OSError as error:
        place = "a place with more room" if error.errno in NO_ROOM else "another place"
        raise CourseError(
            f"{error.filename or target} cannot be written or read: {error.strerror or error}. No backup was "
            f"made. Fix that, or name {place}: course backup FILE"
        ) from None
    finally:
        if partial.is_file():
            partial.unlink()
    return Backup(target, manifest)


def _target(course: Course, path: Path | None) -> Path:
    name = f"{course.name}-{datetime.now():%Y-%m-%d-%H%M%S}{ENDING}"
    if path is None:
        return course.root / "backups" / name
    if not path.is_dir() and path.suffix.lower() != ENDING:
        raise CourseError(
            f"There is no folder {path}, and the name of a backup ends in {ENDING}. Create the folder first, "
            f"or name a file: course backup {path}{ENDING}"
        )
    target = path / name if path.is_dir() else path
    if os.path.lexists(target):
        raise CourseError(f"{target} exists already. Name another file, or move it away first.")
    for place in PLACES:
        if target.resolve().is_relative_to(place.path(course).resolve()):
            raise CourseError(f"{target} is in a folder that is backed up. Name a file elsewhere.")
    return target


def _write(course: Course, archive: zipfile.ZipFile, progress: Progress) -> Manifest:
    files: dict[str, File] = {}
    left_out: list[str] = []
    found = list(_files(course, left_out))
    if is_lost(course.gradebook_url) and any_record(course):
        left_out.append(f"the marks: the gradebook {file_of(course.gradebook_url)} is missing or empty")
    with temporary_file() as copy:
        schema = _copy_gradebook(course, copy)
        with copy.open("rb") as source:
            files[GRADEBOOK] = write_file(archive, GRADEBOOK, source)
    for done, (name, path) in enumerate(found):
        progress(done, len(found))
        try:
            with path.open("rb") as source:
                files[name] = write_file(archive, name, source)
        except UnicodeEncodeError:
            left_out.append(f"{os.fsencode(path)!r}: its name is not text")
    progress(len(found), len(found))
    versions = {"python": python_version(), "nbgrader": version("nbgrader")}
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    manifest = Manifest(FORMAT, course.name, made_at, versions, schema, files, left_out)
    write_manifest(archive, manifest)
    return manifest


def _copy_gradebook(course: Course, copy: Path) -> str:
    """Write the gradebook into a SQLite file, an empty one if there is none yet; returns its schema."""
    url = course.gradebook_url
    if is_there(url):
        snapshot(url, copy, lambda _done, _total: None)
    else:
        make_gradebook(f"sqlite:///{copy}")
    with engine_at(f"sqlite:///{copy}") as engine, engine.connect() as connection:
        return schema_of(connection)


def _files(course: Course, left_out: list[str]) -> Iterator[tuple[str, Path]]:
    """The files to take along, with their names in the archive."""
    for place in PLACES:
        root = place.path(course)
        for path in _all_below(root):
            if not is_taken(place.name, path.name):
                continue
            mode = path.lstat().st_mode
            if stat.S_ISREG(mode):
                below = path.relative_to(root)
                yield "/".join((place.name, *below.parts)), path
            else:
                left_out.append(
                    f"{path}: it is a link, something else than a file, or a folder too deep to open"
                )


def _all_below(root: Path) -> list[Path]:
    """A file itself, or all that is in a folder, where there is one."""
    if not root.is_dir():
        return [root] if root.is_file() else []
    return sorted(Path(entry.path) for entry in entries_below(root))
